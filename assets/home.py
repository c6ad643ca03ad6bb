"""Where everything that AGIS keeps lies: one folder, one world, one writer at a time.

``AGIS_HOME`` names the folder; without it, it is ``var/demo`` or ``var/real`` beside this code.
A home belongs to one world, written into it at first use: invented and real figures never meet.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Literal

from assets.errors import AgisError
from assets.files import write_atomically

World = Literal["demo", "real"]
WORLDS: tuple[World, ...] = ("demo", "real")

PROJECT_DIR = Path(__file__).resolve().parent.parent


class HomeError(AgisError):
    """There is no home, it belongs to another world, or somebody else holds it."""


@dataclass(frozen=True)
class Home:
    """The folders of one home. Making one does not touch the disk."""

    root: Path
    world: World

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def builds(self) -> Path:
        return self.root / "build"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def demo_sources(self) -> Path:
        return self.root / "demo-sources"


def world_of(sources: str) -> World:
    """The world that sources belong to: ``demo``, else ``real`` (live, a folder, an address).

    A folder that the demo generator wrote is of the demo's world wherever it lies.
    """
    if sources == "demo" or (Path(sources).expanduser() / "demo.json").is_file():
        return "demo"
    return "real"


def home_for(sources: str, env: Mapping[str, str] = os.environ) -> Home:
    """The home to write to for these sources, created and marked with its world."""
    world = world_of(sources)
    root = Path(env["AGIS_HOME"]).expanduser() if env.get("AGIS_HOME") else _default_root(world)
    root = root.absolute()
    _check_path(root)
    marker = root / "home.json"
    if marker.exists():
        home = open_home(root)
        if home.world != world:
            raise HomeError(
                f"The home {root} belongs to world »{home.world}«, but sources »{sources}« are of "
                f"world »{world}«. Set AGIS_HOME to another folder, or use other sources."
            )
        return home
    if root.exists() and any(not p.name.startswith(f".{marker.name}") for p in root.iterdir()):
        raise HomeError(
            f"{root} is not empty and is not an AGIS home (it has no home.json). "
            "Set AGIS_HOME to a new folder."
        )
    root.mkdir(parents=True, exist_ok=True)
    write_atomically(marker, json.dumps({"world": world, "layout": 1}) + "\n")
    return open_home(root)


def _check_path(root: Path) -> None:
    """Refuse a path that settings of DuckDB or Dagster would read as something else."""
    found = sorted(set(str(root)) & set(",'\"\\"))
    if found:
        raise HomeError(
            f"The home {root}: expected a path without commas, quotation marks and backslashes, "
            f"found {' '.join(found)}. Set AGIS_HOME to another folder."
        )


def existing_home(env: Mapping[str, str] = os.environ) -> Home:
    """The home to read from: ``AGIS_HOME``, else the only one below ``var/``."""
    if env.get("AGIS_HOME"):
        return open_home(Path(env["AGIS_HOME"]).expanduser().absolute())
    homes = [_default_root(w) for w in WORLDS]
    found = [root for root in homes if (root / "home.json").exists()]
    if len(found) == 1:
        return open_home(found[0])
    if found:
        names = " and ".join(str(root) for root in found)
        raise HomeError(f"There are two homes, {names}. Set AGIS_HOME to the one you mean.")
    raise HomeError("There is no AGIS home yet. Run `make refresh` first, or set AGIS_HOME.")


def open_home(root: Path) -> Home:
    """The home in this folder; raises HomeError if there is none."""
    try:
        world = json.loads((root / "home.json").read_text(encoding="utf-8"))["world"]
    except FileNotFoundError:
        raise HomeError(f"{root} is not an AGIS home: it has no home.json.") from None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise HomeError(f"{root / 'home.json'} is not readable: {error!r}.") from error
    if world not in ("demo", "real"):
        raise HomeError(f"{root / 'home.json'}: expected world demo or real, found {world!r}.")
    return Home(root=root, world=world)


def _default_root(world: World) -> Path:
    return PROJECT_DIR / "var" / world


class _Held:
    """The locks that this process holds: flock is per file description, so it is not nestable."""

    guard = threading.RLock()
    files: ClassVar[dict[Path, tuple[IO[str], int]]] = {}


@contextmanager
def lock(home: Home, purpose: str, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold the home's only writer lock; yields False when this process held it already.

    The kernel frees it when the process ends, however it ends. Raises HomeError, naming the
    holder, when another process still holds it after ``wait_seconds``.
    """
    path = home.root / "lock"
    with _Held.guard:
        file, depth = _Held.files.get(path, (None, 0))
        if file is None:
            file = _acquire(path, purpose, wait_seconds)
        _Held.files[path] = (file, depth + 1)
    try:
        yield depth == 0
    finally:
        with _Held.guard:
            file, depth = _Held.files[path]
            if depth == 1:
                del _Held.files[path]
                file.close()
            else:
                _Held.files[path] = (file, depth - 1)


def _acquire(path: Path, purpose: str, wait_seconds: float) -> IO[str]:
    file = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "another process"
                file.close()
                raise HomeError(
                    f"The home {path.parent} is in use by {holder}. Wait until it is done."
                ) from None
            time.sleep(0.2)
    file.seek(0)
    file.truncate()
    started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    file.write(f"{purpose} (process {os.getpid()}, since {started})")
    file.flush()
    return file
