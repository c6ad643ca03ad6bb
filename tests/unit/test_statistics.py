"""The statistics of the database against scipy and statsmodels, over many values."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from jinja2 import Template
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.conftest import PROJECT

MACROS = PROJECT / "dbt_project" / "macros" / "statistics.sql"


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    text = MACROS.read_text(encoding="utf-8")
    begin = text.index("{% macro default__create_statistics_functions() %}")
    body = text[text.index("%}", begin) + 2 : text.index("{% endmacro %}", begin)]
    with duckdb.connect() as connection:
        connection.execute(body)
        yield connection


def _column(
    database: duckdb.DuckDBPyConnection, expression: str, **columns: list[float]
) -> np.ndarray:
    names = ", ".join(columns)
    values = ", ".join(
        "(" + ", ".join(map(repr, row)) + ")" for row in zip(*columns.values(), strict=True)
    )
    query = f"select {expression} from (values {values}) as t({names})"
    return np.array([row[0] for row in database.execute(query).fetchall()], dtype=float)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_wilson_is_that_of_statsmodels(database: duckdb.DuckDBPyConnection, level: float) -> None:
    cases = [(x, n) for n in (1, 2, 29, 300, 50_000) for x in {0, 1, n // 3, n - 1, n}]
    x, n = ([float(value) for value in column] for column in zip(*cases, strict=True))
    lower, upper = proportion_confint(np.array(x), np.array(n), 1 - level, method="wilson")
    found = _column(database, f"main.wilson_lower(x, n, {level})", x=x, n=n)
    np.testing.assert_allclose(found, lower, atol=1e-12)
    found = _column(database, f"main.wilson_upper(x, n, {level})", x=x, n=n)
    np.testing.assert_allclose(found, upper, atol=1e-12)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_exact_poisson_is_that_of_scipy_for_fractions_too(
    database: duckdb.DuckDBPyConnection, level: float
) -> None:
    x = [1 / 12, 0.5, 1.0, 2.25, 9 + 11 / 12, 10.0, 100.0, 5000.0]
    lower = stats.gamma.ppf((1 - level) / 2, x)
    upper = stats.gamma.ppf((1 + level) / 2, np.array(x) + 1)
    found = _column(database, f"main.poisson_exact_lower(x, {level})", x=x)
    np.testing.assert_allclose(found, lower, rtol=1e-9)
    found = _column(database, f"main.poisson_exact_upper(x, {level})", x=x)
    np.testing.assert_allclose(found, upper, rtol=1e-9)


def test_what_cannot_be_is_missing(database: duckdb.DuckDBPyConnection) -> None:
    row = database.execute(
        """
        select main.wilson_lower(1, 0, 0.95), main.wilson_upper(3, 2, 0.95),
            main.byar_lower(1, 0.998), main.poisson_exact_lower(-1, 0.95),
            main.normal_quantile(1), main.poisson_exact_lower(0, 0.95)
        """
    ).fetchone()
    assert row == (None, None, None, None, None, 0.0)


def test_tails_of_normal_and_poisson_are_those_of_scipy(
    database: duckdb.DuckDBPyConnection,
) -> None:
    z = [-9.0, -1.0, 0.0, 0.5, 3.09, 6.9, 7.2, 20.0, 37.0]
    found = _column(database, "main.normal_upper_tail(z)", z=z)
    np.testing.assert_allclose(found, stats.norm.sf(z), rtol=1e-7)
    x, expected = [0.0, 3.0, 9.0, 30.0], [0.3, 3.5, 9.9, 9.9]
    found = _column(database, "main.poisson_cdf(x, e)", x=x, e=expected)
    np.testing.assert_allclose(found, stats.poisson.cdf(x, expected), rtol=1e-12)


def test_scores_turn_the_intervals_round(database: duckdb.DuckDBPyConnection) -> None:
    x = [10.0, 40.0, 1000.0]
    z = stats.norm.ppf(0.999)
    for side, sign in (("lower", 1), ("upper", -1)):
        found = _column(database, f"main.count_score(x, main.byar_{side}(x, 0.998))", x=x)
        np.testing.assert_allclose(found, sign * z, rtol=1e-9)
        limit = f"5000 * main.wilson_{side}(x, 5000, 0.998)"
        found = _column(database, f"main.proportion_score(x, 5000, {limit})", x=x)
        np.testing.assert_allclose(found, sign * z, rtol=1e-9)


def test_the_weighted_slope_is_least_squares(database: duckdb.DuckDBPyConnection) -> None:
    times = np.arange(2018.0, 2023.0)
    values = np.array([3.1, 2.9, 3.4, 3.8, 3.7])
    weights = np.array([40.0, 55.0, 35.0, 60.0, 20.0])
    design = np.column_stack([np.ones(5), times - 2020])
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    slope = (covariance @ design.T @ (weights * values))[1]
    lists = ", ".join(f"{list(map(float, a))}::double[]" for a in (times, values, weights))
    row = database.execute(
        f"select main.weighted_slope({lists}), main.weighted_slope_chi_squared({lists}),"
        f" main.is_slope_sign_stable({lists})"
    ).fetchone()
    assert row is not None
    assert row[0] == pytest.approx(slope, rel=1e-9)
    assert row[1] == pytest.approx(slope**2 / covariance[1, 1], rel=1e-9)
    assert row[2] is True


def test_a_slope_that_one_point_makes_is_not_stable(
    database: duckdb.DuckDBPyConnection,
) -> None:
    lists = "[1, 2, 3, 4, 5]::double[], [3, 3, 3, 3, 9]::double[], [1, 1, 1, 1, 1]::double[]"
    assert database.execute(f"select main.is_slope_sign_stable({lists})").fetchone() == (False,)


def test_the_list_adjusts_as_statsmodels_does(database: duckdb.DuckDBPyConnection) -> None:
    source = (MACROS.parent / "multiplicity.sql").read_text(encoding="utf-8")
    query = Template(source).module.adjusted_p_values("p", "family")
    p_values = [*np.random.default_rng(7).uniform(0, 1, 200) ** 3, 0.01, 0.01, 0.0, 1.0]
    rows = ", ".join(f"(1, {p!r})" for p in map(float, p_values))
    found = database.execute(
        f"with p as (select * from (values {rows}) as t(family, p_value))"
        f" select p_value, adjusted_p_value from ({query}) order by p_value"
    ).fetchall()
    expected = multipletests(sorted(p_values), method="fdr_bh")[1]
    np.testing.assert_allclose([row[1] for row in found], expected, rtol=1e-9)
