"""Which editions of a dataset are there, told from files alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.home import Home
from assets.intake import raw_of
from assets.landing import Landing, Receipt, Sighting
from assets.raw import current_raw
from assets.registry.model import Dataset


@dataclass(frozen=True)
class Edition:
    """One edition of a dataset: what is in force, what was, and what never came."""

    dataset: str
    edition: str
    sighting: Sighting | None
    """None if the last look at the sources did not find it."""
    receipt: Receipt | None
    """Of the bytes in force, else of the last that landed; None if it never came."""
    vintages: int
    """How many different bytes have landed for it."""
    rows: int | None
    """Data rows as read; None if it was not read."""
    layout: str | None

    @property
    def state(self) -> str:
        """``in force``, ``not read``, ``no longer offered`` or ``not obtained``."""
        if self.sighting:
            return "in force" if self.rows is not None else "not read"
        return "no longer offered" if self.receipt else "not obtained"

    def row(self, verdicts: Mapping[str, str]) -> dict[str, Any]:
        """As a row for people; ``verdicts`` says by edition how its raw table was judged."""
        state = self.state
        return {
            "edition": self.edition,
            "reference date": self.sighting.reference_date if self.sighting else None,
            "landed (UTC)": self.receipt.retrieved_at if self.receipt else None,
            "from": self.receipt.url if self.receipt else None,
            "sha-256": self.receipt.sha256[:12] if self.receipt else None,
            "vintages": self.vintages,
            "rows": self.rows,
            "layout": self.layout,
            "verdict": verdicts.get(self.edition, "not judged") if state == "in force" else state,
        }


def editions_of(home: Home, dataset: Dataset) -> list[Edition]:
    """Every edition that is in force, has ever landed, or is listed in the registry."""
    landing = Landing(home)
    seen = {s.edition: s for s in landing.seen(dataset.id)}
    landed = landing.vintages(dataset.id)
    names = sorted(seen.keys() | landed.keys() | dataset.editions.listed.keys())
    return [_edition(home, dataset, name, seen.get(name), landed.get(name, [])) for name in names]


def _edition(
    home: Home, dataset: Dataset, name: str, sighting: Sighting | None, landed: list[Receipt]
) -> Edition:
    raw = current_raw(raw_of(home, dataset, sighting), dataset) if sighting else None
    in_force = [r for r in landed if sighting and r.sha256 == sighting.sha256]
    return Edition(
        dataset=dataset.id,
        edition=name,
        sighting=sighting,
        receipt=max(in_force or landed, key=lambda r: r.retrieved_at, default=None),
        vintages=len(landed),
        rows=raw.rows if raw else None,
        layout=raw.layout if raw else None,
    )
