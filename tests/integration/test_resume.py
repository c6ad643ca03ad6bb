"""A download that was cut off goes on where it ended, or begins anew where that is not sure."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.files import sha256_of
from assets.home import home_for
from assets.intake import part_file, pull
from assets.intake.fetch import Fetched, Fetcher, FetchError, Limits, NotModified, Validators
from assets.intake.progress import progress
from assets.intake.web import WebSource
from assets.landing import PARTS, PARTS_KEPT_DAYS, Landing
from assets.registry.model import Dataset
from tests.conftest import PROJECT
from tests.misbehaving_server import MisbehavingServer
from tests.unit.test_readers import dataset

CONTENT = random.Random(3).randbytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NO_RETRY = Limits(retries=0)
RETRIES = Limits(retries=3, backoff_seconds=0.001)
HERE = ["127.0.0.1"]


@pytest.fixture(autouse=True)
def _small_parts_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_file, "CHECKPOINT_BYTES", 100_000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MisbehavingServer]:
    served = tmp_path / "served"
    served.mkdir()
    write(served / "big.csv", CONTENT)
    with MisbehavingServer(served) as running:
        yield running


def write(path: Path, content: bytes) -> None:
    """A file that has not changed for a while, so that its Last-Modified names its state."""
    path.write_bytes(content)
    os.utime(path, (1_600_000_000, 1_600_000_000))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    landing = tmp_path / "landing"
    (landing / "incoming").mkdir(parents=True)
    return landing


def fetch(
    server: MisbehavingServer,
    folder: Path,
    limits: Limits = NO_RETRY,
    validators: Validators | None = None,
) -> Fetched | NotModified:
    with Fetcher(trusted=HERE, sleep=lambda _: None) as fetcher:
        return fetcher.fetch(
            server.url("/big.csv"),
            folder / "incoming" / "big.csv",
            label="Big table, edition 2024",
            limits=limits,
            validators=validators,
            parts=folder / PARTS,
        )


def whole(result: Fetched | NotModified) -> Fetched:
    assert isinstance(result, Fetched)
    assert result.path.read_bytes() == CONTENT
    assert (result.sha256, result.size) == (SHA256, len(CONTENT))
    return result


def ranges(server: MisbehavingServer) -> list[str | None]:
    return [request.headers.get("range") for request in server.requests]


def left(folder: Path) -> list[str]:
    return sorted(path.suffix for path in (folder / PARTS).glob("*"))


def test_a_cut_connection_is_continued_within_a_fetch(
    server: MisbehavingServer, folder: Path
) -> None:
    server.misbehave("/big.csv", "cut-at:400000", times=2)
    got = whole(fetch(server, folder, RETRIES))
    assert ranges(server) == [None, "bytes=400000-", "bytes=800000-"]
    etag = got.headers["etag"]
    assert [r.headers.get("if-range") for r in server.requests] == [None, etag, etag]
    assert got.headers["content-length"] == str(len(CONTENT))
    assert got.headers["last-modified"]
    assert left(folder) == []


def test_a_large_beginning_waits_for_the_next_fetch(
    server: MisbehavingServer, folder: Path
) -> None:
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with pytest.raises(FetchError, match=r"after 700,000 bytes \(tried once; 0 MB are kept, the"):
        fetch(server, folder)
    assert left(folder) == [".json", ".part"]
    whole(fetch(server, folder))
    assert ranges(server) == [None, "bytes=700000-"]
    assert not (folder / PARTS).exists()


def test_a_small_beginning_does_not_wait(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:90000", times=1)
    with pytest.raises(FetchError, match=r"\(tried once\)"):
        fetch(server, folder)
    assert not (folder / PARTS).exists()
    whole(fetch(server, folder))
    assert ranges(server) == [None, None]


def test_the_time_that_is_over_keeps_what_came(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:300000", times=1)
    with pytest.raises(FetchError):
        fetch(server, folder)
    server.misbehave("/big.csv", "hang", times=1)
    with pytest.raises(FetchError, match="are kept"):
        fetch(server, folder, Limits(read_seconds=0.1, total_seconds=0.3, retries=0))
    whole(fetch(server, folder))
    assert ranges(server) == [None, "bytes=300000-", "bytes=300000-"]


def test_a_file_that_changed_meanwhile_begins_anew(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with pytest.raises(FetchError):
        fetch(server, folder)
    changed = bytes(byte ^ 1 for byte in CONTENT)
    write(server.folder / "big.csv", changed)
    result = fetch(server, folder)
    assert isinstance(result, Fetched)
    assert result.path.read_bytes() == changed
    assert ranges(server)[1] == "bytes=700000-"
    assert result.status == 200


@pytest.mark.parametrize("behaviour", ["whole", "proper"])
def test_a_server_without_ranges_sends_all_again(
    server: MisbehavingServer, folder: Path, behaviour: str
) -> None:
    server.misbehave("/big.csv", "cut-at:400000", times=1)
    server.misbehave("/big.csv", behaviour)
    assert whole(fetch(server, folder, RETRIES)).status == {"whole": 200, "proper": 206}[behaviour]


@pytest.mark.parametrize(
    "range_",
    [
        "bytes 0-999999/1000000",
        "bytes 399999-999999/1000000",
        "bytes 400000-999998/1000000",
        "bytes 400000-1000000/1000001",
        "bytes 400000-999999/*",
        "400000-999999/1000000",
        "",
    ],
)
def test_a_range_that_does_not_fit_is_refused_and_the_file_begun_anew(
    server: MisbehavingServer, folder: Path, range_: str
) -> None:
    server.misbehave("/big.csv", "cut-at:400000", times=1)
    server.misbehave("/big.csv", f"bad-range:{range_}", times=1)
    with pytest.raises(FetchError) as caught:
        fetch(server, folder, Limits(retries=1, backoff_seconds=0.001))
    assert "expected the rest of the same file from byte 400,000 on, but" in str(caught.value)
    assert left(folder) == []
    server.requests.clear()
    whole(fetch(server, folder))
    assert ranges(server) == [None]


def test_a_range_of_another_file_is_refused(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:400000", times=1)
    server.misbehave("/big.csv", "other-range", times=1)
    whole(fetch(server, folder, RETRIES))
    assert ranges(server) == [None, "bytes=400000-", None]


def test_a_weak_etag_names_no_state(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:400000:weak", times=1)
    whole(fetch(server, folder, RETRIES))
    assert ranges(server) == [None, None]


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"a"'}, '"a"'),
        ({"etag": 'W/"a"', "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT"}, None),
        (
            {
                "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT",
                "date": "Sat, 21 Nov 2026 10:02:00 GMT",
            },
            "Sat, 21 Nov 2026 10:00:00 GMT",
        ),
        (
            {
                "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT",
                "date": "Sat, 21 Nov 2026 10:00:30 GMT",
            },
            None,
        ),
        ({"last-modified": "lately", "date": "today"}, None),
        ({}, None),
    ],
)
def test_what_names_the_state_of_a_file(
    tmp_path: Path, headers: dict[str, str], validator: str | None
) -> None:
    with part_file.Part(tmp_path / "a") as part:
        part.begin(headers)
        assert part.validator == validator


def test_a_part_longer_than_the_file_begins_anew(server: MisbehavingServer, folder: Path) -> None:
    """The server answers 416 where it forgets to compare what If-Range names."""
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    server.misbehave("/big.csv", "status:416", times=1)
    whole(fetch(server, folder, RETRIES))
    assert ranges(server) == [None, "bytes=700000-", None]


def test_a_part_that_its_note_does_not_vouch_for_is_left(
    server: MisbehavingServer, folder: Path
) -> None:
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with pytest.raises(FetchError):
        fetch(server, folder)
    (part,) = (folder / PARTS).glob("*.part")
    with part.open("r+b") as file:
        file.seek(5000)
        file.write(b"damaged")
    whole(fetch(server, folder))
    assert ranges(server) == [None, None]


def test_bytes_after_the_last_note_do_not_count(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with pytest.raises(FetchError):
        fetch(server, folder)
    (part,) = (folder / PARTS).glob("*.part")
    with part.open("ab") as file:
        file.write(b"written, but perhaps not on disk, before the kill")
    whole(fetch(server, folder))
    assert ranges(server) == [None, "bytes=700000-"]


def test_an_unchanged_file_ends_the_waiting(server: MisbehavingServer, folder: Path) -> None:
    held = whole(fetch(server, folder))
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with pytest.raises(FetchError):
        fetch(server, folder)
    known = Validators(held.headers["etag"], held.headers["last-modified"])
    assert isinstance(fetch(server, folder, validators=known), NotModified)
    assert not (folder / PARTS).exists()


def test_a_file_that_is_too_large_is_not_kept(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "oversized:900000")
    with pytest.raises(FetchError, match="at most 500,000 bytes"):
        fetch(server, folder, Limits(max_bytes=500_000, retries=0))
    assert not (folder / PARTS).exists()


# In a home


def big(tmp_path: Path) -> Dataset:
    return dataset(editions={"listed": {"2020": {"mirror": "big.csv"}}})


def test_a_pull_goes_on_where_the_one_before_ended(
    server: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGIS_FETCH_RETRIES", "0")
    home = home_for("live", {"AGIS_HOME": str(tmp_path / "home")})
    source = WebSource(server.url("/"), home.landing / PARTS)
    server.misbehave("/big.csv", "cut-at:700000", times=1)
    with progress() as shown:
        with pytest.raises(FetchError, match="are kept"):
            pull(home, source, big(tmp_path), shown)
        Landing(home).clear_leftovers()
        (seen,) = pull(home, source, big(tmp_path), shown)
    assert seen.sha256 == SHA256
    assert ranges(server) == [None, "bytes=700000-"]
    receipt = Landing(home).receipt(seen.dataset, "2020", SHA256)
    assert receipt is not None
    assert sha256_of(Landing(home).file(receipt)) == SHA256
    assert sorted(p.name for p in home.landing.iterdir()) == ["csu__sample", "sightings.jsonl"]


def test_parts_do_not_wait_for_ever(tmp_path: Path) -> None:
    home = home_for("live", {"AGIS_HOME": str(tmp_path / "home")})
    parts = home.landing / PARTS
    parts.mkdir(parents=True)
    for name, days in (("old", PARTS_KEPT_DAYS + 1), ("new", PARTS_KEPT_DAYS - 1)):
        (parts / f"{name}.part").touch()
        moment = time.time() - days * 86400
        os.utime(parts / f"{name}.part", (moment, moment))
    Landing(home).clear_leftovers()
    assert [path.name for path in parts.iterdir()] == ["new.part"]


KILLED = """
import sys
from pathlib import Path
from assets.intake import part_file
from assets.intake.fetch import Fetcher
part_file.CHECKPOINT_BYTES = 100_000
url, folder = sys.argv[1], Path(sys.argv[2])
with Fetcher(trusted=["127.0.0.1"]) as fetcher:
    fetcher.fetch(url, folder / "incoming" / "big.csv", label="L", parts=folder / ".parts")
"""


def test_a_killed_download_is_continued(server: MisbehavingServer, folder: Path) -> None:
    server.misbehave("/big.csv", "stall-at:500000", times=1)
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, server.url("/big.csv"), str(folder)], cwd=PROJECT
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        notes = list((folder / PARTS).glob("*.json"))
        if notes and json.loads(notes[0].read_text())["size"] >= 400_000:
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    (note,) = (folder / PARTS).glob("*.json")
    size = json.loads(note.read_text())["size"]
    assert 400_000 <= size <= 500_000
    whole(fetch(server, folder))
    assert ranges(server) == [None, f"bytes={size}-"]
