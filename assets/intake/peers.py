"""Which computers may be connected to: public ones, and those that the sources name themselves.

The name is resolved once and the connection goes to the very address that was judged, so that a
name which answers differently the second time gains nothing.
"""

import socket
from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from urllib3 import exceptions as problems
from urllib3.connection import HTTPConnection

from assets.intake.attempt import TryError

TRUSTED: ContextVar[frozenset[str]] = ContextVar("trusted", default=frozenset())
"""Hosts that may have a private address, because whoever runs AGIS named them as the source."""

_NAT64 = IPv6Network("64:ff9b::/96")


def connected(connection: HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
    """A socket to one of the host's addresses, none of which may be private; raises TryError."""
    host = connection._dns_host
    addresses = _resolved(connection, host.strip("[]").rstrip("."))
    try:
        for number, address in enumerate(addresses, start=1):
            connection._dns_host = address
            try:
                return connect()
            except (problems.NewConnectionError, problems.ConnectTimeoutError):
                if number == len(addresses):
                    raise
    finally:
        connection._dns_host = host
    raise problems.NewConnectionError(connection, "the name has no address")


def _resolved(connection: HTTPConnection, host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise problems.NameResolutionError(host, connection, cause) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    private = [address for address in addresses if not is_public(address)]
    if private and host not in TRUSTED.get():
        raise TryError(
            f"a public address of {host}",
            f"{private[0]} is private: only a mirror named in the sources may have such a one",
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is of the open internet, also when wrapped in an IPv6 one."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
