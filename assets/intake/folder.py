"""A folder as a source: files at the registry's mirror paths."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assets.files import sha256_of
from assets.home import world_of
from assets.intake.offers import Obtained, Offer, SourceError, found_offer, listed_offers
from assets.registry.model import Dataset

if TYPE_CHECKING:
    from assets.intake.fetch import Validators
    from assets.intake.progress import Progress


class FolderSource:
    """A folder with the registry's mirror paths."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = "the demo country" if world_of(str(root)) == "demo" else f"folder {root}"

    def offers(self, dataset: Dataset) -> list[Offer]:
        """Listed editions whose file is there, and those found by pattern."""
        return [offer for offer in self._possible(dataset) if (self.root / offer.place).is_file()]

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        """A folder has what it has; only snapshots of an address are none of its business."""
        found = dataset.editions.found
        return edition in dataset.editions.listed or bool(
            found and re.fullmatch(found.pattern, edition)
        )

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
        self, offer: Offer, into: Path, known: "Validators | None", progress: "Progress"
    ) -> Obtained | None:
        """Copy the file; a file that grows or shrinks meanwhile is refused by its hash."""
        path = self.root / offer.place
        target = into / path.name
        progress.start(offer.label, None)
        try:
            size = path.stat().st_size
            if size > offer.dataset.max_megabytes << 20:
                raise SourceError(
                    f"{offer.label}: {path}: expected at most {offer.dataset.max_megabytes} MB, "
                    f"found {size >> 20} MB."
                )
            shutil.copyfile(path, target)
        except OSError as error:
            raise SourceError(f"{offer.label}: {path} cannot be read ({error}).") from error
        digest = sha256_of(target)
        if sha256_of(path) != digest:
            raise SourceError(f"{offer.label}: {path} changed while it was copied; try again.")
        progress.advance(offer.label, target.stat().st_size)
        progress.done(offer.label)
        return Obtained(target, digest, url=offer.place, headers={})
