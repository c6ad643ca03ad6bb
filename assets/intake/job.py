"""What one fetch is asked for, how far it is, and how it may end."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from assets.errors import AgisError
from assets.intake.addresses import ITS_OWN_HOST, AllowList, shown
from assets.intake.attempt import TryError
from assets.intake.part_file import Part

OnBytes = Callable[[int, int | None], None]

_MAX_BACKOFF_SECONDS = 60.0


@dataclass(frozen=True)
class Validators:
    """What the publisher said about the copy already held, sent back to ask for changes only."""

    etag: str | None
    last_modified: str | None

    def as_headers(self) -> dict[str, str]:
        """The conditional request headers; empty when nothing is known."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Limits:
    """Bounds of one fetch: bytes of the file, seconds of waiting, tries after the first.

    ``read_seconds`` is the longest silence between bytes. ``total_seconds`` covers all tries
    and waits together, but not the wait for another download from the same host to finish.
    """

    max_bytes: int = 64 * 1024 * 1024
    connect_seconds: float = 10
    read_seconds: float = 30
    total_seconds: float = 300
    retries: int = 4
    backoff_seconds: float = 0.5


USUAL_LIMITS = Limits()


@dataclass(frozen=True)
class Fetched:
    """A whole file on disk. ``url`` is percent-encoded and follows redirects; size in bytes."""

    path: Path
    url: str
    status: int
    headers: dict[str, str]
    sha256: str
    size: int
    retrieved_at: str


@dataclass(frozen=True)
class NotModified:
    """The publisher says that the copy already held is still the current one."""

    url: str
    retrieved_at: str


class FetchError(AgisError):
    """A file that could not be fetched: which one, from where, expected, found, tries.

    ``status`` is the HTTP status of the last answer if that was what was wrong, else None.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Job:
    """One fetch: what is wanted, and how far its present try has come."""

    url: str
    into: Path
    label: str
    validators: Validators | None = None
    limits: Limits = USUAL_LIMITS
    on_bytes: OnBytes | None = None
    allowed: AllowList = ITS_OWN_HOST
    parts: Path | None = None
    start: str = ""
    at: str = ""
    tries: int = 0
    received: int = 0
    reported: int = 0
    deadline: float = 0.0
    part: Part = field(init=False)

    def remaining(self) -> float:
        """Seconds left for this fetch; below zero when it is late."""
        return self.deadline - time.monotonic()

    def headers(self) -> dict[str, str]:
        """The request headers that depend on what is held already, whole or in part."""
        sent = self.validators.as_headers() if self.validators else {}
        if self.part.resumable:
            sent |= {"Range": f"bytes={self.part.size}-", "If-Range": self.part.validator or ""}
        return sent

    def report(self, new: int, total: int | None) -> None:
        """Tell the caller of new bytes."""
        self.reported += new
        if self.on_bytes:
            self.on_bytes(new, total)

    def begin_again(self) -> None:
        """Count a new try, and take back what the one before has reported."""
        self.tries += 1
        self.at = self.start
        self.received = 0
        if self.reported:
            self.report(-self.reported, None)

    def failed(self, problem: TryError) -> FetchError:
        """The whole sentence of a fetch that is given up."""
        where = shown(self.url)
        if self.at != self.start:
            where += f" (redirected to {shown(self.at)})"
        tries = {0: "not tried", 1: "tried once"}.get(self.tries, f"tried {self.tries} times")
        if self.tries and self.part.outlives:
            tries += f"; {self.part.size >> 20} MB are kept, the next fetch asks for the rest"
        return FetchError(
            f"{self.label}: cannot fetch {where}: expected {problem.expected},"
            f" but {problem.found} ({tries}).",
            problem.status,
        )

    def seconds_to_wait(self, problem: TryError) -> float:
        """Exponential backoff with jitter, or what the server asked for when that is longer."""
        doubled: float = self.limits.backoff_seconds * 2 ** min(self.tries - 1, 30)
        backoff = min(doubled, _MAX_BACKOFF_SECONDS) * random.uniform(0.5, 1.0)
        return max(backoff, problem.wait or 0.0)

    def out_of_time(self) -> TryError:
        """Why it ends when the time is over."""
        total = f"{self.limits.total_seconds:g} s"
        return TryError(
            f"the whole file within {total}",
            f"only {self.received:,} bytes had come when the time was over",
        )


def retry_after(value: str | None) -> float | None:
    """Seconds asked for by a Retry-After header (a number or an HTTP date), None without one."""
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
