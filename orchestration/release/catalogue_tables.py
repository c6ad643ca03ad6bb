"""What the tables of the catalogue are: their columns, types, labels and meaning."""

Meaning = tuple[str, str, str, str]
"""Type, label in Czech and English, description."""

_DATASET_ID: Meaning = ("text", "Sada", "Dataset", "Dataset, as the registry names it.")
_EDITION: Meaning = ("text", "Vydání", "Edition", "Edition of the dataset.")
_ABOUT: dict[str, Meaning] = {
    "title_cs": ("text", "Název (česky)", "Title (Czech)", "Title in Czech."),
    "title_en": ("text", "Název (anglicky)", "Title (English)", "Title in English."),
    "producer": ("text", "Poskytovatel", "Producer", "Who publishes the dataset."),
    "landing_page": ("text", "Stránka sady", "Landing page", "Page of the dataset."),
    "licence": (
        "text",
        "Licence",
        "Licence",
        "Licence; not_stated where the producer names none, forbidden where it is kept out.",
    ),
    "attribution": ("text", "Uvedení zdroje", "Attribution", "How the source is to be named."),
    "status": (
        "text",
        "Stav sady",
        "Status of the dataset",
        "active, ended, withdrawn, unverified (origin not proven) or by_agreement.",
    ),
    "grain": ("text", "Zrno", "Grain", "What one row of the dataset is."),
}
_FILE_NAME: Meaning = ("text", "Soubor", "File", "Name of the file as it was received.")

TABLES: dict[str, tuple[str, dict[str, Meaning]]] = {
    "dataset": (
        "One row per dataset of the registry, also those that this release has no data of.",
        {
            "dataset_id": _DATASET_ID,
            **_ABOUT,
            "status_reason_cs": (
                "text",
                "Proč (česky)",
                "Why (Czech)",
                "Why it goes on no more or is not trusted, in Czech; empty where not stated.",
            ),
            "status_reason_en": (
                "text",
                "Proč (anglicky)",
                "Why (English)",
                "Why it goes on no more or is not trusted, in English; empty where not stated.",
            ),
            "successor": (
                "text",
                "Nástupce",
                "Successor",
                "The dataset that goes on where this one ended; empty where none is known.",
            ),
            "theme": ("text", "Téma", "Theme", "Theme of the dataset."),
            "cadence": (
                "text",
                "Jak často vychází",
                "Cadence",
                "How often editions come out: daily, monthly, quarterly, yearly, on_change, once.",
            ),
            "expected_day": (
                "text",
                "Obvyklý den vydání",
                "Usual day",
                "Month and day by which a yearly edition comes out; empty where none is known.",
            ),
            "has_data": (
                "boolean",
                "Má data",
                "Has data",
                "Whether this release was made with at least one edition of the dataset.",
            ),
            "editions": ("integer", "Počet vydání", "Editions", "Editions used in this release."),
            "first_edition": ("text", "První vydání", "First edition", "First edition used."),
            "last_edition": ("text", "Poslední vydání", "Last edition", "Last edition used."),
        },
    ),
    "source_column": (
        "One row per dataset, edition and heading of its file: which column of ours it feeds. "
        "Layouts that no file of this release has stand without an edition, as declared.",
        {
            "dataset_id": _DATASET_ID,
            "edition": (*_EDITION[:3], "Edition of the dataset; empty where none was read."),
            "layout": ("text", "Rozvržení", "Layout", "Layout by which the file was read."),
            "file_name": _FILE_NAME,
            "sheets": (
                "text",
                "Listy",
                "Sheets",
                "Sheets with this heading, divided by semicolons; empty where files have none.",
            ),
            "source_heading": (
                "text",
                "Záhlaví v souboru",
                "Heading in the file",
                "The heading as it stood in the file, spaces evened out, the rows of a heading "
                "joined by slashes; as declared where no file was read.",
            ),
            "corrected_heading": (
                "text",
                "Opravené záhlaví",
                "Corrected heading",
                "What the heading should say where it is known to be wrong (table correction).",
            ),
            "column_name": (
                "text",
                "Náš sloupec",
                "Our column",
                "Column of the raw table; empty where the heading is known and not taken in.",
            ),
            "type": ("text", "Typ", "Type", "text, integer, number or date."),
            "unit": ("text", "Jednotka", "Unit", "Unit of the column."),
            "declared_values_cs": (
                "text",
                "Význam textů (česky)",
                "Meaning of texts (Czech)",
                "Texts that stand in place of a value and what they mean, in Czech.",
            ),
            "declared_values_en": (
                "text",
                "Význam textů (anglicky)",
                "Meaning of texts (English)",
                "Texts that stand in place of a value and what they mean, in English.",
            ),
            "is_read": (
                "boolean",
                "Čteno",
                "Is read",
                "Whether a file with this heading was read for this release.",
            ),
        },
    ),
    "source_edition": (
        "One row per dataset and edition used: title, producer, licence, status.",
        {"dataset_id": _DATASET_ID, "edition": _EDITION, **_ABOUT},
    ),
    "source_file": (
        "One row per source file used: its bytes, where and when they were received.",
        {
            "dataset_id": _DATASET_ID,
            "edition": _EDITION,
            "file_name": _FILE_NAME,
            "sha256": ("text", "SHA-256", "SHA-256", "Hash of the bytes."),
            "size_bytes": ("integer", "Velikost", "Size", "Size in bytes."),
            "retrieved_from": ("text", "Odkud", "Retrieved from", "Address after redirects."),
            "retrieved_at": ("text", "Kdy (UTC)", "Retrieved at", "When it was received (UTC)."),
        },
    ),
}
