"""The revision log: every new edition, and every edition whose bytes changed at the source.

Nobody writes it: it follows from the history of sightings and the receipts, both of which are
only ever added to, so it cannot disagree with what landed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from assets.files import read_json
from assets.home import Home
from assets.landing import Landing, Sighting

Kind = Literal["new_edition", "new_vintage"]


@dataclass(frozen=True)
class Revision:
    """A source showed bytes for an edition that it had not shown just before."""

    dataset: str
    edition: str
    kind: Kind
    sha256: str
    seen_at: str
    previous_edition: str | None
    """The edition itself for a vintage; for a snapshot the one before; else None."""
    previous_sha256: str | None


def revisions(home: Home, datasets: Collection[str]) -> list[Revision]:
    """The log of these datasets, in the order in which it happened."""
    known: dict[tuple[str, str], str] = {}
    snapshots: dict[str, tuple[str, str]] = {}
    found: list[Revision] = []
    for sighting in Landing(home).sightings():
        key = (sighting.dataset, sighting.edition)
        if sighting.dataset not in datasets or known.get(key) == sighting.sha256:
            continue
        before = (sighting.edition, known[key]) if key in known else None
        if before is None and sighting.is_snapshot:
            before = snapshots.get(sighting.dataset)
        found.append(_revision(sighting, "new_vintage" if key in known else "new_edition", before))
        known[key] = sighting.sha256
        if sighting.is_snapshot:
            snapshots[sighting.dataset] = key[1], sighting.sha256
    return found


def _revision(sighting: Sighting, kind: Kind, before: tuple[str, str] | None) -> Revision:
    return Revision(
        dataset=sighting.dataset,
        edition=sighting.edition,
        kind=kind,
        sha256=sighting.sha256,
        seen_at=sighting.seen_at,
        previous_edition=before[0] if before else None,
        previous_sha256=before[1] if before else None,
    )


def rows_read(home: Home, dataset: str, edition: str, sha256: str) -> int | None:
    """Data rows of landed bytes, by whatever code read them last; None if none ever could."""
    notes = [
        path
        for path in (home.raw / dataset / edition).glob(f"{sha256}-*.json")
        if not path.name.endswith(".verdicts.json")
    ]
    newest = max(notes, key=lambda path: path.stat().st_mtime_ns, default=None)
    return int(read_json(newest)["rows"]) if newest else None
