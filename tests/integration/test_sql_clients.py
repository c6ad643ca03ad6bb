"""Clients of the file, of nginx and of PostgreSQL at once, while releases are published."""

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.sql_clients import Door, measure, report
from tests.conftest import need
from tests.integration.conftest import Agis
from tests.nginx_server import program
from tests.postgres_server import binaries

SOAK = bool(os.environ.get("AGIS_SOAK"))
CLIENTS, SECONDS, PUBLICATIONS = (32, 60.0, 3) if SOAK else (8, 8.0, 2)


@pytest.mark.soak
def test_no_query_fails_and_none_reads_two_releases(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    need(program(), "nginx is not installed (apt-get install nginx-light)")
    need(binaries(), "PostgreSQL's server is not installed (apt-get install postgresql)")
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(small_demo[1].home / "home.json", home)
    shutil.copytree(small_demo[1].home / "releases", home / "releases", symlinks=True)
    doors: list[Door] = measure(home, CLIENTS, SECONDS, PUBLICATIONS)
    report(doors)
    assert [door.failed for door in doors] == [[]] * 4
    assert [door.mixed for door in doors] == [[]] * 4
    for door in doors[:3]:
        assert len(door.seconds) > 2 * PUBLICATIONS
        assert len(door.releases) > 1, f"{door.name} saw one release only"
