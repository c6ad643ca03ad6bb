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
        "One row per dataset and edition used: title, producer, licence, status, citation.",
        {
            "dataset_id": _DATASET_ID,
            "edition": _EDITION,
            **_ABOUT,
            "citation_cs": (
                "text",
                "Citace (česky)",
                "Citation (Czech)",
                "What to print beside a figure from this edition, in Czech.",
            ),
            "citation_en": (
                "text",
                "Citace (anglicky)",
                "Citation (English)",
                "What to print beside a figure from this edition, in English.",
            ),
        },
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
    "correction": (
        "One row per correction: what an edition of a source says wrongly, what is read in its "
        "place, why, and who was told. A renamed heading stands in source_column too.",
        {
            "correction_id": ("text", "Oprava", "Correction", "Name of the entry in the register."),
            "dataset_id": ("text", "Sada", "Dataset", "Dataset, as the registry names it."),
            "edition": ("text", "Vydání", "Edition", "Edition that is wrong."),
            "action": (
                "text",
                "Druh opravy",
                "Kind of correction",
                "replace_value, drop_row, rename_heading, or note where nothing is changed.",
            ),
            "column_name": ("text", "Sloupec", "Column", "Column of the raw table."),
            "row_key": (
                "text",
                "Řádek",
                "Row",
                "What finds the row; empty where the heading is meant.",
            ),
            "source_says": ("text", "Co říká zdroj", "Source says", "What stands in the file."),
            "corrected_to": ("text", "Opraveno na", "Corrected to", "What is read in its place."),
            "reason_cs": (
                "text",
                "Důvod (česky)",
                "Reason (Czech)",
                "How the mistake is known, in Czech.",
            ),
            "reason_en": (
                "text",
                "Důvod (anglicky)",
                "Reason (English)",
                "How the mistake is known, in English.",
            ),
            "noted_on": ("date", "Zjištěno", "Noted on", "Day on which it was entered."),
            "reported_to": (
                "text",
                "Oznámeno komu",
                "Reported to",
                "Who was told; empty where nobody was yet.",
            ),
            "reported_on": ("date", "Oznámeno kdy", "Reported on", "When they were told."),
            "report_status": (
                "text",
                "Stav oznámení",
                "Status of the report",
                "not_reported, reported, acknowledged or declined.",
            ),
            "is_applied": (
                "boolean",
                "Použito",
                "Is applied",
                "Whether this release was made with that edition.",
            ),
        },
    ),
    "revision": (
        "One row per dataset, edition and change of its bytes: new editions, and new vintages "
        "under an address that was seen before, with receipt, size and rows before and after.",
        {
            "dataset_id": _DATASET_ID,
            "edition": _EDITION,
            "seen_at": ("text", "Zjištěno (UTC)", "Seen at", "When the source showed it (UTC)."),
            "kind": (
                "text",
                "Druh změny",
                "Kind of change",
                "new_edition, or new_vintage where the edition was there with other bytes.",
            ),
            "sha256": ("text", "SHA-256", "SHA-256", "Hash of the bytes."),
            "previous_edition": (
                "text",
                "Předchozí vydání",
                "Previous edition",
                "The edition before: itself for a vintage, the last one for a snapshot.",
            ),
            "previous_sha256": (
                "text",
                "Předchozí SHA-256",
                "Previous SHA-256",
                "Hash of the bytes before.",
            ),
            "file_name": _FILE_NAME,
            "retrieved_from": ("text", "Odkud", "Retrieved from", "Address after redirects."),
            "retrieved_at": ("text", "Kdy (UTC)", "Retrieved at", "When it was received (UTC)."),
            "size_bytes": ("integer", "Velikost", "Size", "Size in bytes."),
            "previous_size_bytes": (
                "integer",
                "Předchozí velikost",
                "Previous size",
                "Size before, in bytes.",
            ),
            "row_count": (
                "integer",
                "Počet řádků",
                "Rows",
                "Data rows as read; empty where it was not read.",
            ),
            "previous_row_count": (
                "integer",
                "Předchozí počet řádků",
                "Previous rows",
                "Data rows before.",
            ),
        },
    ),
    "explained_revision": (
        "One row per release, table and, where it holds figures, indicator whose published rows "
        "differ from the release before: by how much, why, and the reason that a person gave.",
        {
            "compared_with": (
                "text",
                "Předchozí vydání dat",
                "Release before",
                "The release that was current before; the difference came with the next one.",
            ),
            "table_name": ("text", "Tabulka", "Table", "The published table that differs."),
            "indicator_id": (
                "text",
                "Ukazatel",
                "Indicator",
                "Indicator; empty where the table is not one of figures.",
            ),
            "causes": (
                "text",
                "Příčiny",
                "Causes",
                "input (editions came, went or changed), method, reading, correction, agreement, "
                "registry, unrecorded (the release before did not record its method) or "
                "unexplained.",
            ),
            "changed_inputs": (
                "text",
                "Změněné vstupy",
                "Changed inputs",
                "Datasets and editions behind the table that came, went or changed.",
            ),
            "contract_change": (
                "text",
                "Změna struktury",
                "Change of the contract",
                "none, patch (words), minor (something added) or breaking (something gone).",
            ),
            "rows_added": ("integer", "Přibylo řádků", "Rows added", "Rows with a new key."),
            "rows_removed": ("integer", "Ubylo řádků", "Rows removed", "Rows whose key is gone."),
            "rows_changed": (
                "integer",
                "Změněno řádků",
                "Rows changed",
                "Rows with the same key and another content.",
            ),
            "values_beyond_precision": (
                "integer",
                "Viditelně změněno hodnot",
                "Values changed visibly",
                "Values that changed by more than the precision in which they are shown.",
            ),
            "bands_changed": (
                "integer",
                "Změněno pásem",
                "Bands changed",
                "Municipalities and years whose band of the index changed.",
            ),
            "largest_difference": (
                "number",
                "Největší rozdíl",
                "Largest difference",
                "The largest change of a value, in the unit of the indicator.",
            ),
            "needs_reason_for": (
                "text",
                "Vyžaduje důvod",
                "Needs a reason for",
                "For what a person had to give a reason; empty where nothing was needed.",
            ),
            "reason_cs": ("text", "Důvod (česky)", "Reason (Czech)", "The reason, in Czech."),
            "reason_en": ("text", "Důvod (anglicky)", "Reason (English)", "The same in English."),
            "entered_on": ("date", "Zapsáno dne", "Entered on", "Day on which it was entered."),
        },
    ),
}
