"""The nginx door: what a release is, is served; nothing else is read, whatever is asked."""

import hashlib
import http.client
import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from assets.errors import AgisError
from assets.home import open_home
from orchestration.serving.nginx import configuration
from tests.conftest import need
from tests.integration.conftest import Agis
from tests.nginx_server import duckdb_with_http, program, running_nginx
from tests.releases import publish_another

SECRET = "tajemství domova"


@dataclass(frozen=True)
class Door:
    """A home behind nginx."""

    home: Path
    port: int
    release: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request with exactly this path; no client tidies it up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Bytes as they are, and what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            got = b""
            while chunk := client.recv(65536):
                got += chunk
            return got


@pytest.fixture(scope="module")
def door(small_demo: tuple[Path, Agis], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    need(program(), "nginx is not installed (apt-get install nginx-light)")
    home = tmp_path_factory.mktemp("nginx") / "home"
    home.mkdir()
    shutil.copy(small_demo[1].home / "home.json", home)
    shutil.copytree(small_demo[1].home / "releases", home / "releases", symlinks=True)
    (home / "secret.txt").write_text(SECRET, encoding="utf-8")
    releases = home / "releases"
    release = (releases / "current").readlink().name
    making = releases / ".making-2099.01.1"
    making.mkdir()
    (making / "manifest.json").write_text(SECRET, encoding="utf-8")
    with (releases / "events.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"event": "test", "reason": SECRET}, ensure_ascii=False) + "\n")
    root = releases / release
    (root / ".hidden").write_text(SECRET, encoding="utf-8")
    (root / "link.txt").symlink_to("../../secret.txt")
    (root / "absolute.txt").symlink_to(home / "secret.txt")
    (root / "up").symlink_to("../..")
    (releases / "2001.01.1").symlink_to(home)
    with running_nginx(home) as port:
        yield Door(home, port, release)


def test_duckdb_attaches_and_reads_over_http(door: Door) -> None:
    with duckdb.connect(str(door.home / "releases/current/agis.duckdb"), read_only=True) as db:
        expected = db.execute("select count(*), sum(year) from social_exclusion_index").fetchall()
    with duckdb_with_http() as db:
        db.execute(f"attach '{door.url}/current/agis.duckdb' as agis (read_only)")
        query = "select count(*), sum(year) from {}"
        assert db.execute(query.format("agis.social_exclusion_index")).fetchall() == expected
        table = f"read_parquet('{door.url}/current/parquet/social_exclusion_index.parquet')"
        assert db.execute(query.format(table)).fetchall() == expected
        table = f"read_csv('{door.url}/{door.release}/csv/social_exclusion_index.csv')"
        assert db.execute(query.format(table)).fetchall() == expected
        found = db.execute(f"select release from read_json('{door.url}/current.json')").fetchall()
        assert found == [(door.release,)]


def test_a_release_comes_whole_in_ranges_and_says_how_long_it_is_good(door: Door) -> None:
    path = f"/{door.release}/parquet/territory.parquet"
    status, headers, body = door.ask(path)
    assert status == 200
    manifest = json.loads(door.ask(f"/{door.release}/manifest.json")[2])
    sha = manifest["files"]["parquet/territory.parquet"]["sha256"]
    assert hashlib.sha256(body).hexdigest() == sha
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["accept-ranges"] == "bytes"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-type"] == "application/vnd.apache.parquet"
    assert door.ask(path, Range="bytes=4-7")[::2] == (206, body[4:8])
    assert door.ask(path, "HEAD")[1]["content-length"] == str(len(body))
    assert door.ask(path, If_None_Match=headers["etag"])[0] == 304
    compressed = door.ask(path, Accept_Encoding="gzip")
    assert "content-encoding" not in compressed[1]
    text = door.ask(f"/{door.release}/csv/territory.csv", Accept_Encoding="gzip")
    assert text[1]["content-encoding"] == "gzip"
    status, headers, _ = door.ask("/current/manifest.json")
    assert (status, headers["location"]) == (307, f"/{door.release}/manifest.json")
    assert headers["cache-control"] == "no-cache"
    status, headers, _ = door.ask(path, "OPTIONS", Origin="https://example.org")
    assert (status, headers["access-control-allow-methods"]) == (204, "GET, HEAD")


HOSTILE = [
    "/",
    "/events.jsonl",
    "/home.json",
    "/secret.txt",
    "/.making-2099.01.1/manifest.json",
    "/%2emaking-2099.01.1/manifest.json",
    "/{id}/.hidden",
    "/{id}/%2ehidden",
    "/{id}/link.txt",
    "/{id}/absolute.txt",
    "/{id}/up/secret.txt",
    "/{id}/up/releases/events.jsonl",
    "/2001.01.1/secret.txt",
    "/{id}/",
    "/{id}/csv/",
    "/{id}",
    "/{id}/../events.jsonl",
    "/{id}/../../secret.txt",
    "/../secret.txt",
    "/current/../events.jsonl",
    "/current/../../secret.txt",
    "/{id}/%2e%2e/events.jsonl",
    "/{id}/%2e%2e/%2e%2e/secret.txt",
    "/{id}/%252e%252e/events.jsonl",
    "/{id}/%252e%252e%252fevents.jsonl",
    "/{id}/..%2fevents.jsonl",
    "/{id}/..%2f..%2fsecret.txt",
    "/{id}/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/{id}/..%5c..%5csecret.txt",
    "/{id}/..\\..\\secret.txt",
    "/{id}/..;/events.jsonl",
    "/{id}/%c0%ae%c0%ae/events.jsonl",
    "/{id}/%uff0e%uff0e/events.jsonl",
    "/{id}//../events.jsonl",
    "//events.jsonl",
    "//etc/passwd",
    "/{id}//etc/passwd",
    "/current//../events.jsonl",
    "/currentx/../events.jsonl",
    "/{id}/manifest.json/../../events.jsonl",
    "/{id}/manifest.json%00.txt",
    "/%00",
    "/{id}/./../events.jsonl",
    "/9999.99.9/manifest.json",
    "/.preflight",
    "/2001.01.1/",
    "/" + "a/" * 3000,
    "/" + "../" * 300 + "etc/passwd",
    "/" + "x" * 20000,
]


@pytest.mark.parametrize("path", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_else_is_read(door: Door, path: str) -> None:
    asked = path.format(id=door.release)
    answer = door.raw(f"GET {asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in (307, 400, 404, 414), answer[:300]
    assert SECRET.encode() not in answer
    assert b"root:" not in answer
    assert b'"event"' not in answer
    assert str(door.home).encode() not in answer
    if status == 307:
        to = answer.split(b"Location: ", 1)[1].split(b"\r\n", 1)[0].decode()
        assert door.ask(to)[0] in (400, 404)
    assert door.ask(f"/{door.release}/manifest.json")[0] == 200


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "MKCOL", "PROPFIND", "MOVE", "TRACE", "PURGE", "X"]
)
def test_it_can_only_be_read(door: Door, method: str) -> None:
    for path in (f"/{door.release}/manifest.json", "/current/new.txt", "/events.jsonl"):
        assert door.ask(path, method, Destination="/x", Content_Length="0")[0] in (400, 405)
    assert not list(door.home.rglob("new.txt"))


def test_ranges_without_end_are_answered_with_the_file_once(door: Door) -> None:
    path = f"/{door.release}/parquet/territory.parquet"
    whole = len(door.ask(path)[2])
    for ranges in (
        ",".join("0-" for _ in range(1000)),
        ",".join(f"{n}-{n}" for n in range(900)),
        ",".join("0-99999999" for _ in range(5)),
    ):
        status, _, body = door.ask(path, Range=f"bytes={ranges}")
        assert (status, len(body)) == (200, whole)
    assert door.ask(path, Range="bytes=" + "0-," * 20000)[0] == 400
    assert door.ask(path, Range=f"bytes={whole}-")[0] == 416
    assert door.ask(path, Range="bytes=-0")[0] in (200, 416)
    assert door.ask(path, Range="bytes=9999999999999999999999-")[0] in (200, 416)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET /current.json\r\n\r\n",
        b"GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
        b"GET /current.json HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"GET /current.json HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 20000 + b"\r\n",
        b"POST /current.json HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\nx",
        b"GET /current.json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4"
        b"\r\nConnection: close\r\n\r\n0\r\n\r\nGET /events.jsonl HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=range(8),
)
def test_broken_requests_do_it_no_harm(door: Door, request_bytes: bytes) -> None:
    try:
        answer = door.raw(request_bytes)
    except (ConnectionResetError, BrokenPipeError):
        answer = b""
    assert b'"event"' not in answer
    assert door.ask("/current.json")[0] == 200


def test_a_pointer_that_leads_elsewhere_leads_nowhere(door: Door) -> None:
    pointer = door.home / "releases" / "current"
    before = pointer.readlink()
    try:
        for target in ("..", "/etc", "../landing", "missing"):
            pointer.unlink()
            pointer.symlink_to(target)
            for path in ("/current/passwd", "/current/secret.txt", "/current.json"):
                status, _, body = door.ask(path)
                assert status == 404
                assert SECRET.encode() not in body
    finally:
        pointer.unlink()
        pointer.symlink_to(before)
    assert door.ask("/current.json")[0] == 200


def test_an_open_release_stays_one_when_the_pointer_moves(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    need(program(), "nginx is not installed (apt-get install nginx-light)")
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(small_demo[1].home / "home.json", home)
    shutil.copytree(small_demo[1].home / "releases", home / "releases", symlinks=True)
    first = publish_another(home)
    query = "select min(title_en), max(title_en) from {}.dataset"
    with running_nginx(home) as port, duckdb_with_http() as db:
        url = f"http://127.0.0.1:{port}"
        db.execute(f"attach '{url}/{first}/agis.duckdb' as fixed (read_only)")
        second = publish_another(home)
        # DuckDB does not notice when the file behind an address changes: only an id is safe.
        assert db.execute(query.format("fixed")).fetchall() == [(first, first)]
        db.execute(f"attach '{url}/current/agis.duckdb' as anew (read_only)")
        assert db.execute(query.format("anew")).fetchall() == [(second, second)]


@pytest.mark.parametrize("value", ["a;b", "x{", "$host", 'a"b', "a'b", ""])
def test_values_that_nginx_would_misread_are_refused(
    small_demo: tuple[Path, Agis], value: str
) -> None:
    with pytest.raises(AgisError, match="No configuration made: --server-name"):
        configuration(open_home(small_demo[1].home), "80", value)


def test_the_command_prints_the_configuration(small_demo: tuple[Path, Agis]) -> None:
    ended = small_demo[1].run("serve", "nginx", "--listen", "443 ssl", "--server-name", "a.cz")
    assert ended.code == 0, ended.err
    assert "listen 443 ssl;" in ended.out
    assert "@" not in ended.out.replace("@nothing", "")
    assert f'root "{small_demo[1].home.resolve()}/releases";' in ended.out
