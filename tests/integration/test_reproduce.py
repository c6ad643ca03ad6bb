"""The time machine: a release is rebuilt, byte for byte, by the code that made it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, need
from tests.integration.conftest import Agis, Ended


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, small_demo: tuple[Path, Agis]
) -> tuple[Path, "ByProject"]:
    """A repository whose only commit is the project as it lies here, and a release said to be its.

    The release was made by this very code, committed or not.
    """
    need(shutil.which("git"), "no git")
    folder = tmp_path_factory.mktemp("reproduce")
    project, home = folder / "project", folder / "home"
    listed = subprocess.run(
        ["git", "-C", str(PROJECT), "ls-files", "-co", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    for name in filter(None, listed):
        # A link such as to the environment of who works here is not part of the project.
        if (PROJECT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, project / name)
    git(project, "init", "--quiet")
    git(project, "add", "-A")
    git(project, "commit", "--quiet", "-m", "As it lies there")
    shutil.copytree(small_demo[1].home, home, symlinks=True)
    agis = ByProject(home, project)
    agis.record(git(project, "rev-parse", "HEAD"))
    return project, agis


def git(project: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", "-C", str(project), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class ByProject:
    """The command of another copy of the project."""

    def __init__(self, home: Path, project: Path) -> None:
        self.home, self.project = home, project

    @property
    def release(self) -> Path:
        return (self.home / "releases" / "current").resolve()

    def record(self, revision: str) -> None:
        """Write into the manifest of the release which code made it."""
        path = self.release / "manifest.json"
        path.chmod(0o644)
        content = json.loads(path.read_text(encoding="utf-8")) | {"code_revision": revision}
        path.write_text(json.dumps(content), encoding="utf-8")

    def reproduce(self, *arguments: str) -> Ended:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AGIS_", "DAGSTER_"))}
        done = subprocess.run(
            [
                *(sys.executable, "-P", "-c", "from orchestration.cli import main; main()"),
                *("reproduce", self.release.name, *arguments),
            ],
            env=kept | {"AGIS_HOME": str(self.home), "PYTHONPATH": str(self.project)},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)


def test_a_release_is_rebuilt_byte_by_byte_by_its_own_code(
    place: tuple[Path, ByProject],
) -> None:
    project, agis = place
    # What was changed since, committed or not, has no part in it.
    broken = project / "dbt_project" / "models" / "marts" / "territory" / "territory.sql"
    broken.write_text("select nonsense", encoding="utf-8")
    try:
        ended = agis.reproduce()
    finally:
        git(project, "checkout", "--", ".")
    assert ended.code == 0, ended.err
    count = sum(1 for kind in ("parquet", "csv") for _ in (agis.release / kind).glob(f"*.{kind}"))
    assert f"all {count} Parquet and CSV files are equal, byte by byte" in ended.out
    assert git(project, "worktree", "list").count("\n") == 0


def test_a_file_that_is_not_what_is_rebuilt_is_named(place: tuple[Path, ByProject]) -> None:
    from assets.home import open_home
    from orchestration.release import ledger
    from orchestration.release.ledger import Release
    from orchestration.release.reproduce import compare_files

    _, agis = place
    made = ledger.current(open_home(agis.home))
    assert made
    other = agis.home / "other"
    shutil.copytree(made.root, other)
    altered = other / "csv" / "territory.csv"
    altered.chmod(0o644)
    altered.write_text(altered.read_text(encoding="utf-8") + "x", encoding="utf-8")
    (other / "parquet" / "territory.parquet").unlink()
    (other / "csv" / "new.csv").write_text("a\n")
    found = compare_files(made, Release("2026.01.1", other, made.manifest))
    assert {name: outcome for name, outcome in found.items() if outcome != "equal"} == {
        "csv/territory.csv": "unequal",
        "parquet/territory.parquet": "missing",
        "csv/new.csv": "additional",
    }


def test_what_cannot_be_rebuilt_is_refused_with_a_sentence(
    place: tuple[Path, ByProject], tmp_path: Path
) -> None:
    project, agis = place
    home = tmp_path / "home"
    shutil.copytree(agis.home, home, symlinks=True)
    other = ByProject(home, project)
    head = git(project, "rev-parse", "HEAD")
    for revision, told in (
        ("", "does not say by which revision"),
        (f"{head}-dirty", "was made by code that was not committed"),
        ("0" * 40, "is not in the repository"),
    ):
        other.record(revision)
        refused = other.reproduce()
        assert refused.code == 1
        assert told in refused.err
        assert "--with-present-code" in refused.err
        assert "Traceback" not in refused.err
    other.record(head)
    landed = next((home / "landing").glob("*/*/*/*.xlsx"))
    landed.write_bytes(landed.read_bytes() + b"x")
    refused = other.reproduce("--with-present-code")
    assert refused.code == 1
    assert "found them missing or altered. Restore landing first." in refused.err
