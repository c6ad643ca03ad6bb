"""GeoJSON feature collections of points.

Headings are the property names of the first feature plus ``geometry.longitude`` and
``geometry.latitude`` (WGS84, degrees). A MultiPoint counts as a point if it holds just one.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.readers import BrokenInput, Row, Table, kind_of_content
from assets.registry.model import Layout

_WGS84 = ("CRS84", "EPSG::4326")
_GEOMETRY = ["geometry.longitude", "geometry.latitude"]


def tables(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    """The one table of a feature collection; raises BrokenInput."""
    features = _features(path)
    names = list(features[0].get("properties") or {}) if features else []
    yield Table(sheet=None, header=[*names, *_GEOMETRY], rows=_rows(path, features, names))


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = kind_of_content(path)
        raise BrokenInput(f"{path.name}: expected GeoJSON, found {kind} ({error}).") from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise BrokenInput(
            f"{path.name}: expected a GeoJSON FeatureCollection, found another value."
        )
    crs = content.get("crs", {}).get("properties", {}).get("name", "CRS84")
    if not str(crs).endswith(_WGS84):
        raise BrokenInput(f"{path.name}: expected WGS84 coordinates, found {crs}.")
    features: list[dict[str, Any]] = content.get("features") or []
    return features


def _rows(path: Path, features: list[dict[str, Any]], names: list[str]) -> Iterator[Row]:
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        if list(properties) != names:
            raise BrokenInput(
                f"{path.name}, feature {number}: expected properties {', '.join(names)}, "
                f"found {', '.join(properties)}."
            )
        point = _point(path, number, feature.get("geometry") or {})
        cells = [properties[name] for name in names]
        yield number, [*(None if c is None else str(c) for c in cells), *map(repr, point)]


def _point(path: Path, number: int, geometry: dict[str, Any]) -> tuple[float, float]:
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(coordinates, list):
        coordinates = coordinates[0] if len(coordinates) == 1 else None
    elif geometry.get("type") != "Point":
        coordinates = None
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        raise BrokenInput(
            f"{path.name}, feature {number}: expected one point, found {geometry.get('type')}."
        )
    return float(coordinates[0]), float(coordinates[1])
