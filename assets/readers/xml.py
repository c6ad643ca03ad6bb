"""XML, streamed: one row per element that the layout's ``record`` names (``Obce/Obec``).

Headings are paths from the record to elements that hold text, without namespaces
(``Okres/Kod``); ``../RedIzo`` looks in what encloses the record, as far as it was read. A path
that comes several times in one record gives its texts joined with ``; ``; elements that an
attribute or an element of their own tells apart are named with it (``ATR[akronym=CZNUTS]``,
``PF[T=1]/EU``); ``name/*`` among the ignored stands for all else below a name. All paths that occur
in any record count as found, so a new element is noticed; one that is missing is not, because
sources leave empty elements out: columns that must be there are ``required``. Read twice: for
the paths, then for the rows; memory holds one record.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assets.readers import BrokenInput, Row, Table, kind_of_content
from assets.registry.model import Layout

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CHUNK = 1 << 20

Found = tuple[int, "Element", list["Element"]]


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a document; raises BrokenInput."""
    declared = [n for n in (*layout.columns.values(), *layout.ignored) if not n.endswith("/*")]
    skipped = {name[:-2] for name in layout.ignored if name.endswith("/*")}
    found: dict[str, None] = dict.fromkeys(declared)
    marks = set(re.findall(r"\[(\w+)=", " ".join(declared)))
    _check_declaration(path)
    for _, record, _ in _records(path, layout):
        names = dict.fromkeys(_texts(record, marks))
        found.update({n: None for n in names if not any(_starts(n, s) for s in skipped)})
    yield Table(None, list(found), _rows(path, layout, list(found), marks))


def _rows(path: Path, layout: Layout, header: list[str], marks: set[str]) -> Iterator[Row]:
    for number, record, above in _records(path, layout):
        texts = _texts(record, marks)
        yield number, [_outer(n, above) if n.startswith("../") else texts.get(n) for n in header]


def _records(path: Path, layout: Layout) -> Iterator[Found]:
    """Each record with the elements that enclose it; emptied after use."""
    from xml.etree.ElementTree import ParseError, iterparse

    count, depth, above = 0, 0, list["Element"]()
    wanted = [n for n in (*layout.columns.values(), *layout.ignored) if n.startswith("../")]
    kept = {part for name in wanted for part in name.split("/")}
    record = (layout.record or "").split("/")
    try:
        with path.open("rb") as file:
            for event, element in iterparse(file, ("start", "end")):  # noqa: S314 - expat of Python 3.11+ bounds entity expansion
                if event == "start":
                    above.append(element)
                    if not depth and [_name(e) for e in above[-len(record) :]] == record:
                        depth = len(above)
                    continue
                above.pop()
                if depth == len(above) + 1:
                    count, depth = count + 1, 0
                    yield count, element, above
                    _remove(element, above)
                elif not depth and _name(element) not in kept:
                    _remove(element, above)
    except (ParseError, ValueError, LookupError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected XML, found {kind} ({error}).") from error


def _remove(element: "Element", above: list["Element"]) -> None:
    if above:
        above[-1].remove(element)


def _check_declaration(path: Path) -> None:
    """A file that declares one byte per letter and is UTF-8 would be read as garbled letters."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            start = file.read(_CHUNK)
            named = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w-]+)", start)
            if not named or named[1].lower().startswith((b"utf", b"us-ascii")):
                return
            ascii_only, chunk = True, start
            while chunk:
                decoder.decode(chunk)
                ascii_only = ascii_only and chunk.isascii()
                chunk = file.read(_CHUNK)
    except UnicodeDecodeError:
        return  # in the declared encoding, or damaged: the parser says it
    if not ascii_only:
        raise BrokenInput(
            f"{path.name}: expected {named[1].decode()} as it declares, found valid UTF-8; read as "
            "declared its letters with diacritics would be garbled."
        )


def _name(element: "Element") -> str:
    return _without_namespace(element.tag)


@lru_cache(maxsize=4096)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def _texts(record: "Element", marks: set[str]) -> dict[str, str | None]:
    found: dict[str, list[str]] = {}

    def walk(element: "Element", path: str) -> None:
        for child in element:
            inner = f"{path}/{_name(child)}" if path else _name(child)
            if marks:
                inner += "".join(f"[{mark}={of}]" for mark, of in _marks(child, marks))
            if len(child):
                walk(child, inner)
            else:
                texts = found.setdefault(inner, [])
                text = (child.text or "").strip()
                if text:
                    texts.append(text)

    walk(record, "")
    return {path: "; ".join(texts) or None for path, texts in found.items()}


def _marks(element: "Element", marks: set[str]) -> Iterator[tuple[str, str]]:
    """The declared attributes and elements that tell elements of one name apart."""
    for mark in sorted(marks):
        text = element.get(mark) or next((c.text for c in element if _name(c) == mark), None)
        if text:
            yield mark, text.strip()


def _starts(name: str, start: str) -> bool:
    return name == start or name.startswith((f"{start}/", f"{start}["))


def _outer(path: str, above: list["Element"]) -> str | None:
    level = path.count("../")
    if level > len(above):
        return None
    names = path.removeprefix("../" * level).split("/")
    place: Element | None = above[-level]
    for name in names:
        place = next((c for c in place if _name(c) == name), None) if place is not None else None
    return place.text.strip() if place is not None and place.text else None
