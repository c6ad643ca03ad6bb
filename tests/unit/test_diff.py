"""The difference of two releases, held against a difference taken row by row in Python."""

import random
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.errors import AgisError
from assets.files import sha256_of
from orchestration.release.diff import TABLES, Side, compare

KEY = ["territory_level", "territory_code", "indicator_id", "period"]
Row = dict[str, Any]


def side(folder: Path, key: list[str] | None = None, **tables: list[Row]) -> Side:
    folder.mkdir()
    described = {}
    for name, rows in tables.items():
        path = folder / f"{name}.parquet"
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, path)
        described[name] = {
            "rows": len(rows),
            "sha256": sha256_of(path),
            "key": key or [],
            "columns": [{"name": f.name, "type": str(f.type)} for f in table.schema],
        }
    return Side(folder.name, folder, described)


def figures(seed: int) -> list[Row]:
    drawn = random.Random(seed)
    return [
        {
            "territory_level": level,
            "territory_code": f"{code:06}",
            "indicator_id": indicator,
            "period": str(period),
            "value": drawn.choice([None, round(drawn.uniform(0, 100), 3)]),
            "note": drawn.choice(["a", "b", None]),
        }
        for level in ("municipality", "region")
        for code in range(12)
        for indicator in ("distraint", "population")
        for period in (2022, 2023)
    ]


def revised(rows: list[Row], seed: int) -> list[Row]:
    """Some rows go, some change, some come; in another order."""
    drawn = random.Random(seed)
    after = [dict(row) for row in rows if drawn.random() > 0.1]
    for row in after:
        if drawn.random() < 0.2:
            row["value"] = drawn.choice([None, (row["value"] or 0) + drawn.choice([0.01, 2.5])])
        if drawn.random() < 0.1:
            row["note"] = drawn.choice(["a", "b", None])
    last = [row for row in after if row["period"] == "2023"]
    after += [row | {"period": "2024"} for row in last if drawn.random() < 0.2]
    drawn.shuffle(after)
    return after


@pytest.mark.parametrize("seed", range(5))
def test_rows_and_figures_equal_a_difference_taken_in_python(tmp_path: Path, seed: int) -> None:
    rows = figures(seed)
    after = revised(rows, seed)
    old = {tuple(row[k] for k in KEY): row for row in rows}
    new = {tuple(row[k] for k in KEY): row for row in after}
    changed = {k for k in old.keys() & new.keys() if old[k] != new[k]}
    one, two = side(tmp_path / "a", KEY, figure=rows), side(tmp_path / "b", KEY, figure=after)
    with compare(one, two) as found:
        (table,) = found.rows("select * from diff_table")
        assert table["rows_added"] == len(new.keys() - old.keys())
        assert table["rows_removed"] == len(old.keys() - new.keys())
        assert table["rows_changed"] == len(changed)
        columns = dict(
            found.db.execute("select column_name, rows_changed from diff_column").fetchall()
        )
        for column in ("value", "note"):
            differ = sum(old[k][column] != new[k][column] for k in changed)
            assert columns.get(column, 0) == differ
        for row in found.rows("select * from diff_figure"):
            here = [
                k for k in changed if (k[0], k[2]) == (row["territory_level"], row["indicator_id"])
            ]
            assert row["rows_changed"] == len(here)
            pairs = [(old[k]["value"], new[k]["value"]) for k in here]
            assert row["values_changed"] == sum(a != b for a, b in pairs)
            both = [abs(b - a) for a, b in pairs if a is not None and b is not None]
            lost_or_found = sum((a is None) != (b is None) for a, b in pairs)
            assert row["values_beyond_precision"] == sum(d > 0.05 for d in both) + lost_or_found
            assert row["largest_difference"] == (max(both) if both else None)
            assert row["rows_before"] == 24


def test_tables_and_columns_come_go_and_change_type(tmp_path: Path) -> None:
    before = side(tmp_path / "a", ["id"], old=[{"id": 1}], kept=[{"id": 1, "x": 1, "gone": "g"}])
    after = side(tmp_path / "b", ["id"], new=[{"id": 1}], kept=[{"id": 1, "x": "1", "come": 2.5}])
    with compare(before, after) as found:
        changes = dict(found.db.execute("select table_name, change from diff_table").fetchall())
        assert changes == {"old": "removed", "new": "added", "kept": "changed"}
        columns = found.db.execute(
            "select column_name, change, type_before, type_after from diff_column order by all"
        ).fetchall()
        assert columns == [
            ("come", "added", None, "double"),
            ("gone", "removed", "string", None),
            ("x", "type", "int64", "string"),
        ]
        # The same number as a text is not another value.
        assert found.rows("select * from diff_row") == []


def test_a_key_that_is_held_twice_is_not_used_as_one(tmp_path: Path) -> None:
    before = side(tmp_path / "a", ["id"], t=[{"id": 1, "x": 1}, {"id": 1, "x": 2}])
    after = side(tmp_path / "b", ["id"], t=[{"id": 1, "x": 1}, {"id": 1, "x": 3}])
    with compare(before, after) as found:
        (table,) = found.rows("select * from diff_table")
    assert table["key_columns"] == []
    assert (table["rows_added"], table["rows_removed"], table["rows_changed"]) == (1, 1, 0)


def test_rows_without_a_key_are_counted_as_often_as_they_stand(tmp_path: Path) -> None:
    before = side(tmp_path / "a", t=[{"x": None}, {"x": "a"}, {"x": "a"}])
    after = side(tmp_path / "b", t=[{"x": "a"}, {"x": None}, {"x": None}])
    with compare(before, after) as found:
        rows = found.db.execute("select change, key from diff_row order by all").fetchall()
    assert rows == [("added", '{"x":null}'), ("removed", '{"x":"a"}')]


def test_the_same_rows_in_another_order_are_equal(tmp_path: Path) -> None:
    before = side(tmp_path / "a", ["x"], t=[{"x": 1}, {"x": 2}])
    after = side(tmp_path / "b", ["x"], t=[{"x": 2}, {"x": 1}])
    with compare(before, after) as found:
        assert found.rows("select change from diff_table") == [{"change": "equal"}]


def test_it_is_written_as_tables_and_not_over_others(tmp_path: Path) -> None:
    before = side(tmp_path / "a", ["x"], t=[{"x": 1, "y": 1}])
    after = side(tmp_path / "b", ["x"], t=[{"x": 1, "y": 2}, {"x": 3, "y": 3}])
    target = tmp_path / "it's here"
    with compare(before, after) as found:
        found.write(target)
        with pytest.raises(AgisError, match=r"found one\. Name a new folder"):
            found.write(target)
    with duckdb.connect(str(target / "diff.duckdb"), read_only=True) as kept:
        assert kept.execute("select count(*) from diff_row").fetchone() == (2,)
    assert {p.stem for p in target.glob("*.parquet")} == set(TABLES)
    assert pq.read_table(target / "diff_table.parquet").num_rows == 1


def test_a_table_that_neither_has_is_named(tmp_path: Path) -> None:
    one, two = side(tmp_path / "a", t=[{"x": 1}]), side(tmp_path / "b", t=[{"x": 1}])
    with (
        pytest.raises(AgisError, match=r"Neither a nor b has a table nonsense\. Tables: t"),
        compare(one, two, ["nonsense"]),
    ):
        pass
