"""Fetch one official file over HTTP(S): whole and unchanged, or a sentence saying why not.

Sizes are in bytes, times in seconds. Every failure that a publisher, a network or a disk can
cause is a :class:`FetchError`; after one, the earlier file is as it was and no partial file is
left, but the beginning of a large one where ``parts`` says so. A process that is killed outright
can leave a ``.part-…`` file behind.
"""

from __future__ import annotations

import http.client
import os
import re
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3
from urllib3 import exceptions as problems
from urllib3.util import Timeout, parse_url

from assets.intake.addresses import ITS_OWN_HOST, AllowList, permitted, plain, redirected
from assets.intake.answers import accept
from assets.intake.attempt import TryError
from assets.intake.job import (
    USUAL_LIMITS,
    Fetched,
    FetchError,
    Job,
    Limits,
    NotModified,
    OnBytes,
    Validators,
)
from assets.intake.part_file import Part
from assets.intake.peers import TRUSTED
from assets.intake.rate import Rate
from assets.intake.transport import DEADLINE, HttpPool, HttpsPool, Surplus

__all__ = ["FetchError", "Fetched", "Fetcher", "Limits", "NotModified", "Validators"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Fetcher:
    """Fetches files politely: one connection per host at a time, also across threads.

    A host that is being retried is left alone by the other threads too, each is given its
    ``pause`` in seconds between two requests, and one that asked for longer gets it. Only the
    hosts in ``trusted`` may have a private address. Proxy settings of the environment are not
    used. Use it as a context manager, so that connections are closed.
    """

    def __init__(
        self,
        *,
        pause: Callable[[str], float] = lambda host: 0.0,
        trusted: Collection[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # More pools than hosts in any registry: a pool pushed out while in use would let a
        # second connection to its host be opened.
        self._pools = urllib3.PoolManager(num_pools=64, maxsize=1, block=True)
        self._pools.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
        self._sleep = sleep
        self._rate = Rate(pause)
        self._trusted = frozenset(trusted)
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
        limits: Limits = USUAL_LIMITS,
        on_bytes: OnBytes | None = None,
        allowed: AllowList = ITS_OWN_HOST,
        parts: Path | None = None,
    ) -> Fetched | NotModified:
        """Fetch ``url`` into the file ``into``, whose folder must exist; replaces the old file.

        ``label`` names the dataset and edition in messages. ``on_bytes`` gets the number
        of new bytes and the announced total (or None); the number is below zero when a retry
        takes back what came before. ``allowed`` are the hosts that redirects may lead to.
        ``parts``, on the same disk as ``into``, is where the beginning of a large file waits
        for the next fetch of its address.
        Raises FetchError.
        """
        job = Job(url, into, label, validators, limits, on_bytes, allowed)
        kept = parts / f"{sha256(url.encode()).hexdigest()[:32]}.part" if parts else None
        try:
            job.start = job.at = permitted(url)
            _require_folder(into)
            with self._turn(job.start), Part(into, kept) as job.part:
                job.deadline = time.monotonic() + limits.total_seconds
                return self._persist(job)
        except TryError as problem:
            raise job.failed(problem) from problem

    @contextmanager
    def _turn(self, url: str) -> Iterator[None]:
        """Wait until no other fetch that began at this host is under way."""
        # The pool alone would do it, but then waiting would eat up the time of this fetch.
        with self._turns_guard:
            turn = self._turns.setdefault(_host(url), threading.Lock())
        with turn:
            yield

    def _persist(self, job: Job) -> Fetched | NotModified:
        """Try, wait and try again while that makes sense."""
        while True:
            job.begin_again()
            try:
                return self._attempt(job)
            except TryError as problem:
                if problem.spoils:
                    job.part.drop()
                wait = job.seconds_to_wait(problem)
                too_long = problem.again and wait >= job.remaining()
                if not problem.again or job.tries > job.limits.retries or too_long:
                    self._rate.leave_alone(_host(job.at), problem.wait or 0.0)
                    if too_long and job.tries <= job.limits.retries:
                        problem.found += (
                            f"; waiting {wait:,.0f} s for another try would go beyond"
                            f" the {job.limits.total_seconds:g} s allowed"
                        )
                    raise
            self._sleep(wait)

    def _attempt(self, job: Job) -> Fetched | NotModified:
        """One try, redirects included."""
        url = job.start
        seen = [url]
        while True:
            with self._answer(job, url) as answer:
                if answer.status not in _REDIRECTS:
                    return accept(job, url, answer)
                location = answer.headers.get("location")
                url = redirected(url, location, seen, job.allowed)
            seen.append(url)
            job.at = url

    @contextmanager
    def _answer(self, job: Job, url: str) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer's head, with the body still to come; its connection is given back after."""
        self._wait_for(_host(url), job)
        deadline, trusted = DEADLINE.set(job.deadline), TRUSTED.set(self._trusted)
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            answer = self._ask(job, url)
            yield answer
        except problems.HTTPError as error:
            raise _explained(error, job) from error
        finally:
            DEADLINE.reset(deadline)
            TRUSTED.reset(trusted)
            self._rate.asked(_host(url))
            if answer is not None:
                answer.close()
                answer.release_conn()

    def _wait_for(self, host: str, job: Job) -> None:
        wait = self._rate.seconds_to_wait(host)
        if wait >= job.remaining():
            found = f"it asked to be left alone for another {wait:,.0f} s"
            raise TryError(f"{host} to answer within {job.limits.total_seconds:g} s", found)
        if wait > 0:
            self._sleep(wait)

    def _ask(self, job: Job, url: str) -> urllib3.BaseHTTPResponse:
        left = job.remaining()
        if left <= 0:
            raise job.out_of_time()
        limits = job.limits
        try:
            return self._pools.urlopen(
                "GET",
                url,
                redirect=False,
                retries=False,
                headers=self._headers() | job.headers(),
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

    def _headers(self) -> dict[str, str]:
        # Identity, so that sizes and checksums are those of the published file.
        return {"User-Agent": self._user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}


def _host(url: str) -> str:
    return parse_url(url).host or ""


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


def _explained(error: problems.HTTPError, job: Job) -> TryError:
    """A network error as a sentence; nearly all of them are worth another try."""
    if job.remaining() <= 0 or isinstance(error, problems.EmptyPoolError):
        return job.out_of_time()
    inner = error.args[-1] if error.args else None
    if isinstance(error, problems.SSLError) and isinstance(inner, ssl.SSLCertVerificationError):
        reason = plain(inner.verify_message or str(inner))
        return TryError("a valid certificate", f"it could not be verified: {reason}")
    expected = "a whole answer" if job.received else "an answer"
    found = _network_trouble(error, inner, job)
    return TryError(expected, found, again=True, spoils=isinstance(inner, Surplus))


def _network_trouble(error: problems.HTTPError, inner: object, job: Job) -> str:
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


def _require_folder(into: Path) -> None:
    # Asking for a file that cannot be kept would burden the publisher for nothing.
    if not into.parent.is_dir():
        raise TryError(f"the folder {into.parent} to write to", "there is no such folder")
