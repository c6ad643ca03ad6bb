"""The register of corrections: what a source says wrongly, and what is read in its place.

One YAML file, ``corrections.yml``, by correction id. Each states in ``expect`` what the source
says now; once it no longer says that, the correction has had its time and reading stops until
it is removed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from assets.registry import (
    REGISTRY_DIR,
    RegistryError,
    extra_folder,
    load_registry,
    read_document,
)
from assets.registry.base import Entry, Label, Slug
from assets.registry.model import Column, Dataset

FILE = "corrections.yml"
PLACE = ("_sheet",)
"""What of a row's place may stand in a key; file and row number change with every edition."""


class Correction(Entry):
    """One thing that one edition of a source says wrongly."""

    dataset: str
    edition: str
    action: Literal["replace_value", "drop_row", "rename_heading", "note"]
    column: str
    key: dict[str, str] = Field(default_factory=dict)
    """Columns and texts that find one row; empty where the heading itself is meant."""
    expect: str
    """What the source says now, in that cell or as that heading."""
    value: str | None = None
    """What is read in its place; a note and a dropped row have none."""
    reason: Label
    noted_on: date
    reported_to: str | None = None
    reported_on: date | None = None
    status: Literal["not_reported", "reported", "acknowledged", "declined"] = "not_reported"

    @model_validator(mode="after")
    def says_what_its_action_needs(self) -> Self:
        if (self.value is not None) != (self.action in ("replace_value", "rename_heading")):
            word = "needs a" if self.value is None else "goes without"
            raise ValueError(f"action {self.action} {word} value")
        if self.changes_rows and not self.key:
            raise ValueError(f"action {self.action} needs a key that finds one row")
        if self.action == "rename_heading" and self.key:
            raise ValueError("action rename_heading goes without a key")
        if self.value == self.expect:
            raise ValueError("value is what the source says already")
        if (self.status == "not_reported") != (self.reported_on is None):
            raise ValueError(f"status {self.status} does not fit reported_on {self.reported_on}")
        return self

    @property
    def changes_rows(self) -> bool:
        """Whether a build reads another table than raw."""
        return self.action in ("replace_value", "drop_row")


_REGISTER = TypeAdapter(dict[Slug, Correction])


def read_register(path: Path, registry: Mapping[str, Dataset]) -> dict[str, Correction]:
    """A register by correction id, held against the registry; raises RegistryError."""
    register = read_document(path, _REGISTER.validate_python, f"Registry entry {path.name}")
    problems = [
        f"field {name}.{problem}"
        for name, correction in register.items()
        for problem in _problems(correction, registry.get(correction.dataset))
    ]
    if problems:
        raise RegistryError(f"Registry entry {path.name} is not valid: {'; '.join(problems)}.")
    return register


def load_corrections() -> dict[str, Correction]:
    """The shipped register, and that of the folder AGIS_REGISTRY_EXTRA; raises RegistryError."""
    return dict(_load(extra_folder()))


@cache
def _load(extra: Path | None) -> tuple[tuple[str, Correction], ...]:
    paths = [folder / FILE for folder in (REGISTRY_DIR, extra) if folder]
    registry = load_registry()
    return tuple(
        item for path in paths if path.exists() for item in read_register(path, registry).items()
    )


def corrections_of(dataset_id: str) -> dict[str, Correction]:
    """The corrections of all editions of a dataset, by id."""
    return {name: c for name, c in load_corrections().items() if c.dataset == dataset_id}


def in_force(dataset_id: str, edition: str, world: str) -> dict[str, Correction]:
    """The corrections of one edition; they speak of real sources, never of the demo's."""
    of_dataset = corrections_of(dataset_id) if world == "real" else {}
    return {name: c for name, c in of_dataset.items() if c.edition == edition}


def _problems(correction: Correction, dataset: Dataset | None) -> Iterator[str]:
    if dataset is None:
        yield f"dataset: expected a dataset of the registry, found {correction.dataset!r}"
        return
    if not _may_have(dataset, correction.edition):
        yield f"edition: expected an edition of {dataset.id}, found {correction.edition!r}"
    if correction.column not in dataset.columns:
        yield f"column: expected a column of {dataset.id}, found {correction.column!r}"
    elif correction.action == "replace_value" and correction.value is not None:
        expected = _misfit(correction.value, dataset.columns[correction.column])
        if expected:
            yield f"value: expected {expected}, found {correction.value!r}"
    for name in correction.key:
        if name not in dataset.columns and name not in PLACE:
            yield f"key.{name}: expected a column of {dataset.id}, found {name!r}"


def _may_have(dataset: Dataset, edition: str) -> bool:
    editions = dataset.editions
    found = editions.found and re.fullmatch(editions.found.pattern, edition)
    return bool(edition in editions.listed or found or editions.snapshot)


def _misfit(value: str, column: Column) -> str | None:
    """What the contract expects in place of a value; None where the value fits."""
    if column.type == "integer" and not re.fullmatch(r"-?\d+", value):
        return "a whole number"
    if column.type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "a number"
    if column.type == "date" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return "a date as YYYY-MM-DD"
    if column.min is not None and float(value) < column.min:
        return f"at least {column.min:g}"
    if column.max is not None and float(value) > column.max:
        return f"at most {column.max:g}"
    if column.pattern is not None and not re.fullmatch(column.pattern, value):
        return f"text of the form {column.pattern}"
    return None
