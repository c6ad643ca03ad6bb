"""What an agreement on data says: who may do what with it, until when, and what must be hidden.

A dataset with the status ``by_agreement`` carries one. Its editions come through the home's
inbox and never from the web, and its figures reach a release only as the agreement allows.
"""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assets.registry.base import Entry, Label, Slug

Level = Literal["municipality", "pou", "orp", "district", "region", "country"]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Party(Entry):
    """An organisation that concluded the agreement, by its name alone."""

    role: Literal["provider", "recipient"]
    name: Label


class PermittedUse(Entry):
    """One purpose that the data may serve; ``publication`` is what a release needs."""

    purpose: Literal["publication", "reconciliation", "internal_analysis"]
    text: Label


class Months(Entry):
    """A span of months, both included."""

    first: Month
    last: Month

    @model_validator(mode="after")
    def is_in_order(self) -> Self:
        """The first month is not after the last."""
        if self.first > self.last:
            raise ValueError(f"first ({self.first}) is after last ({self.last})")
        return self

    def hold(self, other: "Months") -> bool:
        """Whether the other span lies within this one."""
        return self.first <= other.first and other.last <= self.last


class Disclosure(Entry):
    """What must be hidden and on which levels figures may be published at all."""

    minimum: Annotated[int, Field(ge=2)]
    """A count above 0 and below this is hidden; 0 is published."""
    counts: Annotated[list[Slug], Field(min_length=1)]
    """The columns that count and are compared with the minimum."""
    hidden_with: list[Slug] = []
    """Columns that are hidden where a count of their cell is."""
    levels: Annotated[list[Level], Field(min_length=1)]
    width: Annotated[int, Field(ge=1)]
    """Whoever combines all that is public must be left an interval of at least this width for
    every hidden count."""

    @property
    def columns(self) -> list[str]:
        """All columns of figures that the rule speaks of."""
        return [*self.counts, *self.hidden_with]


class Agreement(Entry):
    """The terms under which an organisation hands over data."""

    reference: Annotated[str, Field(min_length=3)]
    parties: Annotated[list[Party], Field(min_length=2)]
    concluded: dt.date
    expires: dt.date
    """The last day on which the agreement is in force."""
    periods: Months
    """The months that deliveries may speak of."""
    permitted_use: Annotated[list[PermittedUse], Field(min_length=1)]
    access: Literal["public", "restricted", "internal"]
    disclosure: Disclosure | None = None
    contact: Label
    """A role, never a person's name."""
    after_expiry: Literal["withdraw", "keep"]

    @model_validator(mode="after")
    def terms_fit_together(self) -> Self:
        """No term contradicts another."""
        if self.expires <= self.concluded:
            raise ValueError(f"expires ({self.expires}) is not after concluded ({self.concluded})")
        missing = {"provider", "recipient"} - {party.role for party in self.parties}
        if missing:
            raise ValueError(f"parties names no {' and no '.join(sorted(missing))}")
        publishes = any(use.purpose == "publication" for use in self.permitted_use)
        if publishes == (self.access == "internal"):
            raise ValueError(
                "permitted_use must name publication where access is public or restricted, "
                "and must not where it is internal"
            )
        if (self.disclosure is None) != (self.access == "internal"):
            raise ValueError(
                "disclosure goes with access public or restricted, which need it, "
                "and not with internal"
            )
        return self

    def has_expired(self, day: dt.date) -> bool:
        """Whether the agreement is no longer in force on a day."""
        return day > self.expires

    def is_left_out(self, day: dt.date) -> str | None:
        """Why the data stays out of everything built on a day; None where it may enter."""
        if self.access == "internal":
            return f"agreement {self.reference} is for internal use only"
        if self.has_expired(day) and self.after_expiry == "withdraw":
            return f"agreement {self.reference} expired on {self.expires}"
        return None
