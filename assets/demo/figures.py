"""Draws the figures of the five index years: levels, planted moves and chance."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.demo.country import BOUNDARY_YEAR, INDEX_YEARS, Country, State
from assets.demo.geography import project, two_nearest
from assets.demo.plan import REGIONS
from assets.demo.published_index import INDICATORS, Inputs, compute, too_close

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.demo.geography import Floats, Ints

# The definition of the housing allowance changes with this factor on the first of that year.
BREAK_YEAR = BOUNDARY_YEAR
BREAK_FACTOR = 1.35
EMPTY_SCHOOLS = 26
# National level in the last year (per cent), size effect, spread, pull of the region's burden,
# and the share of cases that stay from one year to the next.
LEVEL = {
    "distraint": (6.77, 0.08, 0.49, 0.85, 0.92),
    "housing_allowance": (2.70, 0.20, 0.42, 0.55, 0.75),
    "subsistence_allowance": (0.70, 0.18, 0.68, 1.25, 0.65),
    "long_term_jobseekers": (1.82, 0.07, 0.50, 0.95, 0.60),
    "early_leavers": (2.93, 0.03, 1.05, 0.75, 0.0),
}
TREND = {
    "distraint": (1.16, 1.12, 1.07, 1.03, 1.0),
    "housing_allowance": (1.02, 1.0, 0.98, 0.97, 1.0),
    "subsistence_allowance": (1.12, 1.12, 1.08, 1.02, 1.0),
    "long_term_jobseekers": (0.86, 0.98, 1.08, 1.02, 1.0),
    "early_leavers": (0.98, 0.97, 1.0, 1.0, 1.0),
}
MOVING = ("distraint", "long_term_jobseekers")
MOVES_EACH = 22


@dataclass(frozen=True)
class Move:
    """A real change: from ``year`` on the level of ``indicator`` in a place is ``factor``-fold."""

    place: int
    indicator: str
    year: int
    factor: float


@dataclass(frozen=True)
class Figures:
    """Per index year the territory and the counts, and the moves planted in them."""

    states: dict[int, State]
    inputs: dict[int, Inputs]
    moves: list[Move]
    nudged: int


def _levels(country: Country, rng: np.random.Generator) -> dict[str, Floats]:
    """Relative level of every indicator in every place (1 is ordinary)."""
    places = country.places
    people = np.array([max(place.population, 1) for place in places], dtype=float)
    burden = np.array([REGIONS[place.region][4] for place in places])
    orp = np.array([country.pous[place.pou].orp for place in places])
    latent = rng.normal(0.0, 1.0, len(places))
    latent += 0.45 * rng.normal(0.0, 1.0, len(country.orps))[orp]
    # Deep exclusion is rare and strong, mild differences are common.
    latent += 1.8 * (rng.random(len(places)) < 0.045)
    # In large towns differences between quarters level out.
    damp = np.clip(1.0 - 0.13 * np.log10(people / 2000.0), 0.55, 1.0)
    levels = {}
    for name, (_, size, spread, pull, _) in LEVEL.items():
        own = 0.84 * latent + 0.45 * rng.normal(0.0, 1.0, len(places))
        if name == "early_leavers":
            own = 0.55 * latent + 0.8 * rng.normal(0.0, 1.0, len(places))
        effect = size * np.log(np.clip(people, 60.0, 60_000.0) / 1000.0)
        levels[name] = burden**pull * np.exp(spread * own * damp + effect)
    return levels


def _bases(country: Country, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Inhabitants 15+ and 15 to 64 of every place at the end of each year, shape (5, n)."""
    last = np.array([place.population for place in country.places], dtype=float)
    growth = rng.normal(0.002, 0.007, len(last))
    young = np.clip(rng.normal(0.757, 0.02, len(last)), 0.66, 0.86)
    adults, working = [], []
    for year in INDEX_YEARS:
        back = INDEX_YEARS[-1] - year
        own = np.rint(last * (1 - growth) ** back).astype(np.int64)
        adults.append(own)
        working.append(np.rint(own * (young + 0.004 * back)).astype(np.int64))
    return np.array(adults), np.array(working)


def _pupils(country: Country, adults: Ints, rng: np.random.Generator) -> Ints:
    """Pupils who ended compulsory schooling, shape (5, n); a few small schools have none."""
    places = country.places
    school = np.array([place.school for place in places])
    factor = np.ones(len(places))
    factor[country.capital] = 0.75
    small = np.flatnonzero(school & (adults[-1] < 900))
    empty = max(1, round(EMPTY_SCHOOLS * country.scale))
    pupils = []
    for row in adults:
        mean = 0.0125 * (row + 800.0) * factor * school
        drawn = np.maximum(rng.poisson(mean), 2) * school
        drawn[rng.choice(small, min(empty, len(small) - 1), replace=False)] = 0
        pupils.append(drawn)
    return np.array(pupils, dtype=np.int64)


