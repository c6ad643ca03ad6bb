"""The invented register of social services, the register of schools, and the addresses of both.

The files have the shape that programs which read the real ones expect; kinds, services and
schools are invented. What a reader must not stumble over is planted: services and facilities that
ended, facilities listed twice, a service with facilities in two municipalities, one without any
place, one known only by its address point, one with two units of capacity, one without any.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assets.demo.country import INDEX_YEARS

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country, Place

DAY = "2026-08-31"
SCHOOL_DAY = "2026-06-30"
# So large that no real address point has such a number.
FIRST_ADDRESS = 900_000_000
# Code, name, form, unit of capacity, mean capacity, services per thousand municipalities.
KINDS = (
    ("2", "odborné sociální poradenství", "amb", "kontakt", 8, 60),
    ("13", "domovy pro seniory", "pob", "luzka", 60, 80),
    ("20", "azylové domy", "pob", "luzka", 30, 35),
    ("25", "nízkoprahová denní centra", "amb", "klient", 20, 20),
)
ADDRESS_HEADER = (
    "Kód ADM;Kód obce;Název obce;Kód MOMC;Název MOMC;Kód obvodu Prahy;Název obvodu Prahy;"
    "Kód části obce;Název části obce;Kód ulice;Název ulice;Typ SO;Číslo domovní;"
    "Číslo orientační;Znak čísla orientačního;PSČ;Souřadnice Y;Souřadnice X;Platí Od"
)


@dataclass(frozen=True)
class _Writer:
    """What every service needs to be written."""

    country: Country
    places: list[Place]
    rng: np.random.Generator

    def facility(self, place: Place, number: int, *, ended: bool = False) -> dict[str, Any]:
        return {
            "nazev": f"Zařízení {number} {place.name}",
            "poskytujeOd": "2010-01-01",
            "poskytujeDo": "2020-12-31" if ended else None,
            "adresa": {
                "kodAdresnihoMista": FIRST_ADDRESS + place.code,
                "psc": "99999",
                "obec": {"id": f"Obec/{place.code}"},
                "okres": {"id": f"Okres/{self.country.districts[place.district].ruian}"},
                "kraj": {"id": f"Kraj/{self.country.regions[place.region].ruian}"},
            },
        }

    def service(self, number: int, kind: tuple[str, str, str, str, int, int]) -> dict[str, Any]:
        code, _, form, unit, mean, _ = kind
        place = self.places[int(self.rng.integers(len(self.places)))]
        return {
            "id": 900_000 + number,
            "portalId": f"demo-{number}",
            "identifikator": f"{9_000_000 + number}",
            "datumPoskytovaniOd": "2010-01-01",
            "datumPoskytovaniDo": None,
            "druhSocialniSluzby": {"id": f"DruhSocialniSluzby/{code}"},
            "ciloveSkupiny": [],
            "formy": [
                {
                    "forma": {"id": f"FormaSocialniSluzby/{form}"},
                    "kapacity": [_capacity(int(self.rng.poisson(mean)) + 1, unit)],
                }
            ],
            "zarizeni": [self.facility(place, number)],
        }


def _capacity(number: int, unit: str) -> dict[str, Any]:
    kind = {"id": f"TypKapacitySocialniSluzby/{unit}"}
    return {"pocet": number, "popis": None, "typ": kind}


def _inhabited(country: Country) -> list[Place]:
    """The larger municipalities of the last index year, in which services sit."""
    state = country.state(INDEX_YEARS[-1])
    places = [country.places[index] for index in state.place]
    places.sort(key=lambda place: (-place.population, place.code))
    return places[: max(8, len(places) // 4)]


def services(country: Country) -> list[dict[str, Any]]:
    """The records of the register; the first of each kind carry what is planted."""
    writer = _Writer(country, _inhabited(country), np.random.default_rng([country.seed, 31]))
    units = len(country.places)
    records: list[dict[str, Any]] = []
    for kind in KINDS:
        first = len(records)
        for _ in range(max(9, round(units * kind[5] / 1000))):
            records.append(writer.service(len(records) + 1, kind))
        _plant(writer, records[first:], kind)
    return records


def _plant(
    writer: _Writer, own: list[dict[str, Any]], kind: tuple[str, str, str, str, int, int]
) -> None:
    largest, second, third = writer.places[:3]
    own[0]["datumPoskytovaniDo"] = "2019-06-30"
    own[1]["zarizeni"].append(writer.facility(largest, 1001, ended=True))
    own[2]["zarizeni"] += [own[2]["zarizeni"][0]]
    own[3]["zarizeni"] = [writer.facility(second, 1003), writer.facility(third, 1004)]
    own[4]["zarizeni"] = []
    own[5]["zarizeni"] = [writer.facility(third, 1005)]
    own[5]["zarizeni"][0]["adresa"]["obec"] = None
    own[6]["formy"][0]["kapacity"].append(_capacity(7, "interv"))
    own[7]["formy"][0]["kapacity"] = []
    other = {"forma": {"id": "FormaSocialniSluzby/ter"}, "kapacity": [_capacity(5, kind[3])]}
    own[8]["formy"].append(other)


def schools(country: Country) -> list[dict[str, Any]]:
    """Primary schools where the figures have them, nurseries in them and in a few more."""
    records: list[dict[str, Any]] = []
    state = country.state(INDEX_YEARS[-1])
    for index in state.place:
        place = country.places[index]
        kinds = (["B00"] if place.school else []) + (["A00"] if place.population > 400 else [])
        if not kinds:
            continue
        number = len(records) + 1
        address = {
            "obec": place.name,
            "kodRUIAN": FIRST_ADDRESS + place.code,
            "okres": None,
        }
        facilities = [
            {
                "izo": f"{900_000_000 + 10 * number + position}",
                "druh": kind,
                "kapacity": [{"nejvyssiPovolenyPocet": 20 + place.population // 20}],
                "mistaVyuky": [{"adresa": {"kodRUIAN": address["kodRUIAN"]}}],
                "obory": [],
            }
            for position, kind in enumerate(kinds)
        ]
        records.append(
            {
                "redIzo": f"{600_000_000 + number}",
                "ico": f"{90_000_000 + number}",
                "kraj": country.regions[place.region].name,
                "uplnyNazev": f"Škola {place.name}",
                "pravniForma": "331",
                "typZrizovatele": "obec",
                "adresa": address,
                "skolyAZarizeni": facilities,
            }
        )
    return records


def write(folder: Path, country: Country) -> None:
    """The register, the list of its kinds, the schools and the address points."""
    kinds = [{"id": f"DruhSocialniSluzby/{kind[0]}", "nazev": {"cs": kind[1]}} for kind in KINDS]
    _json(folder / f"mpsv/rpss/{DAY}.json", {"polozky": services(country)})
    _json(folder / "mpsv/code_lists/druhy-socialni-sluzby.json", {"polozky": kinds})
    _json(
        folder / f"msmt/school_register_jsonld/{SCHOOL_DAY}.jsonld",
        {"datumVystupu": SCHOOL_DAY, "list": schools(country)},
    )
    _addresses(folder / f"cuzk/addresses/{DAY}.zip", country)


def _addresses(path: Path, country: Country) -> None:
    """One address point in each municipality, as the state's archive holds them."""
    lines = [ADDRESS_HEADER]
    for index in country.state(INDEX_YEARS[-1]).place:
        place = country.places[index]
        own = (str(FIRST_ADDRESS + place.code), str(place.code), place.name, "", "", "", "")
        part = (str(place.code), place.name, "", "", "č.p.", "1", "", "", "99999", "", "")
        lines.append(";".join((*own, *part, "2013-07-01T00:00:00")))
    content = ("\r\n".join(lines) + "\r\n").encode("cp1250")
    path.parent.mkdir(parents=True)
    # A fixed date: a member's own would make two equal runs differ.
    member = zipfile.ZipInfo("CSV/adresy.csv", date_time=(2026, 8, 31, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)


def _json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
