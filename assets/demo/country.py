"""The shape of the invented country: its areas, its municipalities and who belonged where when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from assets.demo.geography import Floats, Ints

INDEX_YEARS = (2019, 2020, 2021, 2022, 2023)
# Each change takes effect on 1 January of its year.
MOVE_YEAR = 2021
BOUNDARY_YEAR = 2022


@dataclass(frozen=True)
class Region:
    """A kraj. ``nuts`` is XD020, ``cis`` the ČSÚ list code, ``ruian`` RÚIAN's own code."""

    nuts: str
    cis: str
    ruian: str
    name: str
    short: str
    letters: str


@dataclass(frozen=True)
class District:
    """An okres. ``lau`` is XD0201."""

    lau: str
    cis: str
    ruian: str
    name: str
    region: int
    old_region: str


@dataclass(frozen=True)
class Orp:
    """A municipality with extended powers, code of four digits."""

    code: str
    ruian: str
    name: str
    region: int


@dataclass(frozen=True)
class Pou:
    """A municipality with an authorised office, code of five digits."""

    code: str
    ruian: str
    name: str
    orp: int
    military: bool


@dataclass(frozen=True)
class Place:
    """A piece of land that never divides; in every year each belongs to one municipality.

    ``population`` is the number of inhabitants aged 15+ at the end of 2023, ``founded`` the
    year in which the municipality was founded where the lists tell it, else 0.
    """

    code: int
    name: str
    status: str
    lon: float
    lat: float
    region: int
    district: int
    pou: int
    population: int
    school: bool
    founded: int


@dataclass(frozen=True)
class Events:
    """Changes of the territory; all numbers are positions in the country's lists."""

    split_new: int
    split_mother: int
    merge_ended: int
    merge_absorber: int
    moved: int
    moved_pou: int
    moved_district: int
    shared_orp: int
    shared_places: tuple[int, ...]


@dataclass(frozen=True)
class State:
    """The municipalities of one year, ordered by code.

    ``place`` gives the place of each row, ``owner`` the row of each place; ``pou`` and
    ``district`` belong to the rows.
    """

    year: int
    place: Ints
    owner: Ints
    pou: Ints
    district: Ints


@dataclass(frozen=True)
class Country:
    """Everything about the territory, without any figure of an index year."""

    scale: float
    seed: int
    regions: list[Region]
    districts: list[District]
    orps: list[Orp]
    pous: list[Pou]
    places: list[Place]
    capital: int
    events: Events

    def state(self, year: int) -> State:
        """The municipalities in force during ``year``."""
        events = self.events
        absent = events.split_new if year < BOUNDARY_YEAR else events.merge_ended
        heir = events.split_mother if year < BOUNDARY_YEAR else events.merge_absorber
        present = [index for index in range(len(self.places)) if index != absent]
        present.sort(key=lambda index: self.places[index].code)
        owner = np.zeros(len(self.places), dtype=np.int64)
        owner[present] = np.arange(len(present))
        owner[absent] = owner[heir]
        pou = np.array([self.places[index].pou for index in present], dtype=np.int64)
        district = np.array([self.places[index].district for index in present], dtype=np.int64)
        if year >= MOVE_YEAR:
            pou[owner[events.moved]] = events.moved_pou
            district[owner[events.moved]] = events.moved_district
        return State(year, np.array(present, dtype=np.int64), owner, pou, district)

    def points(self, rows: Ints) -> Floats:
        """Definition points (lon, lat in degrees) of the given places, shape (n, 2)."""
        return np.array([(self.places[row].lon, self.places[row].lat) for row in rows])
