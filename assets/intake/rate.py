"""How often a host is asked: a pause after each request, longer where the host asks for it."""

import threading
import time
from collections.abc import Callable


class Rate:
    """When each host may be asked next; shared by all threads of a fetcher."""

    def __init__(self, pause: Callable[[str], float]) -> None:
        self._pause = pause
        self._next: dict[str, float] = {}
        self._guard = threading.Lock()

    def seconds_to_wait(self, host: str) -> float:
        """Seconds until this host may be asked."""
        with self._guard:
            return max(0.0, self._next.get(host, 0.0) - time.monotonic())

    def asked(self, host: str) -> None:
        """Note that a request to this host has just ended."""
        self.leave_alone(host, self._pause(host))

    def leave_alone(self, host: str, seconds: float) -> None:
        """Ask this host nothing for so many seconds (its Retry-After)."""
        with self._guard:
            moment = time.monotonic() + seconds
            self._next[host] = max(moment, self._next.get(host, 0.0))
