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
    """``ok``, ``overdue``, ``not read``, ``not obtained``, until when an agreement is in force
    and what of its inbox was refused, or the registry's own status."""


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
    refreshes = list(read_lines(home.root / "refreshes.jsonl"))
    wanted = builds.wanted(home)
    return Status(
        home=home,
        datasets=[
            _state(home, d, landing.seen(d.id), today)
            for d in load_registry().values()
            if d.is_of(home.world)
        ],
        last_refresh=refreshes[-1] if refreshes else None,
        release=ledger.current(home),
        audit=audits.stored(wanted[0]) if wanted else None,
        holds=list(ledger.holds(home).values()),
    )


def _state(home: Home, dataset: Dataset, seen: list[Sighting], today: dt.date) -> DatasetState:
    editions = sorted(s.edition for s in seen)
    unread = [s.edition for s in seen if not current_raw(raw_of(home, dataset, s), dataset)]
    state: str = dataset.status
    if dataset.agreement:
        state = _by_agreement(home, dataset, dataset.agreement, today)
    elif dataset.status != "active":
        pass
    elif not seen:
        state = "not obtained"
    elif unread:
        state = f"not read: {', '.join(sorted(unread))}"
    elif home.world == "real" and is_overdue(dataset, editions, today):
        state = "overdue"
    else:
        state = "ok"
    return DatasetState(dataset.id, editions, max((s.seen_at for s in seen), default=None), state)


def _by_agreement(home: Home, dataset: Dataset, terms: Agreement, today: dt.date) -> str:
    """Whether an agreement is in force, and what its inbox holds."""
    reason = terms.is_left_out(today)
    state = f"left out: {reason}" if reason else f"by agreement until {terms.expires}"
    return "; ".join([state, *(f"refused: {why}" for why in refused(home, dataset.id))])


def is_overdue(dataset: Dataset, editions: list[str], today: dt.date) -> bool:
    """Whether the edition after the newest should be out by the producer's calendar.

    A yearly edition named by its year is expected on the calendar's day of the following year.
    """
    calendar = dataset.calendar
    years = [int(e) for e in editions if e.isdecimal() and len(e) == 4]
    if calendar.cadence != "yearly" or not calendar.expected or not years:
        return False
    month, day = map(int, calendar.expected.split("-"))
    expected = dt.date(max(years) + 2, month, day)
    return today > expected + dt.timedelta(days=calendar.overdue_after_days)
