"""Writes the yearly index workbooks and the workbook of the territory's structure."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from assets.demo import names
from assets.demo.published_index import BANDS, INDICATORS, PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country, State
    from assets.demo.published_index import Inputs, Published

# A fixed date, because a file's own date would make two equal runs differ.
CREATED = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
STRUCTURE_YEARS = (2016, 2017, 2018, 2019)
HEADERS = (
    "Kód obce", "Název obce", "Status obce", "Kod OPOU", "Název OPOU", "Kód ORP", "Název ORP",
    "Kód okres", "Název okres", "Kód kraj", "Název kraj",
    "Počet obyvyatel - starších 15 let (k 31. 12. {year})",
    "Počet obyvyatel - 15 až 64 let (k 31. 12. {year})",
    "Počet osob v exekuci (k 31. 12. {year})",
    "% podíl obyvatel v exekuci (k 31. 12. {year}; vztaženo na obyvatelstvo 15+)",
    "Osoby v exekuci - lokalizační kvocient",
    "Počet vyplacených PnB (průměrný měsíc r. {year})",
    "% podíl příjemců PnB (průměrný měsíc r. {year}; vztaženo na obyvatelstvo 15+)",
    "PnB - lokalizační kvocient",
    "Počet vyplacených PnŽ (průměrný měsíc r. {year})",
    "% podíl příjemců PnŽ (průměrný měsíc r. {year}; vztaženo na obyvatelstvo 15+)",
    "PnŽ - lokalizační kvocient",
    "Počet uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců (prosinec {year})",
    "% podíl uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců (prosinec {year};"
    " vztaženo na obyvatelstvo 15 až 64)",
    "Uchazeči o zaměstnání evidovaní ÚP déle než 6 měsíců - lokalizační kvocient",
    "Počet předčasných odchodů ze ZŠ - běžné třídy (školní rok {school})",
    "% podíl předčasných odchodů ze ZŠ na celkovém počtu předčasných odchodů ze ZŠ -"
    " běžné třídy (školní rok {school})",
    "Celkový počet žáků, kteří ukončili povinnou školní docházku - běžné třídy"
    " (školní rok {school})",
    "Předčasné odchody ze ZŠ - běžné třídy - lokalizační kvocient",
    "Index soc. vyloučení {year} (0-30 bodů)",
    "Index soc. vyloučení {year} (4 kategorie bodů)",
)  # fmt: skip
NO_SCHOOL = (
    "Daná obec nemá na svém území ZŠ s běžnými třídami. Údaj byl převzat z celkové sitauci v"
    " obci, která má ZŠ s běžnými třídami nejblíže středu intravilánu dané obce bez školy. Více"
    " viz Lang, Matoušek - Metodika pro posouzení rozsahu sociálního vyloučení v území (2020)."
)
STRUCTURE_GROUPS = (
    (0, 2, "LAU 2 - Obec"), (3, 4, "Obec s pověřeným obecním úřadem"),
    (5, 6, "Obec s rozšířenou působností"), (7, 8, "LAU 1 - Okres"), (9, 10, "NUTS 3 - Kraj"),
    (11, 12, "NUTS 2 - Region soudržnosti"),
)  # fmt: skip
STATUS_WORDS = (
    ("H ", "hlavní město"), ("M ", "město"), ("O ", "obec"), ("S ", "statutární město"),
    ("T ", "městys"), ("U ", "vojenský újezd"),
)  # fmt: skip
Cell = str | int | float


class _Full(float):
    """A number that prints all its digits; XlsxWriter would cut it to 16, Excel keeps 17."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def headers(year: int) -> list[str]:
    """The 31 headers of one year's workbook."""
    school = f"{year - 1}/{year % 100:02d}"
    return [header.format(year=year, school=school) for header in HEADERS]


def index_rows(
    country: Country, state: State, inputs: Inputs, published: Published
) -> list[list[Cell]]:
    """The data rows of an index workbook, in the order of codes."""
    columns = []
    for name in INDICATORS:
        counts: list[Cell] = (
            inputs.parts[name].tolist()
            if PARTS[name] == 1
            else [_Full(value) for value in inputs.count(name).tolist()]
        )
        share = [_Full(value) for value in published.share[name].tolist()]
        quotient = [_Full(value) for value in published.lq[name].tolist()]
        columns.append((counts, share, quotient))
    school, pupils = inputs.school.tolist(), inputs.bases["early_leavers"].tolist()
    adults, working = inputs.bases["distraint"].tolist(), inputs.population_15_64.tolist()
    index, band = published.index.tolist(), published.band.tolist()
    rows = []
    for row in range(len(state.place)):
        cells = _territory(country, state, row)
        cells += [adults[row], working[row]]
        for counts, share, quotient in columns[:4]:
            cells += [counts[row], share[row], quotient[row]]
        leavers, share, quotient = columns[4]
        if school[row]:
            cells += [leavers[row], share[row], pupils[row], quotient[row]]
        else:
            cells += [NO_SCHOOL] * 4
        rows.append([*cells, index[row], BANDS[band[row]]])
    return rows