def _choose_moves(
    country: Country, expected: dict[str, Floats], rng: np.random.Generator
) -> list[Move]:
    """Municipalities in which the level really moves, never the ones that change territory."""
    events = country.events
    barred = {
        country.capital, events.split_new, events.split_mother, events.merge_ended,
        events.merge_absorber, events.moved, *events.shared_places,
    }  # fmt: skip
    moves = []
    for name in MOVING:
        fit = [
            index
            for index in np.flatnonzero(expected[name] >= 25)
            if index not in barred and country.places[index].population < 12_000
        ]
        number = min(MOVES_EACH, max(2, round(MOVES_EACH * country.scale * 2)), len(fit))
        for order, place in enumerate(rng.choice(fit, number, replace=False)):
            # Every year has both rises and falls.
            rises = (order + order // 4) % 2 == 0
            factor = rng.uniform(1.6, 2.4) if rises else rng.uniform(0.4, 0.6)
            year = int(INDEX_YEARS[1 + order % (len(INDEX_YEARS) - 1)])
            moves.append(Move(int(place), name, year, round(float(factor), 2)))
            barred.add(int(place))
    return moves


def _means(
    country: Country, bases: dict[str, Ints], rng: np.random.Generator
) -> tuple[dict[str, Floats], list[Move]]:
    """Expected counts, shape (5, n), with the break and the moves in them."""
    levels = _levels(country, rng)
    means: dict[str, Floats] = {}
    for name, level in levels.items():
        base = bases[name]
        target = LEVEL[name][0] / 100
        scaled = level * target * base[-1].sum() / (level * base[-1]).sum()
        rate = np.minimum(scaled, 0.5)
        means[name] = base * rate * np.array(TREND[name])[:, None]
    early = np.array(INDEX_YEARS) < BREAK_YEAR
    means["housing_allowance"][early] /= BREAK_FACTOR
    moves = _choose_moves(country, {name: means[name][0] for name in MOVING}, rng)
    for move in moves:
        means[move.indicator][INDEX_YEARS.index(move.year) :, move.place] *= move.factor
    return means, moves


def _stock(mean: Floats, stay: float, rng: np.random.Generator) -> Ints:
    """Counts over the years: most cases stay, some leave, new ones come; each year Poisson."""
    counts = [rng.poisson(mean[0])]
    for before, now in itertools.pairwise(mean):
        ratio = np.divide(now, before, out=np.zeros_like(now), where=before > 0)
        keep = stay * np.minimum(ratio, 1.0)
        counts.append(rng.binomial(counts[-1], keep) + rng.poisson(now - keep * before))
    return np.array(counts, dtype=np.int64)


def _allowance(mean: Floats, stay: float, rng: np.random.Generator) -> Ints:
    """Twelfths of a monthly mean: some households are paid all year, some for a part of it."""
    whole = _stock(0.6 * mean, stay, rng)
    part = _stock(0.8 * mean, stay / 2, rng)
    return np.asarray(12 * whole + rng.binomial(12 * part, 0.5), dtype=np.int64)


def _counts(
    means: dict[str, Floats], bases: dict[str, Ints], rng: np.random.Generator
) -> dict[str, Ints]:
    """Counts in parts for every indicator, shape (5, n)."""
    counts: dict[str, Ints] = {}
    for name in INDICATORS:
        stay = LEVEL[name][4]
        if name == "early_leavers":
            pupils = bases[name]
            chance = np.divide(means[name], pupils, out=np.zeros(pupils.shape), where=pupils > 0)
            counts[name] = rng.binomial(pupils, np.minimum(chance, 0.5)).astype(np.int64)
        elif name.endswith("allowance"):
            counts[name] = np.minimum(_allowance(means[name], stay, rng), 12 * bases[name])
        else:
            counts[name] = np.minimum(_stock(means[name], stay, rng), bases[name])
    return counts


def _gather(values: Ints, state: State) -> Ints:
    """Sums of the places' values over the municipalities of a state."""
    total = np.zeros(len(state.place), dtype=np.int64)
    np.add.at(total, state.owner, values)
    return total


def donors(country: Country, state: State) -> tuple[Ints, NDArray[np.bool_]]:
    """The row whose school counts for each row, and which rows have a school themselves."""
    school = np.array([country.places[index].school for index in state.place])
    # Rows are in the order of codes, so of equal distances the lower code wins.
    with_school = np.flatnonzero(school)
    metres = project(country.points(state.place))
    nearest, _, _ = two_nearest(metres, metres[with_school])
    return np.where(school, np.arange(len(school)), with_school[nearest]), school


def _nudge(inputs: Inputs) -> int:
    """Change counts by one until no share or quotient lies on a cut; how many were changed."""
    changed = 0
    for _ in range(50):
        close = too_close(inputs, compute(inputs))
        if not close:
            return changed
        for name, rows in close.items():
            # One more leaver would double a small school's share, one more pupil hardly moves it.
            target = inputs.bases[name] if name == "early_leavers" else inputs.parts[name]
            target[rows] += 1
            changed += len(rows)
    raise ValueError("shares kept falling on cut-offs")


def draw(country: Country) -> Figures:
    """The figures of all index years."""
    rng = np.random.default_rng([country.seed, 2])
    adults, working = _bases(country, rng)
    pupils = _pupils(country, adults, rng)
    bases = dict.fromkeys(INDICATORS, adults)
    bases |= {"long_term_jobseekers": working, "early_leavers": pupils}
    means, moves = _means(country, bases, rng)
    counts = _counts(means, bases, rng)
    region_of_place = np.array([place.region for place in country.places])
    states: dict[int, State] = {}
    inputs: dict[int, Inputs] = {}
    nudged = 0
    for position, year in enumerate(INDEX_YEARS):
        state = country.state(year)
        donor, school = donors(country, state)
        states[year] = state
        inputs[year] = Inputs(
            region=region_of_place[state.place],
            population_15_64=_gather(working[position], state),
            parts={name: _gather(counts[name][position], state) for name in INDICATORS},
            bases={name: _gather(bases[name][position], state) for name in INDICATORS},
            school=school,
            donor=donor,
        )
        nudged += _nudge(inputs[year])
    return Figures(states, inputs, moves, nudged)
