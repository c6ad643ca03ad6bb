"""What differs from the current release is explained, or is not published."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from assets.home import Home, open_home
from assets.registry import load_registry
from checks import revisions, tables, waivers
from checks.verdict import Verdict
from orchestration import builds
from orchestration.builds import Build
from orchestration.release import audit, candidate, ledger
from tests.integration.conftest import Agis

CHECK = "tables.revisions_are_explained"
REVISED = "asz/social_exclusion_index/2022.xlsx"


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, small_demo: tuple[Path, Agis]
) -> tuple[Agis, str]:
    """A home with two releases; between them the source revised a year. Also the first's id."""
    folder = tmp_path_factory.mktemp("revisions")
    sources, agis = folder / "sources", Agis(folder / "home")
    shutil.copytree(small_demo[0], sources)
    shutil.copytree(small_demo[1].home, agis.home, symlinks=True)
    first = agis.current()
    assert first
    shutil.copyfile(sources / "before_revision" / REVISED, sources / REVISED)
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    return agis, first


def test_a_revised_year_is_published_with_its_explanation(published: tuple[Agis, str]) -> None:
    agis, first = published
    causes = agis.sql(
        "select distinct causes, changed_inputs from explained_revision "
        f"where compared_with = '{first}' and table_name = 'social_exclusion_index'"
    )
    assert causes == "input,asz__social_exclusion_index 2022"
    assert int(agis.sql("select sum(rows_changed) from explained_revision")) > 0
    assert agis.sql("select count(*) from explained_revision where needs_reason_for <> ''") == "0"
    notes = (agis.home / "releases" / "current" / "NOTES.md").read_text(encoding="utf-8")
    assert f"## Changes since {first}" in notes
    assert "social_exclusion_index" in notes.split("## Changes since")[1]


def test_the_difference_is_shown_and_written_as_tables(
    published: tuple[Agis, str], tmp_path: Path
) -> None:
    agis, first = published
    second = str(agis.current())
    ended = agis.run("diff", first, second, "--to", str(tmp_path / "diff"))
    assert ended.code == 0, ended.err
    assert "social_exclusion_index" in ended.out
    one, two = (
        str(agis.home / "releases" / release / "parquet" / "social_exclusion_index.parquet")
        for release in (first, second)
    )
    with duckdb.connect(str(tmp_path / "diff" / "diff.duckdb"), read_only=True) as db:
        found = db.execute(
            "select rows_changed from diff_table where table_name = 'social_exclusion_index'"
        ).fetchone()
        wanted = db.execute(
            f"select count(*) from (from read_parquet('{two}') except from read_parquet('{one}'))"
        ).fetchone()
    assert found == wanted
    assert found != (0,)
    only = agis.run("diff", first, second, "--table", "territory")
    assert only.out.startswith(f"{first} and {second} are equal.")
    wrong = agis.run("diff", first, "1999.01.1")
    assert wrong.code == 1
    assert f"Releases: {first}, {second}" in wrong.err


class Rejudged:
    """The second release's build judged again, as if the first were current."""

    def __init__(self, published: tuple[Agis, str], folder: Path) -> None:
        agis, self.first = published
        shutil.copytree(agis.home, folder, symlinks=True)
        self.home: Home = open_home(folder)
        ledger.roll_back(self.home, self.first, "of a test")
        wanted = builds.wanted(self.home)
        assert wanted
        self.build: Build = wanted[0]

    def judge(self) -> Verdict:
        """Export, check and audit; the verdict of the check, as the audit has it."""
        made = candidate.export(self.build, load_registry())
        with candidate.show_tables(self.build) as shown:
            verdicts = [tables.run(check, shown, "demo") for check in tables.TABLE_CHECKS]
        audit.keep_verdicts(self.build, made, "tables", verdicts)
        self.audit = audit.audit(self.build, load_registry())
        (found,) = [v for v in self.audit.verdicts if v["check"] == CHECK]
        return Verdict(**found)


