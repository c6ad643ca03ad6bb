"""Services, schools and EU money of the invented country against sums made from its files."""

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.conftest import Agis

Rows = list[list[str]]
Sql = Callable[[str], Rows]
DAY = "2026-08-31"
FIRST_ADDRESS = 900_000_000


@pytest.fixture(scope="module")
def sources(small_demo: tuple[Path, Agis]) -> Path:
    return small_demo[0]


@pytest.fixture(scope="module")
def sql(small_demo: tuple[Path, Agis]) -> Sql:
    return lambda query: list(csv.reader(io.StringIO(small_demo[1].sql(query))))


@pytest.fixture(scope="module")
def points(sql: Sql) -> dict[str, tuple[float, float]]:
    rows = sql(
        "select territory_code, x_5514_m, y_5514_m from territory"
        " where territory_level = 'municipality' and is_current"
    )
    return {code: (float(x), float(y)) for code, x, y in rows}


@pytest.fixture(scope="module")
def need(sql: Sql) -> dict[str, int]:
    query = (
        "select territory_code, numerator from indicator_value where period = '2023'"
        " and indicator_id = 'distraint' and dimension = 'total'"
        " and territory_level = 'municipality'"
    )
    return {code: round(float(count)) for code, count in sql(query)}


def open_on(day: str, first: str | None, last: str | None) -> bool:
    return (first or "") <= day and (last is None or last >= day)


def services(sources: Path) -> Iterable[tuple[str, dict[str, float | None], set[str], bool]]:
    """Of each open service: its kind, capacity by unit, municipalities, and whether it has one."""
    content = json.loads((sources / f"mpsv/rpss/{DAY}.json").read_text(encoding="utf-8"))
    for record in content["polozky"]:
        if not open_on(DAY, record["datumPoskytovaniOd"], record["datumPoskytovaniDo"]):
            continue
        units: dict[str, float | None] = {}
        for form in record["formy"]:
            for capacity in form["kapacity"]:
                unit = capacity["typ"]["id"].split("/")[1]
                units[unit] = (units.get(unit) or 0) + capacity["pocet"]
        places = set()
        for facility in record["zarizeni"]:
            if open_on(DAY, facility["poskytujeOd"], facility["poskytujeDo"]):
                address = facility["adresa"]
                town = address["obec"] and address["obec"]["id"].split("/")[1]
                places.add(town or str(address["kodAdresnihoMista"] - FIRST_ADDRESS))
        kind = record["druhSocialniSluzby"]["id"].split("/")[1]
        yield kind, units or {"not_stated": None}, places, len(places) == 1


def number(text: str) -> float | None:
    return float(text) if text else None


def test_capacities_of_services_add_up_to_the_register(sources: Path, sql: Sql) -> None:
    expected: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0])
    for kind, units, places, is_placed in services(sources):
        status = "placed" if is_placed else "several_places" if places else "place_not_stated"
        for unit, capacity in units.items():
            expected[kind, unit, status][0] += capacity or 0
            expected[kind, unit, status][1] += 1
    found = {
        (kind, unit, status): [float(capacity or 0), int(count)]
        for kind, unit, status, capacity, count in sql(
            "select service_kind, capacity_unit, place_status, sum(capacity),"
            " sum(case when place_status = 'placed' then services - services_of_several_places"
            " else services end) from social_service group by all"
        )
        if int(count)
    }
    assert found == dict(expected)
    assert {status for _, _, status in found} == {"placed", "several_places", "place_not_stated"}
    assert {unit for _, unit, _ in found} >= {"luzka", "kontakt", "interv", "not_stated"}


