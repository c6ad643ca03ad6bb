"""A file under way: under another name until it is whole, then put in place in one step."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from assets.intake.attempt import TryError


class Part:
    """The file being received, under another name until it is whole."""

    def __init__(self, into: Path) -> None:
        self._into = into
        # Not tempfile: its files are readable by their owner only, and stay so.
        self._path = into.with_name(f".part-{uuid.uuid4().hex}")
        self._file: BinaryIO | None = None
        self._kept = False

    def __enter__(self) -> Self:
        with self._disk():
            self._file = self._path.open("xb")
        return self

    def write(self, chunk: bytes) -> None:
        assert self._file is not None
        with self._disk():
            self._file.write(chunk)

    def keep(self) -> None:
        """Put the received file in the place of the old one, in one step."""
        assert self._file is not None
        with self._disk():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.replace(self._into)
        self._kept = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._kept:
            return
        # Closing flushes, which fails again on a full disk; the first error is the one to show.
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        with suppress(OSError):
            self._path.unlink()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            expected = f"to write the file to {self._into}"
            raise TryError(expected, f"writing failed: {reason}") from error
