"""Invented EU operations: the ministry's workbook 2021–2027 and the export of its system.

The workbook repeats an operation, with its amounts, for each contract, place and intervention;
the export knows the seat of the applicant. Planted: operations of several regions, of the whole
country, without a place, with two themes, with amounts that disagree, without an amount, and some
that only the workbook knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from assets.demo.country import INDEX_YEARS
from assets.demo.workbooks import open_book

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country

EDITION = "2026-08"
EXPORT_DAY = "2026-09-04"
NAMESPACE = "https://ms21xsd.mssf.cz/OpenData/v_1"
# Field of intervention, and the programme under which it stands here.
FIELDS = (
    ("134", "03"), ("163", "03"), ("159", "03"), ("126", "06"), ("127", "06"), ("122", "06"),
    ("149", "02"), ("011", "01"),
)  # fmt: skip
HEADER = (
    "Číslo programu", "Název programu", "Číslo priority", "Název priority",
    "Číslo specifického cíle", "Název specifického cíle", "Fond", "Registrační číslo projektu",
    "Název projektu", "Popis projektu", "Cíl projektu", "Kód stavu projektu", "Stav projektu",
    "Příjemce - název", "IČ příjemce", "Právní forma příjemce", "PSČ příjemce",
    "Skutečné datum zahájení fyzické realizace projektu",
    "Předpokládané datum ukončení fyzické realizace projektu",
    "Skutečné datum ukončení fyzické realizace projektu", "Místo realizace Kód NUTS 3",
    "Místo realizace Název NUTS 3", "Oblast intervence - kód", "Oblast intervence - název",
    "Míra spolufinancování ze strany Unie", "Celkové náklady na operaci (CZK)",
    "Finanční prostředky v právních aktech celkové způsobilé výdaje CZK",
    "Finanční prostředky v právních aktech příspěvek Unie CZK",
    "Finanční prostředky v právních aktech národní veřejné zdroje CZK",
    "Finanční prostředky v právních aktech národní soukromé zdroje / soukromé zdroje CZK",
    "Finanční prostředky vyúčtované v žádostech o platbu celkové způsobilé výdaje CZK",
    "Finanční prostředky vyúčtované v žádostech o platbu příspěvek Unie CZK",
    "Finanční prostředky vyúčtované v žádostech o platbu národní veřejné zdroje CZK",
    "Finanční prostředky vyúčtované v žádostech o platbu národní soukromé zdroje / soukromé"
    " zdroje CZK",
    "Pořadí veřejné zakázky", "Název veřejné zakázky", "Stav veřejné zakázky",
    "Typ veřejné zakázky", "Název dodavatele veřejné zakázky", "IČ dodavatele veřejné zakázky",
    "Poddodavatel", "Datum zahájení zadávacího/výběrového řízení",
    "Datum podpisu smlouvy/dodatku", "Předpokládaná hodnota veřejné zakázky bez DPH",
    "Cena veřejné zakázky podle smlouvy/dodatlu bez DPH",
    "Skutečně uhrazená cena vážící se k projektu bez DPH",
)  # fmt: skip


@dataclass
class Operation:
    """One operation; amounts are in hundredths of a crown."""

    number: str
    programme: str
    fields: list[str]
    places: list[str]
    contracts: int
    seat: int | None
    eligible: int | None
    eu: int | None
    in_export: bool = True
    disagrees: bool = False


def operations(country: Country) -> list[Operation]:
    """All operations; the first ones carry what is planted."""
    rng = np.random.default_rng([country.seed, 37])
    state = country.state(INDEX_YEARS[-1])
    codes = [country.places[index].code for index in state.place]
    regions = [region.nuts for region in country.regions]
    drawn = []
    for number in range(1, max(40, round(2500 * country.scale)) + 1):
        field, programme = FIELDS[int(rng.integers(len(FIELDS)))]
        several = min(len(regions), 1 + int(rng.random() < 0.2) + int(rng.random() < 0.1))
        eligible = int(rng.lognormal(15.5, 1.2) * 100)
        drawn.append(
            Operation(
                number=f"XD.{programme}.01.01/00/22_001/{number:07}",
                programme=programme,
                fields=[field],
                places=sorted(rng.choice(regions, several, replace=False).tolist()),
                contracts=int(rng.integers(1, 4)),
                seat=codes[int(rng.integers(len(codes)))],
                eligible=eligible,
                eu=eligible * 85 // 100,
            )
        )
    _plant(drawn, regions)
    return drawn


def _plant(drawn: list[Operation], regions: list[str]) -> None:
    drawn[0].places = []
    drawn[1].places = [f"{regions[0][:2]}0"]
    drawn[2].places = sorted(regions[:3])
    drawn[3].fields = ["134", "126"]
    drawn[4].fields = ["163", "155"]
    drawn[5].disagrees = True
    drawn[5].contracts = 2
    drawn[6].eligible = drawn[6].eu = None
    drawn[7].in_export = False
    drawn[8].seat = None
    drawn[9].places = [*regions[:2], f"{regions[0][:2]}0"]


def write(folder: Path, country: Country) -> None:
    """The workbook and the export."""
    listed = operations(country)
    _workbook(folder / f"mmr/esif_operations/2021_2027_{EDITION}.xlsx", listed)
    path = folder / f"mmr/ms2021/SeznamOperaci_21_27_{EXPORT_DAY}.xml"
    path.parent.mkdir(parents=True)
    path.write_bytes(_export(listed).encode())


def _workbook(path: Path, listed: list[Operation]) -> None:
    book = open_book(path)
    sheet = book.add_worksheet("Sheet1")
    sheet.write_string(0, 0, "Seznam operací (vymyšlená země)")
    sheet.write_string(1, 0, "Vygenerováno 31.08.2026")
    sheet.write_row(3, 0, HEADER)
    sheet.write_row(4, 0, [f"English heading {number + 1}" for number in range(len(HEADER))])
    row = 5
    for operation in listed:
        for cells in _rows(operation):
            for name, cell in cells.items():
                if cell is not None:
                    sheet.write(row, HEADER.index(name), cell)
            row += 1
    book.close()


def _rows(operation: Operation) -> list[dict[str, Any]]:
    """The rows of one operation: contract × place × field of intervention."""
    places: list[str | None] = [*operation.places] or [None]
    return [
        {
            "Číslo programu": operation.programme,
            "Fond": "ESF+",
            "Registrační číslo projektu": operation.number,
            "Název projektu": f"Projekt {operation.number[-7:]}",
            "Stav projektu": "Projekt v realizaci",
            "Místo realizace Kód NUTS 3": place,
            "Oblast intervence - kód": field,
            HEADER[26]: _crowns(operation.eligible, extra),
            HEADER[27]: _crowns(operation.eu, extra),
            "Pořadí veřejné zakázky": str(contract),
        }
        for contract in range(1, operation.contracts + 1)
        for extra in (100 if operation.disagrees and contract == 2 else 0,)
        for place in places
        for field in operation.fields
    ]


def _crowns(hundredths: int | None, extra: int) -> float | None:
    return None if hundredths is None else (hundredths + extra) / 100


def _export(listed: list[Operation]) -> str:
    """The export: the second block of money (T = 0) differs and must never be read."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<EXPORT xmlns="{NAMESPACE}">\n'
    records = []
    for position, operation in enumerate(listed, start=1):
        if not operation.in_export:
            continue
        seat = "" if operation.seat is None else f"<OBKOD>{operation.seat}</OBKOD>"
        money = "".join(
            f"<PF><T>{kind}</T>{_money(operation, 100 * (1 - kind))}</PF>" for kind in (0, 1)
        )
        records.append(
            f"<PRJ><ID>{position}</ID><ID_VYZVA>1</ID_VYZVA>"
            f"<KOD>{escape(operation.number)}</KOD><NAZ>Projekt {position:07}</NAZ>"
            f"<SUK>PP36</SUK><ZAD><IC>99999999</IC><HPF>801</HPF><ADR>{seat}</ADR></ZAD>"
            f"{money}</PRJ>\n"
        )
    return f"{head}{''.join(records)}</EXPORT>\n"


def _money(operation: Operation, extra: int) -> str:
    if operation.eligible is None or operation.eu is None:
        return ""
    return (
        f"<CZV>{(operation.eligible + extra) / 100:.2f}</CZV>"
        f"<EU>{(operation.eu + extra) / 100:.2f}</EU>"
    )
