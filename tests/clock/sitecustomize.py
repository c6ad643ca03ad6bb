"""A clock that jumps back while a process runs: on the path of a trial, read at its start.

``CLOCK_JUMP`` is ``<seconds until the jump>:<seconds back>``. Python's ``time`` jumps, which is
what AGIS asks for moments; what C code asks the kernel for does not.
"""

import os
import time

_after, _back = (float(part) for part in os.environ["CLOCK_JUMP"].split(":"))
_real, _gmtime, _localtime, _strftime = time.time, time.gmtime, time.localtime, time.strftime
_jump = time.monotonic() + _after


def _now() -> float:
    return _real() - (_back if time.monotonic() >= _jump else 0.0)


def _gm(seconds: float | None = None) -> time.struct_time:
    return _gmtime(_now() if seconds is None else seconds)


def _local(seconds: float | None = None) -> time.struct_time:
    return _localtime(_now() if seconds is None else seconds)


def _format(form: str, moment: time.struct_time | None = None) -> str:
    return _strftime(form, _local() if moment is None else moment)


time.time, time.gmtime, time.localtime, time.strftime = _now, _gm, _local, _format
time.time_ns = lambda: int(_now() * 1_000_000_000)
