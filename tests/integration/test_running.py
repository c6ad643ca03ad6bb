"""Running for real: Dagster's history in PostgreSQL, the units, and the door before the UI."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer

from orchestration.cli import app
from tests.conftest import PROJECT, need
from tests.integration import damage
from tests.integration.conftest import AGIS, Agis
from tests.postgres_server import PostgresServer

SERVING = PROJECT / "orchestration" / "serving"
UNITS = sorted((SERVING / "systemd").iterdir())
INSTALLED = "/opt/agis/.venv/bin/agis"


# The units


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    need(shutil.which("systemd-analyze"), "no systemd-analyze (Debian package systemd)")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(INSTALLED, str(AGIS))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_every_unit_starts_a_command_that_there_is(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    program, name, *arguments = line.split()
    assert program == INSTALLED
    command: Any = typer.main.get_command(app)
    command.commands[name].make_context(name, list(arguments))  # raises on an unknown option


# Dagster on PostgreSQL, its UI for guests, and nginx before it


@dataclass(frozen=True)
class OnPostgres:
    """A home whose history Dagster keeps in a database."""

    agis: Agis
    sources: Path
    url: str
    password: str

    def statuses(self) -> list[str]:
        """The states of all runs, as the database has them."""
        with psycopg.connect(self.url) as connection:
            if connection.execute("select to_regclass('runs')").fetchall() == [(None,)]:
                return []
            return [s for (s,) in connection.execute("select status from runs order by id")]

    def environment(self) -> dict[str, str]:
        return self.agis.environment(AGIS_DAGSTER_POSTGRES_URL=self.url)


@pytest.fixture(scope="module")
def on_postgres(
    small_demo: tuple[Path, Agis],
    postgres: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> OnPostgres:
    sources, agis = small_demo
    folder = tmp_path_factory.mktemp("on_postgres")
    shutil.copytree(sources, folder / "sources", symlinks=True)
    shutil.copytree(agis.home, folder / "home", symlinks=True)
    for kept_in_files in ("history", "schedules"):
        shutil.rmtree(folder / "home" / "dagster" / kept_in_files)
    url = postgres.url(postgres.new_database())
    return OnPostgres(Agis(folder / "home"), folder / "sources", url, postgres.password)


def test_the_history_is_kept_in_postgresql_and_dead_runs_are_marked(
    on_postgres: OnPostgres,
) -> None:
    agis = on_postgres.agis
    damage.revised(on_postgres.sources)
    process = subprocess.Popen(
        [AGIS, "refresh", "--sources", str(on_postgres.sources)],
        env=on_postgres.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while "STARTED" not in on_postgres.statuses():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=30)
    assert on_postgres.statuses() == ["STARTED"]

    url = {"AGIS_DAGSTER_POSTGRES_URL": on_postgres.url}
    ended = agis.run(
        "land", "csu__regions", "2020-09", "--sources", str(on_postgres.sources), **url
    )
    assert ended.code == 0, ended.err
    assert on_postgres.statuses() == ["FAILURE", "SUCCESS"]
    history = [p for p in (agis.home / "dagster").rglob("*.db*") if p.is_file()]
    assert history == []
    for path in agis.home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert on_postgres.password.encode() not in path.read_bytes(), path


def test_another_kind_of_database_is_refused(on_postgres: OnPostgres) -> None:
    ended = on_postgres.agis.run(
        *("land", "csu__regions", "--sources", str(on_postgres.sources)),
        AGIS_DAGSTER_POSTGRES_URL="mysql://user:s3cret-word@host/db",
    )
    assert ended.code == 1
    assert "expected postgresql://user:password@host/database, found mysql:…" in ended.err
    assert "s3cret-word" not in ended.err


@dataclass(frozen=True)
class Door:
    """nginx with the shipped site before the UI for guests."""

    port: int
    trusted: ssl.SSLContext

    def ask(self, path: str, user: str = "", body: dict[str, Any] | None = None) -> tuple[int, str]:
        """Status and text of an answer; a user's password is their name."""
        request = urllib.request.Request(f"https://localhost:{self.port}{path}")
        if user:
            word = base64.b64encode(f"{user}:{user}".encode()).decode()
            request.add_header("Authorization", f"Basic {word}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.trusted)
        )
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def door(on_postgres: OnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    need(shutil.which("nginx"), "no nginx (Debian package nginx)")
    folder = tmp_path_factory.mktemp("door")
    port, ui_port = _free_port(), _free_port()
    command = ["ui", "--read-only", "--path-prefix", "/guests", "--port", str(ui_port)]
    with (
        _running([str(AGIS), *command], folder / "ui.log", on_postgres.environment()),
        _running(_nginx(folder, port, ui_port), folder / "nginx.log", dict(os.environ)),
    ):
        trusted = ssl.create_default_context(cafile=folder / "fullchain.pem")
        door = Door(port, trusted)
        deadline = time.monotonic() + 120
        while True:
            with suppress(urllib.error.URLError, ConnectionError):
                if door.ask("/guests/server_info", "guest")[0] == 200:
                    break
            assert time.monotonic() < deadline, (folder / "ui.log").read_text()[-3000:]
            time.sleep(0.3)
        yield door


def _nginx(folder: Path, port: int, ui_port: int) -> list[str]:
    """The command that runs nginx with the shipped site, on loopback, after it was judged."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    for file, user in (("operators", "operator"), ("guests", "guest")):
        made = subprocess.run(
            ["openssl", "passwd", "-apr1", user], check=True, capture_output=True, text=True
        )
        (folder / f"{file}.htpasswd").write_text(f"{user}:{made.stdout}")
    site = (SERVING / "nginx_ui.conf").read_text(encoding="utf-8")
    for shipped, here in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "agis.example.cz": "localhost",
        "/etc/agis/tls/": f"{folder}/",
        "/etc/agis/": f"{folder}/",
        "127.0.0.1:3001": f"127.0.0.1:{ui_port}",
    }.items():
        assert shipped in site, shipped
        site = site.replace(shipped, here)
    (folder / "site.conf").write_text(site)
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; include {folder}/site.conf; }}\n"
    )
    command = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    judged = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr
    return command


@contextmanager
def _running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("path", "user", "status"),
    [
        ("/guests/", "", 401),
        ("/guests/graphql", "", 401),
        ("/guests/graphql", "operator", 401),
        ("/", "guest", 401),
        ("/graphql", "guest", 401),
        ("/guests/../graphql", "guest", 401),
        ("/guests/%2e%2e/graphql", "guest", 401),
        ("/guests/", "guest", 200),
    ],
)
def test_the_door_asks_everybody_who_they_are(
    door: Door, path: str, user: str, status: int
) -> None:
    assert door.ask(path, user)[0] == status


def test_a_guest_sees_runs_and_starts_none(door: Door, on_postgres: OnPostgres) -> None:
    query = {"query": "{ runsOrError { ... on Runs { results { jobName status } } } }"}
    status, text = door.ask("/guests/graphql", "guest", query)
    assert status == 200
    before = on_postgres.statuses()
    seen = json.loads(text)["data"]["runsOrError"]["results"]
    assert [run["status"] for run in reversed(seen)] == before
    selector = {
        "repositoryLocationName": "agis",
        "repositoryName": "__repository__",
        "pipelineName": "land",
    }
    mutation = {
        "query": """mutation ($params: ExecutionParams!) {
            launchRun(executionParams: $params) { __typename } }""",
        "variables": {"params": {"selector": selector, "mode": "default", "runConfigData": {}}},
    }
    status, text = door.ask("/guests/graphql", "guest", mutation)
    assert status == 200
    assert json.loads(text)["data"]["launchRun"]["__typename"] == "UnauthorizedError"
    assert on_postgres.statuses() == before


def test_live_pages_come_through_the_door(door: Door) -> None:
    """A web socket for GraphQL subscriptions is opened, and not without a password."""
    for user, expected in (("guest", b"101"), ("", b"401")):
        word = base64.b64encode(f"{user}:{user}".encode()).decode()
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /guests/graphql HTTP/1.1", f"Host: localhost:{door.port}"]
        lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: graphql-ws"]
        lines += [f"Authorization: Basic {word}"] if user else []
        with (
            socket.create_connection(("127.0.0.1", door.port), timeout=30) as plain,
            door.trusted.wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = connection.recv(200)
        assert answer.split(b" ", 2)[1] == expected, answer
