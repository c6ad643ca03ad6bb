"""The whole way on the real official files; every expected figure was published by others."""

import pytest

from tests.integration.conftest import Agis, Ended

pytestmark = pytest.mark.usefixtures("mirror")


@pytest.fixture(scope="module")
def agis(mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    return agis


def test_a_refresh_ends_with_three_lines(mirror_refreshed: tuple[Agis, Ended]) -> None:
    agis, ended = mirror_refreshed
    lines = ended.out.strip().splitlines()
    assert ended.code == 0, ended.err
    assert len(lines) == 3
    assert lines[0].startswith(f"Published release {agis.current()} of official sources")
    assert lines[1].startswith("Checks: ")
    assert lines[2].startswith("Query it: agis sql")


def test_the_index_equals_the_published_one(agis: Agis) -> None:
    same = "select count(*) from social_exclusion_index where year = 2023 and index_points "
    assert int(agis.sql(same + "= published_index_points")) >= 6255
    different = "select municipality_code from social_exclusion_index where index_points "
    found = set(agis.sql(different + "<> published_index_points").split())
    assert found <= {"545422", "559393", "561231"}


def test_bands_are_those_of_the_agency(agis: Agis) -> None:
    published = "select published_band, count(*) from social_exclusion_index group by 1 order by 1"
    assert agis.sql(published).splitlines() == [
        "0 až 1,3393",
        "12 až 30,241",
        "2 až 7,2326",
        "8 až 11,298",
    ]
    computed = "select band, count(*) from social_exclusion_index group by 1 order by 1"
    assert agis.sql(computed).splitlines() == [
        "0 až 1,3391",
        "12 až 30,241",
        "2 až 7,2328",
        "8 až 11,298",
    ]
    headline = "select count(*) from social_exclusion_index where headline_band <> published_band"
    assert agis.sql(headline) == "0"


@pytest.mark.parametrize(
    "indicator",
    [
        "distraint",
        "housing_allowance",
        "subsistence_allowance",
        "long_term_jobseekers",
        "early_leavers",
    ],
)
def test_location_quotients_agree_to_twelve_places(agis: Agis, indicator: str) -> None:
    query = f"""
        select count(*), max(abs({indicator}_isv_lq - published_{indicator}_isv_lq)) <= 1e-12
        from social_exclusion_index
        where published_{indicator}_isv_lq is not null and {indicator}_base > 0
    """
    count, close = agis.sql(query).split(",")
    assert int(count) >= 1342
    assert close == "True"


def test_national_figures(agis: Agis) -> None:
    query = """
        select indicator_id, round(numerator), round(value, 3) from indicator_value
        where territory_level = 'country' and period = '2023' and dimension = 'total'
            and indicator_id not like 'population%' and indicator_id not like 'crime_%'
            or territory_level = 'country' and period = '2023' and indicator_id = 'crime'
        order by 1
    """
    assert agis.sql(query).splitlines() == [
        "crime,181417.0,16.755",
        "distraint,621305.0,6.773",
        "early_leavers,3157.0,2.964",
        "housing_allowance,248664.0,2.711",
        "long_term_jobseekers,126228.0,1.82",
        "subsistence_allowance,64078.0,0.699",
    ]


def test_figures_of_every_kind_reach_the_published_table(agis: Agis) -> None:
    query = """
        select indicator_id, dimension, round(value, 3), obs_status, value_origin, source_quality
        from indicator_value
        where (territory_code, indicator_id, period) in (
            ('CZ', 'crime', '2024'),
            ('CZ', 'temporary_protection', '2022-05-08'),
            ('567337', 'rent', '2026-05-15'),
            ('554782', 'rent', '2026-05-15')
        ) and dimension in ('total', 'vk1')
        order by all
    """
    assert agis.sql(query).splitlines() == [
        "crime,total,15.9,A,source,",
        "rent,vk1,205.0,E,source,coverage_1",
        "rent,vk1,,O,source,",
        "temporary_protection,total,31.16,A,source,",
    ]


def test_obrnice(agis: Agis) -> None:
    query = """
        select distraint_count, distraint_base, distraint_share_pct, distraint_isv_lq, index_points
        from social_exclusion_index where municipality_code = '567337' and year = 2023
    """
    count, base, share, lq, points = map(float, agis.sql(query).split(","))
    assert (count, base, points) == (750, 1585, 29)
    assert share == pytest.approx(47.3186119873817, abs=1e-12)
    assert lq == pytest.approx(4.752359852146878, abs=1e-12)


def test_units_and_municipalities_are_told_apart(agis: Agis) -> None:
    query = "select count(*), sum((not is_military_district)::int) from social_exclusion_index"
    assert agis.sql(query) == "6258,6254"
    military = "select municipality_code from social_exclusion_index where is_military_district"
    assert sorted(agis.sql(military).split()) == ["503941", "545422", "555177", "592935"]


def test_inhabitants_by_band(agis: Agis) -> None:
    query = """
        select round(100 * population_15plus_band_12_30 / population_15plus, 1)
        from social_exclusion_by_area where area_level = 'country' and year = 2023
    """
    assert agis.sql(query) == "42.8"


def test_a_second_refresh_publishes_nothing(agis: Agis, mirror: object) -> None:
    before = sorted(p.name for p in (agis.home / "releases").iterdir())
    ended = agis.refresh(str(mirror))
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")
    assert sorted(p.name for p in (agis.home / "releases").iterdir()) == before


def test_no_agreement_of_the_invented_country_is_claimed_in_the_real_world(
    mirror_refreshed: tuple[Agis, Ended],
) -> None:
    agis, _ = mirror_refreshed
    assert agis.sql("select count(*) from benefit_month") == "0"
    assert agis.sql("select count(*) from agreement") == "0"
    assert agis.sql("select count(*) from source_column where dataset_id like 'demo%'") == "0"
    assert "demo__" not in agis.run("status").out
    assert not (agis.home / "inbox").exists()
