"""Making a home from a copy: every byte is compared with its hash before anything is in place."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from assets.files import close_folder
from assets.home import Home, HomeError, open_home
from assets.registry import load_registry
from orchestration.offsite.copying import inventory_of, pointer_of
from orchestration.offsite.store import CopyError, Store
from orchestration.release import archive

STAGED = ".restoring"
_AT_ONCE = 8
_ROOTS = {"landing", "releases", "watch", "home.json", "refreshes.jsonl"}


def restore(url: str, root: Path) -> tuple[Home, str]:
    """Make a home in an empty folder from the copy at an address, and the id of its release.

    Raises CopyError or HomeError; the folder is then as empty as before.
    """
    staged = root / STAGED
    _require_empty(root)
    store = Store(url)
    pointer = pointer_of(store)
    inventory = inventory_of(store, pointer)
    for path in inventory:
        parts = PurePosixPath(path).parts
        if parts[0] not in _ROOTS or ".." in parts or path.startswith("/"):
            raise CopyError(f"{store.shown}: the inventory names {path}, no file of a home.")
    _clear(root)
    staged.mkdir(parents=True)
    try:
        _fetch_all(store, inventory, staged)
        _move_into_place(root, staged, pointer)
    except BaseException:
        _clear(root)
        raise
    return open_home(root), str(pointer["release"])


def _require_empty(root: Path) -> None:
    """Only an empty folder, or one in which a restoration was cut off, becomes a home."""
    if not root.exists() or (root / STAGED).is_dir():
        return
    if not root.is_dir() or any(root.iterdir()):
        raise HomeError(f"{root} is not empty. Restore into a new folder: AGIS_HOME=….")


def _clear(root: Path) -> None:
    """Remove what a restoration put there; call only in a folder that was empty before it."""
    for name in sorted(_ROOTS):
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shutil.rmtree(root / STAGED, ignore_errors=True)  # the last: it says whose the rest is


def _fetch_all(store: Store, inventory: dict[str, dict[str, Any]], staged: Path) -> None:
    def fetch(item: tuple[str, dict[str, Any]]) -> None:
        path, entry = item
        found = store.fetch(entry["at"], staged / path)
        if found != entry["sha256"]:
            size = (staged / path).stat().st_size
            raise CopyError(
                f"{store.shown}: {entry['at']} is damaged, nothing is restored: expected "
                f"{entry['size']:,} bytes with sha-256 {entry['sha256'][:12]}, found {size:,} "
                f"with {found[:12]}."
            )

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(fetch, inventory.items()))


def _move_into_place(root: Path, staged: Path, pointer: dict[str, Any]) -> None:
    _close_what_is_confidential(staged / "landing")
    home = Home(root, pointer["world"])
    for path in staged.iterdir():
        if path.name not in ("releases", "home.json"):
            path.rename(root / path.name)
    archive.put_back(home, staged / "releases", pointer["release"])
    (staged / "home.json").rename(root / "home.json")  # from here on it is a home
    staged.rmdir()


def _close_what_is_confidential(landing: Path) -> None:
    for dataset in load_registry().values():
        folder = landing / dataset.id
        if dataset.is_confidential and folder.is_dir():
            close_folder(folder)
            for path in folder.rglob("*"):
                path.chmod(0o700 if path.is_dir() else 0o600)
