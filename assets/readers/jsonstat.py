"""JSON-stat 2.0: the dense or sparse cube as one row per cell that has a value.

Headings are the dimension ids, ``<id>.label`` for the label of each, ``value`` and ``status``.
The row number is the cell's position in the cube, from 1.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, kind_of_content
from assets.registry.model import Layout


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a JSON-stat dataset; raises BrokenInput."""
    cube = _cube(path)
    dimensions: list[str] = cube["id"]
    header = [name for d in dimensions for name in (d, f"{d}.label")] + ["value", "status"]
    yield Table(sheet=None, header=header, rows=_rows(path, cube))


def _cube(path: Path) -> dict[str, Any]:
    try:
        cube = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected JSON-stat, found {kind} ({error}).") from error
    wanted = {"version", "class", "id", "size", "dimension", "value"}
    missing = sorted(wanted - set(cube)) if isinstance(cube, dict) else sorted(wanted)
    if missing:
        raise BrokenInput(
            f"{path.name}: expected a JSON-stat dataset, found none (missing {', '.join(missing)})."
        )
    if cube["class"] != "dataset" or not str(cube["version"]).startswith("2."):
        raise BrokenInput(
            f"{path.name}: expected JSON-stat 2.0 of class dataset, found version "
            f"{cube['version']} of class {cube['class']}."
        )
    if len(cube["id"]) != len(cube["size"]):
        raise BrokenInput(
            f"{path.name}: expected a size for each of {len(cube['id'])} dimensions, found "
            f"{len(cube['size'])}."
        )
    return dict(cube)


def _rows(path: Path, cube: dict[str, Any]) -> Iterator[Row]:
    axes = [_axis(path, cube, d, n) for d, n in zip(cube["id"], cube["size"], strict=True)]
    values, statuses = cube["value"], cube.get("status") or {}
    cells = 1
    for axis in axes:
        cells *= len(axis)
    if isinstance(values, list) and len(values) != cells:
        raise BrokenInput(
            f"{path.name}: expected {cells} values (the product of the sizes), found {len(values)}."
        )
    for position, place in enumerate(itertools.product(*axes)):
        value = _at(values, position)
        status = _at(statuses, position)
        if value is None and status is None:
            continue
        text = None if value is None else _number(value)
        yield position + 1, [*itertools.chain.from_iterable(place), text, status]


def _axis(path: Path, cube: dict[str, Any], name: str, size: int) -> list[tuple[str, str | None]]:
    try:
        category = cube["dimension"][name]["category"]
    except (KeyError, TypeError) as error:
        raise BrokenInput(
            f"{path.name}, dimension {name}: expected its categories, found none."
        ) from error
    index = category.get("index") or dict.fromkeys(category["label"], 0)
    codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
    if len(codes) != size:
        raise BrokenInput(
            f"{path.name}, dimension {name}: expected {size} categories, found {len(codes)}."
        )
    labels = category.get("label", {})
    return [(code, labels.get(code)) for code in codes]


def _at(values: Any, position: int) -> Any:
    if isinstance(values, list):
        return values[position] if position < len(values) else None
    return values.get(str(position)) if isinstance(values, dict) else values


def _number(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else repr(value)
