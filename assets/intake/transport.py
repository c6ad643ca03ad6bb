"""Connections to permitted computers, whose every read keeps to a deadline.

urllib3's time-outs are about each read of the socket. A server that drips its headers, chunk
sizes or body never lets one happen, so each read is also held to the deadline.
"""

from __future__ import annotations

import http.client
import io
import time
from contextlib import suppress
from contextvars import ContextVar
from socket import socket

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from assets.intake.peers import connected

DEADLINE: ContextVar[float] = ContextVar("deadline")
_EOF_GRACE_SECONDS = 0.2


class Surplus(http.client.HTTPException):
    """More bytes than the Content-Length announced."""


class _Timed(io.RawIOBase):
    """Reads from a socket, waiting for ``silence`` seconds and never beyond the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket, deadline: float) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline
        self._usual = self.silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override] # urllib3 fills any writable buffer; these two are all it is given
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        self._sock.settimeout(left if self.silence is None else min(left, self.silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            # The connection may serve the next request; or it may be gone.
            with suppress(OSError):
                self._sock.settimeout(self._usual)
            self._raw.close()
        super().close()


class _Inbox(io.BufferedReader):
    """The bytes of one answer. With a ``grace`` in seconds, closing looks for bytes left over."""

    def __init__(self, raw: _Timed) -> None:
        super().__init__(raw)
        self._timed = raw
        self.grace: float | None = None
        self.surplus = False

    def close(self) -> None:
        if self.grace is not None and not self.closed:
            self._timed.silence = self.grace
            self.grace = None
            with suppress(OSError):
                self.surplus = bool(self.peek(1))
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that keeps to the deadline and rejects bytes beyond its Content-Length."""

    def __init__(
        self, sock: socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._inbox = _Inbox(_Timed(self.fp.detach(), sock, DEADLINE.get()))
        self.fp = self._inbox

    def read1(self, n: int = -1) -> bytes:
        # Some Pythons close the stream inside read1, so it must know beforehand to look.
        if not self.chunked and self.length is not None:
            self._inbox.grace = _EOF_GRACE_SECONDS if self.will_close else 0.0
        try:
            data = super().read1(n)
            if self.length == 0:
                self.close()
        finally:
            self._inbox.grace = None
        if self._inbox.surplus:
            raise Surplus
        return data


class _HttpConnection(HTTPConnection):
    response_class = _Answer

    def _new_conn(self) -> socket:
        return connected(self, super()._new_conn)


class _HttpsConnection(HTTPSConnection):
    response_class = _Answer

    def _new_conn(self) -> socket:
        return connected(self, super()._new_conn)


class HttpPool(urllib3.HTTPConnectionPool):
    """Plain connections to one host, each read held to the deadline."""

    ConnectionCls = _HttpConnection


class HttpsPool(urllib3.HTTPSConnectionPool):
    """Secure connections to one host, each read held to the deadline."""

    ConnectionCls = _HttpsConnection
