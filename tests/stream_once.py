"""Fetch, land and read one dataset in a process of its own, and say what memory it took.

    python -m tests.stream_once HOME ADDRESS ENTRY.json

Prints a JSON object: MB of resident memory once everything is imported (``floor``), at its peak
(``peak``), rows and seconds.
"""

import json
import re
import sys
import time
from pathlib import Path

import duckdb  # noqa: F401 - part of the floor
import pyarrow.compute
import pyarrow.parquet  # noqa: F401 - part of the floor

from assets.home import home_for
from assets.intake import pull, read_raw
from assets.intake.progress import progress
from assets.intake.web import WebSource
from assets.landing import PARTS
from assets.registry.model import Dataset


def megabytes(what: str) -> float:
    """A line of the process's status; its peak is not that of the parent, as ru_maxrss may be."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def main() -> None:
    root, address, entry = sys.argv[1:]
    dataset = Dataset.model_validate_json(Path(entry).read_text())
    home = home_for("live", {"AGIS_HOME": root})
    source = WebSource(address, home.landing / PARTS)
    floor, began = megabytes("VmRSS"), time.monotonic()
    with progress() as shown:
        (sighting,) = pull(home, source, dataset, shown)
    fetched, seconds = megabytes("VmHWM"), time.monotonic() - began
    raw, _ = read_raw(home, dataset, sighting)
    result = {
        "floor": floor,
        "fetched": fetched,
        "peak": megabytes("VmHWM"),
        "fetch_seconds": seconds,
        "seconds": time.monotonic() - began,
        "rows": raw.rows,
        "raw": str(raw.path),
        "sha256": sighting.sha256,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
