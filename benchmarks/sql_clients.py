"""Many SQL clients at once while releases are published: failed queries, mixed releases, latency.

A third of the clients reads the published file, a third reads over HTTP behind nginx, a third
asks PostgreSQL; three further releases of a small demo are published meanwhile. The same query
runs at the end alone on the local file, to compare with. Run it from the project's folder with
PYTHONPATH=. ; it needs nginx and PostgreSQL's server and prints a table.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from assets.demo import generate
from orchestration.refresh import refresh
from tests.nginx_server import duckdb_with_http, running_nginx
from tests.postgres_home import PreparedDatabase, prepared_database
from tests.postgres_server import running_postgres
from tests.releases import SAME_RELEASE, publish_another

AGIS = Path(sys.executable).with_name("agis")
Ask = Callable[[], tuple[Any, ...]]


@dataclass
class Door:
    """One way to the release, and what its clients saw."""

    name: str
    seconds: list[float] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    mixed: list[tuple[Any, ...]] = field(default_factory=list)

    def once(self, ask: Ask) -> None:
        """Ask once and judge the answer."""
        began = time.perf_counter()
        try:
            rows, first, last = ask()
        except Exception as error:  # noqa: BLE001 - a thread would lose it uncounted
            self.failed.append(f"{type(error).__name__}: {error}")
            return
        self.seconds.append(time.perf_counter() - began)
        if not rows or first != last:
            self.mixed.append((rows, first, last))
        self.releases.add(str(last))


def ask_file(home: Path) -> tuple[Any, ...]:
    """Open the file that the pointer names, as a script on the same machine does."""
    path = (home / "releases" / "current").resolve() / "agis.duckdb"
    with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as db:
        return _row(db.execute(SAME_RELEASE.format("")))


def ask_http(db: Any, url: str) -> tuple[Any, ...]:
    """Ask which release is current, then read that one by its id."""
    (release,) = _row(db.execute(f"select release from read_json('{url}/current.json')"))
    db.execute(f"attach '{url}/{release}/agis.duckdb' as agis (read_only)")
    try:
        return _row(db.execute(SAME_RELEASE.format("agis.")))
    finally:
        db.execute("detach agis")


def _row(cursor: Any) -> tuple[Any, ...]:
    return tuple(cursor.fetchone())


@contextmanager
def client(door: Door, home: Path, url: str, database: PreparedDatabase) -> Iterator[Ask]:
    """One client of a door with a connection of its own."""
    if door.name == "file":
        yield lambda: ask_file(home)
    elif door.name == "http":
        with duckdb_with_http() as db:
            db.execute("set threads = 1")
            yield lambda: ask_http(db, url)
    else:
        with database.reader() as connection:
            yield lambda: _row(connection.execute(SAME_RELEASE.format("agis.")))


def measure(home: Path, clients: int, seconds: float, publications: int = 3) -> list[Door]:
    """Let clients ask for some seconds while releases are published; the doors and the floor."""
    # Marked, so that every answer says which release it is from.
    publish_another(home)
    doors = [Door("file"), Door("http"), Door("postgres")]
    with running_postgres() as server, running_nginx(home) as port:
        database = prepared_database(server)
        load(home, database)
        url = f"http://127.0.0.1:{port}"
        _ask_meanwhile(doors, home, url, database, clients, seconds, publications)
    alone = Door("file, alone")
    for _ in range(20):
        alone.once(lambda: ask_file(home))
    return [*doors, alone]


def load(home: Path, database: PreparedDatabase) -> None:
    """Load by the command: in a process of its own, as the refresh is."""
    environment = os.environ | {"AGIS_HOME": str(home), "AGIS_POSTGRES_URL": database.loader_url}
    subprocess.run([AGIS, "load", "postgres"], env=environment, check=True, stdout=sys.stderr)


def _ask_meanwhile(
    doors: list[Door],
    home: Path,
    url: str,
    database: PreparedDatabase,
    clients: int,
    seconds: float,
    publications: int,
) -> None:
    done = threading.Event()

    def run(door: Door) -> None:
        with client(door, home, url, database) as ask:
            while not done.is_set():
                door.once(ask)

    threads = [threading.Thread(target=run, args=(doors[n % len(doors)],)) for n in range(clients)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    try:
        for number in range(1, publications + 1):
            due = began + seconds * number / (publications + 1)
            time.sleep(max(0.0, due - time.monotonic()))
            publish_another(home)
            load(home, database)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
    finally:
        done.set()
        for thread in threads:
            thread.join()


def small_home(folder: Path) -> Path:
    """A home with one release of a small demo country."""
    sources = generate(folder / "sources", scale=0.05).folder
    os.environ["AGIS_HOME"] = str(folder / "home")
    refresh(str(sources))
    return folder / "home"


def report(doors: list[Door]) -> bool:
    """Print what was seen; whether no query failed and none mixed releases."""
    print(f"{'door':12} {'queries':>8} {'failed':>7} {'mixed':>6} {'releases':>9} "
          f"{'median ms':>10} {'p95 ms':>8} {'max ms':>8}")  # fmt: skip
    for door in doors:
        times = sorted(1000 * s for s in door.seconds) or [float("nan")]
        print(
            f"{door.name:12} {len(door.seconds):8} {len(door.failed):7} {len(door.mixed):6} "
            f"{len(door.releases):9} {statistics.median(times):10.1f} "
            f"{times[int(0.95 * (len(times) - 1))]:8.1f} {times[-1]:8.1f}"
        )
        for text in [*door.failed[:3], *map(str, door.mixed[:3])]:
            print(f"    {text}")
    return not any(door.failed or door.mixed for door in doors)


def main() -> None:
    """Measure and print; exit code 1 if a query failed or read two releases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--home", type=Path, help="a home with a release; it is copied")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.home:
            (folder / "home").mkdir()
            shutil.copy(chosen.home / "home.json", folder / "home")
            shutil.copytree(chosen.home / "releases", folder / "home/releases", symlinks=True)
            home = folder / "home"
        else:
            home = small_home(folder)
        print(f"{chosen.clients} clients, {chosen.seconds:.0f} s, three releases published")
        if not report(measure(home, chosen.clients, chosen.seconds)):
            sys.exit(1)


if __name__ == "__main__":
    main()