def _territory(country: Country, state: State, row: int) -> list[Cell]:
    """The first eleven cells; the capital has no POÚ and no ORP, as in the real workbook."""
    place = country.places[state.place[row]]
    pou = country.pous[state.pou[row]]
    orp = country.orps[pou.orp]
    district = country.districts[state.district[row]]
    region = country.regions[place.region]
    cells: list[Cell] = [place.code, place.name, place.status]
    if place.status == "H":
        cells += [0, "X-X-X", 0, "X-X-X"]
    else:
        pou_name = f"VÚ {pou.name}" if pou.military else pou.name
        cells += [int(pou.code), pou_name, int(orp.code), orp.name]
    return [*cells, district.lau, district.name, region.nuts, region.name]


def write_index(path: Path, year: int, rows: list[list[Cell]]) -> None:
    """One index workbook with its header row, as published."""
    book = open_book(path)
    sheet = book.add_worksheet(f"Index soc. vyloučení {year}")
    sheet.set_column(0, 30, 12)
    sheet.set_row(0, 118)
    wrapped = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, header in enumerate(headers(year)):
        sheet.write_string(0, column, header, wrapped)
    _fill(sheet, rows, 1)
    sheet.autofilter(0, 0, len(rows), len(HEADERS) - 1)
    book.close()


def write_structure(path: Path, country: Country) -> None:
    """The structure workbook: one sheet of the whole territory for each 1 January."""
    book = open_book(path)
    _comment(book.add_worksheet("Komentář"))
    bold = book.add_format({"bold": True, "align": "center"})
    rows = _structure_rows(country)
    for year in STRUCTURE_YEARS:
        sheet = book.add_worksheet(f"1.1.{year}")
        for first, last, title in STRUCTURE_GROUPS:
            sheet.merge_range(0, first, 0, last, title, bold)
        for column in range(13):
            title = "status" if column == 2 else ("název" if column in (1, 4, 6, 8, 10, 12) else "")
            sheet.write_string(1, column, title or "kód", bold)
        _fill(sheet, rows, 2)
    book.close()


def _structure_rows(country: Country) -> list[list[Cell]]:
    """Alphabetical rows; a few codes are numbers although the rest are text, as in reality."""
    state = country.state(STRUCTURE_YEARS[-1])
    order = sorted(
        range(len(state.place)),
        key=lambda row: names.collation_key(country.places[state.place[row]].name),
    )
    first = order[0]
    rows = []
    for row in order:
        place = country.places[state.place[row]]
        code, name, status, *rest = _territory(country, state, row)
        is_number = row == first or place.founded or status == "H"
        pou_code, pou_name, orp_code, orp_name, lau, district, nuts, region = rest
        if status == "H":
            pou_code, orp_code = "00000", "0000"
        else:
            pou_code = str(pou_code)
            orp_code = orp_code if place.founded else str(orp_code)
        nuts2 = str(nuts)[:4]
        region2 = country.places[country.capital].name if nuts2 == "XD01" else f"Oblast {nuts2}"
        rows.append([
            code if is_number else str(code), name, status, pou_code, pou_name, orp_code,
            orp_name, lau, district, nuts, region, nuts2, region2,
        ])  # fmt: skip
    return rows


def _comment(sheet: Any) -> None:
    """The sheet of remarks; it starts in the second row and column, as the real one does."""
    lines = (
        "Struktura území (vymyšlená země)",
        "",
        "Zvolte záložku s požadovaným datem platnosti územní struktury. Jednotlivé tabulky",
        "obsahují abecedně setříděný číselník obcí platný ke zvolenému datu.",
        "",
        "Jednotlivé symboly pro status značí:",
    )
    for row, line in enumerate(lines, start=1):
        if line:
            sheet.write_string(row, 1, line)
    sheet.merge_range(19, 1, 19, 2, "Status ")
    sheet.write_row(20, 1, ("Kód ", "Název "))
    for row, pair in enumerate(STATUS_WORDS, start=21):
        sheet.write_row(row, 1, pair)


def open_book(path: Path) -> Any:
    """A new workbook with a fixed date, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": CREATED, "comments": "Invented demo country."})
    return book


def _fill(sheet: Any, rows: list[list[Cell]], start: int) -> None:
    """Write rows below each other, text as text and numbers as numbers."""
    text, number = sheet.write_string, sheet.write_number
    for row, cells in enumerate(rows, start=start):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                text(row, column, cell)
            else:
                number(row, column, cell)
