"""Show how far downloads are: bars on a terminal, one plain line per file elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID


class Progress(Protocol):
    """Reports on files by label, from any thread. Totals and amounts are bytes.

    A context manager: leaving it restores the terminal, also after an error.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def start(self, label: str, total: int | None) -> None:
        """Begin a file, or begin it again from zero; the total is None while unknown."""

    def advance(self, label: str, n: int) -> None:
        """Note that ``n`` more bytes have come (below zero: are taken back)."""

    def done(self, label: str, note: str = "") -> None:
        """Print the file's line, with size and seconds if any bytes came, and the note."""


def progress(stream: TextIO | None = None) -> Progress:
    """Bars if ``stream`` (standard error unless given) is a terminal, plain lines otherwise."""
    stream = sys.stderr if stream is None else stream
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return _Bars(stream)
    return _Lines(stream)


def follow(shown: Progress, label: str) -> Callable[[int, int | None], None]:
    """A callback for ``Fetcher.fetch(on_bytes=…)`` that starts the file when its total is known.

    Start it beforehand too, to show something while the server has not answered.
    """
    started = False

    def on_bytes(new: int, total: int | None) -> None:
        nonlocal started
        if not started and new > 0:
            shown.start(label, total)
            started = True
        if new < 0:
            shown.start(label, None)
            started = False
        else:
            shown.advance(label, new)

    return on_bytes


@dataclass
class _Tally:
    size: int = 0
    began: float = field(default_factory=time.monotonic)


class _Tallies:
    """Bytes and time per label, kept under one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, _Tally] = {}

    def start(self, label: str) -> None:
        with self._lock:
            # A file begun again keeps its clock: the user has waited since the first try.
            self._files.setdefault(label, _Tally()).size = 0

    def advance(self, label: str, n: int) -> None:
        with self._lock:
            self._files.setdefault(label, _Tally()).size += n

    def line(self, label: str, note: str) -> str:
        """The closing line of a file, which is forgotten with it."""
        with self._lock:
            tally = self._files.pop(label, _Tally())
        parts = [note] if note else []
        if tally.size:
            seconds = time.monotonic() - tally.began
            parts.insert(0, f"{readable_size(tally.size)} in {seconds:.1f} s")
        return f"{label}: {', '.join(parts) or 'done'}"


def readable_size(size: int) -> str:
    """Bytes as ``512 B``, ``1.5 kB`` or ``12.3 MB`` (powers of 1000)."""
    if size < 1000:
        return f"{size} B"
    amount = size / 1000
    for unit in ("kB", "MB"):
        # 999.95 would be printed as 1000.0.
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tallies = _Tallies()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.flush()

    def start(self, label: str, total: int | None) -> None:
        self._tallies.start(label)

    def advance(self, label: str, n: int) -> None:
        self._tallies.advance(label, n)

    def done(self, label: str, note: str = "") -> None:
        # One write, so that lines of several threads are not mixed.
        self._stream.write(self._tallies.line(label, note) + "\n")
        self._stream.flush()


class _Bars:
    def __init__(self, stream: TextIO) -> None:
        # Here, because a run without a terminal should not pay for loading it.
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TransferSpeedColumn,
        )

        self._tallies = _Tallies()
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._console = Console(file=stream)
        # Labels are data: square brackets in them are not markup.
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=self._console,
            transient=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, label: str, total: int | None) -> None:
        with self._lock:
            self._tallies.start(label)
            if label in self._tasks:
                self._bars.reset(self._tasks[label], total=total)
            else:
                self._tasks[label] = self._bars.add_task(label, total=total)
            self._bars.start()

    def advance(self, label: str, n: int) -> None:
        with self._lock:
            self._tallies.advance(label, n)
            if label in self._tasks:
                self._bars.advance(self._tasks[label], n)

    def done(self, label: str, note: str = "") -> None:
        with self._lock:
            task = self._tasks.pop(label, None)
            if task is not None:
                self._bars.remove_task(task)
            self._console.print(
                self._tallies.line(label, note), markup=False, highlight=False, emoji=False
            )
            if not self._tasks:
                # Leaves the terminal in order for whatever is printed between two files.
                self._bars.stop()
