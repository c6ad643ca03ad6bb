"""Workbooks (.xlsx, and the old binary .xls), read with python-calamine.

Cells become text: whole numbers without a decimal point, other numbers in the shortest form
that reads back to the same double. Headings over several rows are joined with `` / ``, merged
group titles filled to the right.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
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
    stat = path.stat()
    workbook = _workbook(path, layout.reader, stat.st_size, stat.st_mtime_ns)
    wanted = fill_in(layout.sheet or "", edition)
    sheets = [n for n in workbook.sheets if n == wanted or re.fullmatch(wanted, n)]
    if not sheets:
        raise BrokenInput(
            f"{path.name}: expected a sheet named »{wanted}«, found sheets "
            + ", ".join(f"»{n}«" for n in workbook.sheets)
            + "."
        )
    for name in sheets:
        yield _table(name, workbook.cells(name), layout)


class _Workbook:
    """An open workbook that reads each sheet once."""

    def __init__(self, path: Path, reader: str) -> None:
        import python_calamine

        if reader == "xls":
            kind = kind_of_content(path)
            if kind != OLD_OFFICE:
                raise BrokenInput(f"{path.name}: expected a workbook (.xls), found {kind}.")
        else:
            with open_archive(path, "a workbook (.xlsx)") as archive:
                check_bounds(archive, path)
                check_span(archive, path)
        self.path = path
        self._error = python_calamine.CalamineError
        try:
            self._open = python_calamine.CalamineWorkbook.from_path(str(path))
        except (python_calamine.CalamineError, OSError) as error:
            raise BrokenInput(f"{path.name}: not a readable workbook ({error}).") from error
        self.sheets: list[str] = self._open.sheet_names
        self._cells: dict[str, list[list[Any]]] = {}

    def cells(self, sheet: str) -> list[list[Any]]:
        """All cells of a sheet from its first row and column on; raises BrokenInput."""
        if sheet not in self._cells:
            try:
                read = self._open.get_sheet_by_name(sheet)
                self._cells[sheet] = read.to_python(skip_empty_area=False)
            except self._error as error:
                raise BrokenInput(
                    f"{self.path.name}, sheet »{sheet}«: not readable ({error})."
                ) from error
        return self._cells[sheet]


@lru_cache(maxsize=1)
def _workbook(path: Path, reader: str, _size: int, _changed: int) -> _Workbook:
    """The workbook read last is kept, since each layout that may fit looks at it."""
    return _Workbook(path, reader)


def _table(sheet: str, cells: list[list[Any]], layout: Layout) -> Table:
    first = layout.first_row - 1 if layout.first_row else max(layout.header_rows)
    header = _header([cells[n - 1] if n <= len(cells) else [] for n in layout.header_rows])
    return Table(sheet=sheet, header=header, rows=_rows(cells, first))


def _rows(cells: list[list[Any]], first: int) -> Iterator[Row]:
    as_text = _TEXT_OF.get
    for index in range(first, len(cells)):
        row = [as_text(type(cell), _other)(cell) for cell in cells[index]]
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
    return _TEXT_OF.get(type(cell), _other)(cell)


def _other(cell: Any) -> str | None:
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return None if cell is None else str(cell)


_TEXT_OF: dict[type, Callable[[Any], str | None]] = {
    str: lambda cell: cell if cell.strip() else None,
    float: number,
    int: str,
    bool: lambda cell: "true" if cell else "false",
}
"""How a cell becomes text: looked up by type, for there are millions of them."""
