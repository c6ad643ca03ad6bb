"""Preparing a home for Dagster and dbt: settings, the manifest, and nothing below the project."""

import os
from pathlib import Path

from assets.home import Home

SETTINGS = Path(__file__).with_name("dagster.yaml")


def prepare_dagster(home: Home) -> None:
    """Make the home's DAGSTER_HOME with the shipped settings and point the process to it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    target = home.dagster / "dagster.yaml"
    settings = SETTINGS.read_text(encoding="utf-8").replace("{home}", str(home.dagster))
    if not target.exists() or target.read_text(encoding="utf-8") != settings:
        target.write_text(settings, encoding="utf-8")
    os.environ["AGIS_HOME"] = str(home.root)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
