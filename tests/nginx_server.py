"""nginx as the distribution installs it, on loopback, with the shipped configuration as it is."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from assets.home import open_home
from orchestration.serving.nginx import configuration

# What stands around the shipped part in an operator's own nginx.conf.
AROUND = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/agis.conf;
}}
"""


def program() -> str | None:
    """Debian keeps it where only root's search path looks."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


@contextmanager
def running_nginx(home_folder: Path) -> Iterator[int]:
    """Serve a home's releases, as whoever runs the tests; gives the port."""
    nginx = program()
    assert nginx, "nginx is not installed (apt-get install nginx-light)"
    with tempfile.TemporaryDirectory(prefix="agis-nginx-") as name:
        folder = Path(name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        shipped = configuration(open_home(home_folder), f"127.0.0.1:{port}", "_")
        (folder / "agis.conf").write_text(shipped, encoding="utf-8")
        # Workers become nobody under root, whose test folders nobody else may enter.
        user = "user root;" if os.getuid() == 0 else ""
        main = folder / "nginx.conf"
        main.write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
        process = subprocess.Popen(
            [nginx, "-p", folder, "-c", main, "-e", folder / "error.log"],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_for(port, process)
            yield port
            assert process.poll() is None, (folder / "error.log").read_text()
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()[1]
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


def duckdb_with_http() -> Any:
    """A DuckDB connection that reads over HTTP, by the extension of the package index."""
    import duckdb_extension_httpfs

    folder = Path(duckdb_extension_httpfs.__file__).parent
    (extension,) = folder.glob(f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"load '{extension}'")
    return connection
