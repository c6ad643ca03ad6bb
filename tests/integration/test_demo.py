"""The invented country: the same graph, five years, and everything planted is there to see."""

import json
from pathlib import Path
from typing import Any

from tests.integration.conftest import Agis

YEARS = (2019, 2020, 2021, 2022, 2023)


def test_the_computed_index_is_the_published_one_everywhere(small_demo: tuple[Path, Agis]) -> None:
    query = """
        select year, count(*) > 300,
            sum((index_points is distinct from published_index_points)::int)
        from social_exclusion_index group by year order by year
    """
    assert small_demo[1].sql(query).splitlines() == [f"{year},True,0" for year in YEARS]


def test_totals_are_those_that_the_generator_wrote(small_demo: tuple[Path, Agis]) -> None:
    sources, agis = small_demo
    expected = json.loads((sources / "expectations.json").read_text(encoding="utf-8"))
    query = """
        select period, indicator_id, round(numerator * 12), denominator from indicator_value
        where territory_level = 'country' and dimension = 'total'
            and indicator_id not like 'population%'
        order by all
    """
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for line in agis.sql(query).splitlines():
        period, indicator, twelfths, base = line.split(",")
        found[period, indicator] = (float(twelfths), float(base))
    wanted = {
        (str(year), indicator): (
            float(total.get("count_twelfths", 12 * total["count"])),
            float(total["base"]),
        )
        for year in YEARS
        for indicator, total in _totals(expected, year).items()
    }
    assert found == wanted


def _totals(expected: dict[str, Any], year: int) -> dict[str, Any]:
    return dict(expected["years"][str(year)]["indicators"])


def test_the_boundary_change_is_in_the_ledger(small_demo: tuple[Path, Agis]) -> None:
    query = """
        select change_type, effective_date from territory_change
        where territory_level = 'municipality' and effective_date >= '2020-01-01'
            and change_type in ('founded', 'ended')
        order by all
    """
    # What ends on 31 December has changed with the new year's first day, as what begins.
    assert {line.split(",")[0] for line in small_demo[1].sql(query).splitlines()} == {
        "founded",
        "ended",
    }
    years = "select year, count(*) from social_exclusion_index group by year order by year"
    counts = [int(line.split(",")[1]) for line in small_demo[1].sql(years).splitlines()]
    assert counts[2] == counts[3]  # one more and one fewer


def test_no_difference_is_offered_across_the_break(small_demo: tuple[Path, Agis]) -> None:
    query = """
        select period, is_comparable_with_previous from indicator_value
        where territory_level = 'country' and indicator_id = 'housing_allowance'
        order by period
    """
    assert small_demo[1].sql(query).splitlines() == [
        "2019,False",
        "2020,True",
        "2021,True",
        "2022,False",
        "2023,True",
    ]


def test_every_output_says_that_it_is_invented(small_demo: tuple[Path, Agis]) -> None:
    _, agis = small_demo
    release = agis.home / "releases" / "current"
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["world"] == "demo"
    assert "invented" in manifest["notice"]["en"]
    assert "smyšlená" in (release / "NOTES.md").read_text(encoding="utf-8")
    assert agis.sql("select world, notice_en from release").startswith("demo,DEMO: an invented")
    label = "select count(*) from social_exclusion_index where label_en not like '%invented%'"
    assert agis.sql(label) == "0"
    codes = """
        select count(*) from social_exclusion_index
        where municipality_code between '500011' and '599999' or region_code like 'CZ%'
    """
    assert agis.sql(codes) == "0"
