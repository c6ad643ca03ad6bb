"""The register of corrections as a published table, part of the log of revisions."""

from typing import TYPE_CHECKING, Any

from assets.readers import fill_in, heading
from assets.registry.corrections import Correction, load_corrections
from orchestration.builds import Build

if TYPE_CHECKING:
    import pyarrow as pa

TABLE = "correction"
DESCRIPTION = (
    "One row per correction: what an edition of a source says wrongly, what is read in its place, "
    "why, and who was told. The heading of a renamed column stands in source_column too."
)

_COLUMNS: dict[str, tuple[str, str, str]] = {
    "correction_id": ("Oprava", "Correction", "Name of the entry in the register."),
    "dataset_id": ("Sada", "Dataset", "Dataset, as the registry names it."),
    "edition": ("Vydání", "Edition", "Edition that is wrong."),
    "action": (
        "Druh opravy",
        "Kind of correction",
        "replace_value, drop_row, rename_heading, or note where nothing is changed.",
    ),
    "column_name": ("Sloupec", "Column", "Column of the raw table."),
    "row_key": ("Řádek", "Row", "What finds the row; empty where the heading is meant."),
    "source_says": ("Co říká zdroj", "Source says", "What stands in the file."),
    "corrected_to": ("Opraveno na", "Corrected to", "What is read in its place."),
    "reason_cs": ("Důvod (česky)", "Reason (Czech)", "How the mistake is known, in Czech."),
    "reason_en": ("Důvod (anglicky)", "Reason (English)", "How the mistake is known, in English."),
    "noted_on": ("Zjištěno", "Noted on", "Day on which it was entered."),
    "reported_to": ("Oznámeno komu", "Reported to", "Who was told; empty where nobody was yet."),
    "reported_on": ("Oznámeno kdy", "Reported on", "When they were told."),
    "report_status": (
        "Stav oznámení",
        "Status of the report",
        "not_reported, reported, acknowledged or declined.",
    ),
    "is_applied": ("Použito", "Is applied", "Whether this release was made with that edition."),
}
"""Column → label in Czech and English, description."""


def described() -> dict[str, dict[str, Any]]:
    """What the table means, in the form in which dbt describes its models."""
    columns = {
        name: {"description": meaning, "meta": {"label": {"cs": cs, "en": en}}}
        for name, (cs, en, meaning) in _COLUMNS.items()
    }
    return {TABLE: {"description": DESCRIPTION, "columns": columns}}


def write_corrections(build: Build) -> None:
    """Write the table ``correction``; in the demo's world nothing is corrected."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    present = {(item.dataset, item.edition) for item in build.inputs()}
    register = load_corrections() if build.home.world == "real" else {}
    rows = [
        _row(name, c, (c.dataset, c.edition) in present) for name, c in sorted(register.items())
    ]
    table = pa.Table.from_pylist(rows, schema=_schema())
    pq.write_table(table, build.tables / f"{TABLE}.parquet", compression="zstd")


def corrected_heading(world: str, dataset: str, column: str, template: str) -> str | None:
    """What the heading of a layout should say, by the latest edition for which that is known."""
    register = load_corrections() if world == "real" else {}
    renamed = [
        (c.edition, c.value)
        for c in register.values()
        if (c.action, c.dataset, c.column) == ("rename_heading", dataset, column)
        and heading(c.expect) == heading(fill_in(template, c.edition))
    ]
    return max(renamed)[1] if renamed else None


def _schema() -> "pa.Schema":
    import pyarrow as pa

    types = {"noted_on": pa.date32(), "reported_on": pa.date32(), "is_applied": pa.bool_()}
    return pa.schema([(name, types.get(name, pa.string())) for name in _COLUMNS])


def _row(name: str, correction: Correction, is_applied: bool) -> dict[str, object]:
    key = "; ".join(f"{column} = {text}" for column, text in correction.key.items())
    values = (
        name,
        correction.dataset,
        correction.edition,
        correction.action,
        correction.column,
        key or None,
        correction.expect,
        correction.value,
        correction.reason.cs,
        correction.reason.en,
        correction.noted_on,
        correction.reported_to,
        correction.reported_on,
        correction.status,
        is_applied,
    )
    return dict(zip(_COLUMNS, values, strict=True))
