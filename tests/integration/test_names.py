"""Names instead of codes, swapped namesakes and corrections, on the real official files.

Every expected figure was counted in the files themselves or published by others.
"""

import shutil
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from assets.registry import load_registry
from tests.integration.conftest import Agis, Ended

SNAPSHOT = "ekcr/distraint_by_municipality/2023-03-26_obce.csv"
WORKBOOK = "asz/social_exclusion_index/2023.xlsx"
FACTOR, FROM_COUNT = 2, 20


@pytest.fixture(scope="module")
def agis(mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    return agis


def workbook_counts(mirror: Path) -> dict[str, int]:
    """Persons in distraint at the end of 2023, read without AGIS."""
    with CalamineWorkbook.from_path(str(mirror / WORKBOOK)) as book:
        heading, *rows = book.get_sheet_by_index(0).to_python()
    code, count = heading.index("Kód obce"), heading.index("Počet osob v exekuci (k 31. 12. 2023)")
    return {f"{int(row[code])}": int(row[count]) for row in rows}


def swapped(mirror: Path) -> set[str]:
    """Municipalities whose snapshot differs from the workbook by the factor."""
    snapshot = duckdb.execute(
        "select kod_obce_zuj, cast(pocet_osob as integer) from read_csv(?, all_varchar = true)",
        [str(mirror / SNAPSHOT)],
    ).fetchall()
    later = workbook_counts(mirror)
    return {
        code
        for code, persons in snapshot
        if max(persons, later[code]) >= FROM_COUNT
        and max(persons, later[code]) >= FACTOR * min(persons, later[code])
    }


def test_no_swapped_figure_of_the_snapshot_slips_through(agis: Agis, mirror: Path) -> None:
    # The mirror's own count is 89; one more has nobody in distraint at the end of 2023.
    codes = swapped(mirror)
    assert len(codes) in (89, 90)
    query = """
        select territory_code from source_comparison
        where series_id = 'ekcr__distraint_by_municipality/distraint'
            and territory_level = 'municipality' and numerator is null
    """
    assert set(agis.sql(query).split()) == codes


def test_vernerice_is_left_out_and_the_refresh_went_on(agis: Agis) -> None:
    query = """
        select numerator is null, missing_reason from source_comparison
        where territory_code = '562921' and period = '2023-03-26' and indicator_id = 'distraint'
    """
    assert agis.sql(query) == "True,exceeds_population"


def test_all_but_two_names_of_the_extract_are_found(agis: Agis) -> None:
    query = """
        select case when match_class like 'exact%' then 'exact' else match_class end, count(*)
        from name_match where source_dataset = 'ekcr__distraint_by_name' group by 1 order by 1
    """
    assert agis.sql(query).splitlines() == ["ambiguous,2", "exact,6147"]
    query = """
        select source_name, stated_district from name_match
        where source_dataset = 'ekcr__distraint_by_name' and match_class = 'ambiguous' order by 1
    """
    assert agis.sql(query).splitlines() == ["Březina,Brno-venkov", "Mezholezy,Domažlice"]


def test_names_lead_to_the_codes_that_the_source_states_too(agis: Agis) -> None:
    query = """
        select count(*), sum((territory_code = stated_code)::int)
        from name_match where stated_code is not null and territory_code is not null
    """
    matched, same = map(int, agis.sql(query).split(","))
    assert matched == same
    assert matched >= 9279


def test_the_extract_agrees_with_the_coded_map_and_its_own_total(agis: Agis) -> None:
    query = """
        select count(*), sum(numerator), max(abs(numerator_difference)) from source_comparison
        where series_id = 'ekcr__distraint_by_name/distraint' and territory_level = 'municipality'
            and numerator is not null
    """
    count, persons, difference = agis.sql(query).split(",")
    assert (int(count), float(difference)) == (6253, 0)
    # Of the file's 698,028 persons 44,118 have no municipality, 25 lie under the two ambiguous
    # names, and one is counted in a military district, which has no inhabitants (Boletice).
    assert float(persons) == 698028 - 44118 - 25 - 1


def test_abbreviated_names_are_proposed_and_a_town_is_no_district(agis: Agis) -> None:
    query = """
        select territory_code from name_match
        where source_dataset = 'csu__mos_territories' and match_class = 'fuzzy' order by 1
    """
    assert agis.sql(query).split() == ["2103", "5203", "6101", "8105", "8107", "CZ0512"]
    query = """
        select match_class from name_match
        where source_dataset = 'csu__mos_territories' and source_name = 'Ostrava'
    """
    assert agis.sql(query) == "none"


def test_housing_need_stands_on_every_orp_with_its_doubts(agis: Agis, mirror: Path) -> None:
    (total,) = duckdb.execute(
        "select sum(nouze_osoby) from read_csv(?)",
        [str(mirror / "housing/housing_need_by_orp_2019.tsv")],
    ).fetchone() or (None,)
    query = """
        select count(*), sum(numerator), min(obs_status), max(obs_status), max(reliability)
        from indicator_value where indicator_id = 'housing_need_persons'
    """
    count, persons, *doubts = agis.sql(query).split(",")
    assert (int(count), float(persons)) == (206, total)
    assert doubts == ["E", "E", "unknown"]


def test_special_permits_are_all_accounted_for(agis: Agis, mirror: Path) -> None:
    path = mirror / "mvcr/temporary_protection/2022-03-08_no_codes.xlsx"
    with CalamineWorkbook.from_path(str(path)) as book:
        heading, *rows = book.get_sheet_by_index(0).to_python()
    name, persons = heading.index("obec"), heading.index("celkem")
    total = sum(int(row[persons]) for row in rows)
    # Two municipalities of Brno-venkov are called Březina; the file does not say which.
    unclear = sum(
        int(row[persons])
        for row in rows
        if row[name] == "Březina" and row[heading.index("okres")] == "Brno-venkov"
    )
    query = """
        select territory_level, sum(numerator) from source_comparison
        where series_id = 'mvcr__temporary_protection/special_permits'
            and territory_level in ('country', 'municipality') group by 1 order by 1
    """
    assert agis.sql(query).splitlines() == [
        f"country,{float(total)}",
        f"municipality,{float(total - unclear)}",
    ]


def test_a_correction_is_read_by_the_build_and_published(agis: Agis) -> None:
    (build,) = [path.parent for path in (agis.home / "build").glob("*/built.json")]
    inputs = build / "inputs" / "policie__crime_by_region"
    cell = """
        select damage_thousand_czk, damage_thousand_czk__declared from read_parquet(?)
        where _sheet = 'Středočeský' and crime_code = '511'
    """
    assert duckdb.execute(cell, [str(inputs / "2018.parquet")]).fetchall() == [("123800", None)]
    raw = next((agis.home / "raw" / "policie__crime_by_region" / "2018").glob("*.parquet"))
    assert duckdb.execute(cell, [str(raw)]).fetchall() == [("1.238", "lost_power_1_238")]
    query = "select correction_id, is_applied from correction order by 1"
    assert agis.sql(query).splitlines() == [
        "crime_damage_300_599_jihomoravsky_2022,True",
        "crime_damage_511_stredocesky_2018,True",
        "early_leavers_share_heading_2023,True",
    ]
    query = """
        select corrected_heading like '%žáků, kteří ukončili povinnou školní docházku%'
        from source_column where dataset_id = 'asz__social_exclusion_index'
            and column_name = 'early_leavers_share_pct'
    """
    assert agis.sql(query) == "True"


def test_the_corrected_sums_are_those_of_their_parts(agis: Agis) -> None:
    """Burglaries, thefts and other property crime make up property crime, to the thousand."""
    (build,) = [path.parent for path in (agis.home / "build").glob("*/built.json")]
    path = build / "inputs" / "policie__crime_by_region" / "2022.parquet"
    query = """
        select crime_code = '300-599', sum(damage_thousand_czk::bigint) from read_parquet(?)
        where _sheet = 'Jihomoravský'
            and crime_code in ('300-399', '400-499', '500-599', '300-599')
        group by 1 order by 1
    """
    (_, parts), (_, whole) = duckdb.execute(query, [str(path)]).fetchall()
    assert parts == whole == 834700


def test_a_refresh_stops_once_a_correction_has_had_its_time(
    agis: Agis, mirror: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(agis.home, tmp_path / "home", symlinks=True)
    extra = tmp_path / "registry"
    (extra / "paq").mkdir(parents=True)
    indices = load_registry()["paq__orp_indices"]
    entry = Path("assets/registry/paq/orp_indices.yml").read_text(encoding="utf-8")
    (extra / "paq" / "sample.yml").write_text(
        entry.replace(f"id: {indices.id}", "id: paq__sample"), encoding="utf-8"
    )
    (extra / "corrections.yml").write_text(
        """
orp_of_the_capital:
  dataset: paq__orp_indices
  edition: "2022"
  action: replace_value
  column: orp_name
  key: {orp_code: "1000"}
  expect: Prag
  value: Praha
  reason: {cs: překlep, en: a slip}
  noted_on: 2026-11-22
""",
        encoding="utf-8",
    )
    before = agis.current()
    copied = Agis(home)
    ended = copied.refresh(mirror, AGIS_REGISTRY_EXTRA=str(extra))
    assert ended.code == 1
    assert "correction orp_of_the_capital expects »Prag«, found" in ended.err
    assert "remove correction orp_of_the_capital from assets/registry/corrections.yml" in ended.err
    assert copied.current() == before
