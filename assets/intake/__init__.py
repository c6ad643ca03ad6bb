"""Intake: bring the editions that a source offers into landing, and landed bytes into raw.

Belongs here: sources (folder, web), fetching over HTTP, progress, and the two steps that the
landing and raw assets call. Stays out: reading formats (``assets.readers``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.home import Home
from assets.landing import Landing, Receipt, Sighting
from assets.raw import RawFile, current_raw, raw_path, read_into_raw, reading_version
from assets.registry.model import Dataset

if TYPE_CHECKING:
    from assets.intake.fetch import Validators
    from assets.intake.offers import Offer, Source
    from assets.intake.progress import Progress


@dataclass(frozen=True)
class Input:
    """One raw table that a build reads, and what it was read from."""

    dataset: str
    edition: str
    sha256: str
    reading: str


def pull(home: Home, source: "Source", dataset: Dataset, progress: "Progress") -> list[Sighting]:
    """Land every edition that the source offers of a dataset; returns what was seen.

    Raises FetchError or SourceError; what landed before stays landed.
    """
    from assets.intake.fetch import FetchError
    from assets.intake.web import is_absent

    landing = Landing(home)
    last = landing.last_seen()
    seen = []
    for offer in source.offers(dataset):
        previous = last.get((dataset.id, offer.edition))
        receipt = landing.receipt(dataset.id, offer.edition, previous.sha256) if previous else None
        try:
            receipt = _obtain(landing, source, offer, receipt, progress)
        except FetchError as error:
            if is_absent(offer, error):
                continue
            raise
        seen.append(
            landing.sight(
                receipt,
                source.name,
                reference_date=offer.reference_date,
                layout=offer.layout,
            )
        )
    return seen


def _obtain(
    landing: Landing,
    source: "Source",
    offer: "Offer",
    previous: Receipt | None,
    progress: "Progress",
) -> Receipt:
    with landing.workspace() as folder:
        known = _validators(previous, offer)
        obtained = source.obtain(offer, folder, known, progress)
        if obtained is None:
            assert previous is not None
            return previous
        return landing.land(
            offer.dataset.id,
            offer.edition,
            obtained.path,
            url=obtained.url,
            headers=obtained.headers,
            sha256=obtained.sha256,
        )


def _validators(previous: Receipt | None, offer: "Offer") -> "Validators | None":
    """What to send along so that an unchanged file need not be sent again."""
    from assets.intake.fetch import Validators

    if previous is None or previous.url != offer.place:
        return None
    etag, modified = previous.headers.get("etag"), previous.headers.get("last-modified")
    return Validators(etag, modified) if etag or modified else None


def read_raw(home: Home, dataset: Dataset, sighting: Sighting) -> tuple[RawFile, bool]:
    """The raw table of seen bytes, and whether it had to be read now; raises BrokenInput."""
    target = raw_path(home, dataset.id, sighting.edition, sighting.sha256)
    known = current_raw(target, dataset)
    if known:
        return known, False
    landing = Landing(home)
    receipt = landing.receipt(dataset.id, sighting.edition, sighting.sha256)
    assert receipt is not None, f"{dataset.id} {sighting.edition}: seen but not landed"
    raw = read_into_raw(
        landing.file(receipt),
        target,
        dataset,
        sighting.edition,
        reference_date=sighting.reference_date,
        layout=sighting.layout,
    )
    return raw, True


def unread(home: Home, registry: Mapping[str, Dataset]) -> list[Sighting]:
    """The latest sightings whose bytes the present contract has not read."""
    return [
        sighting
        for (dataset, edition), sighting in sorted(Landing(home).last_seen().items())
        if dataset in registry
        and not current_raw(raw_path(home, dataset, edition, sighting.sha256), registry[dataset])
    ]


def current_inputs(home: Home, registry: Mapping[str, Dataset]) -> list[Input]:
    """The raw tables that a build would read now, one for each edition, in order."""
    return [
        Input(dataset, edition, sighting.sha256, reading_version(registry[dataset]))
        for (dataset, edition), sighting in sorted(Landing(home).last_seen().items())
        if dataset in registry
    ]


def input_path(home: Home, item: Input) -> Path:
    """Where the raw table of an input lies."""
    return raw_path(home, item.dataset, item.edition, item.sha256)
