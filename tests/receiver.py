"""A webhook on loopback that keeps what it is told, or refuses to take it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What arrived, and how the next message is answered."""

    port: int = 0
    status: int = 200
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As Apprise names it, with a password that must never be seen again."""
        return f"json://watcher:s3cret-word@127.0.0.1:{self.port}/hook"

    def told(self) -> list[str]:
        """The titles of the messages, and that each has what a message must have."""
        for message in self.messages:
            lines = str(message["message"]).splitlines()
            assert [line.split(":")[0] for line in lines[:3]] == ["What", "Where", "Why"], lines
        return [str(message["title"]) for message in self.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.status == 200:
                receiver.messages.append(json.loads(body))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
