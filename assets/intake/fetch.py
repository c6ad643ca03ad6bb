"""Fetch one official file over HTTP(S): whole and unchanged, or a sentence saying why not.

Sizes are in bytes, times in seconds. Every failure that a publisher, a network or a disk can
cause is a :class:`FetchError`; after one, no partial file is left and the earlier file is as
it was. A process that is killed outright can leave a ``.part-…`` file behind.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3
from urllib3 import exceptions as problems
from urllib3.util import Timeout, parse_url

from assets.errors import AgisError
from assets.intake.addresses import permitted, plain, redirected, shown
from assets.intake.attempt import A_FILE, TryError
from assets.intake.part_file import Part
from assets.intake.transport import DEADLINE, HttpPool, HttpsPool, Surplus

OnBytes = Callable[[int, int | None], None]

_KEPT_HEADERS = (
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORTH_ANOTHER_TRY = frozenset({429, 500, 502, 503, 504})
_MAX_BACKOFF_SECONDS = 60.0
_CHUNK_BYTES = 64 * 1024


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


class Fetcher:
    """Fetches files politely: one connection per host at a time, also across threads.

    A host that is being retried is left alone by the other threads too. Proxy settings of the
    environment are not used. Use it as a context manager, so that connections are closed.
    """

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        # More pools than hosts in any registry: a pool pushed out while in use would let a
        # second connection to its host be opened.
        self._pools = urllib3.PoolManager(num_pools=64, maxsize=1, block=True)
        self._pools.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
        self._sleep = sleep
        self._user_agent = user_agent()
        self._turns: dict[str, threading.Lock] = {}
        self._turns_guard = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pools.clear()

    def fetch(
        self,
        url: str,
        into: Path,
        *,
        label: str,
        validators: Validators | None = None,
        limits: Limits = Limits(),
        on_bytes: OnBytes | None = None,
    ) -> Fetched | NotModified:
        """Fetch ``url`` into the file ``into``, whose folder must exist; replaces the old file.

        ``label`` names the dataset and edition in messages. ``on_bytes`` gets the number
        of new bytes and the announced total (or None); the number is below zero when a retry
        takes back what came before.
        Raises FetchError.
        """
        job = _Job(url, into, label, validators, limits, on_bytes)
        try:
            job.start = job.at = permitted(url)
            _require_folder(into)
        except TryError as problem:
            raise job.failed(problem) from problem
        with self._turn(job.start):
            job.deadline = time.monotonic() + limits.total_seconds
            return self._persist(job)

    @contextmanager
    def _turn(self, url: str) -> Iterator[None]:
        """Wait until no other fetch that began at this host is under way."""
        # The pool alone would do it, but then waiting would eat up the time of this fetch.
        with self._turns_guard:
            turn = self._turns.setdefault(parse_url(url).host or "", threading.Lock())
        with turn:
            yield

    def _persist(self, job: _Job) -> Fetched | NotModified:
        """Try, wait and try again while that makes sense."""
        while True:
            job.begin_again()
            try:
                return self._attempt(job)
            except TryError as problem:
                if not problem.again or job.tries > job.limits.retries:
                    raise job.failed(problem) from problem
                wait = _seconds_to_wait(problem, job)
                if wait >= job.remaining():
                    problem.found += (
                        f"; waiting {wait:,.0f} s for another try would go beyond"
                        f" the {job.limits.total_seconds:g} s allowed"
                    )
                    raise job.failed(problem) from problem
            self._sleep(wait)

    def _attempt(self, job: _Job) -> Fetched | NotModified:
        """One try, redirects included."""
        url = job.start
        seen = [url]
        while True:
            with self._answer(job, url) as answer:
                if answer.status not in _REDIRECTS:
                    return _accept(job, url, answer)
                url = redirected(url, answer.headers.get("location"), seen)
            seen.append(url)
            job.at = url

    @contextmanager
    def _answer(self, job: _Job, url: str) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer's head, with the body still to come; its connection is given back after."""
        token = DEADLINE.set(job.deadline)
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            answer = self._ask(job, url)
            yield answer
        except problems.HTTPError as error:
            raise _explained(error, job) from error
        finally:
            DEADLINE.reset(token)
            if answer is not None:
                answer.close()
                answer.release_conn()

    def _ask(self, job: _Job, url: str) -> urllib3.BaseHTTPResponse:
        left = job.remaining()
        if left <= 0:
            raise _out_of_time(job)
        limits = job.limits
        try:
            return self._pools.urlopen(
                "GET",
                url,
                redirect=False,
                retries=False,
                headers=self._headers(job),
                timeout=Timeout(
                    connect=min(limits.connect_seconds, left), read=limits.read_seconds
                ),
                pool_timeout=left,
                preload_content=False,
                decode_content=False,
            )
        except problems.LocationValueError as error:
            raise TryError("an address that can be asked", str(error)) from error
        except ValueError as error:
            expected = "an address and validators that can be sent in a request"
            raise TryError(expected, plain(str(error))) from error

    def _headers(self, job: _Job) -> dict[str, str]:
        # Identity, so that sizes and checksums are those of the published file.
        sent = {"User-Agent": self._user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
        return sent | (job.validators.as_headers() if job.validators else {})


def user_agent() -> str:
    """Say who is asking; AGIS_CONTACT adds a way to reach the operator."""
    try:
        version = metadata.version("agis")
    except metadata.PackageNotFoundError:
        version = "unreleased"
    about = ["open-data platform on social exclusion in Czech municipalities", "python-urllib3"]
    # A header line is ASCII without line breaks, and brackets would end the comment.
    contact = os.environ.get("AGIS_CONTACT", "").encode("ascii", "ignore").decode()
    contact = " ".join(re.sub(r"[()\\\x00-\x1f\x7f]", " ", contact).split())
    if contact:
        about.append(f"contact: {contact}")
    return f"AGIS/{version} ({'; '.join(about)})"


# One fetch and its troubles


@dataclass
class _Job:
    url: str
    into: Path
    label: str
    validators: Validators | None
    limits: Limits
    on_bytes: OnBytes | None
    start: str = ""
    at: str = ""
    tries: int = 0
    received: int = 0
    reported: int = 0
    deadline: float = 0.0

    def remaining(self) -> float:
        """Seconds left for this fetch; below zero when it is late."""
        return self.deadline - time.monotonic()

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
        where = shown(self.url)
        if self.at != self.start:
            where += f" (redirected to {shown(self.at)})"
        tries = {0: "not tried", 1: "tried once"}.get(self.tries, f"tried {self.tries} times")
        return FetchError(
            f"{self.label}: cannot fetch {where}: expected {problem.expected},"
            f" but {problem.found} ({tries}).",
            problem.status,
        )


def _seconds_to_wait(problem: TryError, job: _Job) -> float:
    """Exponential backoff with jitter, or what the server asked for when that is longer."""
    doubled: float = job.limits.backoff_seconds * 2 ** min(job.tries - 1, 30)
    backoff = min(doubled, _MAX_BACKOFF_SECONDS) * random.uniform(0.5, 1.0)
    return max(backoff, problem.wait or 0.0)


def _retry_after(value: str | None) -> float | None:
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


def _out_of_time(job: _Job) -> TryError:
    total = f"{job.limits.total_seconds:g} s"
    return TryError(
        f"the whole file within {total}",
        f"only {job.received:,} bytes had come when the time was over",
    )


def _explained(error: problems.HTTPError, job: _Job) -> TryError:
    """A network error as a sentence; nearly all of them are worth another try."""
    if job.remaining() <= 0 or isinstance(error, problems.EmptyPoolError):
        return _out_of_time(job)
    inner = error.args[-1] if error.args else None
    if isinstance(error, problems.SSLError) and isinstance(inner, ssl.SSLCertVerificationError):
        reason = plain(inner.verify_message or str(inner))
        return TryError("a valid certificate", f"it could not be verified: {reason}")
    expected = "a whole answer" if job.received else "an answer"
    return TryError(expected, _network_trouble(error, inner, job), again=True)


def _network_trouble(error: problems.HTTPError, inner: object, job: _Job) -> str:
    so_far = f" after {job.received:,} bytes" if job.received else ""
    match error, inner:
        case problems.NameResolutionError(), _:
            return "the host name was not found"
        case problems.NewConnectionError(), _:
            cause = error.__cause__
            reason = cause.strerror if isinstance(cause, OSError) else None
            return f"no connection came about: {reason or 'the host cannot be reached'}"
        case problems.ConnectTimeoutError(), _:
            return f"no connection came about within {job.limits.connect_seconds:g} s"
        case problems.ReadTimeoutError(), _:
            return f"nothing came for {job.limits.read_seconds:g} s{so_far}"
        case _, Surplus():
            return "the server sent more bytes than its Content-Length"
        case _, http.client.RemoteDisconnected():
            return "the server closed the connection without answering"
        case _, http.client.IncompleteRead() | ConnectionError():
            return f"the connection broke off{so_far}"
        case problems.SSLError(), _:
            return f"the secure connection failed{so_far}: {plain(str(inner))}"
    return f"the answer was not valid HTTP{so_far}: {plain(str(inner or error))}"


# Answers


def _accept(job: _Job, url: str, answer: urllib3.BaseHTTPResponse) -> Fetched | NotModified:
    """Take a final answer or say what is wrong with it."""
    if answer.status == HTTPStatus.NOT_MODIFIED:
        if job.validators and job.validators.as_headers():
            return NotModified(url, _now())
        found = "the server answered 304 Not Modified without being asked"
        raise TryError(A_FILE, found, status=answer.status)
    if answer.status != HTTPStatus.OK:
        raise TryError(
            A_FILE,
            f"the server answered {_named(answer.status)}",
            again=answer.status in _WORTH_ANOTHER_TRY,
            wait=_retry_after(answer.headers.get("retry-after")),
            status=answer.status,
        )
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise TryError("the file as it is", f"it came with Content-Encoding {plain(encoding)}")
    return _download(job, url, answer)


def _named(status: int) -> str:
    # The server's own wording is not repeated: it can hold anything.
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _download(job: _Job, url: str, answer: urllib3.BaseHTTPResponse) -> Fetched:
    """Stream the body to disk; it takes the place of the old file only when it is whole."""
    announced = _announced(answer)
    if announced is not None:
        _require_size(announced, job, "the server announces")
    digest = hashlib.sha256()
    with Part(job.into) as part:
        for chunk in _body(job, answer):
            digest.update(chunk)
            part.write(chunk)
            job.report(len(chunk), announced)
        _require_whole(job.received, announced)
        part.keep()
    headers = {name: answer.headers.get(name) for name in _KEPT_HEADERS}
    return Fetched(
        path=job.into,
        url=url,
        status=answer.status,
        headers={name: value for name, value in headers.items() if value is not None},
        sha256=digest.hexdigest(),
        size=job.received,
        retrieved_at=_now(),
    )


def _body(job: _Job, answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Chunks as they come, within size and time."""
    # read1 returns whatever has come; read would wait for a full chunk from a dripping server.
    while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
        job.received += len(chunk)
        _require_size(job.received, job, "already came")
        if job.remaining() <= 0:
            raise _out_of_time(job)
        yield chunk


def _announced(answer: urllib3.BaseHTTPResponse) -> int | None:
    value = answer.headers.get("content-length")
    if value is None:
        return None
    # Python's int would take more than digits: signs, underscores, odd white space.
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise TryError("a Content-Length in bytes", f"it was {plain(value)!r}", again=True)
    return int(value)


def _require_size(size: int, job: _Job, how: str) -> None:
    if size > job.limits.max_bytes:
        found = f"{how} {size:,}" if how.startswith("the") else f"{size:,} {how}"
        raise TryError(f"at most {job.limits.max_bytes:,} bytes", found)


def _require_whole(received: int, announced: int | None) -> None:
    if announced is not None and received != announced:
        expected = f"{announced:,} bytes (Content-Length)"
        raise TryError(expected, f"{received:,} came", again=True)
    if received == 0:
        raise TryError("a file with content", "the body was empty")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Disk


def _require_folder(into: Path) -> None:
    # Asking for a file that cannot be kept would burden the publisher for nothing.
    if not into.parent.is_dir():
        raise TryError(f"the folder {into.parent} to write to", "there is no such folder")
