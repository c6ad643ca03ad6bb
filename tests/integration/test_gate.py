"""The gate: nothing is published without the passed audit of this very content."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.home import Home, open_home
from orchestration import builds
from orchestration.builds import Build
from orchestration.next_step import next_step
from orchestration.release import audit, candidate, ledger
from tests.integration.conftest import Agis


@pytest.fixture
def place(
    tmp_path: Path, small_demo: tuple[Path, Agis], monkeypatch: pytest.MonkeyPatch
) -> Iterator["Place"]:
    """A copy of that home and of its sources, to be broken."""
    sources, agis = small_demo
    shutil.copytree(sources, tmp_path / "sources", symlinks=True)
    shutil.copytree(agis.home, tmp_path / "home", symlinks=True)
    for name in ("AGIS_HOME", "DAGSTER_HOME"):
        monkeypatch.setenv(
            name, str(tmp_path / "home" / "dagster" if "DAG" in name else tmp_path / "home")
        )
    yield Place(tmp_path / "sources", Agis(tmp_path / "home"))


class Place:
    def __init__(self, sources: Path, agis: Agis) -> None:
        self.sources, self.agis = sources, agis

    @property
    def home(self) -> Home:
        return open_home(self.agis.home)

    @property
    def build(self) -> Build:
        wanted = builds.wanted(self.home)
        assert wanted
        return wanted[0]

    def forget_release(self) -> None:
        """As if the audited content had not been published yet."""
        shutil.rmtree(self.agis.home / "releases")

    def materialize(self, *keys: str) -> dg.ExecuteInProcessResult:
        """Materialize only these assets, as the UI lets one do."""
        from orchestration.definitions import build_defs

        defs = build_defs(self.home)
        job = defs.resolve_implicit_global_asset_job_def()
        return job.execute_in_process(
            instance=dg.DagsterInstance.get(),
            raise_on_error=False,
            asset_selection=[dg.AssetKey(["release", key]) for key in keys],
        )


def failure(result: dg.ExecuteInProcessResult) -> str:
    from orchestration.jobs import reason_of

    return " ".join(reason_of(e) for e in result.all_events if e.is_step_failure)


def test_the_release_alone_is_published_with_its_audit(place: Place) -> None:
    place.forget_release()
    assert next_step(place.build).step == "tail"
    assert place.materialize("release").success
    assert place.agis.current() is not None


def test_the_release_alone_refuses_without_an_audit(place: Place) -> None:
    place.forget_release()
    (place.build.root / "audit.json").unlink()
    result = place.materialize("release")
    assert not result.success
    assert "there is no audit of this very content" in failure(result)
    assert place.agis.current() is None


def test_the_audit_of_another_candidate_does_not_count(place: Place) -> None:
    place.forget_release()
    path = place.build.root / "audit.json"
    other = json.loads(path.read_text()) | {"content_hash": "0" * 64}
    path.write_text(json.dumps(other))
    result = place.materialize("release")
    assert "there is no audit of this very content" in failure(result)
    assert place.agis.current() is None


def test_the_audit_under_other_rules_does_not_count(place: Place) -> None:
    place.forget_release()
    path = place.build.root / "audit.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"rules": "older"}))
    assert "there is no audit" in failure(place.materialize("release"))
    assert next_step(place.build).step == "tail"


def test_a_table_changed_after_the_audit_is_not_published(place: Place) -> None:
    place.forget_release()
    table = place.build.tables / "social_exclusion_index.parquet"
    table.write_bytes(table.read_bytes() + b" ")
    assert "is not the file that was audited" in failure(place.materialize("release"))
    assert place.agis.current() is None


@pytest.mark.parametrize("kind", ["candidate", "raw", "dbt"])
def test_a_declared_check_without_verdict_fails_the_audit(place: Place, kind: str) -> None:
    if kind == "candidate":
        (place.build.verdicts / "tables.json").unlink()
    elif kind == "raw":
        for path in place.home.raw.rglob("*.verdicts.json"):
            path.unlink()
    else:
        path = place.build.dbt_target / "run_results.json"
        results = json.loads(path.read_text())
        results["results"] = [r for r in results["results"] if "test." not in r["unique_id"]]
        path.write_text(json.dumps(results))
    from assets.registry import load_registry

    decided = audit.audit(place.build, load_registry())
    assert not decided.passed
    assert decided.count("missing") > 0
    assert all(b.startswith(("tables.", "raw.", "dbt.")) for b in decided.blocking)
    # What is only missing is made up for; what has failed would be refused.
    assert next_step(place.build).step == ("build" if kind == "dbt" else "tail")
    ended = place.agis.refresh(place.sources)
    assert ended.code == 0, ended.err


def test_a_crashed_check_fails_the_audit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.registry import load_registry
    from checks import tables

    broken = [
        tables.TableCheck(
            c.id, c.title, c.subject, c.severity, c.expected, c.remedy, lambda _: "select nonsense"
        )
        if c.id == "tables.coverage"
        else c
        for c in tables.TABLE_CHECKS
    ]
    made = candidate.stored(place.build)
    assert made
    with candidate.show_tables(place.build) as connection:
        verdicts = [tables.run(c, connection, "demo") for c in broken]
    audit.keep_verdicts(place.build, made, "tables", verdicts)
    decided = audit.audit(place.build, load_registry())
    assert decided.blocking == ["tables.coverage"]
    assert decided.count("crashed") == 1


def test_a_refused_content_is_refused_again_without_work(place: Place) -> None:
    path = place.build.root / "audit.json"
    content = json.loads(path.read_text())
    verdict = next(v for v in content["verdicts"] if v["check"] == "tables.coverage")
    verdict |= {"outcome": "failed", "found": "ten units missing"}
    path.write_text(json.dumps(content | {"passed": False, "blocking": ["tables.coverage"]}))
    before = place.agis.current()
    ended = place.agis.refresh(place.sources)
    assert ended.code == 1
    assert "tables.coverage" in ended.err
    assert "found ten units missing" in ended.err
    assert f"Release {before} stays current." in ended.err
    assert "Traceback" not in ended.err


def test_rolling_back_points_back_and_holds_the_withdrawn_content(place: Place) -> None:
    first = place.agis.current()
    revised = place.sources / "before_revision/asz/social_exclusion_index/2022.xlsx"
    good = place.sources / "asz/social_exclusion_index/2022.xlsx"
    kept = good.read_bytes()
    shutil.copyfile(revised, good)
    ended = place.agis.refresh(place.sources)
    assert ended.code == 0, ended.err
    second = place.agis.current()
    assert second != first

    refused = place.agis.run("rollback", "1999.01.1", "--reason", "x")
    assert refused.code == 1
    assert f"Releases: {first}, {second}" in refused.err
    assert place.agis.run("rollback", str(first), "--reason", "2022 is wrong").code == 0
    assert place.agis.current() == first
    assert [e["event"] for e in ledger.events(place.home)][-1] == "rolled_back"

    held = place.agis.refresh(place.sources)
    assert held.code == 0
    assert "2022 is wrong" in held.out
    assert place.agis.current() == first
    assert (place.agis.home / "releases" / str(second)).is_dir()

    good.write_bytes(kept)
    back = place.agis.refresh(place.sources)
    assert back.out.startswith("Nothing new."), back.err

    assert place.agis.run("lift", str(second), "--reason", "it was right").code == 0
    shutil.copyfile(revised, good)
    again = place.agis.refresh(place.sources)
    assert again.code == 0
    assert place.agis.current() == second


def test_an_old_release_can_be_queried(place: Place) -> None:
    release = place.agis.current()
    ended = place.agis.run("sql", "select world from release", "--release", str(release))
    assert ended.code == 0
    assert "demo" in ended.out
    assert "invented demo country" in ended.err


def test_queries_cannot_write_or_read_other_files(place: Place) -> None:
    for query in (
        "delete from social_exclusion_index",
        "select * from read_csv('/etc/passwd')",
        "copy indicator to '/tmp/x.csv'",
        "selec 1",
    ):
        ended = place.agis.run("sql", query)
        assert ended.code == 1, query
        assert ended.err.splitlines()[-1] or ended.err
        assert "Traceback" not in ended.err
