"""The inbox: where organisations hand over data by agreement, as a source like any other.

``inbox/<dataset>/<delivery>/`` below the home holds what waits. A delivery in which everything
holds is landed and then removed from there, since confidential bytes need not lie twice; one
that does not hold stays, with ``refused.txt`` beside it. The editions landed before stay in
force: an empty inbox says nothing about them.
"""

import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.files import close_folder, sha256_of, write_atomically
from assets.home import Home
from assets.intake.delivery import (
    NOTE,
    REFUSED,
    DeliveredFile,
    DeliveryError,
    DeliveryNote,
    examine,
    headers_of,
)
from assets.intake.offers import Obtained, Offer, SourceError
from assets.landing import Landing
from assets.registry import read_document
from assets.registry.model import Dataset

if TYPE_CHECKING:
    from assets.intake.fetch import Validators
    from assets.intake.progress import Progress


@dataclass(frozen=True)
class Accepted:
    """A delivery in which everything holds."""

    folder: Path
    note: DeliveryNote


class Inbox:
    """The home's inbox as the source of the datasets by agreement."""

    name = "the inbox"

    def __init__(self, home: Home) -> None:
        self.home = home
        self.landing = Landing(home)
        self._taken: dict[str, list[Accepted]] = {}

    def offers(self, dataset: Dataset) -> list[Offer]:
        """The editions of deliveries in which everything holds."""
        self._taken[dataset.id] = self.look(dataset)
        return [
            Offer(
                dataset,
                file.edition,
                f"inbox:{dataset.id}/{file.file}",
                f"{file.period.first}-01",
                None,
            )
            for delivery in self._taken[dataset.id]
            for file in delivery.note.files
        ]

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        """Never: what has landed is no longer in the inbox."""
        return False

    def obtain(
        self, offer: Offer, into: Path, known: "Validators | None", progress: "Progress"
    ) -> Obtained | None:
        """Copy a delivered file and compare the copy with its note."""
        delivery, file = self._delivered(offer)
        progress.start(offer.label, None)
        path, target = delivery.folder / file.file, into / file.file
        shutil.copyfile(path, target)
        if sha256_of(target) != file.sha256:
            raise SourceError(f"{offer.label}: {path} changed while it was taken; try again.")
        progress.advance(offer.label, target.stat().st_size)
        progress.done(offer.label)
        return Obtained(
            target, file.sha256, url=offer.place, headers=headers_of(delivery.note, file)
        )

    def look(self, dataset: Dataset) -> list[Accepted]:
        """The deliveries that can be taken now; beside each other one is written why not."""
        root = self.home.inbox / dataset.id
        if dataset.is_of(self.home.world):
            _shut_out_others(self.home.inbox)
            _shut_out_others(root)
        accepted: list[Accepted] = []
        for folder in _deliveries(root):
            try:
                if not dataset.is_of(self.home.world):
                    raise DeliveryError(
                        f"{dataset.id} exists in world {dataset.world} only; this home is of "
                        f"world {self.home.world}."
                    )
                note = examine(folder, dataset, self.landing)
                _check_not_twice(note, accepted)
            except DeliveryError as error:
                _refuse(folder, str(error))
            except OSError as error:
                _refuse(folder, f"{error.filename or folder} cannot be read ({error.strerror}).")
            else:
                accepted.append(Accepted(folder, note))
        return accepted

    def brings_nothing(self, dataset: Dataset) -> bool:
        """Whether all that waits was refused and is still to be refused."""
        waiting = list(_deliveries(self.home.inbox / dataset.id))
        if any(not (folder / REFUSED).exists() for folder in waiting):
            return False  # not examined yet, which takes as long as reading it
        return not self.look(dataset)

    def remove_taken(self, dataset: Dataset) -> None:
        """Remove what has landed and is in force from the inbox, its note first."""
        for delivery in self._taken.pop(dataset.id, []):
            for name in (NOTE, REFUSED, *(file.file for file in delivery.note.files)):
                (delivery.folder / name).unlink(missing_ok=True)
            is_own = delivery.folder != self.home.inbox / dataset.id
            if is_own and not any(delivery.folder.iterdir()):
                delivery.folder.rmdir()

    def _delivered(self, offer: Offer) -> tuple[Accepted, DeliveredFile]:
        return next(
            (delivery, file)
            for delivery in self._taken[offer.dataset.id]
            for file in delivery.note.files
            if file.edition == offer.edition
        )


def refused(home: Home, dataset: str) -> list[str]:
    """Why deliveries of a dataset were refused at the last look, one sentence each."""
    notes = [folder / REFUSED for folder in _deliveries(home.inbox / dataset)]
    return [
        f"{note.parent.relative_to(home.root).as_posix()}: {note.read_text('utf-8').strip()}"
        for note in notes
        if note.exists()
    ]


def refusals(home: Home, registry: Mapping[str, Dataset]) -> list[str]:
    """What the inbox holds that was refused, and deliveries for no dataset by agreement."""
    sentences = []
    for root in sorted(home.inbox.glob("*/")):
        dataset = registry.get(root.name)
        if dataset is not None and dataset.agreement:
            sentences += refused(home, dataset.id)
            continue
        sentences += [
            f"{folder.relative_to(home.root).as_posix()}: there is no dataset by agreement named "
            f"{root.name}."
            for folder in _deliveries(root)
        ]
    return sentences


def put_in(home: Home, source: Path) -> None:
    """Drop the deliveries that a demo country brings along, unless they have landed already."""
    landing = Landing(home)
    for path in sorted((source / "inbox").glob(f"*/*/{NOTE}")):
        target = home.inbox / path.parent.relative_to(source / "inbox")
        note = read_document(path, DeliveryNote.model_validate, str(path))
        landed = [landing.receipt(note.dataset, f.edition, f.sha256) for f in note.files]
        if target.exists() or all(landed):
            continue
        _shut_out_others(home.inbox)
        _shut_out_others(target.parent)
        staged = target.with_name(f".{target.name}")
        shutil.rmtree(staged, ignore_errors=True)
        shutil.copytree(path.parent, staged)
        close_folder(staged)
        for file in staged.iterdir():
            file.chmod(0o600)
        staged.rename(target)


def _shut_out_others(folder: Path) -> None:
    """Make a folder its owner's alone; of one that is there a group may be let in by hand."""
    if folder.exists():
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) & 0o770)
    else:
        close_folder(folder)


def _deliveries(root: Path) -> Iterator[Path]:
    """Folders with a note: the dataset's own and those below it."""
    for folder in (root, *sorted(root.glob("[!.]*/"))):
        if (folder / NOTE).exists():
            yield folder


def _check_not_twice(note: DeliveryNote, accepted: list[Accepted]) -> None:
    for other in accepted:
        twice = {f.edition for f in note.files} & {f.edition for f in other.note.files}
        if twice:
            raise DeliveryError(
                f"{NOTE}, field files: expected editions that no other delivery brings, found "
                f"{', '.join(sorted(twice))}, which {other.folder.name} brings too."
            )


def _refuse(folder: Path, why: str) -> None:
    path = folder / REFUSED
    if not path.exists() or path.read_text(encoding="utf-8") != why + "\n":
        write_atomically(path, why + "\n")
