"""JSON documents, streamed: one row per item of the list that the layout's ``record`` names.

``record`` is the path to the list, ``""`` where the document is the list itself, and goes on into
lists of its items: ``polozky[]/formy[]/kapacity`` makes a row of each capacity. Headings are the
paths of an item's own fields joined with ``/``; a field that is a list is declared with ``[]``
(``ciloveSkupiny[]/id``) and gives its texts joined with ``; ``; ``../id`` looks in the item that
encloses this one. An item that is no object has the single heading ``value``. All paths that
occur in any item count as found, so a new field is noticed; ``name/*`` among the ignored stands
for all below a name but what is declared. Read twice: for the paths, then for the
rows; memory holds one item of the outermost list.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, kind_of_content, number
from assets.registry.model import Layout

_LEAD = 100_000
"""How many JSON tokens may come before the list begins."""
_BOM = b"\xef\xbb\xbf"

Found = tuple[int, Any, list[Any]]


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a JSON document; raises BrokenInput."""
    known = _Known(path, layout)
    for position, item, _ in _items(path, layout):
        known.meet(position, item)
    yield Table(None, known.header(), _rows(path, layout, known))


def _rows(path: Path, layout: Layout, known: "_Known") -> Iterator[Row]:
    width = len(known.header()) - len(known.wanted)
    for position, item, above in _items(path, layout):
        cells = [_pick(item, above, name) for name in known.wanted]
        yield position, cells + [None] * width


def _items(path: Path, layout: Layout) -> Iterator[Found]:
    """Each item of the innermost list with the items that enclose it, outermost first."""
    outer, *inner = (layout.record or "").split("[]/")
    count = 0
    for top, item in enumerate(_streamed(path, layout, outer), start=1):
        for found, above in _inside(path, top, item, [], inner):
            count += 1
            yield count, found, above


def _inside(
    path: Path, top: int, item: Any, above: list[Any], lists: list[str]
) -> Iterator[tuple[Any, list[Any]]]:
    if not lists:
        yield item, above
        return
    items = _value(item, lists[0])
    if items is not None and not isinstance(items, list):
        raise BrokenInput(f"{path.name}, item {top}: expected a list at {lists[0]}, found a value.")
    for each in items or []:
        yield from _inside(path, top, each, [*above, item], lists[1:])


def _streamed(path: Path, layout: Layout, place: str) -> Iterator[Any]:
    import ijson

    prefix = ".".join(place.split("/")) if place else ""
    try:
        with path.open("rb") as file:
            _check_list(path, layout, ijson.parse(_text_of(file)), prefix)
        with path.open("rb") as file:
            items = f"{prefix}.item" if prefix else "item"
            yield from ijson.items(_text_of(file), items, use_float=True)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected JSON, found {kind} ({error}).") from error


def _text_of(file: Any) -> Any:
    """The stream without a byte-order mark."""
    start = file.read(len(_BOM))
    return _Rest(b"" if start == _BOM else start, file)


class _Rest:
    """A stream whose first bytes were read already."""

    def __init__(self, start: bytes, file: Any) -> None:
        self._start, self._file = start, file

    def read(self, size: int = -1) -> bytes:
        start, self._start = self._start, b""
        if size == 0:
            self._start = start
            return b""
        return start or bytes(self._file.read(size))


def _check_list(path: Path, layout: Layout, events: Any, prefix: str) -> None:
    where = layout.record or "the top"
    for at, event, _ in islice(events, _LEAD):
        if at != prefix:
            continue
        if event == "start_array":
            return
        if event not in ("map_key", "start_map", "end_map") or not prefix:
            raise BrokenInput(f"{path.name}: expected a list at {where}, found another value.")
    raise BrokenInput(f"{path.name}: expected a list at {where}, found none.")


class _Known:
    """Which paths the layout declares, and which were met in the items."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self.wanted = list(layout.columns.values())
        self._declared = {n for n in [*self.wanted, *layout.ignored] if not n.endswith("/*")}
        self._skipped = {name[:-2] for name in layout.ignored if name.endswith("/*")}
        self._begun = {start for name in self._declared for start in _starts(name)}
        self._met = dict.fromkeys(name for name in self._declared if name.startswith("../"))

    def header(self) -> list[str]:
        """The wanted paths that are there, in order, then all others that were met."""
        wanted = [name for name in self.wanted if name in self._met]
        return wanted + [name for name in self._met if name not in self.wanted]

    def meet(self, position: int, value: Any, path: str = "") -> None:
        """Take in the paths of one item; raises BrokenInput where a list is not declared."""
        if path in self._skipped:
            self._met |= self._below(path)
            return
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                self.meet(position, inner, f"{path}/{key}" if path else key)
        elif isinstance(value, list):
            if f"{path}[]" not in self._begun | self._declared:
                raise BrokenInput(f"{self._path.name}, item {position}: a list inside, at {path}.")
            if not value:
                self._met |= self._below(path)
            for inner in value:
                self.meet(position, inner, f"{path}[]")
        elif value is None and path in self._begun:
            self._met |= self._below(path)
        else:
            self._met[path or "value"] = None

    def _below(self, path: str) -> dict[str, None]:
        """What is declared below a path where nothing stands now: empty there, not missing."""
        starts = (f"{path}/", f"{path}[]")
        return dict.fromkeys(name for name in self._declared if name.startswith(starts))


def _starts(name: str) -> Iterator[str]:
    """What a declared path goes through: ``a[]/b`` through ``a`` and ``a[]``."""
    parts = name.split("/")
    for length in range(1, len(parts) + 1):
        start = "/".join(parts[:length])
        yield from {start, start.removesuffix("[]")} - {name}


def _pick(item: Any, above: list[Any], name: str) -> str | None:
    level = name.count("../")
    if level > len(above):
        return None
    value = above[-level] if level else item
    name = name.removeprefix("../" * level)
    if name == "value" and not isinstance(value, dict):
        return _text(value)
    texts = list(filter(None, map(_text, _values(value, name.split("/")))))
    return "; ".join(texts) or None


def _values(value: Any, names: list[str]) -> Iterator[Any]:
    if not names:
        yield value
    elif isinstance(value, dict):
        key, is_list = names[0].removesuffix("[]"), names[0].endswith("[]")
        inner = value.get(key)
        for each in (inner or []) if is_list else [inner]:
            yield from _values(each, names[1:])


def _value(value: Any, path: str) -> Any:
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else str(value)
