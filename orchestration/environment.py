"""Preparing a home for Dagster and dbt: settings, the manifest, and nothing below the project."""

import os
import shutil
from pathlib import Path

from assets.files import sha256_of
from assets.home import Home

SETTINGS = Path(__file__).with_name("dagster.yaml")


def prepare_dagster(home: Home) -> None:
    """Make the home's DAGSTER_HOME with the shipped settings and point the process to it."""
    from orchestration.event_store import write_without_waiting

    home.dagster.mkdir(parents=True, exist_ok=True)
    write_without_waiting(home.dagster)
    target = home.dagster / "dagster.yaml"
    if not target.exists() or sha256_of(target) != sha256_of(SETTINGS):
        shutil.copyfile(SETTINGS, target)
    os.environ["AGIS_HOME"] = str(home.root)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
