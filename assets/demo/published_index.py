"""The index of social exclusion as the demo's own publisher computes it.

It shares no code with the platform's models, so that the two can be compared. The rule and its
sources are told in the method note on the index; counts of allowances come as whole twelfths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.demo.geography import Floats, Ints

INDICATORS = (
    "distraint",
    "housing_allowance",
    "subsistence_allowance",
    "long_term_jobseekers",
    "early_leavers",
)
# How many parts a whole count has: the allowances are means of twelve months.
PARTS = {name: 12 if name.endswith("allowance") else 1 for name in INDICATORS}
LQ_CUTS = (1.8, 2.5)
COUNT_CUTS: dict[str, tuple[float, float]] = {
    "distraint": (100, 200),
    "housing_allowance": (40, 80),
    "subsistence_allowance": (30, 60),
    "long_term_jobseekers": (40, 80),
    "early_leavers": (6, 12),
}
SHARE_CUTS: dict[str, tuple[float, float]] = {
    "distraint": (12.0, 18.0),
    "housing_allowance": (2.1, 3.0),
    "subsistence_allowance": (0.9, 1.7),
    "long_term_jobseekers": (1.4, 2.5),
    "early_leavers": (5.0, 12.0),
}
BANDS = ("0 až 1", "2 až 7", "8 až 11", "12 až 30")
BAND_STARTS = (2, 8, 12)


@dataclass
class Inputs:
    """What one year's workbook counts; every array has one entry per municipality.

    ``parts`` holds counts in whole parts (twelfths for the allowances), ``bases`` the bases of
    the shares, ``donor`` the row whose school counts for a row (its own row with a school).
    """

    region: Ints
    population_15_64: Ints
    parts: dict[str, Ints]
    bases: dict[str, Ints]
    school: NDArray[np.bool_]
    donor: Ints

    def count(self, indicator: str) -> Floats:
        """Counts as the workbook prints them."""
        return self.parts[indicator] / PARTS[indicator]

    def national_share(self, indicator: str) -> float:
        """Share of the whole country in per cent."""
        total = int(self.parts[indicator].sum()) / PARTS[indicator]
        return 100 * total / int(self.bases[indicator].sum())


@dataclass(frozen=True)
class Published:
    """Shares in per cent, location quotients, points per indicator, index 0 to 30."""

    share: dict[str, Floats]
    lq: dict[str, Floats]
    points: dict[str, Ints]
    index: Ints

    @property
    def band(self) -> Ints:
        """Band number 0 to 3 of every municipality."""
        return np.searchsorted(BAND_STARTS, self.index, side="right").astype(np.int64)


def shares(inputs: Inputs, indicator: str) -> Floats:
    """100 * count / base, and 0 where nobody could be counted."""
    base = inputs.bases[indicator]
    hundredfold = 100 * inputs.count(indicator)
    return np.divide(hundredfold, base, out=np.zeros(len(base)), where=base > 0)


def quotients(inputs: Inputs, indicator: str, share: Floats) -> Floats:
    """Share over the mean of the region's and the country's pooled share."""
    size = int(inputs.region.max()) + 1
    parts = np.zeros(size, dtype=np.int64)
    bases = np.zeros(size, dtype=np.int64)
    np.add.at(parts, inputs.region, inputs.parts[indicator])
    np.add.at(bases, inputs.region, inputs.bases[indicator])
    hundredfold = 100 * (parts / PARTS[indicator])
    regional = np.divide(hundredfold, bases, out=np.zeros(size), where=bases > 0)
    reference = (regional[inputs.region] + inputs.national_share(indicator)) / 2
    return np.divide(share, reference, out=np.zeros(len(share)), where=reference > 0)


def sub_score(values: Floats, cuts: tuple[float, float]) -> Ints:
    """0 below the low cut, 1 from the low to the high cut, 2 above it."""
    low, high = cuts
    return (values >= low).astype(np.int64) + (values > high).astype(np.int64)


def compute(inputs: Inputs) -> Published:
    """Everything the workbook prints beside the counts."""
    share: dict[str, Floats] = {}
    lq: dict[str, Floats] = {}
    points: dict[str, Ints] = {}
    for name in INDICATORS:
        share[name] = shares(inputs, name)
        lq[name] = quotients(inputs, name, share[name])
        points[name] = (
            sub_score(inputs.count(name), COUNT_CUTS[name])
            + sub_score(share[name], SHARE_CUTS[name])
            + sub_score(lq[name], LQ_CUTS)
        )
    points["early_leavers"] = points["early_leavers"][inputs.donor]
    index = np.stack([points[name] for name in INDICATORS]).sum(axis=0)
    return Published(share, lq, points, index)


def too_close(inputs: Inputs, published: Published, margin: float = 1e-8) -> dict[str, Ints]:
    """Rows whose share or quotient lies so near a cut that rounding could decide it.

    Counts are whole parts and compared exactly, so they may lie on a cut.
    """
    found: dict[str, Ints] = {}
    for name in INDICATORS:
        near = np.zeros(len(inputs.region), dtype=bool)
        for cut in SHARE_CUTS[name]:
            near |= np.abs(published.share[name] - cut) < margin
        for cut in LQ_CUTS:
            near |= np.abs(published.lq[name] - cut) < margin
        if near.any():
            found[name] = np.flatnonzero(near)
    return found
