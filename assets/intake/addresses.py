"""Which web addresses may be asked, where redirects may lead, and how both are shown."""

import ipaddress
import re
from contextlib import suppress
from urllib.parse import urljoin

from urllib3 import exceptions as problems
from urllib3.util import parse_url

from assets.intake.attempt import A_FILE, TryError

_MAX_REDIRECTS = 5


def permitted(url: str, *, after: str | None = None) -> str:
    """The address percent-encoded and without fragment, if it may be asked."""
    expected = "an https:// address (http:// only on this computer)"
    try:
        parts = parse_url(url)
    except problems.LocationParseError as error:
        raise TryError(expected, f"{shown(url)} is not a valid address") from error
    found = f"it redirects to {shown(url)}" if after else "it is another kind of address"
    if parts.auth:
        raise TryError("an address without a user name or password", "it contains one")
    if not parts.host or parts.scheme not in ("http", "https"):
        raise TryError(expected, found)
    if parts.scheme == "http":
        if after and after.startswith("https:"):
            raise TryError("a redirect that stays on https", found)
        if not _is_loopback(parts.host):
            raise TryError(expected, found if after else "it is plain http")
    return parts._replace(fragment=None).url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def redirected(url: str, location: str | None, seen: list[str]) -> str:
    """The address a redirect leads to; refuses loops, long chains and unsafe targets."""
    if not location:
        raise TryError(A_FILE, "the server sent a redirect without a Location")
    # Header bytes arrive as Latin-1; servers that do not percent-encode send UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        target = urljoin(url, location)
    except ValueError as error:
        raise TryError(A_FILE, f"it redirects to {plain(location)}") from error
    target = permitted(target, after=url)
    if target in seen:
        raise TryError(A_FILE, f"the redirects go in a circle, back to {shown(target)}")
    if len(seen) > _MAX_REDIRECTS:
        raise TryError(f"at most {_MAX_REDIRECTS} redirects", f"there was one to {shown(target)}")
    return target


def shown(url: str) -> str:
    """An address fit for a message: no password, no control characters, not endless."""
    return plain(re.sub(r"(^|//)[^/?#]*@", r"\1***@", url))


def plain(text: str) -> str:
    """One printable line of at most 300 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 300 else line[:299] + "…"
