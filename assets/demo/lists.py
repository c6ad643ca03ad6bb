"""Writes the code lists and links of the statistical office, in the old and the new layout."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from assets.demo.names import short_name

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country, Place, State

OLD_STATE = 2020
NEW_STATE = 2024
OPEN_END = "09.09.9999"
LINK_HEADER = (
    "KODJAZ", "TYPVAZ", "AKRCIS1", "KODCIS1", "CHODNOTA1", "TEXT1", "AKRCIS2", "KODCIS2",
    "CHODNOTA2", "TEXT2",
)  # fmt: skip
EDITED, DERIVED = "Editační vazba", "Odvozená vazba"
EXTRA_REGION = ("8000", "Extra-Regio")
EXTRA_DISTRICT = ("80002", "Extra-Regio")
# Text is quoted, list numbers are not, and an empty field (None) has no quotes either.
Field = str | int | None


def _line(fields: tuple[Field, ...], separator: str) -> str:
    texts = []
    for field in fields:
        if field is None:
            texts.append("")
        else:
            texts.append(f'"{field}"' if isinstance(field, str) else str(field))
    return separator.join(texts)


def _old(path: Path, header: tuple[str, ...], rows: list[tuple[Field, ...]]) -> None:
    """Old layout: windows-1250, semicolons, LF, bare upper-case header, a blank last line."""
    lines = [";".join(header), *(_line(row, ";") for row in rows)]
    path.write_bytes(("\n".join(lines) + "\n\n").encode("cp1250"))


def _new(path: Path, rows: list[tuple[Field, ...]]) -> None:
    """New layout: UTF-8, commas, CRLF, quoted lower-case header, no line end at the end."""
    header = tuple(name.lower() for name in LINK_HEADER)
    lines = [_line(header, ","), *(_line(row, ",") for row in rows)]
    path.write_bytes("\r\n".join(lines).encode("utf-8"))


def _since(place: Place) -> str:
    return f"01.01.{place.founded}" if place.founded else "01.03.2001"


def _municipalities(country: Country, state: State) -> list[tuple[Field, ...]]:
    """CIS0043. The codes and numbers of municipality parts are drawn and mean nothing."""
    rng = random.Random(country.seed + 43)
    parts = rng.sample(range(1, 1_000_000), len(state.place))
    order: dict[int, int] = {}
    rows: list[tuple[Field, ...]] = []
    for row, index in enumerate(state.place):
        place = country.places[index]
        district = int(state.district[row])
        order[district] = order.get(district, 0) + 1
        has_streets = "ano" if place.population > 1300 else "ne"
        extent = "2" if place.status == "H" else ("1" if place.population > 90_000 else None)
        kind = "1" if place.status == "H" else ("2" if place.population > 90_000 else None)
        part = f"{parts[row]:06d}"
        rows.append((
            "CS", "CISOB", 43, str(place.code), short_name(place.name), place.name,
            _since(place), OPEN_END, has_streets, "ano" if place.status in "HS" else "ne",
            extent, kind, part, part, order[district],
        ))  # fmt: skip
    return rows


def _orp_list(path: Path, country: Country) -> None:
    """CIS0065: commas, windows-1250, LF but one stray CRLF on the last, empty line."""
    header = (
        "KODJAZ", "AKRCIS", "KODCIS", "CHODNOTA", "ZKRTEXT", "TEXT", "ADMPLOD", "ADMNEPO",
        "KOD_RUIAN",
    )  # fmt: skip
    lines = [",".join(header)]
    for orp in country.orps:
        fields = ("CS", "CISORP", 65, orp.code, short_name(orp.name), orp.name, "01.01.2003")
        lines.append(_line((*fields, OPEN_END, orp.ruian), ","))
    path.write_bytes(("\n".join(lines) + "\n\r\n").encode("cp1250"))


def _regions(path: Path, country: Country) -> None:
    header = (
        "KODJAZ", "AKRCIS", "KODCIS", "CHODNOTA", "ZKRTEXT", "TEXT", "ADMPLOD", "ADMNEPO",
        "CZNUTS", "KOD_RUIAN", "ZKRKRAJ",
    )  # fmt: skip
    code, name = EXTRA_REGION
    rows: list[tuple[Field, ...]] = [
        ("CS", "KRAJ_NUTS", 100, code, name, name, "01.05.2004", OPEN_END, "XDZZZ", None, None)
    ]
    rows += [
        (
            "CS", "KRAJ_NUTS", 100, region.cis, region.short, region.name, "01.03.2001", OPEN_END,
            region.nuts, region.ruian, region.letters,
        )
        for region in country.regions
    ]  # fmt: skip
    _old(path, header, rows)


def _districts(path: Path, country: Country) -> None:
    header = (
        "KODJAZ", "AKRCIS", "KODCIS", "CHODNOTA", "ZKRTEXT", "TEXT", "ADMPLOD", "ADMNEPO",
        "CZNUTS", "OKRES_LAU", "KRAJ_1960", "KOD_RUIAN",
    )  # fmt: skip
    code, name = EXTRA_DISTRICT
    rows: list[tuple[Field, ...]] = [(
        "CS", "OKRES_NUTS", 101, code, name, name, "01.05.2004", OPEN_END, "XDZZZZ", "XDZZZZ",
        None, None,
    )]  # fmt: skip
    for district in sorted(country.districts, key=lambda item: item.cis):
        since = "01.03.2001" if district.region else "01.01.2008"
        rows.append((
            "CS", "OKRES_NUTS", 101, district.cis, short_name(district.name), district.name,
            since, OPEN_END, district.lau, district.lau, district.old_region, district.ruian,
        ))  # fmt: skip
    _old(path, header, rows)


def _region_links(country: Country) -> list[tuple[Field, ...]]:
    rows: list[tuple[Field, ...]] = [
        ("CS", EDITED, "KRAJ_NUTS", 100, *EXTRA_REGION, "OKRES_NUTS", 101, *EXTRA_DISTRICT)
    ]
    # Districts are kept in the order of their regions.
    for district in country.districts:
        region = country.regions[district.region]
        start = ("CS", EDITED, "KRAJ_NUTS", 100, region.cis, region.name)
        rows.append((*start, "OKRES_NUTS", 101, district.cis, district.name))
    return rows


def _links(country: Country, state: State, target: str) -> list[tuple[Field, ...]]:
    """Links from every municipality to its POÚ, ORP or district, in the order of codes."""
    rows: list[tuple[Field, ...]] = []
    for row, index in enumerate(state.place):
        place = country.places[index]
        pou = country.pous[state.pou[row]]
        start = ("CISOB", 43, str(place.code), place.name)
        if target == "pou":
            name = f"Vojenský újezd {pou.name}" if pou.military else pou.name
            rows.append(("CS", EDITED, *start, "CISPOU", 61, pou.code, name))
        elif target == "orp":
            orp = country.orps[pou.orp]
            rows.append(("CS", DERIVED, *start, "CISORP", 65, orp.code, orp.name))
        else:
            area = country.districts[state.district[row]]
            rows.append(("CS", EDITED, *start, "OKRES_NUTS", 101, area.cis, area.name))
    return rows


def write_lists(folder: Path, country: Country) -> None:
    """All ten code lists and links."""
    folder.mkdir(parents=True, exist_ok=True)
    header = (
        "KODJAZ", "AKRCIS", "KODCIS", "CHODNOTA", "ZKRTEXT", "TEXT", "ADMPLOD", "ADMNEPO",
        "OBEC_UL", "OB_UL_COR", "SM_ROZSAH", "SM_TYP", "KODOBCE_H", "DOMIN_COBC", "PORCOBEC_O",
    )  # fmt: skip
    old, new = country.state(OLD_STATE), country.state(NEW_STATE)
    _old(folder / "CIS0043_CS.csv", header, _municipalities(country, old))
    _orp_list(folder / "CIS0065_CS_comma_cp1250.csv", country)
    _regions(folder / "CIS0100_CS.csv", country)
    _districts(folder / "CIS0101_CS.csv", country)
    _old(folder / "VAZ0043_0061_CS.csv", LINK_HEADER, _links(country, old, "pou"))
    _old(folder / "VAZ0043_0065_CS.csv", LINK_HEADER, _links(country, old, "orp"))
    _old(folder / "VAZ0043_0101_CS.csv", LINK_HEADER, _links(country, old, "district"))
    _old(folder / "VAZ0100_0101_CS.csv", LINK_HEADER, _region_links(country))
    _new(folder / "VAZ0043_0101_CS_2024_utf8.csv", _links(country, new, "district"))
    turned = [(*row[:2], *row[6:], *row[2:6]) for row in _links(country, new, "orp")]
    turned.sort(key=lambda row: (str(row[4]), str(row[8])))
    _new(folder / "VAZ0065_0043_CS_2024.csv", turned)
