"""Running the real pipeline as its users do: the command, in a process of its own."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from assets.demo import generate
from tests.conftest import need
from tests.postgres_server import PostgresServer, binaries, running_postgres

AGIS = Path(sys.executable).with_name("agis")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Agis:
    """The command ``agis`` on one home."""

    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """What the command sees: this home and nothing of the caller's."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AGIS_", "DAGSTER_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {"AGIS_HOME": str(self.home)} | more

    def run(self, *arguments: str, **more: str) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            [AGIS, *arguments],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def refresh(self, sources: Path | str, **more: str) -> Ended:
        """Refresh from these sources."""
        return self.run("refresh", "--sources", str(sources), **more)

    def sql(self, query: str) -> str:
        """The rows of a query as CSV without its heading."""
        ended = self.run("sql", "--format", "csv", query)
        assert ended.code == 0, ended.err
        return ended.out.split("\n", 1)[1].strip()

    def current(self) -> str | None:
        """The id of the current release."""
        pointer = self.home / "releases" / "current"
        return pointer.readlink().name if pointer.is_symlink() else None


@pytest.fixture
def agis(tmp_path: Path) -> Agis:
    """A command on a new home."""
    return Agis(tmp_path / "home")


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Agis]:
    """A small demo country and a home with one release of it; tests that change them copy both."""

    def make(folder: Path) -> Ended:
        generate(folder / "sources", scale=0.05)
        return Agis(folder / "home").refresh(folder / "sources")

    folder, ended = once(tmp_path_factory, "small_demo", make)
    assert ended.code == 0, ended.err
    return folder / "sources", Agis(folder / "home")


@pytest.fixture(scope="session")
def mirror_refreshed(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> tuple[Agis, Ended]:
    """A home refreshed once from the real official files; tests that change it copy it."""
    folder, ended = once(
        tmp_path_factory, "mirror", lambda folder: Agis(folder / "home").refresh(mirror)
    )
    return Agis(folder / "home"), ended


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; each test takes a database of its own from it."""
    need(binaries(), "PostgreSQL's server is not installed (apt-get install postgresql)")
    with running_postgres() as server:
        yield server


def once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Ended]
) -> tuple[Path, Ended]:
    """A folder that the first worker to ask for it makes and all workers then share."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    folder.mkdir(exist_ok=True)
    made = folder / "made.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(json.dumps(asdict(make(folder))))
    return folder, Ended(**json.loads(made.read_text()))
