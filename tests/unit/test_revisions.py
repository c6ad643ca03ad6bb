"""What needs a person's reason before it is published, and what is known of code and calendar."""

import datetime as dt
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.home import Home
from assets.registry import RegistryError
from checks import revisions
from checks.revisions import Difference, Explained, Label, Limits, Register, causes, needs, row
from orchestration import builds
from orchestration.release import calendar, code, compatibility, lineage

STRICT = Limits(
    needs_entry=["unexplained", "method", "reading", "correction"],
    bands_changed=0,
    value_precision=0.05,
    rows_beyond_precision_pct=1,
)


def difference(*why: str, **counts: Any) -> Difference:
    told = {"rows_before": 1000, "rows_added": 0, "rows_removed": 0, "rows_changed": 0}
    return Difference(
        "indicator_value", "distraint", list(why), **(told | {"columns_lost": 0} | counts)
    )


@pytest.mark.parametrize(
    ("found", "needed"),
    [
        (difference("input", rows_added=500), []),
        (difference("input", rows_removed=500), []),
        (difference("input", rows_changed=1000, values_beyond_precision=10), []),
        (difference("input", rows_changed=1000, values_beyond_precision=11), ["precision"]),
        (difference("input", rows_changed=1, bands_changed=1), ["band"]),
        (difference("method", rows_added=500), []),
        (difference("method", rows_changed=1), ["method"]),
        (difference("method", columns_lost=1), ["method"]),
        (difference("input", "correction", rows_changed=1), ["correction"]),
        (difference("unexplained", rows_added=1), ["unexplained"]),
        (difference("registry", rows_changed=9), []),
    ],
)
def test_a_reason_is_needed_beyond_the_limits_only(found: Difference, needed: list[str]) -> None:
    assert needs(found, STRICT) == needed


def test_causes_are_told_apart() -> None:
    nothing = {"inputs": False, "method": False, "reading": False, "correction": False}
    assert causes(**nothing) == ["unexplained"]
    assert causes(**nothing, other=["agreement"]) == ["agreement"]
    assert causes(**(nothing | {"reading": True})) == ["reading"]
    assert causes(**(nothing | {"reading": True, "inputs": True})) == ["input"]
    assert causes(**(nothing | {"method": True, "inputs": True})) == ["input", "method"]


def test_an_entry_explains_its_release_tables_and_kinds_only() -> None:
    def register(**said: Any) -> Register:
        entry = {
            "world": "real",
            "compared_with": "2026.11.1",
            "tables": ["indicator_value"],
            "kinds": ["method", "precision"],
            "reason": Label(cs="Proto.", en="Because."),
            "entered_by": "Jana Nováková",
            "entered_on": dt.date(2026, 11, 28),
        }
        limits = {"real": STRICT, "demo": STRICT}
        return Register(limits=limits, entries=[Explained.model_validate(entry | said)])

    found = difference("method", rows_changed=9, values_beyond_precision=500)
    explained = row(found, "2026.11.1", register(), "real")
    assert explained["needs_reason_for"] == "method, precision"
    assert explained["reason_en"] == "Because."
    for other in (
        {"compared_with": "2026.11.2"},
        {"tables": ["territory"]},
        {"kinds": ["method"]},
        {"world": "demo"},
    ):
        assert row(found, "2026.11.1", register(**other), "real")["reason_en"] is None
    assert row(found, "2026.11.1", register(tables="all"), "real")["reason_cs"] == "Proto."


def test_the_shipped_register_is_strict_on_the_real_world() -> None:
    limits = revisions.register().limits
    assert set(limits) == {"real", "demo"}
    assert limits["real"].bands_changed == 0
    assert "unexplained" in limits["demo"].needs_entry


