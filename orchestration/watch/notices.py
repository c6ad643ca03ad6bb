"""Notices through the channels that ``AGIS_NOTIFY`` names, in Apprise's addresses.

An address often holds a password, so none is ever printed: a channel is called by its number
and kind.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assets.files import now_utc, read_json, write_json
from assets.home import Home

CHANNELS = "AGIS_NOTIFY"
UI = "AGIS_UI_URL"
Kind = Literal["run-failure", "gate-blocked", "source-overdue", "release-published"]
_TYPES: dict[Kind, str] = {
    "run-failure": "failure",
    "gate-blocked": "warning",
    "source-overdue": "warning",
    "release-published": "success",
}


@dataclass(frozen=True)
class Notice:
    """One message: what happened, where, why, and the page of the UI that shows more."""

    kind: Kind
    what: str
    where: str
    why: str
    page: str
    """The path below ``AGIS_UI_URL``."""
    key: str = ""
    """What it is told once for; without it, it is told each time."""

    def text(self) -> str:
        """The body of the message."""
        lines = [f"What: {self.what}", f"Where: {self.where}", f"Why: {self.why}"]
        address = os.environ.get(UI, "").rstrip("/")
        return "\n".join([*lines, *([f"See: {address}{self.page}"] if address else [])])


def tell(home: Home, notices: list[Notice]) -> list[str]:
    """Send what was not told before; returns a sentence for each channel that failed.

    What carries a key counts as told once a channel took it, so a dead channel loses nothing.
    """
    told: dict[str, str] = read_json(_memory(home)) or {}
    problems: list[str] = []
    fresh: dict[str, str] = {}
    for notice in notices:
        key = f"{notice.kind}:{notice.key}" if notice.key else ""
        if key in told:
            continue
        delivered, failed = _send(notice, home.world)
        problems += failed
        # A release is news on its day only: who names a channel later is not told of old ones.
        if key and (delivered or (notice.kind == "release-published" and not failed)):
            fresh[key] = now_utc()
    if fresh:
        write_json(_memory(home), told | fresh)
    return list(dict.fromkeys(problems))


def _memory(home: Home) -> Path:
    return home.root / "watch" / "told.json"


def _send(notice: Notice, world: str) -> tuple[int, list[str]]:
    """How many channels took a notice, and a sentence for each that did not."""
    addresses = os.environ.get(CHANNELS, "").strip()
    if not addresses:
        return 0, []
    import apprise
    from apprise.utils import parse

    demo = " (demo)" if world == "demo" else ""
    title = f"AGIS{demo}: {notice.what}"
    delivered, problems = 0, []
    with _apprise_silenced():
        split: Any = parse.parse_urls  # Apprise states no types
        for number, address in enumerate(split(addresses) or [addresses], start=1):
            name = f"channel {number} of {CHANNELS} ({_kind_of(address)})"
            channel = apprise.Apprise()
            if not channel.add(address):
                problems.append(f"Not told: {name} is not an address that Apprise knows.")
                continue
            if channel.notify(body=notice.text(), title=title, notify_type=_TYPES[notice.kind]):
                delivered += 1
            else:
                problems.append(f"Not told: {name} did not take the notice »{notice.what}«.")
    return delivered, problems


def _kind_of(address: str) -> str:
    """The scheme of an address, which is no secret; whatever else it holds may be."""
    scheme = re.match(r"[a-z0-9]{1,20}(?=://)", address, re.IGNORECASE)
    return scheme.group().lower() if scheme else "no scheme"


@contextmanager
def _apprise_silenced() -> Iterator[None]:
    """Apprise logs addresses with what is secret in them when it cannot reach or read one."""
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3", "requests")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
