"""Data by agreement on a given day: what may enter a build, and who may read its files."""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from assets.registry.model import Dataset


def today() -> dt.date:
    """The present day where the agreements are concluded; they end at its midnight."""
    return dt.datetime.now(ZoneInfo("Europe/Prague")).date()


def left_out(registry: Mapping[str, Dataset], world: str, day: dt.date) -> dict[str, str]:
    """Datasets by agreement that stay out of builds on a day, and why."""
    reasons = {}
    for dataset in registry.values():
        if dataset.agreement and dataset.is_of(world):
            reason = dataset.agreement.is_left_out(day)
            if reason:
                reasons[dataset.id] = reason
    return reasons


@contextmanager
def private_files(dataset: Dataset) -> Iterator[None]:
    """Files made meanwhile are for their owner alone (0600, folders 0700) if confidential."""
    if not dataset.is_confidential:
        yield
        return
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
