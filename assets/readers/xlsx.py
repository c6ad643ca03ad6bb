"""Workbooks (.xlsx, and the old binary .xls), read with python-calamine.

Cells become text: whole numbers without a decimal point, other numbers in the shortest form
that reads back to the same double. Headings over several rows are joined with `` / ``, merged
group titles filled to the right.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import (
    OLD_OFFICE,
    BrokenInput,
    Row,
    Table,
    fill_in,
    heading,
    kind_of_content,
    number,
)
from assets.readers.unpack import check_bounds, check_span, open_archive
from assets.registry.model import Layout


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """One table for each sheet whose name matches the layout's; raises BrokenInput."""
    import python_calamine

    if layout.reader == "xls":
        kind = kind_of_content(path)
        if kind != OLD_OFFICE:
            raise BrokenInput(f"{path.name}: expected a workbook (.xls), found {kind}.")
    else:
        with open_archive(path, "a workbook (.xlsx)") as archive:
            check_bounds(archive, path)
            check_span(archive, path)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as error:
        raise BrokenInput(f"{path.name}: not a readable workbook ({error}).") from error
    with workbook:
        wanted = fill_in(layout.sheet or "", edition)
        sheets = [n for n in workbook.sheet_names if n == wanted or re.fullmatch(wanted, n)]
        if not sheets:
            raise BrokenInput(
                f"{path.name}: expected a sheet named »{wanted}«, found sheets "
                + ", ".join(f"»{n}«" for n in workbook.sheet_names)
                + "."
            )
        for name in sheets:
            try:
                cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except python_calamine.CalamineError as error:
                raise BrokenInput(
                    f"{path.name}, sheet »{name}«: not readable ({error})."
                ) from error
            yield _table(name, cells, layout)


def _table(sheet: str, cells: list[list[Any]], layout: Layout) -> Table:
    first = layout.first_row - 1 if layout.first_row else max(layout.header_rows)
    header = _header([cells[n - 1] if n <= len(cells) else [] for n in layout.header_rows])
    return Table(sheet=sheet, header=header, rows=_rows(cells, first))


def _rows(cells: list[list[Any]], first: int) -> Iterator[Row]:
    for index in range(first, len(cells)):
        row = [_text(cell) for cell in cells[index]]
        if any(cell is not None for cell in row):
            yield index + 1, row


def _header(rows: list[list[Any]]) -> list[str]:
    """One heading per column: its texts from the top row down, joined; merged titles repeated."""
    levels: list[list[str]] = []
    above: list[str] | None = None
    for depth, row in enumerate(rows):
        texts = [heading(_text(cell) or "") for cell in row]
        levels.append(texts if depth == len(rows) - 1 else _filled_right(texts, above))
        above = texts
    return [" / ".join(part for part in parts if part) for parts in zip(*levels, strict=False)]


def _filled_right(texts: list[str], above: list[str] | None) -> list[str]:
    """Repeat a merged title to its right, but never under another title of the row above."""
    filled: list[str] = []
    for index, text in enumerate(texts):
        new_group = above is not None and index < len(above) and above[index]
        filled.append(text or ("" if new_group or not filled else filled[-1]))
    return filled


def _text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number(cell)
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return None if cell is None else str(cell)
