"""Plants the changes of territory: a split, a merger, a move and an ORP in two districts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assets.demo.country import Events
from assets.demo.geography import DECIMALS, SHRINK, two_nearest

if TYPE_CHECKING:
    from assets.demo.country import District, Place, Pou
    from assets.demo.geography import Floats

SPLIT_SHARE = 0.28


def plant(
    places: list[Place], pous: list[Pou], districts: list[District], new_code: int
) -> tuple[list[Place], Events]:
    """Choose who changes; returns the places (one more than before) and the changes."""
    points = np.array([(place.lon * SHRINK, place.lat) for place in places])
    used: set[int] = set()
    moved, moved_pou, moved_district = _move(places, pous, points, used)
    shared_orp, shared = _shared_orp(places, pous, points, used)
    ended, absorber = _merger(places, points, used)
    mother = _mother(places, used)
    for index in shared[1:]:
        places[index] = replace(places[index], district=shared[0])
    places, new = _split(places, mother, new_code)
    return places, Events(
        split_new=new,
        split_mother=mother,
        merge_ended=ended,
        merge_absorber=absorber,
        moved=moved,
        moved_pou=moved_pou,
        moved_district=moved_district,
        shared_orp=shared_orp,
        shared_places=tuple(shared[1:]),
    )


def _villages(places: list[Place], used: set[int]) -> list[int]:
    """Ordinary municipalities without a school that no other change touches."""
    return [
        index
        for index, place in enumerate(places)
        if place.status == "O" and not place.school and not place.founded and index not in used
    ]


def _distance(points: Floats, one: int, others: list[int]) -> Floats:
    away: Floats = np.hypot(*(points[others] - points[one]).T)
    return away


def _move(
    places: list[Place], pous: list[Pou], points: Floats, used: set[int]
) -> tuple[int, int, int]:
    """The village closest to a village of another district in its region, and its new POÚ."""
    ordinary = _villages(places, used)
    biggest = Counter(places[i].region for i in ordinary).most_common(1)[0][0]
    members = np.array([i for i in ordinary if places[i].region == biggest])
    district = np.array([places[i].district for i in members])
    target = np.zeros(len(members), dtype=np.int64)
    away = np.full(len(members), np.inf)
    for number in np.unique(district):
        inside, others = district == number, members[district != number]
        if len(others):
            nearest, away[inside], _ = two_nearest(points[members[inside]], points[others])
            target[inside] = others[nearest]
    sizes = Counter(places[i].pou for i in members)
    for row, index in enumerate(members):
        if sizes[places[index].pou] < 2 or pous[places[index].pou].military:
            away[row] = np.inf
    best = int(np.argmin(away))
    if not np.isfinite(away[best]):
        raise ValueError("no municipality can move to another district")
    index, neighbour = int(members[best]), int(target[best])
    used.update((index, neighbour))
    return index, places[neighbour].pou, places[neighbour].district


def _shared_orp(
    places: list[Place], pous: list[Pou], points: Floats, used: set[int]
) -> tuple[int, list[int]]:
    """An ORP of which two villages lie in a neighbouring district.

    Returns the ORP and a list: the other district first, then the villages.
    """
    ordinary = _villages(places, used)
    taken = {places[i].region for i in used}
    wide = [i for i in ordinary if places[i].region not in taken]
    for region, _ in Counter(places[i].region for i in wide).most_common():
        members = [i for i in wide if places[i].region == region]
        for index in members:
            others = [j for j in members if places[j].district != places[index].district]
            orp = pous[places[index].pou].orp
            company = [j for j in members if pous[places[j].pou].orp == orp]
            if not others or len(company) < 4:
                continue
            target = others[int(np.argmin(_distance(points, index, others)))]
            middle = np.argsort(_distance(points, target, company), kind="stable")
            chosen = [company[int(position)] for position in middle[:2]]
            used.update(chosen)
            return orp, [places[target].district, *chosen]
    # A country too small for two districts in a second region does without this oddity.
    return -1, [-1]


def _merger(places: list[Place], points: Floats, used: set[int]) -> tuple[int, int]:
    """A small village and its nearest neighbour in the same POÚ."""
    for index in _villages(places, used):
        if not 45 <= places[index].population <= 160:
            continue
        company = [
            j
            for j, place in enumerate(places)
            if place.pou == places[index].pou
            and place.district == places[index].district
            and j != index
            and j not in used
            and place.population > places[index].population
            and place.status == "O"
        ]
        if company:
            absorber = company[int(np.argmin(_distance(points, index, company)))]
            used.update((index, absorber))
            return index, absorber
    raise ValueError("no municipality can be merged into a neighbour")


def _mother(places: list[Place], used: set[int]) -> int:
    """A town with a school, large enough for a part of it to stand alone."""
    towns = [
        index
        for index, place in enumerate(places)
        if place.school and place.status in "MT" and index not in used
    ]
    return min(towns, key=lambda index: abs(places[index].population - 3200))


def _split(places: list[Place], mother: int, code: int) -> tuple[list[Place], int]:
    """Cut a part off the mother as a place of its own."""
    whole = places[mother]
    part = round(whole.population * SPLIT_SHARE)
    new = replace(
        whole,
        code=code,
        name=f"{whole.name.split(' nad ')[0]}-Předměstí",
        status="O",
        lon=round(whole.lon + 0.021, DECIMALS),
        lat=round(whole.lat + 0.013, DECIMALS),
        population=part,
        school=False,
        founded=2022,
    )
    rest = replace(whole, population=whole.population - part)
    return [*places[:mother], rest, *places[mother + 1 :], new], len(places)
