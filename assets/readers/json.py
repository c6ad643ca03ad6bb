"""JSON documents: one row per item of the list that the layout's ``record`` path leads to.

Headings are the paths of the items' own fields joined with ``/``; an item that is no object has
the single heading ``value``. Objects inside are flattened, lists inside are not: a layout that
needs one is refused.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, kind_of_content, number
from assets.registry.model import Layout


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a JSON document; raises BrokenInput."""
    items = [_flat(path, n, item) for n, item in enumerate(_items(path, layout), start=1)]
    header = list(dict.fromkeys(name for item in items for name in item))
    rows: Iterator[Row] = (
        (n, [item.get(name) for name in header]) for n, item in enumerate(items, start=1)
    )
    yield Table(None, header, rows)


def _items(path: Path, layout: Layout) -> list[Any]:
    try:
        content = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected JSON, found {kind} ({error}).") from error
    for name in filter(None, (layout.record or "").split("/")):
        if not isinstance(content, dict) or name not in content:
            raise BrokenInput(f"{path.name}: expected a list at {layout.record}, found none.")
        content = content[name]
    if not isinstance(content, list):
        raise BrokenInput(f"{path.name}: expected a list at {layout.record}, found another value.")
    return content


def _flat(path: Path, position: int, item: Any) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}

    def walk(value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{name}/{key}" if name else key)
        elif isinstance(value, list):
            raise BrokenInput(f"{path.name}, item {position}: a list inside, at {name}.")
        else:
            flat[name or "value"] = _text(value)

    walk(item, "")
    return flat


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else str(value)
