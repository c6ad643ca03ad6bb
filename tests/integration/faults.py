"""What may befall a refresh: each fault disturbs one on a home of its own.

A fault gets a random generator of its trial, so that a trial can be repeated by its number. It
returns what the disturbed refresh left on standard error; whether that was a failure is for the
fault to know, whether the home is whole for the trial.
"""

import os
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.conftest import PROJECT
from tests.integration import damage
from tests.integration.conftest import AGIS, Agis

PATIENCE_SECONDS = 600
CLOCK = PROJECT / "tests" / "clock"


@dataclass(frozen=True)
class Scene:
    """A home with a good release, sources from which a new one is due, and how long that takes."""

    agis: Agis
    sources: Path
    seconds: float
    is_late: bool
    """Everything but publication is done already."""

    def start(self, *wait: str, limit: int = 0, **environment: str) -> "subprocess.Popen[str]":
        """A refresh under way; with ``limit`` no file of it can grow beyond so many bytes."""
        return subprocess.Popen(
            [AGIS, "refresh", "--sources", str(self.sources), *wait],
            env=self.agis.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=(lambda: _limit(limit)) if limit else None,
        )

    def fails_with_a_sentence(self, **environment: str) -> str:
        """A refresh that must end with 1 and one sentence; returns it."""
        out, err = _ended(process := self.start(**environment))
        assert (process.returncode, out) == (1, ""), (process.returncode, out, err)
        assert err.splitlines()[-1].startswith("agis: "), err
        return err

    def builds(self) -> list[Path]:
        """The finished builds, the newest last."""
        found = [path.parent for path in self.agis.home.glob("build/*/built.json")]
        return sorted(found, key=lambda path: (path / "built.json").stat().st_mtime)


Fault = Callable[[Scene, random.Random], None]


def killed(scene: Scene, drawn: random.Random) -> None:
    """``kill -9`` at any moment."""
    process = scene.start()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=drawn.random() * scene.seconds)
    process.kill()
    process.communicate(timeout=60)


def full_disk(scene: Scene, drawn: random.Random) -> None:
    """The disk is full after some more bytes: a small disk of its own, or a limit on each file."""
    room = int(drawn.uniform(0.05, 1.0) * (8 << 20 if scene.is_late else 40 << 20))
    if not may_mount():
        _ended(scene.start(limit=room))
        return
    held = sum(p.stat().st_size for p in scene.agis.home.rglob("*") if p.is_file())
    with own_disk(scene.agis.home, held + (held >> 3) + room) as enlarge:
        _ended(scene.start())
        assert damage.state(scene.agis).current
        enlarge()


def read_only_disk(scene: Scene, drawn: random.Random) -> None:
    """The disk becomes read-only, before or while a refresh runs."""
    if not may_mount():
        pointer = scene.agis.home / "releases"
        pointer.chmod(0o555)
        _ended(scene.start())
        pointer.chmod(0o755)
        return
    with own_disk(scene.agis.home, 1 << 30):
        process = scene.start() if drawn.random() < 0.7 else None
        if process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=drawn.random() * scene.seconds)
        # Whatever is open for writing must not keep the disk from becoming read-only.
        changed = _mount("-o", "remount,ro", str(scene.agis.home))
        if changed and process is None:
            assert "Read-only file system" in scene.fails_with_a_sentence()
        if process:
            if not changed:
                process.kill()
            _ended(process)
        assert damage.state(scene.agis).current
        assert _mount("-o", "remount,rw", str(scene.agis.home))


def clock_jumps_back(scene: Scene, drawn: random.Random) -> None:
    """The clock goes back by minutes or months while a refresh runs, or was so from its start."""
    after = drawn.choice([0.0, drawn.random() * scene.seconds])
    back = drawn.choice([300.0, 86_400.0 * drawn.randint(2, 400)])
    newest = _ids(scene)[-1]
    process = scene.start(
        CLOCK_JUMP=f"{after}:{back}", PYTHONPATH=os.pathsep.join([str(CLOCK), str(PROJECT)])
    )
    out, err = _ended(process)
    assert process.returncode == 0, err
    assert out.startswith("Published release ")
    assert _ids(scene)[-1] != newest
    assert scene.agis.current() == _ids(scene)[-1]


