"""The Agency's work as reference data: codes from the official lists, facts from the documents."""

import csv
import json

import pytest

from orchestration.builds import DBT_DIR
from tests.conftest import MIRROR
from tests.integration.conftest import Agis, Ended

# Of which district the places are: looked up outside, since names repeat.
DISTRICTS = {
    "Liberec": "Liberec",
    "Chomutov": "Chomutov",
    "Most": "Most",
    "Nový Bor": "Česká Lípa",
    "Postoloprty": "Louny",
    "Sokolov": "Sokolov",
    "Varnsdorf": "Děčín",
    "Vítkov": "Opava",
    "Budišov nad Budišovkou": "Opava",
    "Žďár nad Sázavou": "Žďár nad Sázavou",
    "Frýdlant": "Liberec",
    "Nové Město pod Smrkem": "Liberec",
    "Česká Lípa": "Česká Lípa",
    "Ralsko": "Česká Lípa",
    "Velké Hamry": "Jablonec nad Nisou",
    "Jablonec nad Nisou": "Jablonec nad Nisou",
}


@pytest.fixture(scope="module")
def agis(mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    home, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    return home


def rows(agis: Agis, query: str) -> list[list[str]]:
    return list(csv.reader(agis.sql(query).splitlines()))


def listed(name: str) -> list[dict[str, str]]:
    path = MIRROR / "csu" / "code_lists" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_codes_are_those_of_the_official_lists(agis: Agis) -> None:
    towns = {
        (r["text1"], r["text2"]): r["chodnota1"] for r in listed("VAZ0043_0101_CS_2024_utf8.csv")
    }
    found = rows(
        agis,
        "select territory_name, territory_code from partner_territory "
        "where territory_level = 'municipality'",
    )
    assert {(name, towns[name, district]) for name, district in DISTRICTS.items()} == {
        (name, code) for name, code in found
    }
    regions = {r["text1"]: r["chodnota1"] for r in listed("VAZ0108_0065_CS_utf8.csv")}
    found = rows(
        agis,
        "select p.name_cs, t.territory_code from partner_territory t "
        "join partner p using (partner_id) where t.territory_level = 'region'",
    )
    assert len(found) == 4
    assert all(regions[name] == code for name, code in found)


@pytest.mark.parametrize(
    ("framework", "form", "partners"),
    [
        ("innovation_project", "project_partner",
         {"Královéhradecký kraj", "Liberecký kraj", "Olomoucký kraj", "Karlovarský kraj",
          "Statutární město Chomutov"}),
        ("innovation_project", "financial_partner", {"Sdružení místních samospráv (AGIS)"}),
        ("liberec_region_memorandum", "cooperating_municipality",
         {"Liberec", "Nový Bor", "Frýdlant", "Nové Město pod Smrkem", "Česká Lípa", "Ralsko",
          "Velké Hamry", "Jablonec nad Nisou"}),
        ("three_year_selection", "selected_for_three_years",
         {"Liberec", "Statutární město Chomutov", "Most", "Nový Bor", "Postoloprty", "Sokolov",
          "Varnsdorf", "Vítkov–Budišov", "Žďár nad Sázavou"}),
    ],
)  # fmt: skip
def test_partners_are_those_of_the_documents(
    agis: Agis, framework: str, form: str, partners: set[str]
) -> None:
    found = rows(
        agis,
        "select name_cs from cooperation join partner using (partner_id) "
        f"where framework_id = '{framework}' and form = '{form}'",
    )
    assert sorted(name for (name,) in found) == sorted(partners)


def test_what_a_document_does_not_date_stays_open(agis: Agis) -> None:
    found = rows(
        agis,
        "select framework_id, count(*), count(period_from), count(period_to) from cooperation "
        "group by all order by all",
    )
    assert found == [
        ["innovation_project", "7", "6", "6"],
        ["liberec_region_memorandum", "9", "0", "0"],
        ["three_year_selection", "9", "0", "0"],
    ]


def test_aims_have_indicators_or_say_that_nothing_open_speaks_of_them(agis: Agis) -> None:
    found = dict(
        rows(
            agis,
            "select aim_id, string_agg(said, ' ' order by said) from ("
            "select aim_id, coalesce(indicator_id, coverage) as said "
            "from cooperation_aim left join aim_indicator using (aim_id)) group by aim_id",
        )
    )
    assert len([aim for aim in found if aim.startswith("memorandum_")]) == 7
    assert found["memorandum_debt_relief"] == "distraint insolvency"
    assert (
        found["chomutov_speculation"] == found["chomutov_business_with_poverty"] == "no_open_source"
    )
    coverage = rows(
        agis, "select partner_id, theme_id from theme_coverage where not has_open_source"
    )
    assert ["chomutov", "housing_speculation"] in coverage
    assert ["chomutov", "business_with_poverty"] in coverage


def test_a_fact_on_the_partnership_is_no_list_of_projects(agis: Agis) -> None:
    found = rows(
        agis,
        "select cast(value as bigint), unit from partnership_fact "
        "where framework_id = 'liberec_region_memorandum' order by all",
    )
    assert found == [["8", "municipalities"], ["17", "projects"], ["113000000", "czk"]]


def test_nothing_is_invented_where_no_source_speaks(agis: Agis) -> None:
    tables = json.loads((agis.home / "releases" / "current" / "manifest.json").read_text())[
        "tables"
    ]
    for name in ("strategy_target", "excluded_locality_summary"):
        assert tables[name]["rows"] == 0
        assert "no source at hand states" in tables[name]["description"]
        assert tables[name]["columns"]
    known = rows(agis, "select distinct known_from from document order by all")
    assert known == [["brief"], ["stored_copy"]]


def test_the_demo_invents_its_own_partner(small_demo: tuple[object, Agis]) -> None:
    agis = small_demo[1]
    names = [name for (name,) in rows(agis, "select name_cs from partner order by all")]
    assert names == ["Smyšlená agentura", "Smyšlený kraj"]
    outcomes = dict(rows(agis, "select target_id, outcome from strategy_target"))
    assert outcomes["demo_far_fewer_in_distraint"] == "not_reached"
    assert outcomes["demo_housing_allowance"] == "cannot_tell"


def test_every_seed_says_of_which_world_it_is() -> None:
    for path in sorted((DBT_DIR / "seeds" / "agency").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames is not None
            assert reader.fieldnames[0] == "world", path.name
            assert {row["world"] for row in reader} <= {"real", "demo"}, path.name
