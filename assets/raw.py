"""Raw: landed bytes as Parquet under the registry's contract.

Values stay text, as the source wrote them; names are the contract's. Each row knows its file,
sheet and row number. A text that the contract declares as a value (``no_school``) stays as it
is and is named beside it in ``<column>__declared``. A broken contract stops here, with a
message that names file, sheet, row, column, expected and found.
"""

import csv
import hashlib
import itertools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from assets.corrections import check_corrections, outdated_heading
from assets.files import read_json, sha256_of_tree, versions_of, write_json
from assets.home import Home
from assets.readers import BrokenInput, Table, fill_in
from assets.recognise import positions, recognised_tables
from assets.registry import entry_path
from assets.registry.corrections import Correction, corrections_of
from assets.registry.model import PROVENANCE, Column, Dataset

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_CELLS = 400_000
"""Rows × columns that are in memory at a time, so that a wide table takes no more than a long."""
UNIQUE_CHECK_MEMORY = "128MB"
"""What the search for repeated keys may take; the rest of it goes to disk."""
UNFORESEEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
)
"""What a damaged file can cause inside a reader that is not a BrokenInput of its own."""
_SHOWN = 5

_FOUND_VALUE = re.compile(r"found »[^«]*«")
"""What a message cites of a cell; of confidential data it says only that it was otherwise."""

_TYPE_PATTERNS = {
    "integer": r"^-?\d+$",
    "number": r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$",
    "date": r"^(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})([ T]\d{2}:\d{2}:\d{2})?$",
}
_TYPE_NAMES = {"integer": "a whole number", "number": "a number", "date": "a date"}


@dataclass(frozen=True)
class RawFile:
    """One read edition: where its Parquet lies and what was counted."""

    path: Path
    rows: int
    layout: str
    dropped: int = 0


def reading_version(dataset: Dataset) -> str:
    """A hash of all that decides how bytes become raw and what of them is corrected.

    That is the entry, the dataset's corrections and the reading code.
    """
    entry = entry_path(dataset)
    declared = sha256_of_tree(entry.parent, [entry.name]) if entry else dataset.id
    corrected = "".join(
        f"{name}{correction.model_dump_json()}"
        for name, correction in corrections_of(dataset.id).items()
    )
    return hashlib.sha256(f"{declared}{corrected}{_code_version()}".encode()).hexdigest()[:32]


@cache
def _code_version() -> str:
    code = sha256_of_tree(
        Path(__file__).parent,
        ["raw.py", "recognise.py", "corrections.py", "readers/*.py", "registry/*.py"],
    )
    return code + versions_of("python-calamine", "pyarrow", "ijson")


def raw_path(home: Home, dataset_id: str, edition: str, sha256: str, reading: str) -> Path:
    """Where the raw table of these bytes lies, as one version of contract and code read them.

    The version is in the name, so that a later reading never changes what an earlier build saw.
    """
    return home.raw / dataset_id / edition / f"{sha256}-{reading[:16]}.parquet"


def current_raw(path: Path, dataset: Dataset) -> RawFile | None:
    """The raw table at ``path`` if the present contract and code have read it, else None."""
    note = read_json(path.with_suffix(".json"))
    if not note or note["reading"] != reading_version(dataset) or not path.exists():
        return None
    return RawFile(path=path, rows=note["rows"], layout=note["layout"], dropped=note["dropped"])


