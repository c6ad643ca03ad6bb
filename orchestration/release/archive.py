"""Releases as files to be copied elsewhere, and put back from such a copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.files import sha256_of
from assets.home import Home
from orchestration.release import ledger
from orchestration.release.feed import NAME as FEED
from orchestration.release.ledger import ReleaseError

SUMS = "SHA256SUMS"
LOGS = ("events.jsonl", FEED)
"""What changes below ``releases/``; all else is immutable."""


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a published release with the hash that the release itself gives for it."""

    path: Path
    sha256: str


def released_files(home: Home) -> Iterator[ReleaseFile]:
    """Every file of every published release; raises ReleaseError where one is missing."""
    published = {e["release"] for e in ledger.events(home) if e["event"] == "published"}
    for release in ledger.releases(home):
        if release.id not in published:
            continue  # a kill kept it from being published
        sums = release.root / SUMS
        yield ReleaseFile(sums, sha256_of(sums))
        for line in sums.read_text(encoding="utf-8").splitlines():
            digest, name = line.split("  ", 1)
            path = release.root / name
            if not path.is_file():
                raise ReleaseError(f"Release {release.id} is damaged: {name} is missing.")
            yield ReleaseFile(path, digest)


def logs(home: Home) -> list[Path]:
    """The log of releases and their feed, as far as they are there."""
    return [path for path in (home.releases / name for name in LOGS) if path.is_file()]


def put_back(home: Home, staged: Path, current: str) -> None:
    """Move restored releases into a home that has none, and point to the current one."""
    if staged.exists():
        for path in staged.rglob("*"):
            if path.is_file() and path.name not in LOGS:
                path.chmod(0o444)
        staged.rename(home.releases)
    if current:
        ledger.point_to(home, ledger.find(home, current))
