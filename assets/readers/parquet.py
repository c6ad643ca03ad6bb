"""Parquet files with a flat schema, read batch by batch; values become text as in workbooks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, heading, kind_of_content, number
from assets.registry.model import Layout

_BATCH = 10_000


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a Parquet file; raises BrokenInput."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected Parquet, found {kind} ({error}).") from error
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        raise BrokenInput(f"{path.name}: expected plain columns, found nested {', '.join(nested)}.")
    yield Table(None, [heading(name) for name in schema.names], _rows(path))


def _rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [column.to_pylist() for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    count += 1
                    yield count, [_text(cell) for cell in cells]
    except (pa.ArrowInvalid, OSError) as error:
        raise BrokenInput(f"{path.name}, after row {count}: not readable ({error}).") from error


def _text(cell: Any) -> str | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, float):
        return None if cell != cell else number(cell)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
