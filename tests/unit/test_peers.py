"""The two Python models of peers and expectations, on figures whose answer is known."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.conftest import PROJECT

MODELS = PROJECT / "dbt_project/models/core/peer"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NEIGHBOUR = load(MODELS / "int_peer_neighbour.py")
EXPECTATION = load(MODELS / "int_orp_expectation.py")


class Dbt:
    """What a Python model sees of dbt: its inputs and its settings."""

    def __init__(self, **tables: str) -> None:
        self.connection = duckdb.connect()
        self.tables = tables
        self.config = self

    def __call__(self, **settings: Any) -> None:
        pass

    def get(self, name: str) -> float:
        return {"prediction_level": 0.95}[name]

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.sql(self.tables[name])


def codes(count: int) -> Any:
    return np.array([f"{number:06d}" for number in range(count)])


def test_neighbours_are_those_of_every_pair() -> None:
    values = np.random.default_rng(1).normal(size=(300, 3)) * [1, 10, 100]
    weights = np.array([1.0, 0.5, 2.0])
    found, distance, shares, _, _ = NEIGHBOUR.neighbours(values, weights, codes(300), draws=1)

    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    squares = weights / weights.sum() * (scaled[:, None, :] - scaled[None, :, :]) ** 2
    every = np.sqrt(squares.sum(axis=2))
    np.fill_diagonal(every, np.inf)
    expected = np.argsort(every, axis=1)[:, :10]

    assert (found == expected).all()
    assert distance == pytest.approx(np.take_along_axis(every, expected, 1), abs=1e-8)
    assert shares.sum(axis=2) == pytest.approx(np.ones((300, 10)))
    first = squares[0, expected[0, 0]]
    assert shares[0, 0] == pytest.approx(first / first.sum())


def test_places_of_equal_distance_are_told_apart_by_code() -> None:
    points = np.array([[0.0], [1.0], [-1.0], [1.0], [5.0]])
    found, distance = NEIGHBOUR.nearest(points, np.array(["e", "d", "c", "b", "a"]), peers=3)
    assert found[0].tolist() == [3, 2, 1]
    assert distance[0].tolist() == [1, 1, 1]
    # Two places at one point: each is the other's nearest, none its own.
    assert found[1][0] == 3
    assert found[3][0] == 1


def test_a_neighbour_that_every_variable_vouches_for_stays() -> None:
    values = np.random.default_rng(2).normal(size=(60, 2))
    values[1] = values[0]
    _, _, _, without, reweighed = NEIGHBOUR.neighbours(
        values, np.array([1.0, 1.0]), codes(60), draws=5
    )
    assert without[0, 0] == 2
    assert reweighed[0, 0] == 5
    assert without.min() < 2, "with one of two variables gone, some neighbour goes"


def test_the_same_seed_gives_the_same_table() -> None:
    values = np.random.default_rng(3).normal(size=(80, 4))
    once, again = (NEIGHBOUR.neighbours(values, np.ones(4), codes(80), draws=4) for _ in range(2))
    for left, right in zip(once, again, strict=True):
        assert (left == right).all()


def peers_of(inputs: str, variables: str) -> Any:
    return NEIGHBOUR.model(Dbt(int_peer_input=inputs, int_peer_variable=variables), None)


SIZE_AND_RENT = """
    select * from (values
        ('structural', 'size', 1, 1.0, true), ('structural', 'rent', 2, 1.0, false),
        ('similar_need', 'distraint', 1, 1.0, true)
    ) as t(peer_set, variable_id, position, weight, is_used)
