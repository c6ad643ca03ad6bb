"""What was planted and what a correct reader must find, as plain data for the two JSON files."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from assets.demo.country import BOUNDARY_YEAR, INDEX_YEARS, MOVE_YEAR, Country
from assets.demo.figures import BREAK_FACTOR, BREAK_YEAR, LEVEL, Figures
from assets.demo.published_index import BANDS, INDICATORS, PARTS, Inputs, Published
from assets.demo.revision import REVISED_YEAR, Correction
from assets.demo.territory_changes import SPLIT_SHARE

if TYPE_CHECKING:
    from assets.demo.country import State

Item = dict[str, Any]


def _code(country: Country, place: int) -> int:
    return country.places[place].code


def _item(kind: str, indicator: str | None, codes: list[int], years: list[int], size: Any,
          what: str, **more: Any) -> Item:  # fmt: skip
    """One planted thing; every entry has these keys and may have more."""
    return {"kind": kind, "indicator": indicator, "codes": codes, "years": years, "size": size,
            "what": what, **more}  # fmt: skip


def _count(figures: Figures, year: int, place: int, indicator: str) -> int:
    return int(figures.inputs[year].parts[indicator][figures.states[year].owner[place]])


def _moves(country: Country, figures: Figures) -> list[Item]:
    return [
        _item(
            "real_change",
            move.indicator,
            [_code(country, move.place)],
            [move.year],
            move.factor,
            "the level moves by this factor on average; the counts tell what chance made of it",
            count_before=_count(figures, move.year - 1, move.place, move.indicator),
            count_after=_count(figures, move.year, move.place, move.indicator),
        )
        for move in figures.moves
    ]


def _noise() -> list[Item]:
    return [
        _item(
            "noise",
            name,
            [],
            list(INDEX_YEARS),
            LEVEL[name][4],
            "Poisson or binomial chance around the level; size is the share of cases that stay"
            " from one year to the next (a half of it for households paid for part of a year)",
        )
        for name in INDICATORS
    ]


def _territory(country: Country) -> list[Item]:
    events = country.events
    new, mother = _code(country, events.split_new), _code(country, events.split_mother)
    ended, heir = _code(country, events.merge_ended), _code(country, events.merge_absorber)
    day = f"{BOUNDARY_YEAR}-01-01"
    old = country.places[events.moved]
    items = [
        _item("boundary_split", None, [mother, new], [BOUNDARY_YEAR], SPLIT_SHARE,
              "the second municipality leaves the first with this share of its people",
              valid_from=day, mother=mother, new=new),
        _item("boundary_merger", None, [ended, heir], [BOUNDARY_YEAR], 1.0,
              "the first municipality becomes part of the second",
              valid_from=day, ended=ended, absorber=heir, ended_on=f"{BOUNDARY_YEAR - 1}-12-31"),
        _item("reassignment", None, [old.code], [MOVE_YEAR], None,
              "the municipality moves to another POÚ, ORP and district",
              valid_from=f"{MOVE_YEAR}-01-01",
              before=_areas(country, old.pou, old.district),
              after=_areas(country, events.moved_pou, events.moved_district)),
    ]  # fmt: skip
    if events.shared_orp >= 0:
        codes = [_code(country, place) for place in events.shared_places]
        items.append(
            _item("orp_in_two_districts", None, codes, list(INDEX_YEARS), None,
                  "these lie in another district than the rest of their ORP",
                  orp=country.orps[events.shared_orp].code)
        )  # fmt: skip
    return items


def _areas(country: Country, pou: int, district: int) -> Item:
    unit = country.pous[pou]
    return {
        "pou": unit.code,
        "orp": country.orps[unit.orp].code,
        "district": country.districts[district].lau,
    }


def planted(
    country: Country,
    figures: Figures,
    corrections: list[Correction],
    first: Published,
    final: Published,
) -> list[Item]:
    """Everything planted, each with kind, indicator, codes, years and size."""
    state = figures.states[REVISED_YEAR]
    changed = _codes_of(country, state, np.flatnonzero(first.index != final.index))
    items = [*_moves(country, figures), *_noise(), *_territory(country)]
    items.append(
        _item("definition_break", "housing_allowance", [], [BREAK_YEAR], BREAK_FACTOR,
              "from this year on a new rule counts more allowances everywhere")
    )  # fmt: skip
    items += [
        _item("source_revision", change.indicator, [change.code], [REVISED_YEAR],
              change.revised_parts - change.first_parts,
              "the first version said the first count, the workbook in force the second;"
              " counts in whole parts",
              first_parts=change.first_parts, revised_parts=change.revised_parts,
              parts_per_unit=PARTS[change.indicator])
        for change in corrections
    ]  # fmt: skip
    items.append(
        _item("source_revision_index", None, changed, [REVISED_YEAR], len(changed),
              "municipalities whose index differs between the two versions")
    )  # fmt: skip
    items += [_empty_schools(country, figures, year) for year in INDEX_YEARS]
    return items


def _empty_schools(country: Country, figures: Figures, year: int) -> Item:
    inputs = figures.inputs[year]
    rows = np.flatnonzero(inputs.school & (inputs.bases["early_leavers"] == 0))
    codes = _codes_of(country, figures.states[year], rows)
    what = "schools without leaving pupils: no points of their own, and none to borrow"
    return _item("school_without_pupils", "early_leavers", codes, [year], len(codes), what)


def _codes_of(country: Country, state: State, rows: Any) -> list[int]:
    return [_code(country, int(state.place[row])) for row in rows]


def _all_codes(country: Country, state: State) -> set[int]:
    return {_code(country, int(place)) for place in state.place}


def year_record(inputs: Inputs, published: Published) -> Item:
    """Sums of one workbook."""
    military = int((inputs.bases["distraint"] == 0).sum())
    bands = np.bincount(published.band, minlength=len(BANDS)).tolist()
    totals: Item = {}
    for name in INDICATORS:
        parts = int(inputs.parts[name].sum())
        totals[name] = {
            "count": parts if PARTS[name] == 1 else parts / PARTS[name],
            "base": int(inputs.bases[name].sum()),
            "national_share": inputs.national_share(name),
        }
        if PARTS[name] != 1:
            totals[name]["count_twelfths"] = parts
    return {
        "units": len(inputs.region),
        "municipalities": len(inputs.region) - military,
        "population_15_64": int(inputs.population_15_64.sum()),
        "schools": int(inputs.school.sum()),
        "schools_without_pupils": int((inputs.school & (inputs.bases["early_leavers"] == 0)).sum()),
        "indicators": totals,
        "bands": dict(zip(BANDS, bands, strict=True)),
        "zero_points": int((published.index == 0).sum()),
    }


def differences(country: Country, figures: Figures) -> list[Item]:
    """Per pair of years what the planted moves and changes of territory did."""
    found = []
    for before, after in itertools.pairwise(INDEX_YEARS):
        codes = {year: _all_codes(country, figures.states[year]) for year in (before, after)}
        found.append({
            "from": before,
            "to": after,
            "codes_ended": sorted(codes[before] - codes[after]),
            "codes_new": sorted(codes[after] - codes[before]),
            "reassigned": [_code(country, country.events.moved)] if after == MOVE_YEAR else [],
            "definition_break": ["housing_allowance"] if after == BREAK_YEAR else [],
            "moves": [
                {
                    "code": _code(country, move.place),
                    "indicator": move.indicator,
                    "factor": move.factor,
                    "count_from": _count(figures, before, move.place, move.indicator),
                    "count_to": _count(figures, after, move.place, move.indicator),
                }
                for move in figures.moves
                if move.year == after
            ],
        })  # fmt: skip
    return found
