"""The re-draw of the index: seeded, honest about zeros, and shared by those that borrow."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pandas as pd
import pytest
from scipy import stats

DBT = Path(__file__).resolve().parents[2] / "dbt_project"
RULE = {"parts_per_unit": 1, "multiplier": 100, "region_weight": 0.5, "country_weight": 0.5,
        "lq_low": 1.8, "lq_high": 2.5}  # fmt: skip
INPUTS: dict[str, dict[str, Any]] = {
    "distraint": {"is_proportion": True, "count_low": 100, "count_high": 200,
                  "share_low": 12, "share_high": 18},
    "early_leavers": {"is_proportion": True, "count_low": 6, "count_high": 12,
                      "share_low": 5, "share_high": 12},
    "subsistence_allowance": {"is_proportion": False, "count_low": 30, "count_high": 60,
                              "share_low": 50, "share_high": 90},
}  # fmt: skip
# Code: distraint and its base, early leavers and pupils, allowances and their base, donor, points
# for early leavers.
PLACES = {
    "1": (90, 1000, 2, 30, 30, 1000, "1", 1),
    "2": (0, 0, 0, 0, 0, 0, "1", 1),
    "3": (0, 200, 0, 12, 0, 200, "3", 0),
    "4": (700, 10_000, 20, 600, 0, 10_000, "4", 2),
}


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    path = DBT / "models" / "core" / "index" / "int_index_simulation.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw_input() -> pd.DataFrame:
    rows = [
        RULE
        | rule
        | {
            "municipality_code": code,
            "indicator_id": name,
            "year": 2023,
            "region_code": "XD020",
            "numerator_parts": place[2 * number],
            "denominator": place[2 * number + 1],
            "donor_code": place[6] if name == "early_leavers" else code,
            "points": place[7] if name == "early_leavers" else 0,
            "has_index": code != "4",
        }
        for code, place in PLACES.items()
        for number, (name, rule) in enumerate(INPUTS.items())
    ]
    return pd.DataFrame(rows)


class Dbt:
    """What a dbt Python model sees of dbt."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.database = duckdb.connect()
        self.database.register("int_index_draw_input", rows)
        seed = DBT / "seeds" / "index_stability_variant.csv"
        self.database.execute(
            f"create table index_stability_variant as from read_csv('{seed}', types = "
            "{'prior_cases': 'double', 'dispersion': 'double'})"
        )

    def config(self, **_: str) -> None:
        """Nothing to set here."""

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.database.table(name)


@pytest.fixture(scope="module")
def drawn(simulation: ModuleType) -> pd.DataFrame:
    return pd.DataFrame(simulation.model(Dbt(draw_input()), None))


def points(drawn: pd.DataFrame, code: str, variant: str) -> dict[int, int]:
    """How many draws gave a place each index."""
    found = drawn[(drawn["municipality_code"] == code) & (drawn["variant"] == variant)]
    return dict(zip(found["index_points"], found["draws"], strict=True))


def test_the_same_seed_gives_the_same_table(
    simulation: ModuleType, drawn: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "THREADS", 1)
    shuffled = draw_input().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(simulation.model(Dbt(shuffled), None), drawn)
    monkeypatch.setattr(simulation, "SEED", 1)
    assert not drawn.equals(simulation.model(Dbt(shuffled), None))


def test_every_place_with_an_index_has_all_draws(
    simulation: ModuleType, drawn: pd.DataFrame
) -> None:
    draws = drawn.groupby(["municipality_code", "variant"])["draws"].sum()
    assert simulation.DRAWS >= 1000
    assert set(draws) == {simulation.DRAWS}
    assert set(drawn["municipality_code"]) == {"1", "2", "3"}
    assert draws.index.get_level_values("variant").nunique() == 6


def test_a_zero_is_certain_only_where_counts_are_drawn_around_it(drawn: pd.DataFrame) -> None:
    assert points(drawn, "3", "plain_donors_redrawn") == {0: 1000}
    for variant in ("posterior", "posterior_jeffreys"):
        assert 10 < points(drawn, "3", variant)[0] < 990


def test_who_borrows_has_the_donors_draw_or_its_fixed_points(drawn: pd.DataFrame) -> None:
    assert points(drawn, "2", "plain_donors_fixed") == {1: 1000}
    redrawn = points(drawn, "2", "plain_donors_redrawn")
    # Of 30 pupils 2 leave early on average: 2 are a share above 5 %, 4 one above 12 %.
    pupils = stats.binom(30, 2 / 30)
    nothing = pupils.cdf(1)
    assert abs(redrawn[0] / 1000 - nothing) < 4 * (nothing * (1 - nothing) / 1000) ** 0.5
    assert max(redrawn) >= 2


def test_plain_draws_are_binomial_and_poisson(simulation: ModuleType) -> None:
    rows = draw_input()
    only = rows[rows["municipality_code"] == "1"]
    benefits = only[only["indicator_id"] == "subsistence_allowance"].assign(
        share_low=1e6, share_high=1e6, lq_low=1e6, lq_high=1e6
    )
    random = simulation_random(simulation)
    found = simulation.draw_points(("plain", None, 1.0), 20_000, benefits, random)
    # A point from 30 on, two above 60.
    expected = stats.poisson(30).sf(29)
    assert abs((found >= 1).mean() - expected) < 4 * (expected * (1 - expected) / 20_000) ** 0.5


def test_posterior_draws_spread_as_the_gamma_with_its_prior(simulation: ModuleType) -> None:
    rows = draw_input()
    benefits = rows[
        (rows["municipality_code"] == "1") & (rows["indicator_id"] == "subsistence_allowance")
    ].assign(share_low=1e6, share_high=1e6, lq_low=1e6, lq_high=1e6)
    for dispersion in (0.2, 1.0, 2.0):
        how = ("posterior", 0.5, dispersion)
        found = simulation.draw_points(how, 20_000, benefits, simulation_random(simulation))
        # Half a case at the level of the reference, here the place's own: 30 of 1,000.
        scale = 1000 / (1000 / dispersion + 0.5 / 0.03)
        expected = stats.gamma(30 / dispersion + 0.5, scale=scale).sf(30)
        assert abs((found >= 1).mean() - expected) < 4 * (0.25 / 20_000) ** 0.5
        wide = stats.gamma(30 / dispersion + 0.5, scale=scale).sf(60)
        assert abs((found == 2).mean() - wide) < 4 * max(wide / 20_000, 1e-6) ** 0.5 + 1e-4


def simulation_random(simulation: ModuleType) -> Any:
    import numpy as np

    return np.random.default_rng(simulation.SEED)


def test_nothing_to_draw_gives_an_empty_table(simulation: ModuleType) -> None:
    nothing = simulation.model(Dbt(draw_input().iloc[:0]), None)
    without_index = simulation.model(Dbt(draw_input().assign(has_index=False)), None)
    columns = ["municipality_code", "year", "variant", "index_points", "draws"]
    assert list(nothing.columns) == columns
    assert len(nothing) == len(without_index) == 0
