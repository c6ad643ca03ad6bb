"""Writes the register of territorial identification: municipality list and definition points."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from assets.demo import names
from assets.demo.country import BOUNDARY_YEAR

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country, Place, State

LIST_STATE = 2026
POINT_STATES = (2019, 2022)
STATUS_CODES = {"U": "1", "O": "2", "M": "3", "S": "4", "H": "5", "T": "6"}
HEADER = (
    "KOD;NAZEV;STATUS_KOD;POU_KOD;OKRES_KOD;CLENENI_SM_ROZSAH_KOD;CLENENI_SM_TYP_KOD;"
    "PLATI_OD;PLATI_DO;DATUM_VZNIKU"
)
# The list gives the capital this number instead of its district's.
CAPITAL_DISTRICT = "9999"
# A military district that ended long before the first index year stays in the list.
EXPIRED_CODE, EXPIRED_DAY = 600_191, "31.12.2015"
FOUNDING_DAYS = ("24.11.1990", "24.11.1990", "24.11.1990", "01.01.1992", "01.07.1990", "01.01.1993")


def _day(text: str) -> str:
    return f"{text} 00:00:00" if text else ""


def _founded(place: Place, rng: random.Random) -> str:
    if place.founded:
        return f"01.01.{place.founded}"
    if place.status == "H" or (place.status == "S" and place.population > 90_000):
        return "01.01.1869"
    return rng.choice(FOUNDING_DAYS) if rng.random() < 0.4 else ""


def _row(country: Country, place: Place, pou: int, district: int, days: list[str]) -> str:
    """One line; ``days`` are valid from, valid until and founded."""
    is_capital = place.status == "H"
    extent = "2" if is_capital else ("1" if place.population > 90_000 else "")
    kind = "1" if is_capital else ("2" if place.population > 90_000 else "")
    area = CAPITAL_DISTRICT if is_capital else country.districts[district].ruian
    fields = [str(place.code), place.name, STATUS_CODES[place.status]]
    fields += [country.pous[pou].ruian, area, extent, kind, *map(_day, days)]
    return ";".join(fields)


def write_list(path: Path, country: Country) -> None:
    """UI_OBEC: UTF-8, CRLF, no line end at the end; expired municipalities close the list."""
    rng = random.Random(country.seed + 26)
    state = country.state(LIST_STATE)
    order = sorted(
        range(len(state.place)),
        key=lambda row: names.collation_key(country.places[state.place[row]].name),
    )
    lines = [HEADER]
    for row in order:
        place = country.places[state.place[row]]
        since = rng.choice(("12.04.2024", "13.04.2024", "14.04.2024", "18.09.2025"))
        days = [since, "", _founded(place, rng)]
        lines.append(_row(country, place, int(state.pou[row]), int(state.district[row]), days))
    ended = country.places[country.events.merge_ended]
    days = ["30.11.2016", f"31.12.{BOUNDARY_YEAR - 1}", "24.11.1990"]
    lines.append(_row(country, ended, ended.pou, ended.district, days))
    soldier = next(place for place in country.places if place.status == "U")
    pou = country.pous[soldier.pou]
    fields = (EXPIRED_CODE, f"Staré {soldier.name}", "1", pou.ruian,
              country.districts[soldier.district].ruian, "", "",
              _day("05.06.2015"), _day(EXPIRED_DAY), _day("01.06.1950"))  # fmt: skip
    lines.append(";".join(map(str, fields)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\r\n".join(lines).encode("utf-8"))


def _feature(country: Country, state: State, row: int) -> str:
    place = country.places[state.place[row]]
    district = country.districts[state.district[row]].ruian
    return (
        f'{{ "type": "Feature", "properties": {{ "Kod": {place.code}, "Nazev": "{place.name}", '
        f'"OkresKod": {district} }}, "geometry": {{ "type": "MultiPoint", "coordinates": '
        f"[ [ {place.lon!r}, {place.lat!r} ] ] }} }}"
    )


def write_points(folder: Path, country: Country) -> None:
    """Definition points before and after the boundary change, one feature a line, unsorted."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in POINT_STATES:
        state = country.state(year)
        order = list(range(len(state.place)))
        random.Random(country.seed + year).shuffle(order)
        head = (
            '{\n"type": "FeatureCollection",\n"name": "obce",\n"crs": { "type": "name", '
            '"properties": { "name": "urn:ogc:def:crs:OGC:1.3:CRS84" } },\n"features": [\n'
        )
        body = ",\n".join(_feature(country, state, row) for row in order)
        path = folder / f"definition_points_{year}.geojson"
        path.write_bytes(f"{head}{body}\n]\n}}\n".encode())
