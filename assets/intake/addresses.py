"""Which web addresses may be asked, where redirects may lead, and how both are shown."""

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3 import exceptions as problems
from urllib3.util import parse_url

from assets.intake.attempt import A_FILE, TryError

_MAX_REDIRECTS = 5


@dataclass(frozen=True)
class AllowList:
    """Where redirects may lead beside the host they start at; ``www.`` makes no difference.

    ``hosts`` are meant as they stand, ``domains`` with all hosts below them.
    """

    hosts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def permits(self, host: str) -> bool:
        """Whether a redirect may lead to this host."""
        host = host.removeprefix("www.")
        return host in self.hosts or any(
            host == domain or host.endswith(f".{domain}") for domain in self.domains
        )

    def __str__(self) -> str:
        return ", ".join(sorted({*self.hosts, *(f"*.{domain}" for domain in self.domains)}))


ITS_OWN_HOST = AllowList()


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
        if not is_loopback(parts.host):
            raise TryError(expected, found if after else "it is plain http")
    return parts._replace(fragment=None).url


def is_loopback(host: str) -> bool:
    """Whether a host is this computer by its name or literal address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def redirected(url: str, location: str | None, seen: list[str], allowed: AllowList) -> str:
    """The address a redirect leads to; refuses loops, long chains and hosts not allowed."""
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
    _require_allowed(seen[0], target, allowed)
    if target in seen:
        raise TryError(A_FILE, f"the redirects go in a circle, back to {shown(target)}")
    if len(seen) > _MAX_REDIRECTS:
        raise TryError(f"at most {_MAX_REDIRECTS} redirects", f"there was one to {shown(target)}")
    return target


def _require_allowed(start: str, target: str, allowed: AllowList) -> None:
    """From where the fetch began, not from the last redirect: chains wander no farther."""
    from_, to = parse_url(start), parse_url(target)
    own = (from_.host or "").removeprefix("www.")
    host = to.host or ""
    usual_port = to.port in (None, 443) or to.port == from_.port
    if usual_port and (host.removeprefix("www.") == own or allowed.permits(host)):
        return
    listed = f" or a host of the registry ({allowed})" if str(allowed) else ""
    raise TryError(
        f"a redirect within {from_.host}{listed}", f"it redirects to {to.host}: {shown(target)}"
    )


def shown(url: str) -> str:
    """An address fit for a message: no password, no control characters, not endless."""
    return plain(re.sub(r"(^|//)[^/?#]*@", r"\1***@", url))


def plain(text: str) -> str:
    """One printable line of at most 300 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 300 else line[:299] + "…"
