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

_COLUMNS = (
    "correction_id",
    "dataset_id",
    "edition",
    "action",
    "column_name",
    "row_key",
    "source_says",
    "corrected_to",
    "reason_cs",
    "reason_en",
    "noted_on",
    "reported_to",
    "reported_on",
    "report_status",
    "is_applied",
)


def described() -> dict[str, dict[str, Any]]:
    """What the table means, in the form in which dbt describes its models."""
    return {TABLE: {"description": DESCRIPTION}}


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
