"""Waivers: failing checks that may be let through for a time, by a committed entry.

The entries stand in ``waivers.yml`` beside this file. Only the audit acts on them.
"""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, field_validator

from assets.registry import read_document
from assets.registry.base import Entry
from checks.verdict import Verdict

FILE = Path(__file__).parent / "waivers.yml"
_PROTECTS = re.compile(r"agreement|disclos|hidden|suppress|attack|confidential|small_c")
"""What protects people and agreements, by the words in the names of such checks."""

Text = Annotated[str, Field(min_length=1)]


class Waiver(Entry):
    """One failing check that may be let through until a day."""

    world: Literal["real", "demo"]
    check: Text
    subject: Text
    """What the check judged, or ``all``."""
    reason: Text
    owner: Text
    expires: dt.date
    """The last day on which it holds."""

    @field_validator("check")
    @classmethod
    def may_be_waived(cls, check: str) -> str:
        """Refuse what can never be waived."""
        if _PROTECTS.search(check):
            raise ValueError(f"expected a check that may be waived, found {check}, which never is")
        return check

    def covers(self, verdict: Verdict) -> bool:
        """Whether this is about that verdict; only what failed can be waived."""
        return (
            verdict.outcome == "failed"
            and self.check == verdict.check
            and self.subject in (verdict.subject, "all")
        )


def waivers(world: str, path: Path | None = None) -> list[Waiver]:
    """All waivers of a world, also those that have expired; raises RegistryError."""
    path = path or FILE
    found = read_document(
        path, lambda said: _REGISTER.validate_python(said or []), f"checks/{path.name}"
    )
    return [waiver for waiver in found if waiver.world == world]


def applied(verdict: Verdict, known: Iterable[Waiver], day: dt.date) -> Waiver | None:
    """The waiver that lets a verdict through on a day: of several the one that lasts longest."""
    if _PROTECTS.search(verdict.check):
        return None
    fitting = [w for w in known if w.covers(verdict) and day <= w.expires]
    return max(fitting, key=lambda waiver: waiver.expires, default=None)


def expired(verdict: Verdict, known: Iterable[Waiver], day: dt.date) -> Waiver | None:
    """The waiver that would have let a verdict through, had it not expired."""
    fitting = [w for w in known if w.covers(verdict) and day > w.expires]
    return max(fitting, key=lambda waiver: waiver.expires, default=None)


_REGISTER = TypeAdapter(list[Waiver])
