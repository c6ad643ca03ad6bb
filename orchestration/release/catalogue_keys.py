"""How the tables of the catalogue are called and linked; the tables that describe all tables."""

from orchestration.release.catalogue_tables import TABLES, Meaning

DECLARED: dict[str, tuple[str, dict[str, Meaning]]] = {
    "published_table": (
        "One row per published table: what a row of it is and what it is made from.",
        {
            "table_name": ("text", "Tabulka", "Table", "Name of the table."),
            "label_cs": ("text", "Popisek (česky)", "Label (Czech)", "Name for readers in Czech."),
            "label_en": (
                "text",
                "Popisek (anglicky)",
                "Label (English)",
                "Name for readers in English.",
            ),
            "grain": ("text", "Zrno", "Grain", "What one row of the table is."),
            "description": ("text", "Popis", "Description", "What the table holds."),
            "key_columns": (
                "text",
                "Klíč",
                "Key",
                "Columns that identify a row, divided by commas; empty where none do.",
            ),
            "is_receipt": (
                "boolean",
                "Je dokladem",
                "Is a receipt",
                "Whether it speaks of bytes and times of receipt, not of figures.",
            ),
            "source_datasets": (
                "text",
                "Zdrojové sady",
                "Source datasets",
                "Datasets of which any edition reaches the table, divided by commas; empty for the "
                "catalogue itself.",
            ),
        },
    ),
    "published_column": (
        "One row per column of a published table: type, unit and meaning.",
        {
            "table_name": ("text", "Tabulka", "Table", "Name of the table."),
            "position": ("integer", "Pořadí", "Position", "Place of the column, from 1."),
            "column_name": ("text", "Sloupec", "Column", "Name of the column."),
            "data_type": ("text", "Typ", "Type", "Type in SQL."),
            "label_cs": ("text", "Popisek (česky)", "Label (Czech)", "Name for readers in Czech."),
            "label_en": (
                "text",
                "Popisek (anglicky)",
                "Label (English)",
                "Name for readers in English.",
            ),
            "description": ("text", "Popis", "Description", "What the column holds."),
            "unit": ("text", "Jednotka", "Unit", "Unit of the values; empty where there is none."),
            "is_required": (
                "boolean",
                "Je vždy vyplněn",
                "Is never empty",
                "Whether a check keeps empty cells out.",
            ),
            "is_key": (
                "boolean",
                "Patří ke klíči",
                "Is part of the key",
                "Whether it helps to identify a row.",
            ),
        },
    ),
    "published_key": (
        "One row per key of a published table: what identifies a row, and which columns lead to "
        "which other table.",
        {
            "table_name": ("text", "Tabulka", "Table", "Name of the table."),
            "kind": (
                "text",
                "Druh klíče",
                "Kind of key",
                "primary (identifies a row, never empty), unique (identifies a row, parts may be "
                "empty), foreign (leads to one row of another table) or reference (the value "
                "occurs in another table, in one or several rows).",
            ),
            "key_columns": ("text", "Sloupce", "Columns", "Columns, divided by commas."),
            "to_table": (
                "text",
                "Cílová tabulka",
                "Other table",
                "Table that it leads to; empty for a key of the table itself.",
            ),
            "to_columns": (
                "text",
                "Cílové sloupce",
                "Other columns",
                "Columns there, divided by commas; empty for a key of the table itself.",
            ),
        },
    ),
}

ALL_TABLES = TABLES | DECLARED

LABELS = {
    "dataset": ("Datové sady", "Datasets"),
    "source_column": ("Sloupce zdrojů", "Columns of the sources"),
    "source_edition": ("Použitá vydání", "Editions used"),
    "source_file": ("Přijaté soubory", "Files received"),
    "correction": ("Opravy zdrojů", "Corrections of sources"),
    "revision": ("Revize zdrojů", "Revisions of sources"),
    "explained_revision": ("Vysvětlené změny", "Explained revisions"),
    "published_table": ("Publikované tabulky", "Published tables"),
    "published_column": ("Publikované sloupce", "Published columns"),
    "published_key": ("Klíče publikovaných tabulek", "Keys of published tables"),
}

PRIMARY_KEYS = {
    "dataset": ["dataset_id"],
    "source_edition": ["dataset_id", "edition"],
    "source_file": ["dataset_id", "edition"],
    "correction": ["correction_id"],
    "revision": ["dataset_id", "edition", "seen_at"],
    "published_table": ["table_name"],
    "published_column": ["table_name", "column_name"],
}

FOREIGN_KEYS = {
    "source_column": (["dataset_id"], "dataset"),
    "source_edition": (["dataset_id"], "dataset"),
    "source_file": (["dataset_id", "edition"], "source_edition"),
    "correction": (["dataset_id"], "dataset"),
    "revision": (["dataset_id"], "dataset"),
    "published_column": (["table_name"], "published_table"),
    "published_key": (["table_name"], "published_table"),
}
