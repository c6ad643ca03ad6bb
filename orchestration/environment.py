"""Preparing a home for Dagster and dbt: settings, the manifest, and nothing below the project."""

import os
from pathlib import Path

from assets.errors import AgisError
from assets.home import Home

SETTINGS = Path(__file__).with_name("dagster.yaml")
POSTGRES_URL = "AGIS_DAGSTER_POSTGRES_URL"
"""The database of Dagster's history; without it, it lies in files below the home."""


def prepare_dagster(home: Home) -> None:
    """Make the home's DAGSTER_HOME with the shipped settings and point the process to it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    target = home.dagster / "dagster.yaml"
    settings = _settings().replace("{home}", str(home.dagster))
    if not target.exists() or target.read_text(encoding="utf-8") != settings:
        target.write_text(settings, encoding="utf-8")
    os.environ["AGIS_HOME"] = str(home.root)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"


def _settings() -> str:
    """The settings with where the history is kept; raises AgisError for another database."""
    address = os.environ.get(POSTGRES_URL, "")
    if address and not address.startswith(("postgresql://", "postgres://")):
        raise AgisError(
            f"{POSTGRES_URL}: expected postgresql://user:password@host/database, found "
            f"{address.split(':', 1)[0][:20]}:…"
        )
    history = "dagster_postgres.yaml" if address else "dagster_sqlite.yaml"
    parts = (SETTINGS, SETTINGS.with_name(history))
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)
