"""Intake: bring the editions that a source offers into landing, and landed bytes into raw.

Belongs here: sources (folder, web, inbox), fetching over HTTP, progress, and the two steps that the
landing and raw assets call. Stays out: reading formats (``assets.readers``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.agreements import left_out, private_files, today
from assets.files import close_folder
from assets.home import Home, World
from assets.intake.synthetic import refuse_synthetic
from assets.landing import Landing, Receipt, Sighting
from assets.raw import RawFile, current_raw, raw_path, read_into_raw, reading_version
from assets.registry.corrections import in_force
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


def pull(
    home: Home,
    source: "Source",
    dataset: Dataset,
    progress: "Progress",
    only: Collection[str] = (),
) -> list[Sighting]:
    """Land every edition that the source offers of a dataset; returns what is in force now.

    That is what was seen, and earlier editions of which this source cannot speak. With ``only``,
    just the editions of these names are fetched, whole whatever the server says of changes, and
    the others stay as they were. What is handed over by agreement comes from the home's inbox,
    whatever the source. Raises FetchError or SourceError; what landed before stays landed.
    """
    from assets.intake.fetch import FetchError
    from assets.intake.inbox import Inbox
    from assets.intake.web import is_absent

    if dataset.agreement:
        source = Inbox(home)
    landing = Landing(home)
    before = landing.seen(dataset.id)
    seen: list[Sighting] = []
    for offer in _named(source, dataset, only) if only else source.offers(dataset):
        previous = _previous(before, offer)
        try:
            receipt = _obtain(
                landing, source, offer, previous, progress, home.world, whole=bool(only)
            )
        except FetchError as error:
            if is_absent(offer, error) and not only:
                continue
            raise
        if previous and offer.is_snapshot and receipt.sha256 == previous.sha256:
            seen.append(previous)  # nothing new since that day, so no new edition either
        else:
            seen.append(sighting_of(receipt, offer, source.name))
    found = {s.edition for s in seen}
    if only:
        kept = [s for s in before if s.edition not in found]
    else:
        kept = kept_editions(home, source, dataset, found)
    landing.note_seen(dataset.id, seen, kept)
    if isinstance(source, Inbox):
        source.remove_taken(dataset)
    return sorted(seen + kept, key=lambda s: s.edition)


def _named(source: "Source", dataset: Dataset, only: Collection[str]) -> "list[Offer]":
    """The offers of the editions that were asked for by name; raises SourceError."""
    from assets.intake.offers import SourceError

    offers = {offer.edition: offer for offer in source.offers(dataset)}
    unknown = sorted(set(only) - offers.keys())
    if unknown:
        raise SourceError(
            f"{dataset.id}: {source.name} offers no edition {', '.join(unknown)}; it offers "
            f"{', '.join(sorted(offers)) or 'none'}."
        )
    return [offer for edition, offer in offers.items() if edition in only]


def sighting_of(receipt: Receipt, offer: "Offer", where: str) -> Sighting:
    """The sighting of landed bytes at a source now."""
    from assets.files import now_utc

    return Sighting(
        dataset=receipt.dataset,
        edition=receipt.edition,
        sha256=receipt.sha256,
        seen_at=now_utc(),
        where=where,
        reference_date=offer.reference_date,
        layout=offer.layout,
        is_snapshot=offer.is_snapshot,
    )


def kept_editions(home: Home, source: "Source", dataset: Dataset, seen: set[str]) -> list[Sighting]:
    """Earlier editions that stay in force: the source cannot speak of them, and they were read.

    By whatever code and contract: where those have changed, the landed bytes are read anew.
    What was handed over by agreement stays even where it could not be read yet.
    """
    return [
        s
        for s in Landing(home).seen(dataset.id)
        if s.edition not in seen
        and not source.speaks_of(dataset, s.edition)
        and (dataset.agreement or _was_read(home, s))
    ]


def _was_read(home: Home, sighting: Sighting) -> bool:
    folder = home.raw / sighting.dataset / sighting.edition
    return any(folder.glob(f"{sighting.sha256}-*.parquet"))


def _previous(before: list[Sighting], offer: "Offer") -> Sighting | None:
    """The sighting to compare with: of the same edition, or the newest snapshot."""
    if offer.is_snapshot:
        snapshots = [s for s in before if s.is_snapshot]
        return max(snapshots, key=lambda s: s.edition, default=None)
    return next((s for s in before if s.edition == offer.edition), None)


def _obtain(
    landing: Landing,
    source: "Source",
    offer: "Offer",
    previous: Sighting | None,
    progress: "Progress",
    world: World,
    *,
    whole: bool,
) -> Receipt:
    known = (
        landing.receipt(previous.dataset, previous.edition, previous.sha256) if previous else None
    )
    cut = known is not None and not landing.is_whole(known)
    with landing.workspace() as folder:
        validators = None if whole or cut else _validators(known, offer)
        obtained = source.obtain(offer, folder, validators, progress)
        if obtained is None or (known and offer.is_snapshot and obtained.sha256 == known.sha256):
            assert known is not None, "only a known file can be unchanged"
            if obtained and cut:
                landing.mend(known, obtained.path, is_confidential=offer.dataset.is_confidential)
            return known
        if landing.receipt(offer.dataset.id, offer.edition, obtained.sha256) is None:
            refuse_synthetic(obtained.path, world, offer.label)
        return landing.land(
            offer.dataset.id,
            offer.edition,
            obtained.path,
            url=obtained.url,
            requested=offer.place,
            headers=obtained.headers,
            sha256=obtained.sha256,
            is_confidential=offer.dataset.is_confidential,
        )


def _validators(known: Receipt | None, offer: "Offer") -> "Validators | None":
    """What to send along so that an unchanged file need not be sent again."""
    from assets.intake.fetch import Validators

    if known is None or known.requested != offer.place:
        return None
    etag, modified = known.headers.get("etag"), known.headers.get("last-modified")
    return Validators(etag, modified) if etag or modified else None


def raw_of(home: Home, dataset: Dataset, sighting: Sighting) -> Path:
    """Where the raw table of seen bytes lies, as the present contract and code read them."""
    return raw_path(home, dataset.id, sighting.edition, sighting.sha256, reading_version(dataset))


def read_raw(
    home: Home, dataset: Dataset, sighting: Sighting, *, again: bool = False
) -> tuple[RawFile, bool]:
    """The raw table of seen bytes, and whether it was read now; raises BrokenInput."""
    target = raw_of(home, dataset, sighting)
    known = current_raw(target, dataset)
    if known and not again:
        return known, False
    landing = Landing(home)
    receipt = landing.receipt(dataset.id, sighting.edition, sighting.sha256)
    assert receipt is not None, f"{dataset.id} {sighting.edition}: seen but not landed"
    if dataset.is_confidential:
        close_folder(home.raw / dataset.id)
    with private_files(dataset):
        raw = read_into_raw(
            landing.file(receipt),
            target,
            dataset,
            sighting.edition,
            reference_date=sighting.reference_date,
            layout=sighting.layout,
            corrections=in_force(dataset.id, sighting.edition, home.world),
        )
    return raw, True


def current_inputs(home: Home, registry: Mapping[str, Dataset]) -> list[Input]:
    """The raw tables that a build would read now, one for each edition in force, in order.

    A dataset whose licence forbids publication never enters a build, nor one whose agreement
    does not allow it today, nor an edition that an unverified connector could not read.
    """
    landing = Landing(home)
    kept_out = left_out(registry, home.world, today())
    return [
        Input(dataset.id, s.edition, s.sha256, reading_version(dataset))
        for dataset in registry.values()
        if dataset.licence.id != "forbidden" and dataset.id not in kept_out
        for s in landing.seen(dataset.id)
        if dataset.status != "unverified" or current_raw(raw_of(home, dataset, s), dataset)
    ]


def input_path(home: Home, item: Input) -> Path:
    """Where the raw table of an input lies."""
    return raw_path(home, item.dataset, item.edition, item.sha256, item.reading)
