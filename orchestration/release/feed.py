"""The Atom feed of releases, ``releases/feed.atom``: what was published and what was withdrawn.

Made from the log of releases and the manifests alone, so the same home always has the same feed.
"""

from typing import Any

from assets.home import Home
from orchestration.release import ledger
from orchestration.release.ledger import Release

NAME = "feed.atom"
_SUBJECT = "Index of Social Exclusion and what it is made of, by municipality"


def write(home: Home) -> bool:
    """Bring the feed up to date; says whether it had to be written. Call with the lock held."""
    entries = ledger.events(home)
    if not entries:
        return False
    content = _feed(home, entries)
    target = home.releases / NAME
    if target.exists() and target.read_bytes() == content:
        return False
    temporary = home.releases / f".{NAME}.next"
    temporary.write_bytes(content)
    temporary.replace(target)
    return True


def _feed(home: Home, events: list[dict[str, Any]]) -> bytes:
    from feedgen.feed import FeedGenerator

    known = {release.id: release for release in ledger.releases(home)}
    feed = FeedGenerator()
    feed.id(f"urn:agis:{home.world}:releases")
    demo = " (demo: an invented country)" if home.world == "demo" else ""
    feed.title(f"AGIS releases{demo}")
    feed.subtitle(_SUBJECT)
    feed.author(name="AGIS")
    feed.link(href=NAME, rel="self")
    feed.updated(events[-1]["at"])
    for number, event in enumerate(events):
        told = _told(event, known.get(str(event.get("release"))))
        if told is None:
            continue
        title, summary = told
        entry = feed.add_entry()  # the newest first
        entry.id(f"urn:agis:{home.world}:event:{number + 1}")
        entry.title(title + demo)
        entry.summary(summary)
        entry.updated(event["at"])
        entry.published(event["at"])
        entry.link(href=f"{event['release']}/NOTES.md", rel="alternate", type="text/markdown")
    return bytes(feed.atom_str(pretty=True))


def _told(event: dict[str, Any], release: Release | None) -> tuple[str, str] | None:
    """Title and summary of what readers are told of an event; None for what concerns no reader."""
    match event["event"]:
        case "published" if release:
            tables = release.manifest["tables"]
            rows = sum(int(table["rows"]) for table in tables.values())
            return (
                f"Release {release.id}",
                f"{len(tables)} tables, {rows:,} rows from {len(release.manifest['sources'])} "
                f"source files; content {release.content_hash[:12]}.",
            )
        case "rolled_back":
            gone = ", ".join(r["release"] for r in event["withdrawn"]) or "none"
            return (
                f"Back to release {event['release']}",
                f"Withdrawn: {gone}. Reason: {event['reason']}",
            )
        case "made_current" if release:
            return f"Release {release.id} is current", "It was published before."
    return None
