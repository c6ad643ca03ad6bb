"""A check that cannot be carried out is a verdict too, and a typing mistake disarms none."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from assets.errors import AgisError
from assets.registry import load_registry
from checks import gx
from checks.tables import TABLE_CHECKS, tolerances
from checks.verdict import crashed, plain
from orchestration.release.audit import forbids

SUITE = """
key: [code]
expectations:
  - id: positive
    type: expect_column_values_to_be_between
    kwargs: {column: count, min_value: 0}
    title: No negative counts
    severity: error
    remedy: Look at the source.
  - id: no_such_column
    type: expect_column_values_to_not_be_null
    kwargs: {column: nowhere}
    title: A column that is not there
    severity: error
    remedy: Mend the suite.
  - id: elsewhere
    type: expect_column_values_to_not_be_null
    kwargs: {column: code}
    title: Only in the real world
    severity: warn
    remedy: None.
    worlds: [real]
"""


@pytest.fixture
def suite(tmp_path: Path) -> gx.Suite:
    path = tmp_path / "raw" / "sample.yml"
    path.parent.mkdir()
    path.write_text(SUITE, encoding="utf-8")
    return gx.load_suite(path)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"code": ["a", "b", "c"], "count": [1.0, -2.0, None], "day": [dt.date(2023, 1, 1)] * 3}
    )


def test_a_suite_gives_one_verdict_each_in_its_order(suite: gx.Suite) -> None:
    verdicts = gx.run_suite(frame, suite, "sample", "demo")
    assert [v.check for v in verdicts] == suite.declared("demo")
    first, second = verdicts
    assert first.outcome == "failed"
    assert first.rows == [{"code": "b", "count": -2.0}]
    assert "1 of 3 rows otherwise, such as -2.0" in first.found
    assert second.outcome == "crashed"
    assert "nowhere" in second.found


def test_a_table_that_cannot_be_read_crashes_all_its_checks(suite: gx.Suite) -> None:
    def unreadable() -> pd.DataFrame:
        raise OSError("no such table")

    verdicts = gx.run_suite(unreadable, suite, "sample", "real")
    assert [v.outcome for v in verdicts] == ["crashed"] * 3


@pytest.mark.parametrize(
    ("wrong", "right"), [("severity: error", "severity: eror"), ("[real]", "[rael]")]
)
def test_a_typing_mistake_in_a_suite_is_an_error(tmp_path: Path, wrong: str, right: str) -> None:
    path = tmp_path / "raw" / "sample.yml"
    path.parent.mkdir()
    path.write_text(SUITE.replace(wrong, right), encoding="utf-8")
    with pytest.raises(AgisError, match=r"Suite sample\.yml"):
        gx.load_suite(path)


def test_every_shipped_suite_loads_and_judges_something_that_exists() -> None:
    assert set(gx.suites("raw")) <= set(load_registry())
    assert gx.suites("candidate")
    for stage in ("raw", "candidate"):
        for shipped in gx.suites(stage).values():
            assert shipped.expectations


def test_only_an_exact_warn_is_let_through() -> None:
    assert not forbids("passed", "error")
    assert not forbids("failed", "warn")
    assert all(forbids(o, s) for o in ("failed", "crashed", "missing") for s in ("error", "eror"))


def test_a_crash_without_a_trace_is_still_told() -> None:
    verdict = crashed("a", "b", "c", "error", RuntimeError("broken"))
    assert verdict.found == "RuntimeError: broken"


def test_any_cell_fits_into_json() -> None:
    cells = [dt.date(2023, 1, 1), pd.Timestamp("2023-01-01"), Decimal("1.5"), float("nan"), [1], {}]
    json.dumps([plain(cell) for cell in cells])
    assert plain(float("nan")) is None
    assert plain(dt.date(2023, 1, 1)) == "2023-01-01"


def test_tolerances_are_named_with_a_reason() -> None:
    assert sorted(tolerances("real").index_differs) == ["545422", "559393", "561231"]
    assert all(len(reason) > 20 for reason in tolerances("real").index_differs.values())
    assert tolerances("demo").index_differs == {}
    assert len({check.id for check in TABLE_CHECKS}) == len(TABLE_CHECKS)
