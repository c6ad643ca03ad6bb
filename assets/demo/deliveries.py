"""The invented ministry's deliveries by agreement: benefits by municipality and month.

Twelve months of benefits add up to the twelfths of the mean month that the index workbook of
the year prints, so that the two can be held against each other. Persons and amounts are in no
other file. The ministry, the agreement and its number are invented.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from assets.demo.country import Country
    from assets.demo.figures import Figures
    from assets.demo.geography import Ints

YEARS = (2022, 2023)
DATASET = "demo__benefit_month"
AGREEMENT = "DEMO-MPS-2021/0417"
PROVIDER = "Smyšlené ministerstvo práce"
HEADER = "OBEC_KOD;MESIC;DAVKA;POCET_OSOB;POCET_DAVEK;CASTKA_KC"
# Code, further persons in a household beside the one who is paid, CZK of a mean benefit, and
# the months from January on: housing costs more in winter.
BENEFITS = {
    "housing_allowance": ("PNB", 1.3, 4300, (9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 9)),
    "subsistence_allowance": ("PNZ", 0.7, 4700, (9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 9, 9)),
}


def write(folder: Path, country: Country, figures: Figures) -> None:
    """One delivery for each year, with its note."""
    rng = np.random.default_rng([country.seed, 17])
    for year in YEARS:
        _deliver(folder / DATASET / str(year), year, _rows(country, figures, year, rng))


def _rows(
    country: Country, figures: Figures, year: int, rng: np.random.Generator
) -> list[tuple[int, str, str, int, int, int]]:
    codes = [country.places[place].code for place in figures.states[year].place]
    rows = []
    for name, (benefit, others, mean_czk, season) in BENEFITS.items():
        benefits = _months(figures.inputs[year].parts[name], season, rng)
        persons = benefits + rng.poisson(others * benefits)
        amounts = np.rint(benefits * rng.normal(mean_czk, 90.0, benefits.shape)).astype(np.int64)
        for row, code in enumerate(codes):
            for month in range(12):
                at = row, month
                figure = (int(persons[at]), int(benefits[at]), int(amounts[at]))
                rows.append((code, f"{year}-{month + 1:02}", benefit, *figure))
    return rows


def _months(twelfths: Ints, season: tuple[int, ...], rng: np.random.Generator) -> Ints:
    """Benefits of each month, shape (n, 12): they add up to the twelfths of the mean month.

    Three quarters are spread as the season has it, the rest falls by chance.
    """
    weights = np.array(season) / sum(season)
    fixed = np.floor(0.75 * twelfths[:, None] * weights[None, :]).astype(np.int64)
    rest = twelfths - fixed.sum(axis=1)
    return np.asarray(fixed + rng.multinomial(rest, weights), dtype=np.int64)


def _deliver(folder: Path, year: int, rows: list[tuple[int, str, str, int, int, int]]) -> None:
    folder.mkdir(parents=True)
    text = "\n".join([HEADER, *(";".join(map(str, row)) for row in rows)]) + "\n"
    content = text.encode()
    name = f"benefits-{year}.csv"
    (folder / name).write_bytes(content)
    persons, benefits, amounts = (
        sum(figures) for figures in zip(*(r[3:] for r in rows), strict=True)
    )
    totals = {"persons": persons, "benefits": benefits, "amount_czk": amounts}
    note: dict[str, Any] = {
        "dataset": DATASET,
        "agreement": AGREEMENT,
        "delivered_on": f"{year + 1}-03-15",
        "delivered_by": PROVIDER,
        "files": [
            {
                "file": name,
                "edition": str(year),
                "period": {"first": f"{year}-01", "last": f"{year}-12"},
                "sha256": hashlib.sha256(content).hexdigest(),
                "rows": len(rows),
                "totals": totals,
            }
        ],
    }
    # JSON is YAML as well; written so, the note needs no library.
    text = json.dumps(note, ensure_ascii=False, indent=1) + "\n"
    (folder / "delivery.yml").write_bytes(text.encode())
