"""The release calendar of our own, announced ahead in ``calendar.yml`` beside this file."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from assets.registry import read_document
from assets.registry.base import Entry, Label

FILE = Path(__file__).parent / "calendar.yml"
AHEAD = 6


class Rule(Entry):
    """A rule of RFC 5545 and its first day."""

    start: dt.date
    rrule: Annotated[str, Field(min_length=1)]

    @field_validator("rrule")
    @classmethod
    def can_be_read(cls, text: str) -> str:
        """Refuse what is no rule."""
        from dateutil.rrule import rrulestr

        try:
            rrulestr(text, dtstart=dt.datetime.combine(dt.date(2026, 1, 1), dt.time()))
        except (ValueError, KeyError) as error:
            raise ValueError(f"expected a rule of RFC 5545, found {text!r}: {error}") from error
        return text


class Moved(Entry):
    """A day that differs from the rule, and why."""

    to: dt.date
    reason: Label


class Calendar(Entry):
    """The file ``calendar.yml``."""

    rule: Rule
    moved: dict[dt.date, Moved]


@dataclass(frozen=True)
class Announced:
    """A day on which a release is announced."""

    day: dt.date
    moved_from: dt.date | None
    reason: Label | None


def announced(after: dt.date, count: int = AHEAD, path: Path | None = None) -> list[Announced]:
    """The next announced days, the given one included; raises RegistryError."""
    from dateutil.rrule import rrulestr

    path = path or FILE
    calendar = read_document(path, Calendar.model_validate, path.name)
    midnight = dt.time()
    rule = rrulestr(calendar.rule.rrule, dtstart=dt.datetime.combine(calendar.rule.start, midnight))
    # One that was moved may lie on either side of the day that is asked for.
    found = []
    for time in rule:
        day = time.date()
        moved = calendar.moved.get(day)
        entry = Announced(moved.to, day, moved.reason) if moved else Announced(day, None, None)
        if entry.day >= after:
            found.append(entry)
        if len(found) >= count + len(calendar.moved):
            break
    return sorted(found, key=lambda entry: entry.day)[:count]


def next_release(today: dt.date, path: Path | None = None) -> Announced | None:
    """The next announced release; None when the calendar has ended."""
    return next(iter(announced(today, 1, path)), None)