def two_at_once(scene: Scene, drawn: random.Random) -> None:
    """Two refreshes begin together: one works, the other is told so, or waits for it."""
    wait = ("--wait", str(PATIENCE_SECONDS)) if drawn.random() < 0.5 else ()
    both = [scene.start(*wait)]
    time.sleep(drawn.random() * 0.3)
    both.append(scene.start(*wait))
    ended = [(process, *_ended(process)) for process in both]
    codes = sorted(process.returncode for process, _, _ in ended)
    said = sorted(out.split(" ", 1)[0] for _, out, _ in ended)
    if wait:
        assert (codes, said) == ([0, 0], ["Nothing", "Published"]), ended
    else:
        assert (codes, said) == ([0, 1], ["", "Published"]), ended
        assert any("is in use by agis refresh" in err for _, _, err in ended), ended


def reader_of_the_old_release(scene: Scene, drawn: random.Random) -> None:
    """A reader that opened the old release has it to the end, whatever is published meanwhile."""
    question = "select count(*), sum(hash(t)) from social_exclusion_index as t"
    pointer = scene.agis.home / "releases" / "current" / "agis.duckdb"
    with duckdb.connect(str(pointer), read_only=True) as reader:
        before = reader.execute(question).fetchall()
        release = reader.execute("select release from release").fetchall()
        process = scene.start()
        while process.poll() is None:
            assert reader.execute(question).fetchall() == before
            time.sleep(drawn.random())
        _, err = _ended(process)
        assert process.returncode == 0, err
        assert reader.execute(question).fetchall() == before
        assert reader.execute("select release from release").fetchall() == release
    assert scene.agis.current() != release[0][0]


def truncated_landing(scene: Scene, drawn: random.Random) -> None:
    """A landed file, or what was just being landed, lost its end."""
    landed = sorted(p for p in scene.agis.home.glob("landing/[a-z]*/*/*/*") if p.stem != "receipt")
    hurt = drawn.choice([p for p in landed if not p.is_relative_to(_inbox_part(scene))])
    size = hurt.stat().st_size
    with hurt.open("r+b") as file:
        file.truncate(drawn.randrange(size))
    _ended(scene.start())
    assert hurt.stat().st_size == size, f"{hurt} was not made whole again"


def truncated_source(scene: Scene, drawn: random.Random) -> None:
    """A source shows half a file for a day."""
    book = scene.sources / damage.WORKBOOK
    good = book.read_bytes()
    book.write_bytes(good[: drawn.randrange(1, len(good))])
    assert damage.WORKBOOK.rsplit("/", 1)[1] in scene.fails_with_a_sentence()
    book.write_bytes(good)


def corrupt_build(scene: Scene, drawn: random.Random) -> None:
    """A file of the newest build is not what was written: bytes turned, or the end is lost."""
    build = scene.builds()[-1]
    files = [build / name for name in ("work.duckdb", "audit.json", "candidate.json")]
    hurt = drawn.choice([*files, *sorted((build / "tables").iterdir())])
    content = bytearray(hurt.read_bytes())
    if drawn.random() < 0.5:
        del content[drawn.randrange(len(content)) :]
    else:
        at = drawn.randrange(len(content))
        content[at] ^= 0xFF
    if hurt.suffix == ".duckdb":  # read again only if the tables are to be exported again
        (build / "candidate.json").unlink(missing_ok=True)
    hurt.write_bytes(content)
    _ended(scene.start())


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        killed,
        full_disk,
        read_only_disk,
        clock_jumps_back,
        two_at_once,
        reader_of_the_old_release,
        truncated_landing,
        truncated_source,
        corrupt_build,
    )
}


def may_mount() -> bool:
    """Whether small disks of our own can be made: as root of a machine that allows it."""
    return os.getuid() == 0 and shutil.which("mount") is not None and _mounts_work()


@contextmanager
def own_disk(home: Path, size: int) -> "Iterator[Callable[[], None]]":
    """Move a home onto a disk of a size for a while; yields what makes the disk larger."""
    aside = home.with_name("aside")
    home.rename(aside)
    home.mkdir()
    assert _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(home))
    try:
        shutil.copytree(aside, home, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield lambda: _enlarge(home)
        shutil.copytree(home, aside, symlinks=True)
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)
    home.rmdir()
    aside.rename(home)


def _enlarge(home: Path) -> None:
    assert _mount("-o", f"remount,size={1 << 30}", str(home))


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0


def _mounts_work() -> bool:
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert "Traceback" not in err, err
    return out, err


def _ids(scene: Scene) -> list[str]:
    found = [path.name for path in (scene.agis.home / "releases").glob("[0-9]*")]
    return sorted(found, key=lambda name: [int(part) for part in name.split(".")])


def _inbox_part(scene: Scene) -> Path:
    """What was handed over by agreement is in landing alone: nobody can send it again."""
    return scene.agis.home / "landing" / "demo__benefit_month"
