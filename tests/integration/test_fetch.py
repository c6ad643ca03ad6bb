"""Fetching from a server that misbehaves in every way a publisher's has, or might."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from assets.errors import AgisError
from assets.intake.addresses import ITS_OWN_HOST, AllowList
from assets.intake.fetch import (
    Fetched,
    Fetcher,
    FetchError,
    Limits,
    NotModified,
    Validators,
    user_agent,
)
from assets.intake.progress import follow, progress, readable_size
from tests.conftest import need
from tests.misbehaving_server import MisbehavingServer

LABEL = "Recipients of benefits, edition 2024"
CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()
EARLIER = b"the edition before"
FAR_AWAY = "Wed, 21 Oct 2015 07:28:00 +" + "9" * 12
HERE = ("127.0.0.1", "localhost", "127.8.9.1")
LOCALHOST = AllowList(hosts=frozenset({"localhost"}))
QUICK = Limits(read_seconds=0.3, total_seconds=5, retries=2, backoff_seconds=0.001)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    served = tmp_path / "served"
    served.mkdir()
    (served / "a.xlsx").write_bytes(CONTENT)
    (served / "b.xlsx").write_bytes(CONTENT[::-1])
    return served


@pytest.fixture
def server(folder: Path) -> Iterator[MisbehavingServer]:
    with MisbehavingServer(folder) as running:
        yield running


@pytest.fixture
def into(tmp_path: Path) -> Path:
    landing = tmp_path / "landing"
    landing.mkdir()
    return landing / "a.xlsx"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Iterator[Fetcher]:
    with Fetcher(trusted=HERE, sleep=waits.append) as ready:
        yield ready


class Fails:
    """Fetches, expects a failure that leaves nothing behind, and returns its sentence."""

    def __init__(self, fetcher: Fetcher, into: Path) -> None:
        self._fetcher = fetcher
        self._into = into
        self.status: int | None = None

    def __call__(
        self, url: str, limits: Limits = QUICK, validators: Validators | None = None
    ) -> str:
        into = self._into
        into.write_bytes(EARLIER)
        with pytest.raises(FetchError) as caught:
            self._fetcher.fetch(url, into, label=LABEL, limits=limits, validators=validators)
        assert [path.name for path in into.parent.iterdir()] == [into.name]
        assert into.read_bytes() == EARLIER
        self.status = caught.value.status
        message = str(caught.value)
        assert message.startswith(f"{LABEL}: cannot fetch ")
        assert ": expected " in message
        assert ", but " in message
        assert "\n" not in message
        return message


@pytest.fixture
def fails(fetcher: Fetcher, into: Path) -> Fails:
    return Fails(fetcher, into)


def fetched(
    fetcher: Fetcher,
    url: str,
    into: Path,
    limits: Limits = QUICK,
    allowed: AllowList = ITS_OWN_HOST,
) -> Fetched:
    result = fetcher.fetch(url, into, label=LABEL, limits=limits, allowed=allowed)
    assert isinstance(result, Fetched)
    assert [path.name for path in into.parent.iterdir()] == [into.name]
    return result


# The proper way


def test_a_file_is_fetched_whole(server: MisbehavingServer, fetcher: Fetcher, into: Path) -> None:
    into.write_bytes(EARLIER)
    got = fetched(fetcher, server.url("/a.xlsx"), into)
    assert into.read_bytes() == CONTENT
    assert (got.path, got.url, got.status) == (into, server.url("/a.xlsx"), 200)
    assert (got.sha256, got.size) == (SHA256, len(CONTENT))
    assert set(got.headers) == {"etag", "last-modified", "content-length", "date"}
    assert got.headers["content-length"] == str(len(CONTENT))
    moment = datetime.strptime(got.retrieved_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=10)


def test_the_request_is_honest(
    server: MisbehavingServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGIS_CONTACT", "Jiří (data)\r\nX-Evil: 1 jiri@example.org")
    with Fetcher(trusted=HERE) as fetcher:
        fetched(fetcher, server.url("/a.xlsx"), into)
    (request,) = server.requests
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["user-agent"] == user_agent()
    assert request.headers["user-agent"].startswith("AGIS/")
    assert "contact: Ji data X-Evil: 1 jiri@example.org)" in request.headers["user-agent"]
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(request.headers)


def test_the_file_can_be_read_by_whom_the_umask_allows(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    sibling = into.with_name("sibling")
    sibling.touch()
    usual = sibling.stat().st_mode
    sibling.unlink()
    fetched(fetcher, server.url("/a.xlsx"), into)
    assert into.stat().st_mode == usual


def test_a_connection_is_kept_for_the_next_file(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    before = threading.active_count()
    for path in ("/a.xlsx", "/b.xlsx", "/a.xlsx"):
        fetched(fetcher, server.url(path), into)
    assert threading.active_count() == before + 1, "the server has one thread per connection"


@pytest.mark.parametrize("behaviour", ["chunked", "no-length", "encoded:identity"])
def test_other_proper_ways_to_send_a_file(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, behaviour: str
) -> None:
    server.misbehave("/a.xlsx", behaviour)
    assert fetched(fetcher, server.url("/a.xlsx"), into).sha256 == SHA256


def test_bytes_are_reported(server: MisbehavingServer, fetcher: Fetcher, into: Path) -> None:
    server.misbehave("/a.xlsx", "cut", times=1)
    seen: list[tuple[int, int | None]] = []
    fetcher.fetch(
        server.url("/a.xlsx"),
        into,
        label=LABEL,
        limits=QUICK,
        on_bytes=lambda new, total: seen.append((new, total)),
    )
    assert sum(new for new, _ in seen) == len(CONTENT)
    assert (-len(CONTENT) // 2, None) in seen
    assert {total for new, total in seen if new > 0} == {len(CONTENT)}


def test_an_interrupted_fetch_leaves_nothing(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    def interrupt(_: int, __: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetcher.fetch(server.url("/a.xlsx"), into, label=LABEL, on_bytes=interrupt)
    assert list(into.parent.iterdir()) == []
    fetched(fetcher, server.url("/a.xlsx"), into)


def test_bytes_that_drip(
    server: MisbehavingServer, folder: Path, fetcher: Fetcher, into: Path
) -> None:
    (folder / "a.xlsx").write_bytes(CONTENT[:100])
    server.misbehave("/a.xlsx", "drip:1")
    assert fetched(fetcher, server.url("/a.xlsx"), into).size == 100
    assert into.read_bytes() == CONTENT[:100]


# Asking for changes only


def validators_of(got: Fetched) -> Validators:
    return Validators(got.headers.get("etag"), got.headers.get("last-modified"))


@pytest.mark.parametrize("kind", ["both", "etag", "last-modified"])
def test_an_unchanged_file_is_not_sent_again(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, kind: str
) -> None:
    known = validators_of(fetched(fetcher, server.url("/a.xlsx"), into))
    if kind == "etag":
        known = Validators(known.etag, None)
    elif kind == "last-modified":
        known = Validators(None, known.last_modified)
    into.write_bytes(EARLIER)
    result = fetcher.fetch(server.url("/a.xlsx"), into, label=LABEL, validators=known)
    assert isinstance(result, NotModified)
    assert result.url == server.url("/a.xlsx")
    assert result.retrieved_at.endswith("Z")
    assert into.read_bytes() == EARLIER


def test_a_changed_file_is_sent(
    server: MisbehavingServer, folder: Path, fetcher: Fetcher, into: Path
) -> None:
    known = validators_of(fetched(fetcher, server.url("/a.xlsx"), into))
    (folder / "a.xlsx").write_bytes(b"new")
    result = fetcher.fetch(server.url("/a.xlsx"), into, label=LABEL, validators=known)
    assert isinstance(result, Fetched)
    assert into.read_bytes() == b"new"


def test_changed_bytes_under_the_same_etag_have_another_checksum(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    first = fetched(fetcher, server.url("/a.xlsx"), into)
    server.misbehave("/a.xlsx", "changed")
    second = fetcher.fetch(
        server.url("/a.xlsx"), into, label=LABEL, validators=validators_of(first)
    )
    assert isinstance(second, Fetched)
    assert second.headers["etag"] == first.headers["etag"]
    assert second.size == first.size
    assert second.sha256 == hashlib.sha256(into.read_bytes()).hexdigest() != first.sha256


@pytest.mark.parametrize("validators", [None, Validators(None, None)])
def test_not_modified_without_being_asked(
    server: MisbehavingServer, fails: Fails, validators: Validators | None
) -> None:
    server.misbehave("/a.xlsx", "not-modified")
    message = fails(server.url("/a.xlsx"), validators=validators)
    assert "304 Not Modified without being asked (tried once)" in message


def test_validators_that_no_request_can_carry(server: MisbehavingServer, fails: Fails) -> None:
    message = fails(server.url("/a.xlsx"), validators=Validators('"a"\r\nX-Evil: 1', None))
    assert "validators that can be sent" in message
    assert server.requests == []


# What another try may help


@pytest.mark.parametrize(
    "behaviour",
    [
        *(f"status:{code}" for code in (429, 500, 502, 503, 504)),
        "drop",
        "cut",
        "cut-chunked",
        "longer",
        "bad-length:12x",
        "bad-length:5, 6",
        "bad-length:\x1d5",
        "bad-length:-5",
        "hang",
        "raw:nonsense\r\n\r\n",
        "raw:",
    ],
)
def test_a_passing_trouble_is_overcome(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, behaviour: str, waits: list[float]
) -> None:
    server.misbehave("/a.xlsx", behaviour, times=2)
    assert fetched(fetcher, server.url("/a.xlsx"), into).sha256 == SHA256
    assert into.read_bytes() == CONTENT
    assert len(server.requests) == 3
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("behaviour", "found"),
    [
        ("status:500", "the server answered 500 Internal Server Error"),
        ("status:503", "the server answered 503 Service Unavailable"),
        ("drop", "the server closed the connection without answering"),
        ("cut", "expected a whole answer, but the connection broke off after 5,120 bytes"),
        ("cut-chunked", "the connection broke off"),
        ("longer", "the server sent more bytes than its Content-Length"),
        ("bad-length:12x", "expected a Content-Length in bytes, but it was '12x'"),
        ("hang", "nothing came for 0.3 s"),
        ("raw:nonsense\r\n\r\n", "the answer was not valid HTTP"),
    ],
)
def test_a_lasting_trouble_is_told(
    server: MisbehavingServer, fails: Fails, behaviour: str, found: str
) -> None:
    server.misbehave("/a.xlsx", behaviour)
    url = server.url("/a.xlsx")
    message = fails(url)
    assert f"{LABEL}: cannot fetch {url}: expected " in message
    assert found in message
    assert message.endswith("(tried 3 times).")
    assert len(server.requests) == 3


def test_waits_grow_and_vary(server: MisbehavingServer, fails: Fails, waits: list[float]) -> None:
    server.misbehave("/a.xlsx", "status:500")
    limits = Limits(retries=6, backoff_seconds=0.5, total_seconds=1000)
    fails(server.url("/a.xlsx"), limits)
    assert len(waits) == 6
    for number, wait in enumerate(waits):
        assert 0.25 * 2**number <= wait <= 0.5 * 2**number
    assert len({wait / 2**number for number, wait in enumerate(waits)}) > 1


def test_a_server_that_is_not_there(fails: Fails) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    message = fails(f"http://127.0.0.1:{port}/a.xlsx")
    assert "no connection came about: Connection refused (tried 3 times)" in message


def test_retry_after_in_seconds(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, waits: list[float]
) -> None:
    server.misbehave("/a.xlsx", "status:429:3", times=1)
    server.misbehave("/a.xlsx", "status:503:0", times=1)
    fetched(fetcher, server.url("/a.xlsx"), into)
    assert waits[0] == 3
    assert 0 < waits[1] < 0.01


def test_retry_after_as_a_date(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, waits: list[float]
) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
    server.misbehave("/a.xlsx", f"status:503:{soon}", times=1)
    server.misbehave("/a.xlsx", "status:503:Wed, 21 Oct 2015 07:28:00 GMT", times=1)
    fetched(fetcher, server.url("/a.xlsx"), into)
    assert 2 < waits[0] <= 4
    assert waits[1] < 0.01


@pytest.mark.parametrize(
    "value", ["soon", "-5", "9" * 5000, "\x1d5", "Wed, 99 Oct 2015 07:28:00 GMT", FAR_AWAY]
)
def test_a_senseless_retry_after_is_passed_over(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, waits: list[float], value: str
) -> None:
    server.misbehave("/a.xlsx", f"status:503:{value}", times=1)
    fetched(fetcher, server.url("/a.xlsx"), into)
    assert waits[0] < 0.01


def test_retry_after_beyond_the_time_allowed(
    server: MisbehavingServer, fails: Fails, waits: list[float]
) -> None:
    server.misbehave("/a.xlsx", "status:429:3600")
    message = fails(server.url("/a.xlsx"))
    assert "429 Too Many Requests; waiting 3,600 s" in message
    assert "beyond the 5 s allowed (tried once)" in message
    assert waits == []


# What another try does not help


@pytest.mark.parametrize(
    ("behaviour", "found"),
    [
        ("status:400", "400 Bad Request"),
        ("status:403", "403 Forbidden"),
        ("status:404", "404 Not Found"),
        ("status:404:1", "404 Not Found"),
        ("status:410", "410 Gone"),
        ("status:501", "501 Not Implemented"),
        ("status:206", "206 Partial Content"),
        ("status:599", "answered 599 "),
        ("empty", "expected a file with content, but the body was empty"),
        ("encoded:gzip", "expected the file as it is, but it came with Content-Encoding gzip"),
        ("encoded:br", "Content-Encoding br"),
        ("redirect-nowhere", "a redirect without a Location"),
        ("redirect:ftp://127.0.0.1/a.xlsx", "it redirects to ftp://127.0.0.1/a.xlsx"),
        ("redirect:file:///etc/passwd", "it redirects to file:///etc/passwd"),
        ("redirect:http://data.example/a.xlsx", "it redirects to http://data.example/a.xlsx"),
        ("redirect:http://[bad/a.xlsx", "it redirects to http://[bad/a.xlsx"),
        ("redirect:https://me:secret@127.0.0.1/", "it contains one"),
    ],
)
def test_a_settled_matter_fails_at_once(
    server: MisbehavingServer, fails: Fails, waits: list[float], behaviour: str, found: str
) -> None:
    server.misbehave("/a.xlsx", behaviour)
    message = fails(server.url("/a.xlsx"))
    assert found in message
    assert message.endswith("(tried once).")
    assert "secret" not in message
    assert fails.status == (int(behaviour.split(":")[1]) if "status" in behaviour else None)
    assert len(server.requests) == 1
    assert waits == []


@pytest.mark.parametrize("behaviour", ["proper", "chunked", "no-length", "oversized"])
def test_a_file_that_is_too_large(server: MisbehavingServer, fails: Fails, behaviour: str) -> None:
    server.misbehave("/a.xlsx", behaviour)
    message = fails(server.url("/a.xlsx"), Limits(max_bytes=len(CONTENT) - 1))
    assert "expected at most 10,239 bytes, but " in message
    assert message.endswith("(tried once).")


def test_a_file_of_just_the_allowed_size(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    assert fetched(fetcher, server.url("/a.xlsx"), into, Limits(max_bytes=len(CONTENT)))


@pytest.mark.parametrize("behaviour", ["drip:20", "drip-head:20", "drip-chunked:20"])
def test_the_deadline_holds_while_bytes_drip(
    server: MisbehavingServer, fails: Fails, behaviour: str
) -> None:
    server.misbehave("/a.xlsx", behaviour)
    began = time.monotonic()
    message = fails(server.url("/a.xlsx"), Limits(total_seconds=0.3))
    assert time.monotonic() - began < 1.5
    assert "expected the whole file within 0.3 s, but only" in message


def test_the_deadline_covers_all_tries(server: MisbehavingServer, fails: Fails) -> None:
    server.misbehave("/a.xlsx", "hang")
    began = time.monotonic()
    fails(server.url("/a.xlsx"), Limits(read_seconds=0.2, total_seconds=0.5, backoff_seconds=0.01))
    assert time.monotonic() - began < 1.5
    assert len(server.requests) in (2, 3)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, status: int
) -> None:
    server.misbehave("/old", f"redirect:a.xlsx#top:{status}")
    got = fetched(fetcher, server.url("/old"), into)
    assert got.url == server.url("/a.xlsx")
    assert got.sha256 == SHA256


def test_a_redirect_to_another_host(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    server.misbehave("/old", f"redirect:{server.url('/a.xlsx', host='localhost')}")
    got = fetched(fetcher, server.url("/old"), into, allowed=LOCALHOST)
    assert got.url.startswith("http://localhost:")


def test_a_redirect_with_czech_letters(
    server: MisbehavingServer, folder: Path, fetcher: Fetcher, into: Path
) -> None:
    (folder / "příjemci dávek.xlsx").write_bytes(CONTENT)
    server.misbehave("/old", "redirect:/příjemci dávek.xlsx".encode().decode("latin-1"))
    got = fetched(fetcher, server.url("/old"), into)
    assert got.url == server.url("/p%C5%99%C3%ADjemci%20d%C3%A1vek.xlsx")
    assert fetched(fetcher, server.url("/příjemci dávek.xlsx"), into).sha256 == SHA256


def test_a_failure_after_a_redirect_names_both_addresses(
    server: MisbehavingServer, fails: Fails
) -> None:
    server.misbehave("/old", "redirect:/gone")
    message = fails(server.url("/old"))
    assert f"{server.url('/old')} (redirected to {server.url('/gone')})" in message


def test_five_redirects_but_not_six(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, fails: Fails
) -> None:
    for number in range(1, 6):
        server.misbehave(f"/{number}", f"redirect:/{number - 1}")
    server.misbehave("/0", "proper")
    (server.folder / "0").write_bytes(CONTENT)
    assert fetched(fetcher, server.url("/5"), into).url == server.url("/0")
    server.misbehave("/6", "redirect:/5")
    assert "expected at most 5 redirects, but there was one to" in fails(server.url("/6"))


def test_redirects_in_a_circle(server: MisbehavingServer, fails: Fails) -> None:
    server.misbehave("/a.xlsx", "loop")
    assert "the redirects go in a circle, back to" in fails(server.url("/a.xlsx"))
    server.misbehave("/there", "redirect:/back")
    server.misbehave("/back", "redirect:/there")
    assert "the redirects go in a circle, back to" in fails(server.url("/there"))
    assert all("tried once" in fails(server.url(path)) for path in ("/there", "/back"))


# Addresses


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://data.example/a.xlsx", "it is plain http"),
        ("http://127.0.0.1.data.example/a.xlsx", "it is plain http"),
        ("http://[::2]/a.xlsx", "it is plain http"),
        ("ftp://127.0.0.1/a.xlsx", "another kind of address"),
        ("file:///etc/passwd", "another kind of address"),
        ("data.example/a.xlsx", "another kind of address"),
        ("https:///a.xlsx", "another kind of address"),
        ("", "another kind of address"),
        ("https://[bad/a.xlsx", "not a valid address"),
        ("https://me:secret@data.example/a.xlsx", "contains one"),
        ("me:secret@data.example/a.xlsx", "another kind"),
    ],
)
def test_an_address_that_is_refused(fails: Fails, url: str, found: str) -> None:
    message = fails(url)
    assert message.endswith("(not tried).")
    assert "secret" not in message
    if "secret" not in url:
        assert found in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1"])
def test_plain_http_is_allowed_on_this_computer(
    server: MisbehavingServer, fetcher: Fetcher, into: Path, host: str
) -> None:
    if sys.platform == "darwin" and host == "127.8.9.1":
        pytest.skip("only 127.0.0.1 is configured there")
    server.misbehave("/a.xlsx", "status:404")
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/a.xlsx", host=host), into, label=LABEL, limits=QUICK)
    assert "plain http" not in str(caught.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    need(shutil.which("openssl"), "openssl, to make a certificate")
    pem = tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(pem), "-out", f"{pem}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    return pem


def test_https(
    certificate: Path,
    folder: Path,
    fetcher: Fetcher,
    fails: Fails,
    into: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MisbehavingServer(folder, certificate=certificate) as server:
        url = server.url("/a.xlsx")
        message = fails(url)
        assert "expected a valid certificate, but it could not be verified: self" in message
        assert message.endswith("(tried once).")

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Fetcher(trusted=HERE) as trusting:
            assert fetched(trusting, url, into).sha256 == SHA256
            server.misbehave("/old", "redirect:http://127.0.0.1/a.xlsx")
            with pytest.raises(FetchError, match="expected a redirect that stays on https"):
                trusting.fetch(server.url("/old"), into, label=LABEL)
            server.misbehave("/a.xlsx", "longer", times=1)
            assert fetched(trusting, url, into, QUICK).sha256 == SHA256
            server.misbehave("/a.xlsx", "drip:20")
            with pytest.raises(FetchError, match=r"within 0\.2 s"):
                trusting.fetch(url, into, label=LABEL, limits=Limits(total_seconds=0.2))


def test_a_server_that_does_not_speak_tls(server: MisbehavingServer, fails: Fails) -> None:
    message = fails(server.url("/a.xlsx").replace("http:", "https:"))
    assert "the secure connection failed" in message
    assert message.endswith("(tried 3 times).")


# Disk


def test_a_folder_that_does_not_exist(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    with pytest.raises(AgisError, match="there is no such folder"):
        fetcher.fetch(server.url("/a.xlsx"), into.parent / "no" / "a.xlsx", label=LABEL)
    assert server.requests == []


def test_a_disk_that_fails(
    server: MisbehavingServer, fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    message = fails(server.url("/a.xlsx"))
    assert "writing failed: No space left on device (tried once)" in message


def test_a_folder_in_the_place_of_the_file(
    server: MisbehavingServer, fetcher: Fetcher, into: Path
) -> None:
    into.mkdir()
    with pytest.raises(FetchError, match="writing failed"):
        fetcher.fetch(server.url("/a.xlsx"), into, label=LABEL)
    assert list(into.parent.iterdir()) == [into]


# Several at once


def fetch_at_once(fetchers: list[Fetcher], server: MisbehavingServer, folder: Path) -> None:
    def fetch(number: int) -> None:
        path = f"/{'ab'[number % 2]}.xlsx?{number}"
        fetcher = fetchers[number % len(fetchers)]
        fetcher.fetch(server.url(path), folder / str(number), label=LABEL, limits=QUICK)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(fetch, range(6)))


def overlapping(server: MisbehavingServer) -> int:
    requests = server.requests
    return sum(
        one.overlaps(other) for place, one in enumerate(requests) for other in requests[place + 1 :]
    )


@pytest.fixture
def slowly(server: MisbehavingServer, folder: Path) -> MisbehavingServer:
    for name in ("a.xlsx", "b.xlsx"):
        (folder / name).write_bytes(b"12345678")
        server.misbehave(f"/{name}", "drip:5")
    return server


def test_one_request_per_host_at_a_time(slowly: MisbehavingServer, into: Path) -> None:
    slowly.misbehave("/a.xlsx", "cut", times=1)
    with Fetcher(trusted=HERE) as fetcher:
        fetch_at_once([fetcher], slowly, into.parent)
    assert len(slowly.requests) == 6
    assert overlapping(slowly) == 0


def test_the_record_would_show_overlaps(slowly: MisbehavingServer, into: Path) -> None:
    with Fetcher(trusted=HERE) as one, Fetcher(trusted=HERE) as two:
        fetch_at_once([one, two], slowly, into.parent)
    assert overlapping(slowly) > 0


def test_waiting_for_a_turn_does_not_use_up_the_time(slowly: MisbehavingServer, into: Path) -> None:
    with Fetcher(trusted=HERE) as fetcher, ThreadPoolExecutor(8) as pool:
        # Each takes about 0.04 s, all of them more than is allowed for one.
        limits = Limits(total_seconds=0.25, retries=0)
        began = time.monotonic()
        waiting = [
            pool.submit(
                fetcher.fetch,
                slowly.url("/a.xlsx"),
                into.with_name(str(number)),
                label=LABEL,
                limits=limits,
            )
            for number in range(8)
        ]
        assert all(isinstance(one.result(), Fetched) for one in waiting)
        assert time.monotonic() - began > 0.25


def test_a_redirect_to_a_busy_host_waits(slowly: MisbehavingServer, into: Path) -> None:
    slowly.misbehave("/old", f"redirect:{slowly.url('/a.xlsx')}")
    here = AllowList(hosts=frozenset({"127.0.0.1"}))
    addresses = [slowly.url("/b.xlsx"), slowly.url("/old", host="localhost")] * 2
    with Fetcher(trusted=HERE) as fetcher, ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda place: fetcher.fetch(
                    addresses[place],
                    into.with_name(str(place)),
                    label=LABEL,
                    limits=QUICK,
                    allowed=here,
                ),
                range(4),
            )
        )
    slow = [request for request in slowly.requests if request.path != "/old"]
    assert len(slow) == 4
    assert not any(
        one.overlaps(other) for place, one in enumerate(slow) for other in slow[place + 1 :]
    )


# The server itself


def test_the_server_leaves_no_thread(folder: Path, into: Path) -> None:
    before = set(threading.enumerate())
    with MisbehavingServer(folder) as server, Fetcher(trusted=HERE) as fetcher:
        fetcher.fetch(server.url("/a.xlsx"), into, label=LABEL)
        server.misbehave("/a.xlsx", "hang")
        with pytest.raises(FetchError):
            fetcher.fetch(
                server.url("/a.xlsx"), into, label=LABEL, limits=Limits(read_seconds=0.1, retries=0)
            )
    assert set(threading.enumerate()) == before


def test_the_server_stays_in_its_folder(
    server: MisbehavingServer, fails: Fails, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("secret")
    assert "404" in fails(server.url("/%2e%2e/outside").replace("%2e", "%252e"))
    assert "404" in fails(server.url("/..%2Foutside"))


def test_an_unknown_behaviour_is_refused(server: MisbehavingServer) -> None:
    with pytest.raises(ValueError, match="no behaviour 'sulk'"):
        server.misbehave("/a.xlsx", "sulk")


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines(server: MisbehavingServer, fetcher: Fetcher, into: Path) -> None:
    server.misbehave("/a.xlsx", "cut", times=1)
    stream = io.StringIO()
    with progress(stream) as shown:
        fetcher.fetch(
            server.url("/a.xlsx"), into, label=LABEL, limits=QUICK, on_bytes=follow(shown, LABEL)
        )
        shown.done(LABEL, "new edition")
        shown.done("Another", "not modified")
        shown.done("A third")
    first, *others = stream.getvalue().splitlines()
    assert first.startswith(f"{LABEL}: 10.2 kB in 0.")
    assert first.endswith(" s, new edition")
    assert others == ["Another: not modified", "A third: done"]


def test_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with progress(stream) as shown:
        shown.start("a [bold] :smile:", None)
        shown.advance("a [bold] :smile:", 10)
        shown.start("a [bold] :smile:", 2000)
        shown.advance("a [bold] :smile:", 2000)
        shown.done("a [bold] :smile:")
        shown.start("b", 5)
    assert "a [bold] :smile:: 2.0 kB in 0.0 s" in stream.getvalue()
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


def test_rich_is_loaded_for_a_terminal_only() -> None:
    code = (
        "import sys, assets.intake.progress as p; p.progress(sys.stdout).done('a');"
        "sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (12_345_678, "12.3 MB"),
        (5_000_000_000, "5.0 GB"),
    ],
)
def test_readable_size(size: int, text: str) -> None:
    assert readable_size(size) == text