def test_services_within_reach_are_those_that_a_search_finds(
    sources: Path, sql: Sql, points: dict[str, tuple[float, float]], need: dict[str, int]
) -> None:
    listed = list(services(sources))
    rows = sql(
        "select municipality_code, service_kind, capacity_unit, services_within_10_km,"
        " services_within_20_km, capacity_within_10_km, capacity_within_20_km,"
        " persons_in_need_within_20_km, nearest_within_20_km_km from service_access"
    )
    kinds = {(kind, unit) for kind, units, _, _ in listed for unit in units}
    assert len(rows) == len(points) * len(kinds)
    for code, kind, unit, *figures in rows:
        near: dict[int, int] = {10: 0, 20: 0}
        capacity: dict[int, float | None] = {10: None, 20: None}
        nearest = None
        for other, units, places, is_placed in listed:
            if other != kind or unit not in units or not places:
                continue
            km = min(math.dist(points[code], points[place]) for place in places) / 1000
            for reach in (10, 20):
                near[reach] += km <= reach
                own = units[unit]
                if km <= reach and is_placed and own is not None:
                    capacity[reach] = (capacity[reach] or 0) + own
            if km <= 20 and (nearest is None or km < nearest):
                nearest = km
        for reach in (10, 20):
            capacity[reach] = capacity[reach] if near[reach] else 0
        persons = sum(
            count for place, count in need.items()
            if math.dist(points[code], points[place]) <= 20_000
        )  # fmt: skip
        assert [int(figures[0]), int(figures[1])] == [near[10], near[20]], (code, kind)
        assert [number(figures[2]), number(figures[3])] == [capacity[10], capacity[20]]
        assert int(figures[4]) == persons
        assert number(figures[5]) == (nearest if nearest is None else pytest.approx(nearest))


def test_the_accessibility_index_is_the_two_step_catchment(
    sources: Path, sql: Sql, points: dict[str, tuple[float, float]], need: dict[str, int]
) -> None:
    supply: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for kind, units, places, is_placed in services(sources):
        for unit, capacity in units.items():
            if is_placed and capacity is not None:
                supply[kind, unit][next(iter(places))] += capacity
    near = {
        code: [other for other in points if math.dist(points[code], points[other]) <= 20_000]
        for code in points
    }
    total = sum(need.values())
    reached: dict[tuple[str, str], float] = defaultdict(float)
    for code, kind, unit, accessible, ratio in sql(
        "select municipality_code, service_kind, capacity_unit, accessible_per_1000_in_need,"
        " accessibility_ratio from service_accessibility"
    ):
        offers = supply[kind, unit]
        expected = sum(
            offers[place] / sum(need[other] for other in near[place])
            for place in near[code]
            if place in offers
        )
        even = sum(offers.values()) / total
        assert float(accessible) == pytest.approx(1000 * expected, abs=1e-6)
        assert float(ratio) == pytest.approx(expected / even, abs=1e-6)
        reached[kind, unit] += need[code] * float(accessible) / 1000
    assert reached
    # What all persons in need reach is what is offered: nothing is lost and nothing counted twice.
    for key, value in reached.items():
        assert value == pytest.approx(sum(supply[key].values()), rel=1e-6)


def test_schools_are_own_or_nearest(
    sources: Path, sql: Sql, points: dict[str, tuple[float, float]]
) -> None:
    path = sources / "msmt/school_register_jsonld/2026-06-30.jsonld"
    schools: dict[str, set[str]] = defaultdict(set)
    for organisation in json.loads(path.read_text(encoding="utf-8"))["list"]:
        for school in organisation["skolyAZarizeni"]:
            place = school["mistaVyuky"][0]["adresa"]["kodRUIAN"] - FIRST_ADDRESS
            schools[school["druh"]].add(str(place))
    rows = sql(
        "select municipality_code, school_kind, has_own_school, distance_km from school_access"
        " where source_dataset = 'msmt__school_register_jsonld'"
    )
    assert len(rows) == 2 * len(points)
    for code, kind, has_own, km in rows:
        nearest = min(math.dist(points[code], points[place]) for place in schools[kind])
        assert (has_own == "True") == (code in schools[kind])
        assert float(km) == pytest.approx(nearest / 1000, abs=1e-9)


THEMES = {
    "134": "employment", "163": "social_inclusion", "155": "social_inclusion",
    "159": "social_services", "127": "social_services", "126": "housing", "122": "education",
    "149": "education", "011": "other",
}  # fmt: skip


