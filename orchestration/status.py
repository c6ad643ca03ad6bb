"""What state a home is in: datasets, last refresh, current release, checks. Reads only files."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from assets.files import read_lines
from assets.home import Home
from assets.intake import raw_of
from assets.intake.inbox import refused
from assets.landing import Landing, Sighting
from assets.raw import current_raw
from assets.registry import load_registry
from assets.registry.agreement import Agreement
from assets.registry.model import Dataset
from checks import freshness
from checks.freshness import Freshness
from orchestration import builds
from orchestration.release import audit as audits
from orchestration.release import ledger
from orchestration.release.audit import Audit
from orchestration.release.ledger import Hold, Release


@dataclass(frozen=True)
class DatasetState:
    """One dataset as a home has it."""

    dataset: str
    editions: list[str]
    last_seen: str | None
    state: str
    """By the producer's calendar, or which editions could not be read; of data by
    agreement until when it is in force and what of its inbox was refused."""
    expected_on: dt.date | None
    """The day by which the edition after the newest should be out."""


@dataclass(frozen=True)
class Status:
    """Everything that `agis status` shows."""

    home: Home
    datasets: list[DatasetState]
    last_refresh: dict[str, Any] | None
    release: Release | None
    audit: Audit | None
    """The audit of the build that was wanted last, passed or not."""
    holds: list[Hold]


def status(home: Home, today: dt.date | None = None) -> Status:
    """Read the state of a home."""
    today = today or dt.datetime.now(dt.UTC).date()
    landing = Landing(home)
    registry = {d.id: d for d in load_registry().values() if d.is_of(home.world)}
    refreshes = list(read_lines(home.root / "refreshes.jsonl"))
    wanted = builds.wanted(home)
    return Status(
        home=home,
        datasets=[
            _state(home, registry[fresh.dataset], landing.seen(fresh.dataset), fresh, today)
            for fresh in freshness.of_home(home, registry, today)
        ],
        last_refresh=refreshes[-1] if refreshes else None,
        release=ledger.current(home),
        audit=audits.stored(wanted[0]) if wanted else None,
        holds=list(ledger.holds(home).values()),
    )


def _state(
    home: Home, dataset: Dataset, seen: list[Sighting], fresh: Freshness, today: dt.date
) -> DatasetState:
    unread = [s.edition for s in seen if not current_raw(raw_of(home, dataset, s), dataset)]
    told = [] if unread and dataset.status == "active" else [fresh.state.replace("_", " ")]
    if unread:
        told.append(f"not read: {', '.join(sorted(unread))}")
    elif not seen and fresh.state != "no_data":
        told.append("no data")
    state = ", ".join(told)
    if dataset.agreement:
        state = _by_agreement(home, dataset, dataset.agreement, today)
    return DatasetState(
        dataset.id,
        sorted(s.edition for s in seen),
        max((s.seen_at for s in seen), default=None),
        state,
        fresh.expected_on,
    )


def _by_agreement(home: Home, dataset: Dataset, terms: Agreement, today: dt.date) -> str:
    """Whether an agreement is in force, and what its inbox holds."""
    reason = terms.is_left_out(today)
    state = f"left out: {reason}" if reason else f"by agreement until {terms.expires}"
    return "; ".join([state, *(f"refused: {why}" for why in refused(home, dataset.id))])
