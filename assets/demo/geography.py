"""Where the invented municipalities lie: points in the North Sea, cut into compact areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Middle and half-axes of the country in degrees: open sea, so no real place is ever hit.
CENTRE = (4.25, 55.5)
HALF_AXES = (3.0, 1.3)
# One degree of longitude is this many degrees of latitude long at the country's middle.
SHRINK = float(np.cos(np.radians(CENTRE[1])))
# Written coordinates have this many decimals; everything is computed from the written ones.
DECIMALS = 12
# So many points look for their nearest donors together.
TILE = 128


@dataclass(frozen=True)
class Areas:
    """Points (degrees, shape (n, 2)) and the area number of each on three levels (shape (n,))."""

    points: Floats
    region: Ints
    orp: Ints
    pou: Ints


def scatter(count: int, rng: np.random.Generator) -> Floats:
    """``count`` points inside the country's ellipse, none much closer than the others."""
    spacing = 2.0 / np.sqrt(count) * 0.8
    while True:
        steps = int(np.ceil(1.0 / spacing)) + 1
        axis = np.arange(-steps, steps + 1) * spacing
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        grid = grid[(grid**2).sum(axis=1) < 1.0]
        if len(grid) >= count:
            break
        spacing *= 0.99
    chosen = np.sort(rng.permutation(len(grid))[:count])
    jittered: Floats = grid[chosen] + rng.uniform(-0.38, 0.38, (count, 2)) * spacing
    placed: Floats = jittered * np.array(HALF_AXES) + np.array(CENTRE)
    return placed


def bisect(points: Floats, sizes: list[int]) -> Ints:
    """Cut points into compact groups of exactly the given sizes; the group number of each."""
    group = np.zeros(len(points), dtype=np.int64)
    work = [(np.arange(len(points)), 0, len(sizes))]
    while work:
        members, first, last = work.pop()
        if last - first == 1:
            group[members] = first
            continue
        totals = np.cumsum(sizes[first:last])
        cut = first + 1 + int(np.argmin(np.abs(totals[:-1] - totals[-1] / 2)))
        left = sum(sizes[first:cut])
        extent = np.ptp(points[members], axis=0) * np.array([SHRINK, 1.0])
        axis = int(np.argmax(extent))
        order = members[np.argsort(points[members, axis], kind="stable")]
        work.append((order[:left], first, cut))
        work.append((order[left:], cut, last))
    return group


def split_evenly(total: int, weights: Floats, least: int) -> list[int]:
    """``total`` shared out by weight, each part at least ``least`` (largest remainders)."""
    spare = total - least * len(weights)
    if spare < 0:
        raise ValueError(f"{total} cannot give {len(weights)} parts of {least}")
    ideal = spare * weights / weights.sum()
    parts = np.floor(ideal).astype(np.int64)
    for index in np.argsort(parts - ideal, kind="stable")[: spare - int(parts.sum())]:
        parts[index] += 1
    return [int(part) + least for part in parts]


def seats(points: Floats, group: Ints, count: int) -> Ints:
    """For each group the point nearest to its middle."""
    found = np.zeros(count, dtype=np.int64)
    for number in range(count):
        members = np.flatnonzero(group == number)
        offset = (points[members] - points[members].mean(axis=0)) * np.array([SHRINK, 1.0])
        found[number] = members[int(np.argmin((offset**2).sum(axis=1)))]
    return found


def cluster(points: Floats, group: Ints, seat: Ints) -> Floats:
    """Draw every point towards its group's seat, the near ones more: settled cores."""
    away = points - points[seat[group]]
    length = np.hypot(away[:, 0] * SHRINK, away[:, 1])
    reach = np.zeros(len(seat))
    np.maximum.at(reach, group, length)
    ratio = np.divide(length, reach[group], out=np.ones_like(length), where=reach[group] > 0)
    pulled = points[seat[group]] + away * (0.45 + 0.45 * ratio)[:, None]
    return np.round(pulled, DECIMALS)


def project(points: Floats) -> Floats:
    """Degrees (lon, lat) to metres in EPSG:5514, shape (n, 2)."""
    from pyproj import Transformer

    from assets.demo import DemoError

    transformer = Transformer.from_crs("EPSG:4326", "EPSG:5514", always_xy=True)
    x, y = transformer.transform(points[:, 0], points[:, 1])
    metres = np.stack([np.asarray(x), np.asarray(y)], axis=1)
    if not np.isfinite(metres).all():
        raise DemoError(
            "The demo country could not be placed: PROJ gave no finite EPSG:5514 coordinates "
            "for a point in the North Sea. Expected finite metres; check the PROJ installation."
        )
    return metres


def two_nearest(points: Floats, donors: Floats) -> tuple[Ints, Floats, Floats]:
    """Position of the nearest donor of every point, its distance and the second nearest's.

    Of equal distances the earlier donor wins, so donors are given in the order of codes. Points
    are taken in compact tiles, and each tile looks only at donors that can matter to it.
    """
    nearest = np.zeros(len(points), dtype=np.int64)
    least, second = np.zeros(len(points)), np.full(len(points), np.inf)
    tiles = -(-len(points) // TILE)
    tile = bisect(points, split_evenly(len(points), np.ones(tiles), 1))
    order = np.argsort(tile, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(tile[order])) + 1):
        block = points[members]
        near = _candidates(block, donors)
        distance = np.hypot(
            block[:, None, 0] - donors[None, near, 0],
            block[:, None, 1] - donors[None, near, 1],
        )
        best = np.argmin(distance, axis=1)
        rows = np.arange(len(block))
        nearest[members] = near[best]
        least[members] = distance[rows, best]
        distance[rows, best] = np.inf
        second[members] = distance.min(axis=1)
    return nearest, least, second


def _candidates(block: Floats, donors: Floats) -> Ints:
    """Donors that can be one of the two nearest of any point in the block, in their order."""
    low, high = block.min(axis=0), block.max(axis=0)
    outside = np.maximum(np.maximum(low - donors, donors - high), 0.0)
    across = np.maximum(np.abs(donors - low), np.abs(donors - high))
    # Two donors lie no farther than this from every point of the block's box.
    reach = np.partition(np.hypot(*across.T), min(1, len(donors) - 1))[:2].max()
    return np.flatnonzero(np.hypot(*outside.T) <= reach * (1.0 + 1e-9))
