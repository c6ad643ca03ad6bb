"""Copying a home elsewhere: what is new is put there and read again, ``current.json`` last.

A copy that is cut off leaves the one before whole: nothing that it holds is written over, and
``current.json`` names its inventory by hash.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from assets.files import now_utc, read_json, sha256_of, write_json
from assets.home import Home
from orchestration.offsite.contents import Item, contents
from orchestration.offsite.store import CopyError, Store
from orchestration.release import archive, ledger

URL = "AGIS_COPY_URL"
AGREED = "AGIS_COPY_AGREED"
"""`yes` says that data by agreement may leave the home."""
CURRENT = "current.json"
FORMAT = 1
_AT_ONCE = 8


@dataclass(frozen=True)
class Copied:
    """What a copy came to."""

    release: str
    files: int
    written: int
    bytes_written: int
    read_again: int
    left_out: list[str]
    where: str

    def sentence(self) -> str:
        """The copy in one sentence."""
        stays = f"; stays here by agreement: {', '.join(self.left_out)}" if self.left_out else ""
        return (
            f"Copied release {self.release} and all of landing to {self.where}: {self.files} "
            f"files, {self.written} of them new ({self.bytes_written:,} bytes), "
            f"{self.read_again} read again and whole{stays}."
        )


def copy(home: Home, url: str, *, by_agreement: bool = False, verify: bool = False) -> Copied:
    """Bring the copy at an address up to date; call with the home's lock held.

    With ``verify`` every file there is read again, not only the new ones. Raises CopyError; the
    copy that was there before stays whole.
    """
    now = ledger.current(home)
    if now is None:
        raise CopyError("There is no release to copy yet. Run `agis refresh` first.")
    store = Store(url)
    known = _inventory_there(store)
    _require_same_home(home, store, known)
    held = contents(home, by_agreement=by_agreement)
    sizes = store.sizes()

    def bring(item: Item) -> tuple[int, int]:
        """Bytes written and whether the file was read again."""
        is_there = sizes.get(item.at) == item.size
        is_known = is_there and known.get(item.path) == item.entry()
        if is_known and not verify:
            return 0, 0
        if is_there and store.sha256(item.at) == item.sha256:
            return 0, 1
        _require_whole(item)
        store.put(item.at, item.content, item.sha256)
        return item.size, 1

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        once = {item.at: item for item in held.items}  # logs of equal content are one file there
        done = list(pool.map(bring, once.values()))
    inventory = {item.path: item.entry() for item in held.items}
    text = _json(inventory)
    digest = hashlib.sha256(text).hexdigest()
    store.put(f"inventories/{digest}.json", text, digest)
    pointer = {
        "format": FORMAT,
        "world": home.world,
        "release": now.id,
        "copied_at": now_utc(),
        "inventory": digest,
        "left_out": held.left_out,
    }
    store.replace(CURRENT, _json(pointer))
    write_json(_note(home), _state_of(home, url))
    return Copied(
        now.id,
        len(once),
        sum(1 for size, _ in done if size),
        sum(size for size, _ in done),
        sum(read for _, read in done),
        held.left_out,
        store.shown,
    )


def after_release(home: Home) -> str:
    """Copy to ``AGIS_COPY_URL`` if the releases changed since; the sentence on what was done.

    Raises CopyError; then the next refresh tries again.
    """
    url = os.environ.get(URL, "")
    if not url or ledger.current(home) is None or read_json(_note(home)) == _state_of(home, url):
        return ""
    return copy(home, url, by_agreement=os.environ.get(AGREED) == "yes").sentence()


def pointer_of(store: Store) -> dict[str, Any]:
    """``current.json`` of a copy; raises CopyError if there is none that can be read."""
    content = store.read(CURRENT)
    if content is None:
        raise CopyError(f"{store.shown} holds no copy of a home: it has no {CURRENT}.")
    try:
        pointer = dict(json.loads(content))
        if pointer["format"] != FORMAT:
            raise CopyError(
                f"{store.shown}: {CURRENT}: expected format {FORMAT}, found {pointer['format']!r}."
            )
        return {name: pointer[name] for name in ("world", "release", "inventory", "copied_at")}
    except (ValueError, KeyError, TypeError) as error:
        raise CopyError(f"{store.shown}: {CURRENT} is damaged: {error!r}.") from error


def inventory_of(store: Store, pointer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inventory that ``current.json`` names; raises CopyError if it is not that."""
    name = f"inventories/{pointer['inventory']}.json"
    content = store.read(name)
    if content is None:
        raise CopyError(f"{store.shown}: {name} is missing, which {CURRENT} names.")
    found = hashlib.sha256(content).hexdigest()
    if found != pointer["inventory"]:
        raise CopyError(
            f"{store.shown}: {name} is damaged: expected sha-256 {pointer['inventory'][:12]}, "
            f"found {found[:12]}."
        )
    return dict(json.loads(content))


def _inventory_there(store: Store) -> dict[str, dict[str, Any]]:
    """The inventory of the copy before; without a whole one, nothing there is relied upon."""
    try:
        return inventory_of(store, pointer_of(store))
    except CopyError:
        return {}


def _require_same_home(home: Home, store: Store, known: Mapping[str, Any]) -> None:
    """A copy is never replaced by one of less: its landed files and releases must be here."""
    for path, entry in known.items():
        is_immutable = entry["at"] == path
        if is_immutable and not (home.root / path).is_file():
            raise CopyError(
                f"{store.shown} is the copy of another home, or this one lost a file: {path} is "
                "there and not here. Nothing was copied; use another address, or restore."
            )


def _require_whole(item: Item) -> None:
    if isinstance(item.content, bytes):
        return
    found = sha256_of(item.content)
    if found != item.sha256:
        raise CopyError(
            f"{item.path} of the home is damaged and is not copied: expected sha-256 "
            f"{item.sha256[:12]}, found {found[:12]}."
        )


def _note(home: Home) -> Any:
    return home.root / "offsite.json"


def _state_of(home: Home, url: str) -> dict[str, str]:
    """What was copied where, without the address, which may hold a password."""
    log = next(path for path in archive.logs(home) if path.name == "events.jsonl")
    return {"address": hashlib.sha256(url.encode()).hexdigest(), "events": sha256_of(log)}


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
