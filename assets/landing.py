"""Landing: official bytes as they came, kept for ever, with a receipt and a log of sightings.

``landing/<dataset>/<edition>/<sha>/`` holds one file and its ``receipt.json``; the same bytes
twice are one file, and nothing there is changed or deleted. ``landing/sightings.jsonl`` is the
history of which bytes a source showed when; ``landing/<dataset>/seen.json`` is what the last
look at the source found, and builds read exactly that.
"""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from assets.files import (
    append_lines,
    close_folder,
    now_utc,
    read_json,
    read_lines,
    sha256_of,
    write_json,
)
from assets.home import Home

PARTS = ".parts"
"""Folder below landing: beginnings of large files whose download was cut off."""
PARTS_KEPT_DAYS = 14


@dataclass(frozen=True)
class Receipt:
    """What was received: whence, what the server said, how much, and when (UTC)."""

    dataset: str
    edition: str
    sha256: str
    file: str
    size: int
    url: str
    """Address after redirects, or the place in a mirror folder."""
    requested: str
    """The address or place that was asked for."""
    retrieved_at: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Sighting:
    """A source showed these bytes for this edition at this time."""

    dataset: str
    edition: str
    sha256: str
    seen_at: str
    where: str
    reference_date: str | None
    layout: str | None
    is_snapshot: bool = False
    """The edition is the day on which an address with changing content first showed this."""


class Landing:
    """The landing folder of a home."""

    def __init__(self, home: Home) -> None:
        self.root = home.landing
        self.log = home.landing / "sightings.jsonl"

    def folder(self, dataset: str, edition: str, sha256: str) -> Path:
        """Where these bytes lie, or would."""
        return self.root / dataset / edition / sha256

    def receipt(self, dataset: str, edition: str, sha256: str) -> Receipt | None:
        """The receipt of landed bytes, None if they have not landed."""
        content = read_json(self.folder(dataset, edition, sha256) / "receipt.json")
        return Receipt(**content) if content else None

    def file(self, receipt: Receipt) -> Path:
        """The landed file of a receipt."""
        return self.folder(receipt.dataset, receipt.edition, receipt.sha256) / receipt.file

    def is_whole(self, receipt: Receipt) -> bool:
        """Whether the landed file has the size that was received; a bad disk may have cut it."""
        file = self.file(receipt)
        return file.is_file() and file.stat().st_size == receipt.size

    def mend(self, receipt: Receipt, incoming: Path, *, is_confidential: bool) -> None:
        """Put the same bytes, come once more, in the place of a landed file that was cut."""
        if not self.is_whole(receipt):
            incoming.chmod(0o600 if is_confidential else 0o644)
            incoming.replace(self.file(receipt))

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder on the same disk for bytes under way; removed afterwards."""
        self.root.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=".incoming-", dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def land(
        self,
        dataset: str,
        edition: str,
        incoming: Path,
        *,
        url: str,
        requested: str,
        headers: dict[str, str],
        sha256: str | None = None,
        is_confidential: bool = False,
    ) -> Receipt:
        """Move a complete file into landing; if the same bytes lie there, keep those.

        Confidential bytes lie in a folder that only its owner can enter.
        """
        digest = sha256 or sha256_of(incoming)
        known = self.receipt(dataset, edition, digest)
        if known:
            self.mend(known, incoming, is_confidential=is_confidential)
            return known
        receipt = Receipt(
            dataset=dataset,
            edition=edition,
            sha256=digest,
            file=incoming.name,
            size=incoming.stat().st_size,
            url=url,
            requested=requested,
            retrieved_at=now_utc(),
            headers=headers,
        )
        if is_confidential:
            close_folder(self.root / dataset)
            incoming.chmod(0o600)
        target = self.folder(dataset, edition, digest)
        staged = incoming.parent / f"{digest}.folder"
        staged.mkdir()
        incoming.rename(staged / incoming.name)
        write_json(staged / "receipt.json", asdict(receipt))
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():  # a folder without receipt: left by a kill between two renames
            shutil.rmtree(target)
        staged.replace(target)
        return receipt

    def seen(self, dataset: str) -> list[Sighting]:
        """What the last look at a dataset's source found, by edition."""
        content = read_json(self.root / dataset / "seen.json") or []
        return [Sighting(**entry) for entry in content]

    def note_seen(self, dataset: str, found: list[Sighting], kept: Iterable[Sighting] = ()) -> None:
        """Keep what a look at a dataset's source found, and add it to the history.

        ``kept`` are earlier sightings that stay in force, though nobody looked at them now.
        """

        def entries(sightings: Iterable[Sighting]) -> list[dict[str, Any]]:
            return [asdict(s) for s in sorted(sightings, key=lambda s: s.edition)]

        append_lines(self.log, entries(found))
        write_json(self.root / dataset / "seen.json", entries([*found, *kept]))

    def sightings(self) -> Iterator[Sighting]:
        """The whole history of what sources showed, the oldest first."""
        for entry in read_lines(self.log):
            yield Sighting(**entry)

    def vintages(self, dataset: str) -> dict[str, list[Receipt]]:
        """Edition → the receipts of all different bytes that have ever landed for it."""
        found: dict[str, list[Receipt]] = {}
        for path in sorted((self.root / dataset).glob("*/*/receipt.json")):
            receipt = Receipt(**read_json(path))
            found.setdefault(receipt.edition, []).append(receipt)
        return found

    def clear_leftovers(self) -> None:
        """Remove what killed processes left behind; call with the lock held.

        The beginning of a large file waits for its next fetch, but not for ever.
        """
        for folder in self.root.glob(".incoming-*"):
            shutil.rmtree(folder, ignore_errors=True)
        for part in (self.root / PARTS).glob("*"):
            if time.time() - part.stat().st_mtime > PARTS_KEPT_DAYS * 86400:
                part.unlink(missing_ok=True)
