"""Readers: official bytes as tables of text, exactly as the source says them.

Belongs here: one module per format. A reader yields tables (sheet, heading, numbered rows of
text); it knows nothing of contracts and never repairs. Damage is a ``BrokenInput`` that names
the place. To add a format, write ``tables(path, layout, edition)`` in a module of the
reader's name and add that name to ``Layout.reader``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assets.errors import AgisError
from assets.registry.model import Layout

Row = tuple[int, list[str | None]]


class BrokenInput(AgisError):
    """A file is not what its registry entry says; names file, place, expected and found."""


@dataclass(frozen=True)
class Table:
    """One table of a file: its heading and its data rows as text, numbered as in the source."""

    sheet: str | None
    header: list[str]
    rows: Iterable[Row]


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The tables of ``path`` under ``layout``; raises BrokenInput.

    Rows are to be read before the next table is asked for.
    """
    from importlib import import_module

    from assets.readers.unpack import unpacked

    module = import_module(f"assets.readers.{_MODULES.get(layout.reader, layout.reader)}")
    for file in unpacked(path, layout):
        for table in module.tables(file, layout, edition):
            if layout.members:
                table = replace(table, sheet=file.name)
            yield _with_numbered_repeats(table) if layout.number_repeats else table


_MODULES = {"xls": "xlsx"}


def _with_numbered_repeats(table: Table) -> Table:
    seen: dict[str, int] = {}
    header = []
    for name in table.header:
        seen[name] = seen.get(name, 0) + 1
        header.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return replace(table, header=header)


def heading(text: str) -> str:
    """A heading without line breaks and stray spaces, as headings are compared."""
    return re.sub(r"\s+", " ", text).strip()


def fill_in(template: str, edition: str) -> str:
    """Put the edition into a heading or sheet name: ``{edition}``, ``{school_year}``."""
    school_year = ""
    if re.fullmatch(r"\d{4}", edition):
        school_year = f"{int(edition) - 1}/{edition[2:]}"
    return template.replace("{edition}", edition).replace("{school_year}", school_year)


def number(value: float) -> str:
    """Whole numbers without a decimal point, others in the shortest form that reads back."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


OLD_OFFICE = "an old binary Office file"


def kind_of_content(path: Path) -> str:
    """What the first bytes look like, in words for a message."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        return "an empty file"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if text.startswith(b"<?xml"):
        return "an XML document"
    if start.startswith(b"PK\x03\x04"):
        return "a ZIP container"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return OLD_OFFICE
    return "content that starts with " + repr(start[:24])[1:]
