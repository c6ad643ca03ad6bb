"""Builds the invented country: areas, names, codes, sizes, schools and changes of territory."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assets.demo import geography, names, territory_changes
from assets.demo.country import Country, District, Orp, Place, Pou, Region
from assets.demo.plan import (
    CAPITAL_SIZE,
    FULL_SCHOOLS,
    MILITARY_REGIONS,
    RegionPlan,
    plan_regions,
    sizes,
)

if TYPE_CHECKING:
    from assets.demo.geography import Floats, Ints

FIRST_CODE, LAST_CODE = 600_201, 999_999
LATE_CODE = 600_011
# Gaps between codes: as wide as the longest list within six digits allows.
GAPS, NARROW_GAPS = (5, 15), (2, 6)
LATE_FOUNDED = 6
# Rooms between list codes, so that no two lists share a numbering by accident.
CIS_REGION, CIS_DISTRICT = 8_000, 80_002
RUIAN_REGION, RUIAN_DISTRICT, RUIAN_ORP, RUIAN_POU = 501, 7_001, 8_001, 5_001


class _Draft:
    """The country while it grows: parallel lists, one entry per municipality."""

    def __init__(self, plans: list[RegionPlan], rng: np.random.Generator) -> None:
        self.plans = plans
        self.rng = rng
        self.orp_of_pou: list[int] = [0]
        self.region_of_orp: list[int] = [0]
        self.district_of_orp: list[int] = [0]
        self.region_of_district: list[int] = [0]
        count = sum(plan.municipalities for plan in plans)
        self.pou = np.zeros(count, dtype=np.int64)
        self.points = np.zeros((count, 2))
        self.points[0] = geography.CENTRE
        scattered = geography.scatter(count - 1, rng)
        self.points[1:] = _clear_middle(scattered)

    def cut_areas(self) -> None:
        """Cut the points into regions, districts, ORP and POÚ (row 0 is the capital)."""
        region = geography.bisect(self.points[1:], [plan.municipalities for plan in self.plans[1:]])
        for number, plan in enumerate(self.plans[1:]):
            self._cut_region(1 + np.flatnonzero(region == number), plan, number + 1)

    def _cut_region(self, members: Ints, plan: RegionPlan, region: int) -> None:
        rng = self.rng
        pous = geography.split_evenly(plan.pous, rng.uniform(0.3, 1.7, plan.orps), 1)
        room = plan.municipalities - plan.pous
        extra = geography.split_evenly(room, rng.lognormal(0.0, 0.4, plan.orps), 0)
        orp_sizes = [more + least for more, least in zip(extra, pous, strict=True)]
        chunks = geography.split_evenly(plan.orps, np.ones(plan.districts), 1)
        edges = np.concatenate([[0], np.cumsum(chunks)])
        district_sizes = [sum(orp_sizes[edges[i] : edges[i + 1]]) for i in range(plan.districts)]
        district = geography.bisect(self.points[members], district_sizes)
        for number in range(plan.districts):
            inside = members[district == number]
            own = slice(edges[number], edges[number + 1])
            orp = geography.bisect(self.points[inside], orp_sizes[own])
            self.region_of_district.append(region)
            for position, pou_count in enumerate(pous[own]):
                self._cut_orp(inside[orp == position], pou_count, region)

    def _cut_orp(self, members: Ints, pou_count: int, region: int) -> None:
        self.region_of_orp.append(region)
        self.district_of_orp.append(len(self.region_of_district) - 1)
        parts = geography.split_evenly(len(members), self.rng.lognormal(0.0, 0.4, pou_count), 1)
        pou = geography.bisect(self.points[members], parts)
        self.pou[members] = pou + len(self.orp_of_pou)
        self.orp_of_pou += [len(self.region_of_orp) - 1] * pou_count

    @property
    def orp(self) -> Ints:
        """ORP of every municipality."""
        return np.array(self.orp_of_pou, dtype=np.int64)[self.pou]

    @property
    def region(self) -> Ints:
        """Region of every municipality."""
        return np.array(self.region_of_orp, dtype=np.int64)[self.orp]


def _clear_middle(points: Floats) -> Floats:
    """Push points outwards a little, so that the capital stands alone in the middle."""
    away = points - np.array(geography.CENTRE)
    length = np.hypot(away[:, 0] * geography.SHRINK, away[:, 1])
    pushed = np.sqrt(length**2 + 0.08**2)
    moved: Floats = away * (pushed / np.maximum(length, 1e-9))[:, None]
    moved += np.array(geography.CENTRE)
    return moved


def _military(draft: _Draft, taken: set[int]) -> list[int]:
    """One municipality far from its seat in each of four regions."""
    found = []
    for number, plan in enumerate(draft.plans):
        if plan.suffix not in MILITARY_REGIONS:
            continue
        orps, counts = np.unique(draft.orp[draft.region == number], return_counts=True)
        members = np.flatnonzero(draft.orp == orps[int(np.argmax(counts))])
        middle = draft.points[members].mean(axis=0)
        away = np.hypot(*(draft.points[members] - middle).T)
        order = members[np.argsort(-away, kind="stable")]
        found.append(next(int(index) for index in order if int(index) not in taken))
    return found


def _populations(
    count: int, orp_seats: set[int], pou_seats: set[int], military: list[int],
    capital_size: int, rng: np.random.Generator,
) -> Ints:  # fmt: skip
    """Inhabitants 15+ of every municipality; seats tend to be larger."""
    rank = rng.normal(0.0, 0.75, count)
    rank[list(pou_seats)] = rng.normal(1.9, 0.6, len(pou_seats))
    rank[sorted(orp_seats)] = rng.normal(3.2, 0.8, len(orp_seats))
    rank[military] = -np.inf
    rank[0] = np.inf
    population = np.zeros(count, dtype=np.int64)
    order = np.argsort(-rank, kind="stable")
    inhabited = order[1 : count - len(military)]
    population[inhabited] = sizes(len(inhabited), rng).astype(np.int64)
    population[0] = capital_size
    return population


def _statuses(population: Ints, seats: set[int], military: list[int], scale: float) -> list[str]:
    """H capital, S statutory city, M town, T market town, O village, U military."""
    status = ["O"] * len(population)
    order = [int(index) for index in np.argsort(-population, kind="stable")]
    cities, towns, markets = (max(1, round(scale * full)) for full in (26, 581, 229))
    for index in order[towns + cities : towns + cities + 2 * markets : 2]:
        status[index] = "T"
    for index in order[1 + cities : 1 + cities + towns]:
        status[index] = "M"
    for index in seats:
        status[index] = "M"
    for index in order[1 : 1 + cities]:
        status[index] = "S"
    for index in military:
        status[index] = "U"
    status[0] = "H"
    return status


def _schools(population: Ints, scale: float, rng: np.random.Generator) -> list[bool]:
    """Who has an ordinary primary school: an exact number, the larger the likelier."""
    chance = 4.2 * (np.log(np.maximum(population, 1)) - np.log(1150.0))
    score = chance + rng.logistic(0.0, 1.0, len(population))
    chosen = np.argsort(-score, kind="stable")[: max(8, round(scale * FULL_SCHOOLS))]
    marks = np.zeros(len(population), dtype=bool)
    marks[chosen] = True
    return [bool(mark) for mark in marks & (population > 0)]


def _codes(draft: _Draft, labels: list[str], late: list[int], rng: np.random.Generator) -> Ints:
    """Codes by district and name, with gaps; the municipalities founded late come first."""
    districts = np.array(draft.district_of_orp)[draft.orp]
    order = sorted(
        range(len(labels)),
        key=lambda i: (int(districts[i]), names.collation_key(labels[i]), i),
    )
    codes = np.zeros(len(labels), dtype=np.int64)
    fits = FIRST_CODE + GAPS[1] * len(labels) <= LAST_CODE
    low, high = GAPS if fits else NARROW_GAPS
    codes[order] = FIRST_CODE + np.cumsum(rng.integers(low, high + 1, len(labels)))
    codes[late] = LATE_CODE + 9 * np.arange(len(late))
    return codes


def _labels(count: int, seats: list[int], rng: random.Random) -> list[str]:
    """A name for each municipality; seats have names of their own, villages may share one."""
    known = names.distinct_names(max(len(seats) + 2, round(0.855 * count)), rng)
    labels = [""] * count
    for index, label in zip(seats, known, strict=False):
        labels[index] = label
    rest = [index for index in range(count) if not labels[index]]
    rng.shuffle(rest)
    free = known[len(seats) :]
    for position, index in enumerate(rest):
        labels[index] = free[position] if position < len(free) else _often(free, rng)
    return labels


def _often(free: list[str], rng: random.Random) -> str:
    """A name that others bear too: a few names are common, most shared ones are borne twice."""
    return free[int(len(free) * rng.random() ** 2)]


def build(scale: float, seed: int) -> Country:
    """The whole country; the same scale and seed give the same country."""
    rng = np.random.default_rng([seed, 1])
    words = random.Random(seed)
    draft = _Draft(plan_regions(scale), rng)
    draft.cut_areas()
    orp_seat = geography.seats(draft.points, draft.orp, len(draft.region_of_orp))
    draft.points = geography.cluster(draft.points, draft.orp, orp_seat)
    pou_seat = geography.seats(draft.points, draft.pou, len(draft.orp_of_pou))
    pou_seat[draft.pou[orp_seat]] = orp_seat
    seats = [int(index) for index in dict.fromkeys([*orp_seat, *pou_seat])]
    military = _military(draft, set(seats))
    for index in military:
        draft.orp_of_pou.append(int(draft.orp[index]))
        draft.pou[index] = len(draft.orp_of_pou) - 1
    count = len(draft.pou)
    population = _populations(
        count, {int(i) for i in orp_seat}, set(seats), military,
        max(1000, round(CAPITAL_SIZE * scale)), rng,
    )  # fmt: skip
    labels = _labels(count, seats, words)
    late = sorted(set(range(count)) - set(seats) - set(military))
    late_count = max(1, round(LATE_FOUNDED * min(scale, 1.0)))
    late = [late[int(i)] for i in np.sort(rng.permutation(len(late))[:late_count])]
    codes = _codes(draft, labels, late, rng)
    status = _statuses(population, set(seats), military, scale)
    schools = _schools(population, scale, rng)
    district = np.array(draft.district_of_orp)[draft.orp]
    region = draft.region
    places = [
        Place(
            code=int(codes[i]), name=labels[i], status=status[i],
            lon=float(draft.points[i, 0]), lat=float(draft.points[i, 1]),
            region=int(region[i]), district=int(district[i]), pou=int(draft.pou[i]),
            population=int(population[i]), school=schools[i], founded=2016 if i in late else 0,
        )
        for i in range(count)
    ]  # fmt: skip
    regions, districts, orps, pous = _areas(draft, labels, orp_seat, pou_seat, military, words)
    places, events = territory_changes.plant(places, pous, districts, LATE_CODE + 80)
    places = _separate_distances(places)
    return Country(scale, seed, regions, districts, orps, pous, places, 0, events)


def _areas(
    draft: _Draft, labels: list[str], orp_seat: Ints, pou_seat: Ints, military: list[int],
    words: random.Random,
) -> tuple[list[Region], list[District], list[Orp], list[Pou]]:  # fmt: skip
    """The code lists of regions, districts, ORP and POÚ with names of their seats."""
    stems = list(names.stems())
    words.shuffle(stems)
    capital = labels[0]
    regions = [Region("XD010", str(CIS_REGION + 18), str(RUIAN_REGION),
                      f"Hlavní město {capital}", f"Hl. m. {capital}", "HLM")]  # fmt: skip
    for number, plan in enumerate(draft.plans[1:], start=1):
        name = f"{names.adjective(stems[number])} kraj"
        regions.append(
            Region(f"XD{plan.suffix}", str(CIS_REGION + 18 + 9 * number),
                   str(RUIAN_REGION + 7 * number), name, name, f"X{chr(64 + number)}K")
        )  # fmt: skip
    districts = []
    digits = "0123456789ABCDEF"
    orps = [
        Orp(f"{9000 + number}", str(RUIAN_ORP + 17 * number), labels[int(orp_seat[number])], region)
        for number, region in enumerate(draft.region_of_orp)
    ]
    last = len(draft.region_of_district)
    for number, region in enumerate(draft.region_of_district):
        position = number - draft.region_of_district.index(region) + (region > 0)
        first_orp = draft.district_of_orp.index(number)
        # The capital closes the list, as the real one does.
        cis = CIS_DISTRICT + 167 + 8 * (number if region else last)
        districts.append(
            District(f"{regions[region].nuts}{digits[position]}", str(cis),
                     str(RUIAN_DISTRICT + number), orps[first_orp].name, region,
                     str(91 + region // 2))
        )  # fmt: skip
    pous = []
    for number, orp in enumerate(draft.orp_of_pou):
        is_military = number >= len(pou_seat)
        seat = military[number - len(pou_seat)] if is_military else int(pou_seat[number])
        digit = 9 if is_military else (number - draft.orp_of_pou.index(orp) + (orp > 0))
        # In the capital the region, the ORP and the POÚ share one RÚIAN code.
        ruian = RUIAN_POU + 7 * number if orp else RUIAN_REGION
        pous.append(Pou(f"{orps[orp].code}{digit}", str(ruian), labels[seat], orp, is_military))
    orps[0] = replace(orps[0], ruian=str(RUIAN_REGION))
    return regions, districts, orps, pous


def _separate_distances(places: list[Place]) -> list[Place]:
    """Move a few points until each nearest school is nearest by more than half a metre."""
    donors = np.array(
        sorted((i for i, p in enumerate(places) if p.school), key=lambda i: places[i].code)
    )
    for _ in range(20):
        points = np.array([(place.lon, place.lat) for place in places])
        metres = geography.project(points)
        _, least, second = geography.two_nearest(metres, metres[donors])
        gap = second - least
        close = [i for i in np.flatnonzero(gap <= 1.0) if not places[i].school]
        if not close:
            return places
        for index in close:
            lat = round(places[index].lat + 0.0011, geography.DECIMALS)
            places[index] = replace(places[index], lat=lat)
    raise ValueError("nearest schools could not be told apart")
