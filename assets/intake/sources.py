"""Where bytes come from: a folder that mirrors the official addresses, a web address, or both.

A source says which editions of a dataset it offers and brings one of them. ``live`` is the
official addresses; any other web address is a mirror with the folder layout of the registry.
"""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from assets.errors import AgisError
from assets.files import sha256_of
from assets.home import Home, world_of
from assets.intake.fetch import Fetched, Fetcher, FetchError, Limits, NotModified, Validators
from assets.intake.progress import Progress
from assets.registry.model import Dataset

FIRST_INDEX_YEAR = 2016


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
    """The edition was guessed from the calendar, so a 404 only says that it does not exist."""

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

    def obtain(
        self, offer: Offer, into: Path, known: Validators | None, progress: Progress
    ) -> Obtained | None:
        """Bring the bytes into the folder ``into``; None if unchanged since ``known``."""


class SourceError(AgisError):
    """A source does not exist or does not have what it offered."""


def open_source(sources: str, home: Home) -> Source:
    """The source that ``--sources`` or AGIS_SOURCES names; raises SourceError."""
    if sources == "demo":
        from assets.demo import generate

        generate(home.demo_sources)
        return FolderSource(home.demo_sources)
    if sources == "live":
        return WebSource(None)
    if re.match(r"https?://", sources):
        return WebSource(sources.rstrip("/") + "/")
    folder = Path(sources).expanduser()
    if not folder.is_dir():
        raise SourceError(
            f"Sources »{sources}«: expected demo, live, a folder or an http(s) address; "
            f"there is no folder {folder.absolute()}."
        )
    return FolderSource(folder.absolute())


class FolderSource:
    """A folder with the registry's mirror paths."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = "the demo country" if world_of(str(root)) == "demo" else f"folder {root}"

    def offers(self, dataset: Dataset) -> list[Offer]:
        """Listed editions whose file is there, and those found by pattern."""
        return [offer for offer in self._possible(dataset) if (self.root / offer.place).is_file()]

    def _possible(self, dataset: Dataset) -> Iterator[Offer]:
        yield from listed_offers(dataset, lambda mirror, url: mirror)
        found = dataset.editions.found
        if not found:
            return
        before, after = found.mirror.split("{edition}")
        for path in sorted(self.root.glob(found.mirror.replace("{edition}", "*"))):
            place = path.relative_to(self.root).as_posix()
            edition = place[len(before) : len(place) - len(after)]
            if re.fullmatch(found.pattern, edition):
                yield found_offer(dataset, edition, place)

    def obtain(
        self, offer: Offer, into: Path, known: Validators | None, progress: Progress
    ) -> Obtained | None:
        """Copy the file; a file that grows or shrinks meanwhile is refused by its hash."""
        path = self.root / offer.place
        target = into / path.name
        try:
            shutil.copyfile(path, target)
        except OSError as error:
            raise SourceError(f"{offer.label}: {path} cannot be read ({error}).") from error
        if target.stat().st_size > offer.dataset.max_megabytes << 20:
            raise SourceError(
                f"{offer.label}: {path} expected at most {offer.dataset.max_megabytes} MB, found "
                f"{target.stat().st_size >> 20} MB."
            )
        digest = sha256_of(target)
        if sha256_of(path) != digest:
            raise SourceError(f"{offer.label}: {path} changed while it was copied; try again.")
        return Obtained(target, digest, url=offer.place, headers={})


class WebSource:
    """The official addresses (``base`` None), or a web address that mirrors them."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.name = base or "the official addresses"
        self._fetcher = Fetcher()

    def offers(self, dataset: Dataset) -> list[Offer]:
        """Every edition whose address is known; found ones are probed year by year."""
        if self.base is not None:
            base = self.base
            offers = list(listed_offers(dataset, lambda mirror, url: base + quote(mirror)))
            if dataset.editions.found:
                offers += self._by_year(dataset, base + dataset.editions.found.mirror)
            return offers
        offers = list(listed_offers(dataset, lambda mirror, url: url))
        if dataset.editions.found and dataset.editions.found.url:
            offers += self._by_year(dataset, dataset.editions.found.url)
        snapshot = dataset.editions.snapshot
        if snapshot:
            today = dt.datetime.now(dt.UTC).date().isoformat()
            offers.append(Offer(dataset, today, snapshot.url, today, snapshot.layout))
        return offers

    @staticmethod
    def _by_year(dataset: Dataset, template: str) -> list[Offer]:
        found = dataset.editions.found
        assert found is not None
        years = range(FIRST_INDEX_YEAR, dt.datetime.now(dt.UTC).year + 1)
        return [
            found_offer(dataset, edition, template.replace("{edition}", edition), guessed=True)
            for edition in map(str, years)
            if re.fullmatch(found.pattern, edition)
        ]

    def obtain(
        self, offer: Offer, into: Path, known: Validators | None, progress: Progress
    ) -> Obtained | None:
        """Fetch over HTTP(S), conditionally where validators are known; raises FetchError."""
        name = Path(unquote(urlsplit(offer.place).path)).name or "download"
        progress.start(offer.label, None)
        result: Fetched | NotModified = self._fetcher.fetch(
            offer.place,
            into / name,
            label=offer.label,
            validators=known,
            limits=Limits(max_bytes=offer.dataset.max_megabytes << 20),
            on_bytes=lambda new, total: progress.advance(offer.label, new),
        )
        if isinstance(result, NotModified):
            progress.done(offer.label, "unchanged")
            return None
        progress.done(offer.label, f"{result.size / 1e6:.1f} MB")
        return Obtained(result.path, result.sha256, url=result.url, headers=result.headers)


def is_absent(offer: Offer, error: FetchError) -> bool:
    """Whether a failed fetch only says that a guessed edition does not exist."""
    return offer.may_be_absent and error.status in (404, 410)


def listed_offers(dataset: Dataset, place: "Place") -> Iterator[Offer]:
    """Offers of the listed editions whose place is known."""
    for edition, listed in dataset.editions.listed.items():
        where = place(listed.mirror, listed.url)
        if where is not None:
            date = listed.reference_date or _first_day(edition)
            yield Offer(dataset, edition, where, date, listed.layout)


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
