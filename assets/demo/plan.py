"""How many areas of each kind the country has, at full size and at other scales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.demo.geography import split_evenly

if TYPE_CHECKING:
    from assets.demo.geography import Floats

SMALLEST_SCALE, LARGEST_SCALE = 0.03, 10.0
# Areas multiply up to here, then only their municipalities do: 999 ORP have a code.
LARGEST_GROWTH = 4.0
# A region's districts are told apart by one hexadecimal digit, which starts from 1.
MOST_DISTRICTS = 15
# NUTS suffix, municipalities, ORP, districts, social burden (1 is the national level).
REGIONS: tuple[tuple[str, int, int, int, float], ...] = (
    ("010", 1, 1, 1, 0.92),
    ("020", 1140, 26, 12, 0.80),
    ("031", 620, 17, 7, 0.86),
    ("032", 500, 15, 7, 0.88),
    ("041", 140, 7, 3, 1.70),
    ("042", 350, 16, 7, 2.05),
    ("051", 220, 10, 4, 1.25),
    ("052", 450, 15, 5, 0.84),
    ("053", 450, 15, 4, 0.82),
    ("063", 700, 15, 5, 0.66),
    ("064", 670, 21, 7, 0.88),
    ("071", 400, 13, 5, 0.98),
    ("072", 310, 13, 4, 0.68),
    ("080", 307, 22, 6, 1.45),
)
FULL_POUS = 388
FULL_SCHOOLS = 1368
MILITARY_REGIONS = ("031", "041", "064", "071")
# Share of municipalities below a size, and that size (inhabitants 15+), the capital left out.
SIZE_CURVE = (
    (0.0, 17.0), (0.01, 42.0), (0.05, 74.0), (0.10, 103.0), (0.25, 188.0), (0.50, 380.0),
    (0.75, 800.0), (0.90, 1850.0), (0.95, 3600.0), (0.99, 15400.0), (0.995, 26500.0),
    (0.999, 76000.0), (1.0, 310000.0),
)  # fmt: skip
CAPITAL_SIZE = 1_168_000


@dataclass(frozen=True)
class RegionPlan:
    """Numbers of areas in one region."""

    suffix: str
    municipalities: int
    orps: int
    pous: int
    districts: int


def plan_regions(scale: float) -> list[RegionPlan]:
    """The numbers at a scale; areas become fewer before they become empty."""
    growth = min(max(scale, 1.0), LARGEST_GROWTH)
    land = REGIONS[1:]
    full_pous = split_evenly(FULL_POUS, np.array([row[2] for row in land], dtype=float), 1)
    plans = [RegionPlan("010", 1, 1, 1, 1)]
    for (suffix, municipalities, orps, districts, _), pous in zip(land, full_pous, strict=True):
        size = max(5, round(scale * municipalities))
        own_orps = min(round(growth * orps), max(1, size // 6))
        own_pous = min(round(growth * pous), max(own_orps, size // 3))
        most_districts = min(round(growth * districts), MOST_DISTRICTS)
        own_districts = min(most_districts, max(1, own_orps // 2))
        plans.append(RegionPlan(suffix, size, own_orps, own_pous, own_districts))
    return plans


def sizes(count: int, rng: np.random.Generator) -> Floats:
    """``count`` municipality sizes (inhabitants 15+), the largest first."""
    levels = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count
    known, values = np.array(SIZE_CURVE).T
    return np.sort(np.round(np.exp(np.interp(levels, known, np.log(values)))))[::-1]
