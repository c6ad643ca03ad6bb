"""A web server on this computer that serves a folder properly, and badly where told to.

    with MisbehavingServer(folder) as server:
        server.misbehave("/a.xlsx", "status:503:7", times=2)
        ...  # ask for server.url("/a.xlsx")
        server.requests_for("/a.xlsx")

Behaviours, with their arguments after colons:

``status:CODE[:RETRY-AFTER]``  that status, with a page as body and perhaps a Retry-After header
``not-modified``               304 whether or not it was asked for
``drip:MS``, ``drip-head:MS``  the body, or the headers, a byte each so many milliseconds
``hang``                       no answer until the server stops
``drop``                       the connection is closed without an answer
``cut``                        the right Content-Length, half of the body, then closed
``cut-at:BYTES[:weak]``        as properly, ranges too, but closed after so many bytes of the body
                               (with a weak ETag and no Last-Modified)
``stall-at:BYTES``             as properly, but silent after so many bytes until the server stops
``whole``                      the whole file under its validators, even if a range was asked for
``bad-range:TEXT``             206 with that Content-Range and the bytes that were asked for
``other-range``                206 with the right Content-Range under another ETag, as if there
                               were no If-Range
``longer``                     a Content-Length of half of the body that is sent
``chunked``, ``cut-chunked``   the body in chunks, whole or broken off in the middle of one
``drip-chunked:MS``            an endless chunk-size line, a byte each so many milliseconds
``no-length``                  the body without any length, ended by closing
``oversized[:BYTES]``          so many zero bytes (default endless) without a Content-Length
``bad-length:TEXT``            that text as Content-Length
``empty``                      200 with an empty body
``changed``                    other bytes of the same size under the usual ETag, even if asked
                               conditionally
``encoded:NAME``               the body under that Content-Encoding (``gzip`` really packs it)
``redirect:TO[:STATUS]``       302 (or that status) to a path or address
``redirect-nowhere``           302 without a Location
``loop``                       302 to itself
``raw:TEXT``                   that text instead of an answer, then closed
"""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit


@dataclass
class Request:
    """One request as it arrived; times are seconds of time.monotonic."""

    path: str
    headers: dict[str, str]
    behaviour: str
    began: float
    ended: float | None = None

    def overlaps(self, other: Request) -> bool:
        """Whether both were being answered at some moment."""
        ends = (self.ended or float("inf"), other.ended or float("inf"))
        return self.began < ends[1] and other.began < ends[0]


@dataclass
class _Plan:
    behaviour: str
    left: int | None


class MisbehavingServer:
    """Serves ``folder`` on 127.0.0.1 and a free port. A ``certificate`` (PEM with key): https."""

    def __init__(self, folder: Path, *, certificate: Path | None = None) -> None:
        self.folder = folder
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._plans: dict[str, list[_Plan]] = {}
        self._lock = threading.Lock()
        self._scheme = "https" if certificate else "http"
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is left to the thread of each connection.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        """The address of ``path``, which begins with a slash."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def misbehave(self, path: str, behaviour: str, *, times: int | None = None) -> None:
        """Plan a behaviour for the next requests of a path; plans follow one another."""
        name = behaviour.partition(":")[0]
        if name not in _BEHAVIOURS:
            raise ValueError(f"no behaviour {name!r}; there are {', '.join(sorted(_BEHAVIOURS))}")
        with self._lock:
            self._plans.setdefault(path, []).append(_Plan(behaviour, times))

    def behave(self, path: str) -> None:
        """Forget what was planned for a path."""
        with self._lock:
            self._plans.pop(path, None)

    def requests_for(self, path: str) -> list[Request]:
        """The requests of one path, in the order of their arrival."""
        with self._lock:
            return [request for request in self.requests if request.path == path]

    def note(self, path: str, headers: dict[str, str]) -> Request:
        """Record a request and settle how it will be answered."""
        with self._lock:
            request = Request(path, headers, self._next(path), time.monotonic())
            self.requests.append(request)
            return request

    def _next(self, path: str) -> str:
        plans = self._plans.get(path, [])
        while plans and plans[0].left == 0:
            plans.pop(0)
        if not plans:
            return "proper"
        if plans[0].left is not None:
            plans[0].left -= 1
        return plans[0].behaviour


class _Server(ThreadingHTTPServer):
    # So that server_close waits for the threads of the connections.
    daemon_threads = False
    owner: MisbehavingServer

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        self._open_guard = threading.Lock()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for a client to say something."""
        with self._open_guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that hang up are what the tests are about.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@cache