def read_into_raw(
    source: Path,
    target: Path,
    dataset: Dataset,
    edition: str,
    *,
    reference_date: str | None = None,
    layout: str | None = None,
    corrections: Mapping[str, Correction] | None = None,
) -> RawFile:
    """Read landed bytes into ``target``, replacing it whole; raises BrokenInput.

    The corrections of the edition are not applied, only held against what the source says.
    """
    corrections = corrections or {}
    import pyarrow as pa
    import pyarrow.parquet as pq

    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    schema = pa.schema([(name, pa.string()) for name in dataset.raw_columns])
    index = schema.get_field_index("_row")
    schema = schema.set(index, pa.field("_row", pa.int32()))
    rows = dropped = 0
    headings: list[dict[str, Any]] = []
    try:
        chosen, found = recognised_tables(source, dataset, edition, layout)
        with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for table in found:
                place = dict.fromkeys(PROVENANCE) | {
                    "_dataset": dataset.id,
                    "_edition": edition,
                    "_reference_date": reference_date,
                    "_source_file": source.name,
                    "_sheet": table.sheet,
                }
                at = positions(chosen, edition, table.header)
                headings.append(_headings(table, at))
                for block in _batches(table, at, place, schema):
                    batch = _without_dropped(block, dataset)
                    dropped += block.num_rows - batch.num_rows
                    batch = _under_contract(batch, dataset, chosen.columns, edition)
                    writer.write_table(batch)
                    rows += batch.num_rows
        if rows == 0:
            raise BrokenInput(f"{_where(dataset, edition, source.name)}: found no data rows.")
        pa.default_memory_pool().release_unused()  # the search for repeated keys needs its own
        _check_unique(temporary, dataset, edition, source.name)
        check_corrections(temporary, chosen, corrections)
        temporary.replace(target)
    except BrokenInput as error:
        prefix = f"{dataset.id}, edition {edition}"
        message = str(error) if str(error).startswith(prefix) else f"{prefix}: {error}"
        if dataset.is_confidential:
            message = _FOUND_VALUE.sub("found something else", message)
        raise BrokenInput(message + outdated_heading(corrections, message)) from error
    except UNFORESEEN as error:
        raise BrokenInput(
            f"{_where(dataset, edition, source.name)}: damaged in a way that its reader does not "
            f"know ({type(error).__name__}: {error})."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    # Written last: without this note the table counts as unread and is read again.
    note = {
        "reading": reading_version(dataset),
        "rows": rows,
        "layout": chosen.name,
        "dropped": dropped,
        "tables": headings,
    }
    write_json(target.with_suffix(".json"), note)
    return RawFile(path=target, rows=rows, layout=chosen.name, dropped=dropped)


def _headings(table: Table, at: dict[str, int]) -> dict[str, Any]:
    """The heading of a table as it stood in the file: of our columns, and what is not taken in."""
    taken = set(at.values())
    return {
        "sheet": table.sheet,
        "columns": {column: table.header[position] for column, position in at.items()},
        "not_taken": [n for i, n in enumerate(table.header) if n and i not in taken],
    }


def _batches(
    table: Table, at: dict[str, int], place: dict[str, str | None], schema: "pa.Schema"
) -> Iterator["pa.Table"]:
    import pyarrow as pa

    rows = iter(table.rows)
    size = max(1000, BATCH_CELLS // len(schema))
    while block := list(itertools.islice(rows, size)):
        arrays: dict[str, Any] = {
            name: pa.array([value] * len(block), pa.string()) for name, value in place.items()
        }
        arrays["_row"] = pa.array([number for number, _ in block], pa.int32())
        for column, position in at.items():
            arrays[column] = pa.array([row[position] for _, row in block], pa.string())
        for name in schema.names:
            arrays.setdefault(name, pa.nulls(len(block), pa.string()))
        yield pa.table([arrays[name] for name in schema.names], schema=schema)


def _without_dropped(batch: "pa.Table", dataset: Dataset) -> "pa.Table":
    """The rows that are data, after those that the entry says are none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rule = dataset.drop_rows
    if not rule:
        return batch
    drop = pa.chunked_array([pa.array([bool(rule.where_all_empty)] * batch.num_rows, pa.bool_())])
    for name in rule.where_all_empty:
        drop = pc.and_(drop, pc.is_null(batch[name]))
    for name, text in rule.where_equal.items():
        drop = pc.or_(drop, pc.fill_null(pc.equal(batch[name], text), False))
    return batch.filter(pc.invert(drop))


def _under_contract(
    batch: "pa.Table", dataset: Dataset, headings: dict[str, str], edition: str
) -> "pa.Table":
    """Check types, patterns and bounds; name declared values. Raises BrokenInput."""
    problems: list[str] = []
    for name, column in dataset.columns.items():
        values = batch[name].combine_chunks()
        declared = _declared(values, column)
        if column.values:
            position = batch.schema.get_field_index(f"{name}__declared")
            batch = batch.set_column(position, batch.schema.field(position), declared)
        named = fill_in(headings.get(name, "(none in this layout)"), edition)
        problems += _problems(batch, name, values, declared, column, named)
    if problems:
        more = len(problems) - _SHOWN
        tail = f" (and {more} more)" if more > 0 else ""
        raise BrokenInput(
            f"{dataset.id}, edition {edition}: " + "; ".join(problems[:_SHOWN]) + tail + "."
        )
    return batch


def _declared(values: "pa.Array", column: Column) -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.nulls(len(values), pa.string())
    for name, declared in column.values.items():
        named = pc.if_else(pc.equal(values, declared.text), name, named)
    return named


def _problems(
    batch: "pa.Table",
    name: str,
    values: "pa.Array",
    declared: "pa.Array",
    column: Column,
    heading: str,
) -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    undeclared = pc.is_null(declared)
    found: list[tuple[pa.Array, str]] = []
    if column.required:
        found.append((pc.is_null(values), "a value"))
    pattern = _TYPE_PATTERNS.get(column.type)
    if pattern:
        matches = pc.match_substring_regex(values, pattern)
        wrong = pc.and_(pc.invert(matches), undeclared)
        found.append((wrong, _TYPE_NAMES[column.type]))
        if column.min is not None or column.max is not None:
            numbers = pc.if_else(matches, values, None).cast(pa.float64())
            if column.min is not None:
                found.append((pc.less(numbers, column.min), f"at least {column.min:g}"))
            if column.max is not None:
                found.append((pc.greater(numbers, column.max), f"at most {column.max:g}"))
    if column.pattern:
        fits = pc.match_substring_regex(values, f"^(?:{column.pattern})$")
        found.append((pc.and_(pc.invert(fits), undeclared), f"text of the form {column.pattern}"))
    lines = []
    for mask, expected in found:
        lines += [
            _problem(batch, index, name, heading, expected, values[index].as_py())
            for index in pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
        ]
    return lines


def _problem(
    batch: "pa.Table", index: int, name: str, heading: str, expected: str, found: str | None
) -> str:
    sheet = batch["_sheet"][index].as_py()
    place = batch["_source_file"][index].as_py() + (f", sheet »{sheet}«" if sheet else "")
    shown = "nothing" if found is None else f"»{found[:60]}«"
    return (
        f"{place}, row {batch['_row'][index].as_py()}, column »{heading}« ({name}): "
        f"expected {expected}, found {shown}"
    )


def _check_unique(path: Path, dataset: Dataset, edition: str, file: str) -> None:
    import duckdb

    keys = [[name] for name, column in dataset.columns.items() if column.unique]
    if dataset.key:
        keys.append(dataset.key)
    with _bounded_database().cursor() as db:
        for key in keys:
            where = _where(dataset, edition, file)
            try:
                _check_key(db, path, key, where)
            except duckdb.OutOfMemoryException as error:
                raise BrokenInput(
                    f"{where}, column {', '.join(key)}: expected keys that can be compared within "
                    f"{UNIQUE_CHECK_MEMORY}, found too many of them."
                ) from error


@cache
def _bounded_database() -> Any:
    """One for the process: small, so that keys of any number are grouped on disk."""
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": UNIQUE_CHECK_MEMORY,
            "threads": 1,
            "preserve_insertion_order": False,
            "temp_directory": f"{gettempdir()}/agis-unique-{os.getpid()}",
        }
    )


def _check_key(db: Any, path: Path, key: list[str], where: str) -> None:
    columns = ", ".join(f'"{name}"' for name in key)
    # First the keys alone, which may be millions; then the rows of the few that are repeated.
    repeated = db.execute(
        f"""
        with repeated as (
            select {columns} from read_parquet($path)
            where {" and ".join(f'"{name}" is not null' for name in key)}
            group by {columns} having count(*) > 1 order by all limit {_SHOWN}
        )
        select {columns}, list(_row order by _row) from read_parquet($path)
        semi join repeated using ({columns}) group by {columns} order by all
        """,
        {"path": str(path)},
    ).fetchall()
    if repeated:
        shown = "; ".join(
            f"»{' / '.join(map(str, row[:-1]))}« in rows {', '.join(map(str, row[-1][:5]))}"
            for row in repeated
        )
        raise BrokenInput(
            f"{where}, column {', '.join(key)}: expected each value once, found {shown}."
        )


def _where(dataset: Dataset, edition: str, file: str) -> str:
    return f"{dataset.id}, edition {edition}: {file}"
