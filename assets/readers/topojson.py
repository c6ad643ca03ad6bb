"""TopoJSON: one row per geometry of the object that the layout's ``record`` names.

Headings are ``id``, the property names and ``geometry``: the GeoJSON geometry as text, WGS84
degrees, its arcs put together. A ring that simplification shrank to a point stays as it is.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, kind_of_content
from assets.registry.model import Layout

Line = list[list[float]]
_DEPTH = {"Polygon": 1, "MultiPolygon": 2}


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a topology; raises BrokenInput."""
    topology = _topology(path)
    try:
        geometries = topology["objects"][layout.record]["geometries"]
    except (KeyError, TypeError) as error:
        found = ", ".join(topology.get("objects") or {}) or "none"
        raise BrokenInput(
            f"{path.name}: expected an object {layout.record} with geometries, found {found}."
        ) from error
    names = list(geometries[0].get("properties") or {}) if geometries else []
    yield Table(None, ["id", *names, "geometry"], _rows(path, topology, geometries, names))


def _topology(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected TopoJSON, found {kind} ({error}).") from error
    if not isinstance(content, dict) or content.get("type") != "Topology":
        raise BrokenInput(f"{path.name}: expected a Topology, found another value.")
    return content


def _rows(
    path: Path, topology: dict[str, Any], geometries: list[dict[str, Any]], names: list[str]
) -> Iterator[Row]:
    lines = [_line(arc, topology.get("transform")) for arc in topology["arcs"]]
    for position, geometry in enumerate(geometries, start=1):
        properties = geometry.get("properties") or {}
        depth = _DEPTH.get(geometry.get("type", ""))
        if list(properties) != names or depth is None:
            raise BrokenInput(
                f"{path.name}, geometry {position}: expected a polygon with properties "
                f"{', '.join(names) or '(none)'}, found {geometry.get('type')} with "
                f"{', '.join(properties) or '(none)'}."
            )
        try:
            shape = _joined(geometry["arcs"], depth, lines)
        except (IndexError, TypeError, KeyError) as error:
            raise BrokenInput(f"{path.name}, geometry {position}: an arc is missing.") from error
        text = json.dumps({"type": geometry["type"], "coordinates": shape})
        cells = [geometry.get("id"), *(properties[name] for name in names)]
        yield position, [*(None if c is None else str(c) for c in cells), text]


def _line(arc: list[list[float]], transform: dict[str, list[float]] | None) -> Line:
    if not transform:
        return [list(point[:2]) for point in arc]
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    xs = itertools.accumulate(point[0] for point in arc)
    ys = itertools.accumulate(point[1] for point in arc)
    return [[round(x * sx + tx, 7), round(y * sy + ty, 7)] for x, y in zip(xs, ys, strict=True)]


def _joined(arcs: Any, depth: int, lines: list[Line]) -> Any:
    """Rings of a polygon (depth 1) or of several (depth 2)."""
    if depth:
        return [_joined(inner, depth - 1, lines) for inner in arcs]
    ring: Line = []
    for index in arcs:
        line = lines[index] if index >= 0 else lines[~index][::-1]
        if ring and ring[-1] != line[0]:
            raise KeyError(index)
        ring += line[1:] if ring else line
    if not ring or ring[0] != ring[-1]:
        raise KeyError("open ring")
    return ring