def operations(sources: Path) -> dict[str, dict[str, Any]]:
    """The workbook's operations: theme, places, and the contribution in hundredths or None."""
    book = CalamineWorkbook.from_path(sources / "mmr/esif_operations/2021_2027_2026-08.xlsx")
    rows = book.get_sheet_by_name("Sheet1").to_python()
    header = rows[3]
    at = [
        header.index(name)
        for name in (
            "Registrační číslo projektu",
            "Místo realizace Kód NUTS 3",
            "Oblast intervence - kód",
            "Finanční prostředky v právních aktech příspěvek Unie CZK",
        )
    ]
    found: dict[str, dict[str, Any]] = {}
    for row in rows[5:]:
        key, place, field, money = (row[column] for column in at)
        own = found.setdefault(key, {"places": set(), "themes": set(), "eu": set()})
        own["places"] |= {place} - {""}
        own["themes"].add(THEMES[field])
        own["eu"].add(None if money == "" else round(100 * float(money)))
    for own in found.values():
        own["theme"] = own["themes"].pop() if len(own["themes"]) == 1 else "several_themes"
        own["eu"] = own["eu"].pop() if len(own["eu"]) == 1 else None
    return found


def test_eu_money_is_conserved_on_every_level_and_basis(sources: Path, sql: Sql) -> None:
    expected: dict[str, int] = defaultdict(int)
    listed = operations(sources)
    for own in listed.values():
        expected[own["theme"]] += own["eu"] or 0
    assert set(expected) == {*THEMES.values(), "several_themes"}
    for table, group in (
        ("funding_by_area", "place_basis, territory_level"),
        ("funding_by_band", "place_basis"),
        ("eu_operation_place", "place_basis"),
    ):
        found: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
        for *key, theme, money in sql(
            f"select {group}, theme, sum(eu_contribution_czk) from {table} group by all"
        ):
            found[tuple(key)][theme] = round(100 * float(money or 0))
        assert len(found) == (10 if table == "funding_by_area" else 2)
        for key, themes in found.items():
            assert themes == dict(expected), (table, key)
    unknown = sql("select amount_status, count(distinct project_number) from eu_operation_place"
                  " group by all order by all")  # fmt: skip
    assert unknown[:2] == [["not_stated", "1"], ["rows_disagree", "1"]]


def test_several_places_share_by_population_and_seats_are_a_basis_of_their_own(
    sources: Path, sql: Sql
) -> None:
    listed = operations(sources)
    people = {
        code: int(count)
        for code, count in sql(
            "select distinct territory_code, inhabitants from funding_by_area"
            " where territory_level = 'region' and territory_code is not null"
        )
    }
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    methods: dict[str, str] = {}
    for project, place, method, money in sql(
        "select project_number, place_code, allocation_method, eu_contribution_czk"
        " from eu_operation_place where place_basis = 'realisation'"
    ):
        shares[project][place] = float(money or 0)
        methods[project] = method
    several = 0
    for project, own in listed.items():
        regions = own["places"] & set(people)
        if own["eu"] and len(regions) > 1 and regions == own["places"]:
            several += 1
            assert methods[project] == "by_population"
            weight = sum(people[region] for region in regions)
            for region in regions:
                part = own["eu"] / 100 * people[region] / weight
                assert shares[project][region] == pytest.approx(part, abs=0.02)
        elif not own["places"]:
            assert methods[project] == "place_not_stated"
    assert several > 5
    tree = ElementTree.parse(sources / "mmr/ms2021/SeznamOperaci_21_27_2026-09-04.xml")
    space = {"m": "https://ms21xsd.mssf.cz/OpenData/v_1"}
    seats = {
        record.findtext("m:KOD", namespaces=space): record.findtext(
            "m:ZAD/m:ADR/m:OBKOD", namespaces=space
        )
        for record in tree.getroot().findall("m:PRJ", space)
    }
    found = dict(
        sql("select project_number, place_code from eu_operation_place"
            " where place_basis = 'applicant_seat'")
    )  # fmt: skip
    assert found == {project: seats.get(project) or "" for project in listed}
    assert sum(not seat for seat in found.values()) == 2


def test_money_by_band_is_divided_by_all_inhabitants_of_the_band(sql: Sql) -> None:
    bands = {
        band: int(count)
        for band, count in sql(
            "select headline_band, sum(population_15plus) from social_exclusion_index"
            " where year = 2023 group by all"
        )
    }
    rows = sql(
        "select band, inhabitants, eu_contribution_czk, eu_czk_per_inhabitant"
        " from funding_by_band where place_basis = 'applicant_seat' and band is not null"
    )
    assert rows
    for band, inhabitants, money, rate in rows:
        assert int(inhabitants) == bands[band]
        assert float(rate) == pytest.approx(float(money) / bands[band])
