"""A file under way: under another name until it is whole, then put in place in one step.

A try that was cut off is continued where it ended, if the publisher names the state of the file
(a strong ETag, or a Last-Modified that is old enough to be one). From ``CHECKPOINT_BYTES`` on,
the part of a file outlives the fetch where a place for it is given: beside it lies a note of how
much was safely on disk, its checksum and what the publisher said, so that a kill or a power cut
costs the bytes since the last note and never lets foreign bytes in.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from assets.files import read_json, write_json
from assets.intake.attempt import TryError

CHECKPOINT_BYTES = 8 << 20
_STRONG_AFTER_SECONDS = 60
_CHUNK = 1 << 20


class Part:
    """The file being received for ``into``; ``kept`` is where a large part outlives the fetch."""

    def __init__(self, into: Path, kept: Path | None = None) -> None:
        self._into = into
        self._is_lasting = kept is not None
        # Not tempfile: its files are readable by their owner only, and stay so.
        self._path = kept or into.with_name(f".part-{uuid.uuid4().hex}")
        self._note = self._path.with_suffix(".json")
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._noted = 0
        self.size = 0
        self.headers: dict[str, str] = {}
        """What the publisher said with the first bytes."""

    def __enter__(self) -> Self:
        if self._is_lasting and self._path.exists():
            with self._disk():
                self._take_up()
        return self

    @property
    def validator(self) -> str | None:
        """What names the state of the file for If-Range; None if nothing does surely."""
        etag = self.headers.get("etag", "")
        if etag:
            return None if etag.startswith("W/") else etag
        modified, sent = self.headers.get("last-modified"), self.headers.get("date")
        with suppress(ValueError, TypeError):
            if modified and sent:
                age = parsedate_to_datetime(sent) - parsedate_to_datetime(modified)
                return modified if age.total_seconds() >= _STRONG_AFTER_SECONDS else None
        return None

    @property
    def resumable(self) -> bool:
        """Whether there is a beginning, and a way to ask for the rest of the very same file."""
        return self.size > 0 and self.validator is not None

    @property
    def outlives(self) -> bool:
        """Whether what came is kept for the next fetch of the same address."""
        return self._is_lasting and self.resumable and self.size >= CHECKPOINT_BYTES

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def begin(self, headers: dict[str, str]) -> None:
        """Start from the first byte; forgets what came before."""
        self.drop()
        with self._disk():
            self._path.parent.mkdir(exist_ok=True)
            self._file = self._path.open("xb")
        self.headers = headers

    def write(self, chunk: bytes) -> None:
        assert self._file is not None
        with self._disk():
            self._file.write(chunk)
            self._digest.update(chunk)
            self.size += len(chunk)
            if self.outlives and self.size - self._noted >= CHECKPOINT_BYTES:
                self._take_note()

    def drop(self) -> None:
        """Forget what came so far."""
        # Closing flushes, which fails again on a full disk; the first error is the one to show.
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        self._file, self._digest = None, hashlib.sha256()
        self.size = self._noted = 0
        self.headers = {}

    def keep(self) -> None:
        """Put the received file in the place of the old one, in one step."""
        assert self._file is not None
        with self._disk():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.replace(self._into)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        lasting = False
        if error is not None and self.outlives and self._file is not None:
            with suppress(OSError):
                self._take_note()
                self._file.close()
                lasting = True
        if not lasting:
            self.drop()
        if self._is_lasting:
            with suppress(OSError):
                self._path.parent.rmdir()  # only if it is empty

    def _take_up(self) -> None:
        """Continue what an earlier fetch left, as far as its note vouches for it."""
        note = read_json(self._note) or {}
        size, digest = note.get("size", 0), hashlib.sha256()
        with self._path.open("rb") as file:
            while chunk := file.read(min(_CHUNK, size - file.tell())):
                digest.update(chunk)
        if not size or digest.hexdigest() != note["sha256"]:
            self.drop()
            return
        self._file = self._path.open("r+b")
        self._file.truncate(size)
        self._file.seek(size)
        self._digest, self.headers = digest, note["headers"]
        self.size = self._noted = size

    def _take_note(self) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        note = {"size": self.size, "sha256": self.sha256, "headers": self.headers}
        write_json(self._note, note)
        self._noted = self.size

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            expected = f"to write the file to {self._into}"
            raise TryError(expected, f"writing failed: {reason}") from error
