"""Freshness by edition: whether the edition after the newest one should be out by now.

Judged by the producer's calendar and the newest edition in force, never by when we last looked.
It speaks of today, so nothing of it enters a release, and it never keeps one back.
"""

import calendar as months
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assets.home import Home
from assets.landing import Landing, Sighting
from assets.registry.model import Calendar, Dataset

State = Literal[
    "current",
    "expected_soon",
    "overdue",
    "ended",
    "withdrawn",
    "unverified",
    "no_data",
    "not_scheduled",
]

_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_SOON_DAYS = {"daily": 0, "monthly": 7, "quarterly": 14, "yearly": 30}
"""So long before its day an edition counts as expected soon."""


@dataclass(frozen=True)
class Edition:
    """An edition in force and the day that it speaks of, if its name or the registry says it."""

    name: str
    day: dt.date | None


@dataclass(frozen=True)
class Freshness:
    """What the calendar says of a dataset on a day."""

    dataset: str
    state: State
    newest: str | None
    """The newest edition in force."""
    expected_on: dt.date | None
    """The day by which the edition after it should be out."""
    overdue_from: dt.date | None

    def sentence(self) -> str:
        """The state in one sentence."""
        if self.expected_on is None:
            return f"{self.dataset}: {self.state.replace('_', ' ')}"
        return (
            f"{self.dataset}: {self.state.replace('_', ' ')}; the edition after {self.newest} is "
            f"expected by {self.expected_on}"
        )


def freshness(dataset: Dataset, editions: Iterable[Edition], today: dt.date) -> Freshness:
    """The state of a dataset with these editions in force.

    A dataset that no calendar can be held against (ended, withdrawn, unverified, published once
    or on change) says so; data by agreement are held against theirs like open data.
    """
    # What has no day is older than anything that has one.
    newest = max(editions, key=lambda e: (e.day or dt.date.min, e.name), default=None)
    state: State | None = None
    status = dataset.status
    if status == "ended" or status == "withdrawn" or status == "unverified":
        state = status
    elif newest is None:
        state = "no_data"
    elif dataset.calendar.cadence in ("on_change", "once") or newest.day is None:
        state = "not_scheduled"
    name = newest.name if newest else None
    if state is not None:
        return Freshness(dataset.id, state, name, None, None)
    assert newest is not None
    assert newest.day is not None
    expected = expected_after(dataset.calendar, newest.day)
    overdue_from = expected + dt.timedelta(days=dataset.calendar.overdue_after_days + 1)
    soon_from = expected - dt.timedelta(days=_SOON_DAYS[dataset.calendar.cadence])
    state = "overdue" if today >= overdue_from else "current"
    if soon_from <= today < overdue_from:
        state = "expected_soon"
    return Freshness(dataset.id, state, name, expected, overdue_from)


def expected_after(calendar: Calendar, day: dt.date) -> dt.date:
    """When the edition after the one that speaks of ``day`` is expected.

    One period later; a yearly one on the calendar's day, which comes on or after the day that
    the edition speaks of (a state of 31 December comes out in the year that follows). Where a
    yearly calendar names no day, the producer has until the end of the year.
    """
    if calendar.cadence == "daily":
        return day + dt.timedelta(days=1)
    following = _months_later(day, _MONTHS[calendar.cadence])
    if calendar.cadence != "yearly":
        return following
    month, of_month = map(int, (calendar.expected or "12-31").split("-"))
    due = _date(following.year, month, of_month)
    return due if due >= following else _date(following.year + 1, month, of_month)


def of_home(home: Home, registry: Mapping[str, Dataset], today: dt.date) -> list[Freshness]:
    """The state of every dataset of a home; an invented country keeps to no calendar."""
    landing = Landing(home)
    states = [freshness(d, editions_of(landing.seen(d.id)), today) for d in registry.values()]
    if home.world == "demo":
        return [
            replace(s, state="not_scheduled", expected_on=None, overdue_from=None)
            if s.expected_on
            else s
            for s in states
        ]
    return states


def editions_of(sightings: Iterable[Sighting]) -> list[Edition]:
    """What was seen as editions with their days: the stated one, else the name's last one."""
    return [Edition(s.edition, _stated(s.reference_date) or _day_in(s.edition)) for s in sightings]


def _stated(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


def _day_in(name: str) -> dt.date | None:
    """The last day, month or year that stands in an edition's name (``2016-2019`` → 2019)."""
    for pattern, rest in (
        (r"\d{4}-\d{2}-\d{2}", ""),
        (r"\d{4}-(?:0[1-9]|1[0-2])", "-01"),
        (r"\d{4}", "-01-01"),
    ):
        found = re.findall(rf"(?<!\d){pattern}(?!\d)", name)
        if found:
            try:
                return dt.date.fromisoformat(found[-1] + rest)
            except ValueError:
                return None
    return None


def _months_later(day: dt.date, count: int) -> dt.date:
    years, month = divmod(day.month - 1 + count, 12)
    return _date(day.year + years, month + 1, day.day)


def _date(year: int, month: int, day: int) -> dt.date:
    """A date, or the month's last day where it is shorter (31 + 1 month, 29 February)."""
    return dt.date(year, month, min(day, months.monthrange(year, month)[1]))
