"""Delimited text, decoded strictly.

A byte-order mark decides; without one the encoding that the layout declares, and no other. A
byte that does not fit, a replacement character, or a whole file that is valid UTF-8 although
the layout declares cp1250 is an error with its place. Blank lines at the end are ignored.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from assets.readers import BrokenInput, Row, Table, heading, kind_of_content
from assets.registry.model import Layout

if TYPE_CHECKING:
    import _csv

_CHUNK = 1 << 20
_BOM = codecs.BOM_UTF8
_LOST = "a replacement character"
_CONTROL = re.compile("[\x80-\x9f]")
"""Characters that no text holds, but a text that was once decoded wrongly and saved again."""


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a delimited file; raises BrokenInput."""
    kind = kind_of_content(path)
    if not kind.startswith("content"):
        raise BrokenInput(f"{path.name}: expected delimited text, found {kind}.")
    declared = layout.encoding or "utf-8"
    # The heading is read leniently, so that a file is recognised before its bytes are judged.
    with path.open(encoding=_encoding(path, declared), errors="replace", newline="") as file:
        header = [heading(name) for name in next(_lines(file, layout, strict=False), [])]
    yield Table(sheet=None, header=header, rows=_rows(path, layout, declared, len(header)))


def _lines(file: IO[str], layout: Layout, *, strict: bool = True) -> "_csv._reader":
    return csv.reader(file, delimiter=layout.delimiter or ",", strict=strict)


def _rows(path: Path, layout: Layout, declared: str, width: int) -> Iterator[Row]:
    _check_encoding(path, declared)
    blank_at = None
    with path.open(encoding=_encoding(path, declared), newline="") as file:
        # A heading may have a space after its last quote; below it the rules are strict.
        first = _lines(file, layout, strict=False)
        next(first, None)
        lines = _lines(file, layout)

        def at() -> int:
            return first.line_num + lines.line_num

        try:
            for cells in lines:
                if not cells:
                    blank_at = blank_at or at()
                    continue
                if blank_at:
                    raise BrokenInput(
                        f"{path.name}, line {blank_at}: a blank line inside the table; "
                        "expected blank lines at the end only."
                    )
                if len(cells) != width:
                    raise BrokenInput(
                        f"{path.name}, line {at()}: expected {width} fields as in the "
                        f"heading, found {len(cells)}."
                    )
                yield at(), [cell if cell.strip() else None for cell in cells]
        except csv.Error as error:
            raise BrokenInput(f"{path.name}, line {at()}: {error}.") from error


def _encoding(path: Path, declared: str) -> str:
    with path.open("rb") as file:
        return "utf-8-sig" if file.read(len(_BOM)) == _BOM else declared


def _check_encoding(path: Path, declared: str) -> None:
    """Try every byte; raises BrokenInput."""
    encoding = _encoding(path, declared)
    if encoding == "cp1250" and not _is_ascii(path):
        as_utf8 = _decoding_problem(path, "utf-8")
        if as_utf8 is None:
            raise BrokenInput(
                f"{path.name}: expected cp1250 as the layout declares, found valid UTF-8; read as "
                "cp1250 its letters with diacritics would be garbled."
            )
        if _LOST in as_utf8:  # saved as UTF-8 after its letters were lost
            raise BrokenInput(f"{path.name}, {as_utf8}; the layout declares {declared}.")
    problem = _decoding_problem(path, encoding)
    if problem:
        raise BrokenInput(f"{path.name}, {problem}; the layout declares {declared}.")


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as file:
        return all(chunk.isascii() for chunk in iter(lambda: file.read(_CHUNK), b""))


def _decoding_problem(path: Path, encoding: str) -> str | None:
    """None if all bytes decode; else a phrase with line, byte and what is wrong."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, position = 1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                wrong = error.object[error.start : error.start + 4].hex(" ")
                return (
                    f"line {line}: bytes {wrong} are not {encoding} "
                    f"({error.reason}, about byte {position + error.start})"
                )
            if "\ufffd" in text:
                line += text[: text.index("\ufffd")].count("\n")
                return f"line {line}: {_LOST}; letters were lost before it came"
            control = _CONTROL.search(text)
            if control:
                line += text[: control.start()].count("\n")
                return f"line {line}: a control character; letters were garbled before it came"
            if not chunk:
                return None
            line += text.count("\n")
            position += len(chunk)
