"""PostgreSQL as the distribution installs it, started on loopback for tests and ended with them.

It runs as another user where the tests run as root, which the server refuses.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

SUPERUSER = "postgres"
INITDB = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
# Tests ask for speed and for a log that can be searched, not for safety from power cuts.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 120
log_statement = 'all'
"""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; every test may take databases of its own from it."""

    port: int
    password: str
    folder: Path

    def url(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        """The address of a database for a user, in the form that AGIS and Dagster take."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def new_database(self, owner: str = SUPERUSER) -> str:
        """Make an empty database and give its name."""
        name = f"test_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" owner "{owner}"')
        return name

    def log(self) -> str:
        """What the server has logged so far, statements and all."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


def binaries() -> Path | None:
    """The folder of the newest installed server, which Debian keeps out of the search path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Run a new server, empty and with a password of its own."""
    programs = binaries()
    assert programs, "PostgreSQL's server is not installed (apt-get install postgresql)"
    user = _server_user()
    with tempfile.TemporaryDirectory(prefix="agis-postgres-") as name:
        folder = Path(name)
        password = secrets.token_urlsafe(12)
        secret = folder / "password"
        secret.write_text(password)
        if user:
            for path in (folder, secret):
                os.chown(path, user["user"], user["group"])
        data = folder / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", SUPERUSER, "--pwfile", secret, *INITDB],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
            **user,
        )
        assert made.returncode == 0, made.stderr
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        with (folder / "log").open("w") as log:
            process, port = _start(programs, data, log, user)
            try:
                yield PostgresServer(port, password, folder)
            finally:
                process.send_signal(signal.SIGQUIT)  # at once, connections or not
                process.wait(30)


def _server_user() -> dict[str, Any]:
    """As whom the server runs: whoever runs the tests, unless that is root."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(SUPERUSER)  # made by Debian's package
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _start(
    programs: Path, data: Path, log: Any, user: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(5):  # another process may take the port between our look and the server's
        port = _free_port()
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port)],
            stdout=log,
            stderr=log,
            cwd=data,
            **user,
        )
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        for _ in range(300):
            if process.poll() is not None:
                break
            if subprocess.run(ready, check=False).returncode == 0:
                return process, port
            time.sleep(0.1)
        else:
            process.kill()
    raise AssertionError((data.parent / "log").read_text())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
