"""The territory ledger from 2004 on; what it must say was counted in the official files."""

from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from tests.integration.conftest import Agis, Ended

pytestmark = pytest.mark.usefixtures("mirror")


@pytest.fixture(scope="module")
def agis(mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    return agis


def lines(agis: Agis, query: str) -> list[str]:
    return agis.sql(query).splitlines()


def on(day: str) -> str:
    return f"valid_from <= date '{day}' and coalesce(valid_to, date '9999-12-31') >= '{day}'"


def test_units_on_each_1_january(agis: Agis) -> None:
    """Numbers of units in publication 130072 (2012: in MOS)."""
    expected = {
        2004: 6249,
        **dict.fromkeys((2005, 2006), 6248),
        **dict.fromkeys((2007, 2008, 2009), 6249),
        2010: 6250,
        **dict.fromkeys((2011, 2012), 6251),
        **dict.fromkeys((2013, 2014, 2015), 6253),
        **dict.fromkeys(range(2016, 2027), 6258),
    }
    query = """
        select years.y, count(*) from range(2004, 2027) years(y) join territory
            on valid_from <= make_date(y, 1, 1)
            and coalesce(valid_to, date '9999-12-31') >= make_date(y, 1, 1)
        where territory_level = 'municipality' group by 1 order by 1
    """
    assert lines(agis, query) == [f"{year},{units}" for year, units in expected.items()]


def test_codes_that_ceased_and_codes_that_are_new(agis: Agis) -> None:
    query = """
        select territory_code, year(effective_date) from territory_change
        where territory_level = 'municipality' and change_type = '{}' order by 1
    """
    assert lines(agis, query.format("ended")) == [
        "530255,2009",
        "539996,2016",
        "544311,2005",
        "575020,2007",
    ]
    assert lines(agis, query.format("founded")) == [
        "500011,2009",
        "500020,2010",
        "500046,2011",
        "500062,2013",
        "500071,2013",
        *(f"{code},2016" for code in (500101, 500127, 500135, 500151, 500160, 500194)),
        "558419,2006",
        "558443,2006",
    ]


def test_reassignments_are_those_of_mos(agis: Agis) -> None:
    """Rows of mos_uzemi.csv that ended in 2004, 2006, 2011 and 2020 because the area changed.

    Of the 39 and 120 rows that ended in 2004 and 2006, one each is a code that ceased.
    """
    query = """
        select effective_date, count(distinct territory_code) from territory_change
        where change_type in ('moved_district', 'moved_orp') and effective_date < '2023-01-01'
        group by 1 order by 1
    """
    assert lines(agis, query) == [
        "2005-01-01,38",
        "2007-01-01,119",
        "2012-01-01,1",
        "2021-01-01,18",
    ]


@pytest.mark.parametrize("year", [2007, 2009, 2010])
def test_orp_and_district_are_those_of_another_publication(
    agis: Agis, mirror: Path, year: int
) -> None:
    """The data for planning analyses of those years, which the ledger does not read."""
    workbook = CalamineWorkbook.from_path(mirror / "csu/code_lists/ciselnik_okresu.xls")
    rows = workbook.get_sheet_by_name("Převodník").to_python()
    names = {row[7]: row[6] for row in rows if len(str(row[6])) == 6}
    former = {str(row[0]): names[row[1]] for row in rows if row[1] in names and len(row[0]) == 6}
    query = f"""
        select territory_code, orp_code, district_code from territory
        where territory_level = 'municipality' and {on(f"{year}-12-31")}
    """
    ledger = {row.split(",")[0]: row.split(",")[1:] for row in lines(agis, query)}
    planning = mirror / f"csu/planning_data_uap/{year}.csv"
    stated = duckdb.sql(
        f"select KODOBCE, KODORP, KODOKRES from read_csv('{planning}', all_varchar = true)"
    ).fetchall()
    # The capital has no ORP and district there.
    expected = {
        code: [orp, district if district in names.values() else former[district]]
        for code, orp, district in stated
        if orp
    }
    assert len(expected) == (6249 if year == 2010 else 6248)
    assert {code: ledger[code] for code in expected} == expected


def test_inhabitants_of_areas_since_2004(agis: Agis) -> None:
    """Regions, districts and ORP add up to the official totals of the country."""
    query = """
        select period, sum(value)::int, count(*) from indicator_value
        where indicator_id = 'population' and territory_level = '{}'
            and period in ('2004-01-01', '2020-01-01') group by 1 order by 1
    """
    for level, units in (("region", 14), ("district", 77), ("orp", 206)):
        assert lines(agis, query.format(level)) == [
            f"2004-01-01,10211455,{units}",
            f"2020-01-01,10693939,{units}",
        ]


def test_what_no_source_states_is_unknown(agis: Agis) -> None:
    query = """
        select count(*) from territory where territory_level = 'municipality'
            and valid_from < '2016-01-01' and (pou_code is not null or
                (municipality_status is not null and not is_military_district))
    """
    assert agis.sql(query) == "0"
    military = f"""
        select territory_code from territory
        where is_military_district and {on("2015-12-31")} order by 1
    """
    assert lines(agis, military) == ["503941", "539996", "545422", "555177", "592935"]


def test_a_part_that_became_a_municipality_breaks_the_series(agis: Agis) -> None:
    """The notes of ČÚZK and the drop of the population name the mothers and the years."""
    query = """
        select territory_code, period from indicator_value
        where indicator_id = 'population' and territory_level = 'municipality'
            and comparability_reason = 'territory_changed'
            and territory_code in ('585068', '540986', '545058', '555134', '530751')
        order by 1
    """
    assert lines(agis, query) == [
        "530751,2009-01-01",
        "540986,2010-01-01",
        "545058,2013-01-01",
        "555134,2007-01-01",
        "585068,2009-01-01",
    ]


def test_past_figures_on_the_territory_of_today(agis: Agis) -> None:
    """Worked by hand from publication 130072.

    Zlín had 78,066 inhabitants in 2008; of what it was, 75,860 and 1,943 lived in its two heirs in
    2009, so 1,950 go to Želechovice. Česká Lípa and Častolovice had 38,841 and 55 in 2004.
    """
    query = """
        select territory_code, period, value::int, obs_status from indicator_value_current_territory
        where indicator_id = 'population' and (territory_code, period) in (
            ('585068', '2008-01-01'), ('500011', '2008-01-01'), ('500011', '2009-01-01'),
            ('561380', '2004-01-01'), ('CZ', '2004-01-01'), ('CZ010', '2004-01-01')
        ) order by 1, 2
    """
    assert lines(agis, query) == [
        "500011,2008-01-01,1950,E",
        "500011,2009-01-01,1943,A",
        "561380,2004-01-01,38896,E",
        "585068,2008-01-01,76116,E",
        "CZ,2004-01-01,10211455,A",
        "CZ010,2004-01-01,1165581,A",
    ]


def test_what_has_no_proven_heir_is_listed(agis: Agis) -> None:
    """Military districts that were cut or ended in 2016, with their inhabitants of 2015."""
    query = """
        select territory_code, reason, numerator::int from indicator_value_not_converted
        where indicator_id = 'population' and period = '2015-01-01' order by 1
    """
    assert lines(agis, query) == [
        "503941,successor_unverified,972",
        "539996,no_successor,27",
        "545422,successor_unverified,293",
        "555177,successor_unverified,548",
    ]


def test_all_spellings_of_a_code_lead_to_the_territory(agis: Agis) -> None:
    """Pairs as the conversion table of 2008, the code lists, MOS and lists of schools have them."""
    query = """
        select territory_code from territory_crosswalk
        where territory_level = '{}' and system = '{}' and system_code = '{}'
    """
    for level, system, spelling, code in (
        ("district", "lau_former", "CZ0816", "CZ0806"),
        ("district", "lau_former", "CZ0614", "CZ0634"),
        ("district", "cis101", "40169", "CZ0201"),
        ("region", "cis100", "3026", "CZ020"),
        ("orp", "mos", "BRANDÝS N.L.-ST.BOLES", "2103"),
        ("orp", "capital", "X-X-X", "1000"),
        ("orp", "capital", "0000", "1000"),
        ("orp", "capital", "Hlavní město Praha", "1000"),
        ("pou", "capital", "00000", "10000"),
        ("district", "capital", "9999", "CZ0100"),
        ("district", "mos", "Jablonec n.Nisou", "CZ0512"),
        ("district", "msmt", "CZ010A", "CZ0100"),
        ("orp", "msmt", "CZ04105", "4105"),
        ("region", "nuts_former", "CZ061", "CZ063"),
        ("region", "nuts_former", "CZ062", "CZ064"),
        ("prague_district", "ruian", "191", "1122"),
        ("orp", "cis72", "1122", "1000"),
        ("municipality", "cis72", "1101", "554782"),
        # CIS0043 has 14 of the name Nová Ves and one Zlín
        ("municipality", "name", "Zlín", "585068"),
        ("municipality", "name", "Nová Ves", ""),
    ):
        assert agis.sql(query.format(level, system, spelling)) == code


def test_codes_of_schools_and_of_the_capital(agis: Agis) -> None:
    """The register has 7 codes of ORP, the list of addresses 10 of districts, CIS0072 22."""
    query = """
        select system, territory_level, count(*), count(distinct territory_code), min(valid_from)
        from territory_crosswalk where system in ('msmt', 'cis72') group by 1, 2 order by 1, 2
    """
    assert lines(agis, query) == [
        "cis72,municipality,22,1,2001-07-01",
        "cis72,orp,22,1,2001-07-01",
        "cis72,prague_district,22,22,2001-07-01",
        "msmt,district,10,1,",
        "msmt,orp,7,7,",
    ]
