"""What a source offers: editions of datasets and where each lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assets.errors import AgisError
from assets.registry.model import Dataset

if TYPE_CHECKING:
    from assets.intake.fetch import Validators
    from assets.intake.progress import Progress


@dataclass(frozen=True)
class Offer:
    """One edition that a source can bring."""

    dataset: Dataset
    edition: str
    place: str
    """Path below the folder, or full address."""
    reference_date: str | None
    layout: str | None
    may_be_absent: bool = False
    """The edition was guessed, so a 404 only says that it does not exist."""
    is_snapshot: bool = False
    """The address shows changing content; the edition is the day of retrieval."""

    @property
    def label(self) -> str:
        """How progress and messages name it."""
        return f"{self.dataset.id}, edition {self.edition}"


@dataclass(frozen=True)
class Obtained:
    """Bytes in a file of our own, and what is known of where they came from."""

    path: Path
    sha256: str
    url: str
    headers: dict[str, str]


class Source(Protocol):
    """A place that offers editions of datasets."""

    name: str

    def offers(self, dataset: Dataset) -> list[Offer]:
        """The editions of a dataset that this source offers now."""

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        """Whether its silence on an edition means that the edition is not there."""

    def obtain(
        self, offer: Offer, into: Path, known: "Validators | None", progress: "Progress"
    ) -> Obtained | None:
        """Bring the bytes into the folder ``into``; None if unchanged since ``known``."""


class SourceError(AgisError):
    """A source does not exist or does not have what it offered."""


def listed_offers(dataset: Dataset, place: "Place", *, guessed: bool = False) -> Iterator[Offer]:
    """Offers of the listed editions whose place is known."""
    for edition, listed in dataset.editions.listed.items():
        where = place(listed.mirror, listed.url)
        if where is not None:
            date = listed.reference_date or _first_day(edition)
            yield Offer(dataset, edition, where, date, listed.layout, may_be_absent=guessed)


class Place(Protocol):
    """Chooses the place of an edition from its mirror path and official address."""

    def __call__(self, mirror: str, url: str | None, /) -> str | None:
        """The place, or None when it is not known."""


def found_offer(dataset: Dataset, edition: str, place: str, *, guessed: bool = False) -> Offer:
    """The offer of an edition found by pattern."""
    found = dataset.editions.found
    assert found is not None
    date = (found.reference_date or "").replace("{edition}", edition) or _first_day(edition)
    return Offer(dataset, edition, place, date, None, may_be_absent=guessed)


def _first_day(edition: str) -> str | None:
    """The first day that an edition named by day, month or year can speak of."""
    for pattern, rest in (
        (r"\d{4}-\d{2}-\d{2}", ""),
        (r"\d{4}-\d{2}", "-01"),
        (r"\d{4}", "-01-01"),
    ):
        if re.fullmatch(pattern, edition):
            return edition + rest
    return None
