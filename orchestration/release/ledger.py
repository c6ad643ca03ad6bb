"""Which releases there are, which one is current, and what is held back.

``releases/current`` is a relative symbolic link; moving it is one atomic rename.
``releases/events.jsonl`` is append-only: published, rolled back, hold lifted.
"""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.agreements import today
from assets.errors import AgisError
from assets.files import append_line, now_utc, read_json, read_lines
from assets.home import Home

_ID = re.compile(r"\d{4}\.\d{2}\.\d+")


class ReleaseError(AgisError):
    """A release does not exist, or must not be made."""


@dataclass(frozen=True)
class Release:
    """One published release."""

    id: str
    root: Path
    manifest: dict[str, Any]

    @property
    def content_hash(self) -> str:
        return str(self.manifest["content_hash"])

    @property
    def database(self) -> Path:
        return self.root / "agis.duckdb"


@dataclass(frozen=True)
class Hold:
    """Withdrawn content that must not be published again, and why."""

    content_hash: str
    release: str
    reason: str
    since: str


def folder(home: Home) -> Path:
    """The folder with all releases, for those who serve it and write nothing there."""
    return home.releases


def releases(home: Home) -> list[Release]:
    """All complete releases, oldest first."""
    found = []
    for manifest in home.releases.glob("[0-9]*/manifest.json"):
        content = read_json(manifest)
        found.append(Release(content["release"], manifest.parent, content))
    return sorted(found, key=lambda r: order(r.id))


def current(home: Home) -> Release | None:
    """The release that the pointer names, None before the first."""
    pointer = home.releases / "current"
    if not pointer.is_symlink():
        return None
    return find(home, pointer.readlink().name)


def find(home: Home, release_id: str) -> Release:
    """One release by its id; raises ReleaseError naming those there are."""
    root = home.releases / release_id
    manifest = read_json(root / "manifest.json") if _ID.fullmatch(release_id) else None
    if not manifest:
        known = ", ".join(r.id for r in releases(home)) or "none yet"
        raise ReleaseError(f"There is no release {release_id}. Releases: {known}.")
    return Release(release_id, root, manifest)


def point_to(home: Home, release: Release) -> None:
    """Make a release the current one: one atomic rename of the pointer."""
    temporary = home.releases / ".current.next"  # one name, so that a kill leaves at most one
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(release.id)
    temporary.replace(home.releases / "current")


def record(home: Home, event: str, **details: Any) -> None:
    """Append an event to the log of releases."""
    entry = {"event": event, "at": now_utc(), **details}
    append_line(home.releases / "events.jsonl", entry)


def events(home: Home) -> list[dict[str, Any]]:
    """The log of releases, oldest first."""
    return list(read_lines(home.releases / "events.jsonl"))


def holds(home: Home) -> dict[str, Hold]:
    """The holds in force, by content hash."""
    held: dict[str, Hold] = {}
    for event in events(home):
        if event["event"] == "rolled_back":
            for release in event["withdrawn"]:
                held[release["content_hash"]] = Hold(
                    release["content_hash"], release["release"], event["reason"], event["at"]
                )
        elif event["event"] == "hold_lifted":
            held.pop(event["content_hash"], None)
    return held


def roll_back(home: Home, release_id: str, reason: str) -> Release:
    """Point back to an earlier release and hold all that came after it; raises ReleaseError."""
    target, now = find(home, release_id), current(home)
    if now is None or now.id == target.id:
        raise ReleaseError(f"Release {release_id} is already the current one.")
    if order(target.id) > order(now.id):
        raise ReleaseError(
            f"Release {release_id} is newer than the current one, {now.id}. To publish withdrawn "
            f"content again, lift its hold: agis lift {release_id} --reason …"
        )
    ended = [a for a in target.manifest.get("agreements", []) if _must_be_withdrawn(a)]
    if ended:
        raise ReleaseError(
            f"Release {release_id} holds figures of {ended[0]['dataset']}, whose agreement "
            f"{ended[0]['reference']} expired on {ended[0]['expires']}; it cannot be the current "
            "one again."
        )
    if not reason.strip():
        raise ReleaseError("Rolling back needs a reason; it is kept for those who come after.")
    withdrawn = [
        {"release": r.id, "content_hash": r.content_hash}
        for r in releases(home)
        if order(target.id) < order(r.id) <= order(now.id) and r.content_hash != target.content_hash
    ]
    # The event comes first: killed between the two, the content is held and the next call points.
    record(home, "rolled_back", release=target.id, withdrawn=withdrawn, reason=reason.strip())
    point_to(home, target)
    return target


def _must_be_withdrawn(agreement: dict[str, str]) -> bool:
    expired = today() > dt.date.fromisoformat(agreement["expires"])
    return expired and agreement["after_expiry"] == "withdraw"


def lift(home: Home, release_id: str, reason: str) -> Hold:
    """Allow the content of a withdrawn release to be published again; raises ReleaseError."""
    release = find(home, release_id)
    hold = holds(home).get(release.content_hash)
    if hold is None:
        raise ReleaseError(f"The content of release {release_id} is not held.")
    record(
        home,
        "hold_lifted",
        release=release_id,
        content_hash=hold.content_hash,
        reason=reason.strip(),
    )
    return hold


def next_id(home: Home, day: str) -> str:
    """The next release id of a month: ``YYYY.MM.n``; never before one that there is.

    A clock that was set back must not make the newest release look like an old one.
    """
    made = releases(home)
    newest = made[-1].id.rpartition(".")[0] if made else ""
    month = max(f"{day[:4]}.{day[5:7]}", newest)
    numbers = [order(r.id)[2] for r in made if r.id.startswith(month + ".")]
    return f"{month}.{max(numbers, default=0) + 1}"


def order(release_id: str) -> tuple[int, int, int]:
    """Sorts release ids by their numbers, not as text."""
    year, month, number = release_id.split(".")
    return int(year), int(month), int(number)
