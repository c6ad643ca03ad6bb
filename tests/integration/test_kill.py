"""``kill -9`` at any moment of a refresh, and two refreshes at once.

The current release is whole every time, and the next refresh needs nobody to clean up. The
moments are drawn from a seed, evenly over the time that an undisturbed refresh takes.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import damage
from tests.integration.conftest import AGIS, Agis

SOAK = bool(os.environ.get("AGIS_SOAK"))
_DRAWN = random.Random(20231231)
MOMENTS = [_DRAWN.random() for _ in range(20 if SOAK else 3)]
"""As parts of the time that an undisturbed refresh takes."""
PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Due:
    """A home with a good release, and sources from which a new one is due."""

    agis: Agis
    sources: Path

    def start(self) -> "subprocess.Popen[str]":
        """A refresh under way, in a process group of its own."""
        return subprocess.Popen(
            [AGIS, "refresh", "--sources", str(self.sources)],
            env=self.agis.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def content(self) -> str:
        """The content hash of the current release."""
        manifest = self.agis.home / "releases" / "current" / "manifest.json"
        return str(json.loads(manifest.read_text(encoding="utf-8"))["content_hash"])


@dataclass(frozen=True)
class Undisturbed:
    """How long a refresh takes that nobody kills, and what it publishes."""

    seconds: float
    content: str


def prepared(small_demo: tuple[Path, Agis], folder: Path) -> Due:
    """Copies of the home and of its sources, the latter with a revised workbook."""
    sources, agis = small_demo
    shutil.copytree(sources, folder / "sources", symlinks=True)
    shutil.copytree(agis.home, folder / "home", symlinks=True)
    damage.revised(folder / "sources")
    return Due(Agis(folder / "home"), folder / "sources")


@pytest.fixture
def due(tmp_path: Path, small_demo: tuple[Path, Agis]) -> Due:
    return prepared(small_demo, tmp_path)


@pytest.fixture(scope="module")
def undisturbed(
    small_demo: tuple[Path, Agis], tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    due = prepared(small_demo, tmp_path_factory.mktemp("undisturbed"))
    began = time.monotonic()
    ended = due.agis.refresh(due.sources)
    seconds = time.monotonic() - began
    assert ended.out.startswith("Published release "), ended.err
    return Undisturbed(seconds, due.content())


def kill(process: "subprocess.Popen[str]") -> None:
    """``kill -9``; what it had started (Dagster's followers of its output) ends by itself."""
    process.kill()
    process.communicate(timeout=30)
    until = time.monotonic() + 30
    while left := members(process.pid):
        assert time.monotonic() < until, f"still running: {left}"
        time.sleep(0.05)


def members(group: int) -> list[str]:
    """The names of the processes of a group, without those that have ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may end while we look
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            status, _, of_group, *_ = rest.split()
            if int(of_group) == group and status not in "ZX":
                found.append(name)
    return found


def kill_when(process: "subprocess.Popen[str]", moment: Callable[[], object]) -> None:
    """Kill as soon as something can be seen; fails if the process ends before."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not moment():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "nothing to be seen"
        time.sleep(0.002)
    kill(process)


def assert_recovers(due: Due, before: damage.State, published: str) -> None:
    """The release is whole now; one more refresh publishes what was due and leaves no traces."""
    killed = damage.state(due.agis)
    moved = killed.current != before.current
    if not moved:
        assert killed.sums == before.sums
    assert before.landed.items() <= killed.landed.items()
    assert int(due.agis.sql("select count(*) from social_exclusion_index")) > 1000

    ended = due.agis.refresh(due.sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new." if moved else "Published release ")
    assert "agis:" not in ended.err
    end = damage.state(due.agis)
    assert due.content() == published
    assert killed.landed.items() <= end.landed.items()
    assert damage.leftovers(due.agis.home) == []
    assert damage.unfinished_runs(due.agis.home) == []
    kept = {path.name for path in (due.agis.home / "releases").iterdir()}
    assert kept == {before.current, end.current, "current", "events.jsonl", "feed.atom"}


@pytest.mark.soak
@pytest.mark.parametrize("moment", MOMENTS, ids="{:.3f}".format)
def test_killed_at_any_moment(due: Due, undisturbed: Undisturbed, moment: float) -> None:
    before = damage.state(due.agis)
    process = due.start()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=moment * undisturbed.seconds)
    kill(process)
    assert_recovers(due, before, undisturbed.content)


def test_killed_while_the_release_is_being_made(due: Due, undisturbed: Undisturbed) -> None:
    before = damage.state(due.agis)
    releases = due.agis.home / "releases"

    kill_when(due.start(), lambda: list(releases.glob(".making-*")))
    assert list(releases.glob(".making-*")), "the release was complete before the kill"
    assert damage.state(due.agis).current == before.current
    assert_recovers(due, before, undisturbed.content)


def test_killed_as_soon_as_dagster_has_begun_a_run(due: Due, undisturbed: Undisturbed) -> None:
    before = damage.state(due.agis)
    with closing(sqlite3.connect(due.agis.home / "dagster/history/runs.db", timeout=30)) as runs:
        began = "select count(*) from runs where status not in ('SUCCESS', 'FAILURE')"
        kill_when(due.start(), lambda: runs.execute(began).fetchone()[0])
    assert damage.unfinished_runs(due.agis.home), "the run had ended before the kill"
    assert_recovers(due, before, undisturbed.content)


def test_of_two_refreshes_at_once_one_is_told_and_one_waits(due: Due) -> None:
    first = due.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while f"(process {first.pid}," not in (due.agis.home / "lock").read_text(encoding="utf-8"):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < until, "the first refresh never held the home"
        time.sleep(0.01)

    told = due.agis.refresh(due.sources)
    assert first.poll() is None, "the first refresh had ended before the second one asked"
    assert (told.code, told.out) == (1, "")
    held = f"agis: The home {due.agis.home} is in use by agis refresh (process {first.pid}, since "
    assert told.err.startswith(held)
    assert told.err.endswith("). Wait until it is done.\n")

    wait = ("--wait", str(PATIENCE_SECONDS))
    waited = due.agis.run("refresh", "--sources", str(due.sources), *wait)
    assert waited.code == 0, waited.err
    assert waited.out.startswith("Nothing new.")
    out, err = first.communicate(timeout=PATIENCE_SECONDS)
    assert first.returncode == 0, err
    assert out.startswith("Published release ")
    assert damage.unfinished_runs(due.agis.home) == []
