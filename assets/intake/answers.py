"""What to make of an answer: a whole file, the rest of one, no change, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus

import urllib3

from assets.intake.addresses import plain
from assets.intake.attempt import A_FILE, TryError
from assets.intake.job import Fetched, Job, NotModified, retry_after

_KEPT_HEADERS = (
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
)
_WORTH_ANOTHER_TRY = frozenset({429, 500, 502, 503, 504})
_CHUNK_BYTES = 64 * 1024


def accept(job: Job, url: str, answer: urllib3.BaseHTTPResponse) -> Fetched | NotModified:
    """Take a final answer or say what is wrong with it; raises TryError."""
    if answer.status == HTTPStatus.NOT_MODIFIED:
        if job.validators and job.validators.as_headers():
            return NotModified(url, _now())
        found = "the server answered 304 Not Modified without being asked"
        raise TryError(A_FILE, found, status=answer.status)
    is_rest = answer.status == HTTPStatus.PARTIAL_CONTENT and job.part.resumable
    if answer.status != HTTPStatus.OK and not is_rest:
        no_rest = answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        raise TryError(
            A_FILE,
            f"the server answered {_named(answer.status)}",
            again=answer.status in _WORTH_ANOTHER_TRY or (no_rest and job.part.resumable),
            wait=retry_after(answer.headers.get("retry-after")),
            status=answer.status,
            spoils=no_rest,
        )
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise TryError("the file as it is", f"it came with Content-Encoding {plain(encoding)}")
    return _download(job, url, answer, is_rest=is_rest)


def _named(status: int) -> str:
    # The server's own wording is not repeated: it can hold anything.
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _download(job: Job, url: str, answer: urllib3.BaseHTTPResponse, *, is_rest: bool) -> Fetched:
    """Stream the body to disk; it takes the place of the old file only when it is whole."""
    part, announced = job.part, _announced(answer)
    said = {n: v for n in _KEPT_HEADERS if (v := answer.headers.get(n)) is not None}
    if is_rest:
        announced = _whole_size(job, answer, announced)
        said = part.headers | said | {"content-length": str(announced)}
    if announced is not None:
        _require_size(announced, job, "the server announces")
    if is_rest:
        job.received = part.size
        job.report(part.size, announced)
    else:
        part.begin(said)
    for chunk in _body(job, answer):
        part.write(chunk)
        job.report(len(chunk), announced)
    _require_whole(job.received, announced)
    sha256, size = part.sha256, part.size
    part.keep()
    return Fetched(
        path=job.into,
        url=url,
        status=answer.status,
        headers=said,
        sha256=sha256,
        size=size,
        retrieved_at=_now(),
    )


def _whole_size(job: Job, answer: urllib3.BaseHTTPResponse, length: int | None) -> int:
    """The size of the whole file, if the answer is surely the rest of the file begun before."""
    part = job.part
    expected = f"the rest of the same file from byte {part.size:,} on"
    found = plain(answer.headers.get("content-range", "none"))
    trouble = TryError(
        expected, f"the server sent the range »{found}«", again=True, spoils=True, status=206
    )
    given = re.fullmatch(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", found)
    if not given:
        raise trouble
    first, last, whole = map(int, given.groups())
    known = part.headers.get("content-length")
    if (
        first != part.size
        or last != whole - 1
        or length not in (None, whole - first)
        or (known is not None and int(known) != whole)
    ):
        raise trouble
    # If-Range asked for the very same state; an answer that does not say so may be of another.
    if part.validator not in (answer.headers.get("etag"), answer.headers.get("last-modified")):
        trouble.found = "the server sent a range of a file that it does not call the same"
        raise trouble
    return whole


def _body(job: Job, answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Chunks as they come, within size and time."""
    # read1 returns whatever has come; read would wait for a full chunk from a dripping server.
    while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
        job.received += len(chunk)
        _require_size(job.received, job, "already came")
        if job.remaining() <= 0:
            raise job.out_of_time()
        yield chunk


def _announced(answer: urllib3.BaseHTTPResponse) -> int | None:
    value = answer.headers.get("content-length")
    if value is None:
        return None
    # Python's int would take more than digits: signs, underscores, odd white space.
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise TryError("a Content-Length in bytes", f"it was {plain(value)!r}", again=True)
    return int(value)


def _require_size(size: int, job: Job, how: str) -> None:
    if size > job.limits.max_bytes:
        found = f"{how} {size:,}" if how.startswith("the") else f"{size:,} {how}"
        raise TryError(f"at most {job.limits.max_bytes:,} bytes", found, spoils=True)


def _require_whole(received: int, announced: int | None) -> None:
    if announced is not None and received != announced:
        expected = f"{announced:,} bytes (Content-Length)"
        raise TryError(expected, f"{received:,} came", again=True, spoils=received > announced)
    if received == 0:
        raise TryError("a file with content", "the body was empty")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