def _digest(file: Path, _changed: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server
    _request: Request

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._request = self.server.owner.note(path, headers)
        name, _, argument = self._request.behaviour.partition(":")
        try:
            _BEHAVIOURS[name](self, argument)
        finally:
            self._ended()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    # What there is to serve

    def _range_from(self, size: int, validators: dict[str, str]) -> int | None:
        """The first byte asked for, None if the whole file is to be sent."""
        asked = self._request.headers
        given = re.fullmatch(r"bytes=(\d+)-", asked.get("range", ""))
        if not given or asked.get("if-range") not in (None, *validators.values()):
            return None
        return int(given[1])

    def _serve(self, validators: dict[str, str], at_most: int | None = None) -> None:
        """The file or the range asked for, streamed; breaks off after ``at_most`` bytes."""
        file = self._file()
        size = file.stat().st_size if file else 0
        first = self._range_from(size, validators)
        if file is None:
            self._answer(404, b"no such file\n", Content_Type="text/plain")
            return
        if first is not None and first >= size:
            self._answer(416, b"", Content_Range=f"bytes */{size}")
            return
        status, extra = 200, dict(validators)
        if first is not None:
            status, extra = 206, extra | {"Content-Range": f"bytes {first}-{size - 1}/{size}"}
        left = size - (first or 0)
        self._head(status, Content_Length=left, **extra)
        if at_most is not None:
            self.close_connection = True
            left = min(left, at_most)
        with file.open("rb") as content:
            content.seek(first or 0)
            while left > 1 << 20:
                self.wfile.write(content.read(1 << 20))
                left -= 1 << 20
            self._send(content.read(left))

    def _content(self) -> bytes:
        file = self._file()
        return file.read_bytes() if file else b"x" * 1000

    def _file(self) -> Path | None:
        folder = self.server.owner.folder.resolve()
        file = (folder / self._request.path.lstrip("/")).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None

    def _validators(self) -> dict[str, str]:
        file = self._file()
        if file is None:
            return {}
        etag = _digest(file, file.stat().st_ctime_ns)[:16]
        modified = formatdate(file.stat().st_mtime, usegmt=True)
        return {"ETag": f'"{etag}"', "Last-Modified": modified}

    def _is_current(self, validators: dict[str, str]) -> bool:
        asked = self._request.headers
        if "if-none-match" in asked:
            tags = [tag.strip() for tag in asked["if-none-match"].split(",")]
            return "*" in tags or validators["ETag"] in tags
        if "if-modified-since" in asked:
            with suppress(ValueError):
                since = parsedate_to_datetime(asked["if-modified-since"])
                return parsedate_to_datetime(validators["Last-Modified"]) <= since
        return False

    # How it is sent

    def _ended(self) -> None:
        if self._request.ended is None:
            self._request.ended = time.monotonic()

    def _head(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def _send(self, data: bytes, *, pause: float = 0.0) -> None:
        """Send the rest of an answer; with a pause, byte by byte."""
        if not data:
            return
        if pause:
            for place in range(len(data) - 1):
                self.wfile.write(data[place : place + 1])
                if self.server.owner.stopping.wait(pause):
                    return
        else:
            self.wfile.write(data[:-1])
        # Before the last byte, as the client may ask for the next file as soon as it has it.
        self._ended()
        self.wfile.write(data[-1:])

    def _answer(self, status: int, data: bytes, **headers: str | int) -> None:
        self._head(status, Content_Length=len(data), **headers)
        self._send(data)

    # Behaviours

    def proper(self, _: str) -> None:
        validators = self._validators()
        if not validators:
            self._answer(404, b"no such file\n", Content_Type="text/plain")
        elif self._is_current(validators):
            self._ended()
            self._head(304, **validators)
        else:
            self._serve(validators)

    def status(self, argument: str) -> None:
        code, _, wait = argument.partition(":")
        extra: dict[str, str] = {"Retry-After": wait} if wait else {}
        self._answer(int(code), b"<h1>something is wrong</h1>\n", **extra)

    def not_modified(self, _: str) -> None:
        self._ended()
        self._head(304)

    def drip(self, pause: str) -> None:
        data = self._content()
        self._head(200, Content_Length=len(data))
        self._send(data, pause=float(pause) / 1000)

    def drip_head(self, pause: str) -> None:
        self.close_connection = True
        head = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000 + b"\r\n\r\n"
        self._send(head, pause=float(pause) / 1000)

    def hang(self, _: str) -> None:
        self.close_connection = True
        self.server.owner.stopping.wait()

    def drop(self, _: str) -> None:
        self.close_connection = True

    def cut(self, _: str) -> None:
        self.close_connection = True
        data = self._content()
        self._head(200, Content_Length=len(data))
        self._send(data[: len(data) // 2])

    def cut_at(self, argument: str) -> None:
        at_most, _, weak = argument.partition(":")
        validators = self._validators()
        if weak:
            validators = {"ETag": "W/" + validators["ETag"]}
        self._serve(validators, int(at_most))

    def stall_at(self, at_most: str) -> None:
        self._serve(self._validators(), int(at_most))
        self.server.owner.stopping.wait()

    def whole(self, _: str) -> None:
        self._answer(200, self._content(), **self._validators())

    def bad_range(self, text: str) -> None:
        first = self._range_from(0, self._validators()) or 0
        data = self._content()[first:]
        self._answer(206, data, Content_Range=text, **self._validators())

    def other_range(self, _: str) -> None:
        data = self._content()
        first = self._range_from(0, self._validators()) or 0
        placed = f"bytes {first}-{len(data) - 1}/{len(data)}"
        flipped = bytes(byte ^ 1 for byte in data[first:])
        self._answer(206, flipped, Content_Range=placed, ETag='"another"')

    def longer(self, _: str) -> None:
        self.close_connection = True
        data = self._content()
        self._head(200, Content_Length=len(data) // 2)
        self._send(data)

    def chunked(self, _: str) -> None:
        data = self._content()
        self._head(200, Transfer_Encoding="chunked")
        self._send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data))

    def cut_chunked(self, _: str) -> None:
        self.close_connection = True
        data = self._content()
        self._head(200, Transfer_Encoding="chunked")
        self._send(b"%x\r\n%b" % (len(data), data[: len(data) // 2]))

    def drip_chunked(self, pause: str) -> None:
        self.close_connection = True
        self._head(200, Transfer_Encoding="chunked")
        self._send(b"1;" + b"x" * 10_000 + b"\r\n", pause=float(pause) / 1000)

    def no_length(self, _: str) -> None:
        self.close_connection = True
        self._head(200)
        self._send(self._content())

    def oversized(self, size: str) -> None:
        self.close_connection = True
        self._head(200)
        left = int(size or sys.maxsize)
        while left > 0 and not self.server.owner.stopping.is_set():
            self.wfile.write(bytes(min(left, 64 * 1024)))
            left -= 64 * 1024

    def bad_length(self, text: str) -> None:
        self.close_connection = True
        self._head(200, Content_Length=text)
        self._send(self._content())

    def empty(self, _: str) -> None:
        self._ended()
        self._head(200, Content_Length=0)

    def changed(self, _: str) -> None:
        flipped = bytes(byte ^ 1 for byte in self._content())
        self._answer(200, flipped, **self._validators())

    def encoded(self, name: str) -> None:
        data = self._content()
        self._answer(200, gzip.compress(data) if name == "gzip" else data, Content_Encoding=name)

    def redirect(self, argument: str) -> None:
        target, status = argument, "302"
        if argument.rpartition(":")[2] in ("301", "302", "303", "307", "308"):
            target, _, status = argument.rpartition(":")
        self._answer(int(status), b"moved\n", Location=target)

    def redirect_nowhere(self, _: str) -> None:
        self._answer(302, b"moved\n")

    def loop(self, _: str) -> None:
        self._answer(302, b"moved\n", Location=self.path)

    def raw(self, text: str) -> None:
        self.close_connection = True
        self._send(text.encode("latin-1"))


_BEHAVIOURS: dict[str, Callable[[_Handler, str], None]] = {
    "proper": _Handler.proper,
    "status": _Handler.status,
    "not-modified": _Handler.not_modified,
    "drip": _Handler.drip,
    "drip-head": _Handler.drip_head,
    "hang": _Handler.hang,
    "drop": _Handler.drop,
    "cut": _Handler.cut,
    "cut-at": _Handler.cut_at,
    "stall-at": _Handler.stall_at,
    "whole": _Handler.whole,
    "bad-range": _Handler.bad_range,
    "other-range": _Handler.other_range,
    "longer": _Handler.longer,
    "chunked": _Handler.chunked,
    "cut-chunked": _Handler.cut_chunked,
    "drip-chunked": _Handler.drip_chunked,
    "no-length": _Handler.no_length,
    "oversized": _Handler.oversized,
    "bad-length": _Handler.bad_length,
    "empty": _Handler.empty,
    "changed": _Handler.changed,
    "encoded": _Handler.encoded,
    "redirect": _Handler.redirect,
    "redirect-nowhere": _Handler.redirect_nowhere,
    "loop": _Handler.loop,
    "raw": _Handler.raw,
}
