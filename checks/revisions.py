"""Revisions: which differences from the current release need a person's reason, and have one.

Intake explains new editions and changed bytes by itself. ``revisions.yml`` beside this file says
for each world what goes beyond that, and holds the reasons that people gave.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from assets.registry import read_document
from assets.registry.base import Entry, Label

FILE = Path(__file__).parent / "revisions.yml"

Kind = Literal["unexplained", "method", "reading", "correction", "band", "precision"]


class Limits(Entry):
    """What may change without a word in one world."""

    needs_entry: list[Literal["unexplained", "method", "reading", "correction"]]
    bands_changed: int | None
    value_precision: float
    rows_beyond_precision_pct: float | None


class Explained(Entry):
    """The reason that a person gave for what differs from one release."""

    world: Literal["real", "demo"]
    compared_with: Annotated[str, Field(pattern=r"^\d{4}\.\d{2}\.\d+$")]
    tables: list[str] | Literal["all"]
    kinds: list[Kind]
    reason: Label
    entered_by: Annotated[str, Field(min_length=1)]
    entered_on: dt.date

    def covers(self, compared_with: str, table: str, kinds: Collection[str]) -> bool:
        """Whether this is the reason for such a difference."""
        return (
            self.compared_with == compared_with
            and (self.tables == "all" or table in self.tables)
            and set(kinds) <= set(self.kinds)
        )


class Register(Entry):
    """The file ``revisions.yml``."""

    limits: dict[Literal["real", "demo"], Limits]
    entries: list[Explained]


@dataclass(frozen=True)
class Difference:
    """How the published rows of a table, or of an indicator in it, differ from a release."""

    table: str
    indicator: str | None
    causes: list[str]
    rows_before: int
    rows_added: int
    rows_removed: int
    rows_changed: int
    columns_lost: int
    """Columns that are gone or have another type."""
    values_beyond_precision: int = 0
    bands_changed: int = 0
    largest_difference: float | None = None

    @property
    def touches_what_was_published(self) -> bool:
        return bool(self.rows_changed or self.rows_removed or self.columns_lost)


def register(path: Path | None = None) -> Register:
    """The register; raises RegistryError naming file and field."""
    path = path or FILE
    return read_document(path, Register.model_validate, f"checks/{path.name}")


def needs(difference: Difference, limits: Limits) -> list[str]:
    """For which of its kinds a difference needs a reason."""
    found: list[str] = [
        cause
        for cause in difference.causes
        if cause in limits.needs_entry
        and (cause == "unexplained" or difference.touches_what_was_published)
    ]
    if limits.bands_changed is not None and difference.bands_changed > limits.bands_changed:
        found.append("band")
    allowed = limits.rows_beyond_precision_pct
    if allowed is not None and (
        100 * difference.values_beyond_precision > allowed * difference.rows_before
    ):
        found.append("precision")
    return found


def causes(
    *, inputs: bool, method: bool, reading: bool, correction: bool, other: Collection[str] = ()
) -> list[str]:
    """The causes of a table's difference, as the register names them."""
    found = [*other]
    if inputs:
        found.append("input")
    elif reading:
        # Of new bytes nobody can tell what the reading alone would have changed.
        found.append("reading")
    if method:
        found.append("method")
    if correction:
        found.append("correction")
    return found or ["unexplained"]


def row(
    difference: Difference, compared_with: str, known: Register, world: Literal["real", "demo"]
) -> dict[str, Any]:
    """A difference as a row of the published table ``explained_revision``."""
    wanted = needs(difference, known.limits[world])
    entry = next(
        (
            e
            for e in known.entries
            if e.world == world and e.covers(compared_with, difference.table, wanted)
        ),
        None,
    )
    return {
        "compared_with": compared_with,
        "table_name": difference.table,
        "indicator_id": difference.indicator,
        "causes": ", ".join(difference.causes),
        "rows_added": difference.rows_added,
        "rows_removed": difference.rows_removed,
        "rows_changed": difference.rows_changed,
        "values_beyond_precision": difference.values_beyond_precision,
        "bands_changed": difference.bands_changed,
        "largest_difference": difference.largest_difference,
        "needs_reason_for": ", ".join(wanted) or None,
        "reason_cs": entry.reason.cs if entry and wanted else None,
        "reason_en": entry.reason.en if entry and wanted else None,
        "entered_on": entry.entered_on if entry and wanted else None,
    }