def test_an_unknown_kind_in_the_register_is_named(tmp_path: Path) -> None:
    path = tmp_path / "revisions.yml"
    text = revisions.FILE.read_text(encoding="utf-8").replace("[unexplained]", "[whim]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"checks/revisions\.yml"):
        revisions.register(path)


def described(**tables: dict[str, str]) -> dict[str, Any]:
    return {
        name: {"columns": [{"name": c, "type": kind} for c, kind in columns.items()]}
        for name, columns in tables.items()
    }


def test_a_renamed_column_keeps_its_old_name_for_a_time() -> None:
    after = described(t={"a": "int64", "new": "string"})
    renamed = {"name": "b", "until": "2027-06-30"}
    after["t"]["columns"][1]["meta"] = {"agis": {"renamed_from": renamed}}
    last = dt.date(2027, 6, 30)
    with duckdb.connect() as db:
        db.execute("create table t as select 1 as a, 'x' as new")
        for statement in compatibility.views(after, last):
            db.execute(statement)
        assert db.execute("select a, b, new from compat.t").fetchall() == [(1, "x", "x")]
    assert compatibility.views(after, last + dt.timedelta(days=1)) == []


def manifest(model: str = "m1", macro: str = "x") -> dict[str, Any]:
    def node(name: str, kind: str, layer: str, checksum: str, *behind: str) -> dict[str, Any]:
        return {
            "unique_id": f"{kind}.agis.{name}",
            "resource_type": kind,
            "alias": name,
            "fqn": ["agis", layer, name],
            "checksum": {"checksum": checksum},
            "depends_on": {"nodes": list(behind), "macros": ["macro.agis.share"]},
            "config": {},
        }

    nodes = [
        node("stg", "model", "staging", "s1", "source.agis.raw.d"),
        node("mart", "model", "marts", model, "model.agis.stg"),
        node("other", "model", "marts", "o1"),
    ]
    nodes[2]["depends_on"]["macros"] = []
    return {
        "nodes": {n["unique_id"]: n for n in nodes},
        "sources": {"source.agis.raw.d": {"source_name": "raw", "name": "d"}},
        "macros": {"macro.agis.share": {"macro_sql": macro, "depends_on": {"macros": []}}},
        "exposures": {
            "exposure.agis.release": {
                "config": {"meta": {"agis": {"published": True}}},
                "depends_on": {"nodes": ["model.agis.mart", "model.agis.other"]},
            }
        },
    }


def test_sources_and_method_follow_the_lineage() -> None:
    assert lineage.datasets(manifest()) == {"mart": ["d"], "other": []}
    before = lineage.methods(manifest())
    for changed in (manifest(model="m2"), manifest(macro="y")):
        after = lineage.methods(changed)
        assert after["mart"] != before["mart"]
        assert after["other"] == before["other"]


def test_compiled_python_changes_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models" / "core"
    models.mkdir(parents=True)
    (models / "m.py").write_text("x = 1\n")
    monkeypatch.setattr(builds, "DBT_DIR", tmp_path)
    before = builds.dbt_version()
    (models / "__pycache__").mkdir()
    (models / "__pycache__" / "m.cpython-311.pyc").write_bytes(b"\0")
    assert builds.dbt_version() == before
    (models / "m.py").write_text("x = 2\n")
    assert builds.dbt_version() != before


def test_old_builds_go_and_what_is_published_wanted_or_young_stays(tmp_path: Path) -> None:
    home = Home(tmp_path, "demo")
    asked = builds.want(home, [])
    for name in ("published", "old", "young", asked.fingerprint):
        folder = home.builds / name
        folder.mkdir(parents=True)
        (folder / "inputs.json").write_text("{}")
        if name != "young":
            for path in (folder / "inputs.json", folder):
                os.utime(path, (0, 0))
    builds.clear_unpublished(home, {"published"})
    left = {p.name for p in home.builds.iterdir()}
    assert left == {"published", "young", asked.fingerprint, "wanted.json"}


def test_the_calendar_announces_days_ahead_and_those_that_moved(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yml"
    path.write_text(
        "rule: {start: 2026-01-15, rrule: 'FREQ=MONTHLY;BYMONTHDAY=15;COUNT=4'}\n"
        "moved:\n  2026-02-15: {to: 2026-02-20, reason: {cs: a, en: b}}\n",
        encoding="utf-8",
    )
    days = [entry.day.isoformat() for entry in calendar.announced(dt.date(2026, 1, 16), path=path)]
    assert days == ["2026-02-20", "2026-03-15", "2026-04-15"]
    entry = calendar.next_release(dt.date(2026, 2, 16), path)
    assert entry
    assert entry.moved_from == dt.date(2026, 2, 15)
    assert calendar.next_release(dt.date(2026, 4, 16), path) is None
    path.write_text("rule: {start: 2026-01-15, rrule: 'FREQ=SOMETIMES'}\nmoved: {}\n")
    with pytest.raises(RegistryError, match="expected a rule of RFC 5545"):
        calendar.announced(dt.date(2026, 1, 16), path=path)


def test_the_shipped_calendar_goes_on() -> None:
    assert len(calendar.announced(dt.date(2030, 1, 1))) == calendar.AHEAD


def test_the_revision_of_the_code_says_what_is_not_committed(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=True)

    assert code.revision(tmp_path) is None
    git("init", "--quiet")
    assert code.revision(tmp_path) is None
    (tmp_path / "a").write_text("1")
    git("add", "-A")
    git("commit", "--quiet", "-m", "one")
    clean = code.revision(tmp_path)
    assert clean
    assert len(clean) == 40
    (tmp_path / "inner").mkdir()
    assert code.revision(tmp_path / "inner") is None
    (tmp_path / "b").write_text("2")
    assert code.revision(tmp_path) == clean + code.DIRTY
