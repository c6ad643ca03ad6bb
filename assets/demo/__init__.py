"""The demo country: an invented land in the formats of the real official sources.

Nothing in it is true. Codes, names and coordinates are chosen so that none of them can be
taken for a real one, and everything planted in the figures is written beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assets.errors import AgisError

GENERATOR_VERSION = "3"
DEFAULT_SEED = 20231231


class DemoError(AgisError):
    """The demo country could not be made or written."""


@dataclass(frozen=True)
class DemoCountry:
    """Where the demo country lies and how large it is (units of the last index year)."""

    folder: Path
    units: int
    municipalities: int
    regions: int
    districts: int
    orps: int
    pous: int
    schools: int
    written: bool


def generate(out: Path, *, scale: float = 1.0, seed: int = DEFAULT_SEED) -> DemoCountry:
    """Write the demo country below ``out``; do nothing if it already lies there.

    ``scale`` multiplies the number of municipalities (0.03 to 10; above 1 for load tests).
    The folder appears whole or not at all. An earlier demo in ``out`` is replaced, anything
    else there is refused.
    """
    from assets.demo.writing import write_demo

    return write_demo(Path(out).absolute(), scale=float(scale), seed=seed)