"""


def test_a_place_without_an_input_has_no_peers_and_is_nobodys() -> None:
    table = peers_of(
        """
        select * from (values
            ('structural', 'a', 'size', 1.0), ('structural', 'b', 'size', 2.0),
            ('structural', 'c', 'size', 9.0), ('similar_need', 'd', 'distraint', 1.0)
        ) as t(peer_set, municipality_code, variable_id, value)
        """,
        SIZE_AND_RENT,
    )
    rows = table[["municipality_code", "rank", "peer_code"]].values.tolist()
    assert rows == [
        ["a", 1, "b"], ["a", 2, "c"], ["b", 1, "a"], ["b", 2, "c"], ["c", 1, "b"], ["c", 2, "a"],
    ]  # fmt: skip
    assert table["size_share_pct"].tolist() == [100] * 6
    assert table["rent_share_pct"].isna().all(), "an unused variable has no part in the distance"
    assert table["without_one"].tolist() == [0] * 6, "the only variable is not left out"


@pytest.mark.parametrize("variables", [SIZE_AND_RENT, SIZE_AND_RENT + " where false"])
def test_empty_inputs_make_an_empty_table_of_the_same_columns(variables: str) -> None:
    table = peers_of(
        "select '' as peer_set, '' as municipality_code, '' as variable_id, 0.0 as value "
        "where false",
        variables,
    )
    assert len(table) == 0
    assert list(table)[:5] == ["peer_set", "municipality_code", "rank", "peer_code", "distance"]


def country(seed: int, rows: int = 200, base: int = 20_000) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    structure = random.normal(size=(rows, 3))
    logit = -2.5 + structure @ [0.5, -0.3, 0.0] + random.normal(scale=0.3, size=rows)
    bases = np.full(rows, float(base))
    return structure, random.binomial(base, 1 / (1 + np.exp(-logit))).astype(float), bases


@pytest.mark.parametrize("base", [40, 20_000])
def test_prediction_intervals_hold_what_they_promise(base: int) -> None:
    inside = total = 0
    for seed in range(5):
        structure, count, bases = country(seed, base=base)
        expected, lower, upper = EXPECTATION.foretell(structure, count, bases, True, 0.95)
        inside += int(((lower <= count / bases) & (count / bases <= upper)).sum())
        total += len(count)
        assert (lower < expected).all()
        assert (expected < upper).all()
    assert 0.92 <= inside / total <= 0.98


def test_what_structure_explains_is_foretold() -> None:
    structure, count, bases = country(7)
    expected, _, _ = EXPECTATION.foretell(structure, count, bases, True, 0.95)
    assert np.corrcoef(expected, count / bases)[0, 1] > 0.7


def test_a_place_never_vouches_for_itself() -> None:
    structure, count, bases = country(8)
    before = EXPECTATION.foretell(structure, count, bases, True, 0.95)
    count[3] *= 4
    after = EXPECTATION.foretell(structure, count, bases, True, 0.95)
    for old, new in zip(before, after, strict=True):
        assert old[3] == new[3]
        assert old[4] != new[4]


def test_rates_without_a_whole_are_foretold_too() -> None:
    structure, count, bases = country(9)
    count[0] = 0
    expected, lower, upper = EXPECTATION.foretell(structure, count, bases, False, 0.95)
    assert np.isfinite([expected, lower, upper]).all()
    assert count[0] / bases[0] < lower[0]


def expectations_of(structure: str, figures: str) -> Any:
    return EXPECTATION.model(Dbt(int_orp_structure=structure, int_orp_figure=figures), None)


FIGURES = """
    select lpad(cast(i as varchar), 4, '0') as orp_code, 'distraint' as indicator_id,
        cast(50 + i as double) as numerator, 1000 as denominator, true as is_proportion,
        100 as multiplier
    from range({count}) as t(i)
"""
STRUCTURE = """
    select lpad(cast(i as varchar), 4, '0') as orp_code, 'size' as variable_id,
        cast(i as double) as value
    from range({count}) as t(i)
"""


def test_few_areas_or_none_have_no_expectation() -> None:
    for structure, figures in [(0, 0), (0, 40), (29, 29), (40, 29)]:
        table = expectations_of(STRUCTURE.format(count=structure), FIGURES.format(count=figures))
        assert len(table) == 0
        assert list(table) == ["orp_code", "indicator_id", "expected", "lower", "upper"]


def test_an_expectation_is_in_the_unit_of_the_indicator() -> None:
    table = expectations_of(STRUCTURE.format(count=40), FIGURES.format(count=40))
    assert len(table) == 40
    middle = table[table["orp_code"] == "0020"].iloc[0]
    assert middle["expected"] == pytest.approx(7, abs=0.3)
    assert middle["lower"] < middle["expected"] < middle["upper"]
