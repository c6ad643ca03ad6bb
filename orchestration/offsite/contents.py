"""What of a home is copied: landing, releases, and the logs that say what they mean.

Data by agreement leaves a home only if that is said: without it their landed files, their
sightings and what was last seen of them stay.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.files import read_lines, sha256_of
from assets.home import Home
from assets.registry import load_registry
from orchestration.release import archive

STATE = ("home.json", "refreshes.jsonl", "watch/told.json")


@dataclass(frozen=True)
class Item:
    """One file of a home and where the copy keeps it."""

    path: str
    """Below the home."""
    at: str
    """In the copy: the same path, or ``state/<sha256>`` for what changes in a home."""
    sha256: str
    size: int
    content: Path | bytes

    def entry(self) -> dict[str, Any]:
        """As the inventory holds it."""
        return {"at": self.at, "sha256": self.sha256, "size": self.size}


@dataclass(frozen=True)
class Contents:
    """Everything that a copy of a home holds."""

    items: list[Item]
    left_out: list[str]
    """Datasets by agreement that stay in the home."""


def contents(home: Home, *, by_agreement: bool) -> Contents:
    """What a copy of a home as it is now holds; raises ReleaseError where a release is damaged."""
    left_out = [] if by_agreement else _by_agreement(home)
    items = [
        *_landed(home, left_out),
        *_logs_of_landing(home, left_out),
        *(_kept(home, f.path, f.sha256) for f in archive.released_files(home)),
        *(_state(home, path) for path in archive.logs(home)),
        *(_state(home, path) for name in STATE if (path := home.root / name).is_file()),
    ]
    return Contents(items, left_out)


def _by_agreement(home: Home) -> list[str]:
    """Datasets with landed files that the registry has by agreement or that only the owner sees."""
    agreed = {dataset.id for dataset in load_registry().values() if dataset.agreement}
    return sorted(
        folder.name
        for folder in home.landing.glob("[!.]*")
        if folder.is_dir() and (folder.name in agreed or not folder.stat().st_mode & 0o077)
        if any(folder.glob("*/*/receipt.json"))
    )


def _landed(home: Home, left_out: list[str]) -> Iterator[Item]:
    for receipt in sorted(home.landing.glob("[!.]*/*/*/receipt.json")):
        if receipt.parts[-4] in left_out:
            continue
        yield _kept(home, receipt, sha256_of(receipt))
        for path in receipt.parent.iterdir():
            if path.name != receipt.name:
                yield _kept(home, path, receipt.parent.name)  # a landed file is named by its hash


def _logs_of_landing(home: Home, left_out: list[str]) -> Iterator[Item]:
    for seen in sorted(home.landing.glob("[!.]*/seen.json")):
        if seen.parent.name not in left_out:
            yield _state(home, seen)
    log = home.landing / "sightings.jsonl"
    lines = [line for line in read_lines(log) if line["dataset"] not in left_out]
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    yield _state(home, log, text.encode())


def _kept(home: Home, path: Path, sha256: str) -> Item:
    name = path.relative_to(home.root).as_posix()
    return Item(name, name, sha256, path.stat().st_size, path)


def _state(home: Home, path: Path, content: bytes | None = None) -> Item:
    """What changes in a home is copied as it is now, under the name of its hash."""
    content = path.read_bytes() if content is None else content
    digest = hashlib.sha256(content).hexdigest()
    name = path.relative_to(home.root).as_posix()
    return Item(name, f"state/{digest}", digest, len(content), content)
