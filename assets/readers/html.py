"""A table in an HTML page (often named .xls): its first row is the heading.

The declared encoding is the only one tried. No-break spaces that pad a cell count as spaces.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from assets.readers import BrokenInput, Row, Table, heading
from assets.registry.model import Layout

_CHUNK = 1 << 16


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a page; raises BrokenInput."""
    rows = _rows(path, layout.encoding or "utf-8")
    header = next(rows, None)
    if header is None:
        raise BrokenInput(f"{path.name}: expected an HTML page with a table, found no table row.")
    names = [heading(cell or "") for cell in header[1]]
    yield Table(None, names, _checked(path, rows, len(names)))


def _checked(path: Path, rows: Iterator[Row], width: int) -> Iterator[Row]:
    for count, cells in rows:
        if len(cells) != width:
            raise BrokenInput(
                f"{path.name}, table row {count}: expected {width} cells as in the heading, "
                f"found {len(cells)}."
            )
        yield count, cells


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    parser = _Parser(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                yield from parser.take()
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{path.name}: bytes that are not {encoding} ({error}).") from error
    parser.close()
    yield from parser.take()
    if parser.open or parser.tables != 1:
        found = "a page that breaks off inside the table" if parser.open else f"{parser.tables}"
        raise BrokenInput(f"{path.name}: expected one whole table, found {found}.")


class _Parser(HTMLParser):
    """Collects the rows of tables that do not nest."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.count, self.tables = path, 0, 0
        self.open = False
        self._row: list[str | None] | None = None
        self._cell: list[str] | None = None
        self._done: list[Row] = []

    def take(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            if self.open:
                raise BrokenInput(f"{self.path.name}: a table inside a table.")
            self.open, self.tables = True, self.tables + 1
        elif self.open and tag == "tr":
            self._end_row()
            self._row = []
        elif self._row is not None and tag in ("td", "th"):
            if any(name in ("colspan", "rowspan") for name, _ in attrs):
                raise BrokenInput(f"{self.path.name}, table row {self.count + 1}: merged cells.")
            self._end_cell()
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
            if tag == "table":
                self.open = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append("".join(self._cell).strip() or None)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.count += 1
            self._done.append((self.count, self._row))
        self._row = None
