"""Freshness: by the calendar and the newest edition, on given days."""

import datetime as dt
from typing import Any

import pytest

from assets.landing import Sighting
from assets.registry import load_registry
from assets.registry.model import Calendar
from checks.freshness import Edition, editions_of, expected_after, freshness

DATASET = load_registry()["csu__population"]


def state(
    status: str, calendar: dict[str, Any], newest: str | None, day: str | None, today: str
) -> str:
    dataset = DATASET.model_copy(update={"status": status, "calendar": Calendar(**calendar)})
    editions = [Edition(newest, dt.date.fromisoformat(day) if day else None)] if newest else []
    return freshness(dataset, editions, dt.date.fromisoformat(today)).state


JANUARY = {"cadence": "yearly", "expected": "05-31", "overdue_after_days": 60}
DECEMBER = {"cadence": "yearly", "expected": "10-31", "overdue_after_days": 120}
QUARTERLY = {"cadence": "quarterly", "overdue_after_days": 45}
DAILY = {"cadence": "daily", "overdue_after_days": 5}
NO_DAY = {"cadence": "yearly", "overdue_after_days": 0}


@pytest.mark.parametrize(
    ("calendar", "day", "today", "expected"),
    [
        # The state of 1 January 2024 came out in May 2024, that of 2025 is expected in May 2025.
        (JANUARY, "2024-01-01", "2025-04-30", "current"),
        (JANUARY, "2024-01-01", "2025-05-01", "expected_soon"),
        (JANUARY, "2024-01-01", "2025-07-30", "expected_soon"),
        (JANUARY, "2024-01-01", "2025-07-31", "overdue"),
        # The state of 31 December 2023 came out in autumn 2024, the next one comes in 2025.
        (DECEMBER, "2023-12-31", "2025-02-28", "current"),
        (DECEMBER, "2023-12-31", "2025-10-01", "expected_soon"),
        (DECEMBER, "2023-12-31", "2026-02-28", "expected_soon"),
        (DECEMBER, "2023-12-31", "2026-03-01", "overdue"),
        (QUARTERLY, "2026-05-15", "2026-07-31", "current"),
        (QUARTERLY, "2026-05-15", "2026-08-15", "expected_soon"),
        (QUARTERLY, "2026-05-15", "2026-09-30", "overdue"),
        ({"cadence": "monthly", "overdue_after_days": 20}, "2026-01-31", "2026-02-20", "current"),
        ({"cadence": "monthly", "overdue_after_days": 20}, "2026-01-31", "2026-03-21", "overdue"),
        (DAILY, "2026-05-01", "2026-05-01", "current"),
        (DAILY, "2026-05-01", "2026-05-07", "expected_soon"),
        (DAILY, "2026-05-01", "2026-05-08", "overdue"),
        # No day is named: the producer has until the end of the year.
        (NO_DAY, "2024-01-01", "2025-12-31", "expected_soon"),
        (NO_DAY, "2024-01-01", "2026-01-01", "overdue"),
        ({"cadence": "on_change"}, "1993-01-01", "2026-01-01", "not_scheduled"),
        ({"cadence": "once"}, "1993-01-01", "2026-01-01", "not_scheduled"),
    ],
)  # fmt: skip
def test_a_dataset_is_judged_by_its_calendar(
    calendar: dict[str, Any], day: str, today: str, expected: str
) -> None:
    assert state("active", calendar, day, day, today) == expected
    assert state("by_agreement", calendar, day, day, today) == expected


@pytest.mark.parametrize("status", ["ended", "withdrawn", "unverified"])
def test_a_dataset_that_nobody_awaits_is_never_overdue(status: str) -> None:
    assert state(status, JANUARY, "2004", "2004-01-01", "2026-01-01") == status
    assert state(status, JANUARY, None, None, "2026-01-01") == status


def test_a_dataset_without_editions_or_days_says_so() -> None:
    assert state("active", JANUARY, None, None, "2026-01-01") == "no_data"
    assert state("active", JANUARY, "second", None, "2026-01-01") == "not_scheduled"


def test_the_newest_day_counts_not_the_last_name_and_not_the_last_look() -> None:
    editions = [Edition("2024", dt.date(2024, 1, 1)), Edition("special", dt.date(2023, 1, 1))]
    found = freshness(DATASET, iter(editions), dt.date(2025, 5, 1))
    assert (found.newest, found.expected_on) == ("2024", dt.date(2025, 5, 31))
    assert found.sentence() == (
        "csu__population: expected soon; the edition after 2024 is expected by 2025-05-31"
    )


@pytest.mark.parametrize(
    ("name", "stated", "day"),
    [
        ("2016-2019", None, dt.date(2019, 1, 1)),
        ("2020-2026", "2026-01-01", dt.date(2026, 1, 1)),
        ("2026-07", None, dt.date(2026, 7, 1)),
        ("564729_2014-03-31", None, dt.date(2014, 3, 31)),
        ("2026-05-15", None, dt.date(2026, 5, 15)),
        ("0000-00-00", None, None),
        ("second", None, None),
    ],
)
def test_an_edition_speaks_of_the_day_stated_or_named(
    name: str, stated: str | None, day: dt.date | None
) -> None:
    seen = Sighting("d", name, "sha", "2026-11-22T00:00:00Z", "a folder", stated, None)
    assert editions_of([seen]) == [Edition(name, day)]


def test_a_month_that_is_shorter_ends_sooner() -> None:
    assert expected_after(Calendar(cadence="monthly"), dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)
    leap = Calendar(cadence="yearly", expected="02-29")
    assert expected_after(leap, dt.date(2024, 2, 29)) == dt.date(2025, 2, 28)
