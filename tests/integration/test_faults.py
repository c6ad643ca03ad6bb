"""Fault injection over the whole way: seeded trials, each with one fault in one refresh.

After each: the current release is whole, no landed file is lost, and the next refresh succeeds
by itself, with the content that an undisturbed one has. `make soak` runs 200 trials.
"""

import json
import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import damage
from tests.integration.conftest import Agis, Ended, once
from tests.integration.faults import FAULTS, Scene

SOAK = bool(os.environ.get("AGIS_SOAK"))
TRIALS = int(os.environ.get("AGIS_TRIALS") or (200 if SOAK else 6))
SAMPLE = ("full_disk", "clock_jumps_back", "read_only_disk", "corrupt_build")
SAMPLE += ("truncated_landing", "reader_of_the_old_release")
"""In `make test`; kills, two at once and broken sources have tests of their own there."""
LATE_PARTS = 0.7
"""So many trials begin when only publication is left: a whole way takes much longer."""


@dataclass(frozen=True)
class Trial:
    """What happens, drawn from the trial's number."""

    number: int
    fault: str
    is_late: bool

    def __str__(self) -> str:
        return f"{self.number}-{self.fault}-{'late' if self.is_late else 'whole'}"


def trials(count: int) -> list[Trial]:
    """The first trials: each fault in turn, at a stage that its seed draws."""
    names = list(FAULTS) if SOAK or count > len(SAMPLE) else list(SAMPLE)
    return [_trial(number, names[number % len(names)]) for number in range(count)]


def _trial(number: int, fault: str) -> Trial:
    is_late = random.Random(f"stage {number}").random() < LATE_PARTS or not SOAK
    return Trial(number, fault, is_late and fault != "truncated_source")


@dataclass(frozen=True)
class Stages:
    """Two homes from which the same release is due, and how long each takes to make it."""

    folder: Path
    content: str
    whole_seconds: float

    def scene(self, target: Path, *, is_late: bool) -> Scene:
        """Copies for one trial."""
        stage = self.folder / ("late" if is_late else "whole")
        shutil.copytree(stage, target / "home", symlinks=True)
        shutil.copytree(self.folder / "sources", target / "sources", symlinks=True)
        seconds = self.whole_seconds * (0.4 if is_late else 1.0)
        return Scene(Agis(target / "home"), target / "sources", seconds, is_late)


@pytest.fixture(scope="module")
def stages(small_demo: tuple[Path, Agis], tmp_path_factory: pytest.TempPathFactory) -> Stages:
    def make(folder: Path) -> Ended:
        sources, agis = small_demo
        shutil.copytree(sources, folder / "sources", symlinks=True)
        damage.revised(folder / "sources")
        shutil.copytree(agis.home, folder / "whole", symlinks=True)
        shutil.copytree(agis.home, folder / "late", symlinks=True)
        late = Agis(folder / "late")
        began = time.monotonic()
        ended = late.refresh(folder / "sources")
        (folder / "seconds").write_text(str(time.monotonic() - began))
        assert ended.out.startswith("Published release "), ended.err
        (folder / "content").write_text(content_of(late))
        unpublish(late)
        return ended

    folder, _ = once(tmp_path_factory, "stages", make)
    seconds = float((folder / "seconds").read_text())
    return Stages(folder, (folder / "content").read_text(), seconds)


def unpublish(agis: Agis) -> None:
    """As a kill just before publication leaves a home: the release was never there."""
    releases = agis.home / "releases"
    newest = agis.current()
    assert newest
    events = (releases / "events.jsonl").read_text(encoding="utf-8").splitlines()
    (releases / "events.jsonl").write_text("\n".join(events[:-1]) + "\n", encoding="utf-8")
    (releases / "feed.atom").unlink()
    (releases / "current").unlink()
    (releases / "current").symlink_to(json.loads(events[-2])["release"])
    for path in (releases / newest).rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(releases / newest)


def content_of(agis: Agis) -> str:
    manifest = agis.home / "releases" / "current" / "manifest.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["content_hash"])


@pytest.mark.soak
@pytest.mark.parametrize("trial", trials(TRIALS), ids=str)
def test_a_fault_breaks_nothing_and_the_next_refresh_succeeds(
    trial: Trial, stages: Stages, tmp_path: Path
) -> None:
    scene = stages.scene(tmp_path, is_late=trial.is_late)
    before = damage.state(scene.agis)

    FAULTS[trial.fault](scene, random.Random(f"fault {trial.number}"))

    after = damage.state(scene.agis)  # fails where a file of the current release is damaged
    if after.current == before.current:
        assert after.sums == before.sums
    assert before.landed.items() <= after.landed.items()

    ended = scene.agis.refresh(scene.sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith(("Published release ", "Nothing new. Release ")), ended.out
    assert content_of(scene.agis) == stages.content
    end = damage.state(scene.agis)
    assert after.landed.items() <= end.landed.items()
    assert damage.leftovers(scene.agis.home) == []
    assert damage.unfinished_runs(scene.agis.home) == []
    assert len(list((scene.agis.home / "releases").glob("[0-9]*"))) == 2
