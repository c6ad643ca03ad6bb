"""Fixtures shared by all tests, and the rule that in CI nothing skips."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
MIRROR = PROJECT.parent / "shared" / "mirror"


def need(condition: object, reason: str) -> None:
    """Skip with a reason where something is missing; in CI that is a failure."""
    if condition:
        return
    if os.environ.get("AGIS_NO_SKIP"):
        pytest.fail(f"missing in CI: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of real official files."""
    need(MIRROR.is_dir(), f"no mirror of official files at {MIRROR}")
    return MIRROR


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests name their home and sources; nothing comes from whoever runs them."""
    for name in ("AGIS_HOME", "AGIS_SOURCES", "DAGSTER_HOME", "AGIS_BUILD", "AGIS_WORLD"):
        monkeypatch.delenv(name, raising=False)
