"""The shipped nginx configuration, with the releases of a home filled in."""

import re
from pathlib import Path

from assets.errors import AgisError
from assets.home import Home
from orchestration.release import ledger

TEMPLATE = Path(__file__).with_name("nginx.conf")
_MEANS_SOMETHING = re.compile(r"[\"'\\$;{}#\s]")
"""Signs that would end or change a directive of nginx."""


def configuration(home: Home, listen: str, server_name: str) -> str:
    """The configuration for a home's releases; raises AgisError for values nginx would misread."""
    releases = ledger.folder(home).resolve()
    _require_plain("the folder of releases", str(releases))
    _require_plain("--server-name", server_name)
    for part in listen.split():
        _require_plain("--listen", part)
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in (
        ("releases", str(releases)),
        ("listen", " ".join(listen.split())),
        ("server_name", server_name),
    ):
        text = text.replace(f"@{name}@", value)
    return text


def _require_plain(what: str, value: str) -> None:
    found = _MEANS_SOMETHING.search(value)
    if found or not value:
        sign = f"holds {found.group()!r}, which nginx reads as its own" if found else "is empty"
        raise AgisError(f"No configuration made: {what} ({value!r}) {sign}.")