@pytest.fixture
def rejudged(published: tuple[Agis, str], tmp_path: Path) -> Rejudged:
    return Rejudged(published, tmp_path / "home")


def register(path: Path, *entries: dict[str, Any], **limits: Any) -> Path:
    """A register with other limits of the demo's world, and these entries."""
    content = yaml.safe_load(revisions.FILE.read_text(encoding="utf-8"))
    content["limits"]["demo"] |= limits
    content["entries"] = list(entries)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def entry(first: str, *kinds: str) -> dict[str, Any]:
    return {
        "world": "demo",
        "compared_with": first,
        "tables": "all",
        "kinds": list(kinds),
        "reason": {"cs": "Zdroj opravil rok.", "en": "The source mended a year."},
        "entered_by": "Jana Nováková",
        "entered_on": "2026-11-28",
    }


def test_beyond_the_limits_a_reason_is_needed(
    rejudged: Rejudged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = {"rows_beyond_precision_pct": 0, "bands_changed": 0}
    path = tmp_path / "revisions.yml"
    monkeypatch.setattr(revisions, "FILE", register(path, **strict))
    refused = rejudged.judge()
    assert refused.outcome == "failed"
    assert "precision" in {r["needs_reason_for"] for r in refused.rows}
    assert CHECK in rejudged.audit.blocking
    register(path, entry(rejudged.first, "band", "precision"), **strict)
    assert rejudged.judge().passed
    with candidate.show_tables(rejudged.build) as shown:
        reasons = shown.execute(
            "select distinct reason_en from explained_revision where needs_reason_for <> ''"
        ).fetchall()
    assert reasons == [("The source mended a year.",)]
    # An entry that speaks of another release has had its time.
    register(path, entry("2020.01.1", "band", "precision"), **strict)
    assert rejudged.judge().outcome == "failed"


def test_a_difference_without_a_cause_blocks_even_in_the_demo(rejudged: Rejudged) -> None:
    """As if the first release had read the very bytes that the second did."""
    path = rejudged.home.releases / rejudged.first / "manifest.json"
    content = json.loads(path.read_text())
    content["sources"] = [asdict(item) for item in rejudged.build.inputs()]
    path.chmod(0o644)
    path.write_text(json.dumps(content))
    refused = rejudged.judge()
    assert refused.outcome == "failed"
    assert {r["causes"] for r in refused.rows} == {"unexplained"}
    assert "say why in checks/revisions.yml" in refused.remedy
    assert not rejudged.audit.passed


def test_a_waiver_lets_it_through_until_its_day(
    rejudged: Rejudged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = register(tmp_path / "revisions.yml", rows_beyond_precision_pct=0)
    monkeypatch.setattr(revisions, "FILE", strict)
    path = tmp_path / "waivers.yml"
    path.write_text(
        f"- {{world: demo, check: {CHECK}, subject: all, reason: Known., owner: Jana Nováková, "
        "expires: 2099-12-31}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(waivers, "FILE", path)
    assert rejudged.judge().waived == "Known. (Jana Nováková, until 2099-12-31)"
    assert CHECK not in rejudged.audit.blocking
    assert rejudged.audit.waived_until == "2099-12-31"
    assert audit.valid(rejudged.build) is not None
    # The audit rests on the waiver: the day after its last nobody may publish by it.
    stored = rejudged.build.root / "audit.json"
    content = json.loads(stored.read_text(encoding="utf-8"))
    stored.write_text(json.dumps(content | {"waived_until": "2020-01-01"}), encoding="utf-8")
    assert audit.valid(rejudged.build) is None


def test_an_audit_holds_only_against_the_release_it_was_made_against(rejudged: Rejudged) -> None:
    rejudged.judge()
    assert audit.valid(rejudged.build) is not None
    path = rejudged.build.root / "candidate.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"compared_with": "2020.01.1"}), encoding="utf-8")
    assert audit.valid(rejudged.build) is None
