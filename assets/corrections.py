"""Corrections between raw and staging: raw keeps what the source said, a build reads what is right.

The guard runs when bytes are read and again when a build lays out its inputs: a correction holds
only while the source says what the correction expects.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.readers import BrokenInput, fill_in, heading
from assets.registry.corrections import FILE, Correction
from assets.registry.model import Layout

if TYPE_CHECKING:
    import pyarrow as pa


def check_corrections(path: Path, layout: Layout, corrections: Mapping[str, Correction]) -> None:
    """Hold a raw table against what its corrections expect; raises BrokenInput."""
    import pyarrow.parquet as pq

    table = pq.read_table(path) if any(c.key for c in corrections.values()) else None
    for name, correction in corrections.items():
        if correction.key:
            assert table is not None
            _rows_of(table, name, correction)
        else:
            _check_heading(layout, name, correction)


def outdated_heading(corrections: Mapping[str, Correction], message: str) -> str:
    """What to add to the message of a heading that is not known, where one was corrected."""
    expected = {n: c for n, c in corrections.items() if not c.key and f"»{c.expect}«" in message}
    return "".join(f" {_to_be_removed(name, c)}" for name, c in expected.items())


def write_corrected(source: Path, target: Path, corrections: Mapping[str, Correction]) -> None:
    """Write a raw table as corrected; raises BrokenInput where a correction has had its time."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(source)
    for name, correction in corrections.items():
        if not correction.changes_rows:
            continue
        rows = _rows_of(table, name, correction)
        if correction.action == "drop_row":
            table = table.filter(pc.invert(rows))
            continue
        # What replaces a declared text (»no school«) is an ordinary value.
        for column, value in (
            (correction.column, correction.value),
            (f"{correction.column}__declared", None),
        ):
            if column in table.schema.names:
                at = table.schema.get_field_index(column)
                replaced = pc.if_else(rows, pa.scalar(value, pa.string()), table[column])
                table = table.set_column(at, table.schema.field(at), replaced)
    pq.write_table(table, target, compression="zstd")


def _rows_of(table: "pa.Table", name: str, correction: Correction) -> "pa.ChunkedArray":
    """A mask with the one row of a correction; raises BrokenInput if it is not as expected."""
    import pyarrow.compute as pc

    mask = pc.equal(table[next(iter(correction.key))], next(iter(correction.key.values())))
    for column, text in correction.key.items():
        mask = pc.and_(mask, pc.equal(table[column], text))
    mask = pc.fill_null(mask, False)
    found = table.filter(mask)[correction.column].to_pylist()
    if found != [correction.expect]:
        place = ", ".join(f"{column} »{text}«" for column, text in correction.key.items())
        shown = " and ".join(f"»{value}«" for value in found) or "no such row"
        raise BrokenInput(
            f"{correction.dataset}, edition {correction.edition}: {place}, column "
            f"{correction.column}: correction {name} expects »{correction.expect}«, found {shown}. "
            + _to_be_removed(name, correction)
        )
    return mask


def _check_heading(layout: Layout, name: str, correction: Correction) -> None:
    declared = layout.columns.get(correction.column)
    found = heading(fill_in(declared, correction.edition)) if declared else "no such column"
    if found != heading(correction.expect):
        raise BrokenInput(
            f"{correction.dataset}, edition {correction.edition}: heading of {correction.column}: "
            f"correction {name} expects »{correction.expect}«, found »{found}«. "
            + _to_be_removed(name, correction)
        )


def _to_be_removed(name: str, correction: Correction) -> str:
    also = "" if correction.key else " and state the new heading in its registry entry"
    return (
        f"If the source has mended it, remove correction {name} from assets/registry/{FILE}{also}."
    )
