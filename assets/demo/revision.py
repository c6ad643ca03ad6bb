"""The planted source revision: what the first version of one workbook said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assets.demo.published_index import INDICATORS, Inputs, compute, too_close

if TYPE_CHECKING:
    from assets.demo.country import Country, State
    from assets.demo.figures import Figures

REVISED_YEAR = 2022
# Indicator and the factor by which the first version was wrong.
ERRORS = (
    ("housing_allowance", 2.0),
    ("subsistence_allowance", 0.5),
    ("long_term_jobseekers", 3.0),
    ("early_leavers", 2.0),
)


@dataclass(frozen=True)
class Correction:
    """One count that the revision changed; both counts in whole parts."""

    code: int
    indicator: str
    first_parts: int
    revised_parts: int


def _namesakes(country: Country, state: State, counts: Inputs) -> tuple[int, int]:
    """Two municipalities of one name whose distraint counts were mixed up at first."""
    seen: dict[str, int] = {}
    cases = counts.parts["distraint"]
    room = counts.bases["distraint"]
    for row, place in enumerate(state.place):
        other = seen.setdefault(country.places[place].name, row)
        small, large = sorted((int(cases[row]), int(cases[other])))
        if other != row and large - small >= 5 and large <= min(room[row], room[other]):
            return other, row
    raise ValueError("no two municipalities of one name have different counts")


def _single(inputs: Inputs, indicator: str, factor: float, used: set[int]) -> tuple[int, int]:
    """A middle-sized municipality and the wrong first count of it, in parts."""
    parts = inputs.parts[indicator]
    fit = [
        int(row)
        for row in np.argsort(-parts, kind="stable")
        if int(row) not in used and 0 < round(parts[row] * factor) < inputs.bases[indicator][row]
    ]
    row = fit[len(fit) // 10]
    return row, round(int(parts[row]) * factor)


def first_version(country: Country, figures: Figures) -> tuple[Inputs, list[Correction]]:
    """The inputs of the revised year as first published, and what was corrected."""
    state = figures.states[REVISED_YEAR]
    final = figures.inputs[REVISED_YEAR]
    first = replace(final, parts={name: final.parts[name].copy() for name in INDICATORS})
    one, other = _namesakes(country, state, final)
    first.parts["distraint"][[one, other]] = final.parts["distraint"][[other, one]]
    planned = {place for move in figures.moves for place in [int(state.owner[move.place])]}
    used = {one, other, *planned}
    wrong: list[tuple[str, int]] = []
    for indicator, factor in ERRORS:
        row, value = _single(final, indicator, factor, used)
        used.add(row)
        first.parts[indicator][row] = value
        wrong.append((indicator, row))
    for attempt in range(50):
        if not too_close(first, compute(first)):
            break
        indicator, row = wrong[attempt % len(wrong)]
        first.parts[indicator][row] += 1
    changes = [
        Correction(
            country.places[state.place[row]].code,
            name,
            int(first.parts[name][row]),
            int(final.parts[name][row]),
        )
        for name in INDICATORS
        for row in np.flatnonzero(first.parts[name] != final.parts[name])
    ]
    return first, changes
