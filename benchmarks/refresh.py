"""Wall time and peak memory of a refresh of the real files, beside the floor.

The floor is the same reading and the same SQL without orchestration: the raw tables read in one
process, and the compiled models run straight in DuckDB. Run it with `make bench`; it needs the
mirror of official files and prints a table. Nothing here fails on a slow machine.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MIRROR = Path(os.environ.get("AGIS_MIRROR", PROJECT.parent / "shared" / "mirror"))
AGIS = Path(sys.executable).with_name("agis")


@dataclass(frozen=True)
class Measured:
    """One measured process."""

    seconds: float
    peak_mb: float


def measure(command: list[str | Path], environment: dict[str, str]) -> Measured:
    """Wall time and peak resident memory of a command and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return Measured(seconds, usage.ru_maxrss / 1024)


FLOOR_READING = """
import sys
from pathlib import Path
from assets.home import open_home
from assets.intake import read_raw
from assets.landing import Landing
from assets.registry import load_registry

home, registry = open_home(Path(sys.argv[1])), load_registry()
for dataset in registry.values():
    for sighting in Landing(home).seen(dataset.id):
        read_raw(home, dataset, sighting)
"""

FLOOR_SQL = """
import json, os, sys, types
from pathlib import Path
import duckdb

build = Path(sys.argv[1])
manifest = json.loads((build / "dbt" / "manifest.json").read_text())
results = json.loads((build / "dbt" / "run_results.json").read_text())["results"]
db = duckdb.connect(sys.argv[2])
db.execute("set threads = 2")
db.execute(f"set file_search_path = '{build}'")
source = duckdb.connect(str(build / "work.duckdb"), read_only=True)
macros = source.execute(
    "select function_name, parameters, macro_definition from duckdb_functions() "
    "where schema_name = 'main' and not internal and function_type = 'macro' "
    "order by length(macro_definition)"
).fetchall()
source.close()
db.execute(f"attach '{build / 'work.duckdb'}' as made (read_only)")
waiting = list(macros)
while waiting:
    left = []
    for name, parameters, definition in waiting:
        try:
            db.execute(f'create macro "{name}"({", ".join(parameters)}) as {definition}')
        except duckdb.Error:
            left.append((name, parameters, definition))
    assert len(left) < len(waiting)
    waiting = left
for result in results:
    node = manifest["nodes"].get(result["unique_id"], {})
    if node.get("resource_type") not in ("model", "seed"):
        continue
    db.execute(f'create schema if not exists "{node["schema"]}"')
    relation = f'"{node["schema"]}"."{node["alias"]}"'
    if node["resource_type"] == "seed" or node["language"] == "python":
        db.execute(f"create table {relation} as select * from made.{relation}")
        continue
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    code = result["compiled_code"].replace('"work".', "")
    db.execute(f"create {kind} {relation} as {code}")
"""


def main() -> None:
    """Measure and print."""
    if not MIRROR.is_dir():
        sys.exit(f"No mirror of official files at {MIRROR}; set AGIS_MIRROR.")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AGIS_")}
        environment["AGIS_HOME"] = str(home)
        refresh: list[str | Path] = [AGIS, "refresh", "--sources", str(MIRROR)]
        cold = measure(refresh, environment)
        unchanged = measure(refresh, environment)
        build = next(p.parent for p in (home / "build").glob("*/built.json"))
        shutil.rmtree(home / "raw")
        reading = measure([sys.executable, "-c", FLOOR_READING, str(home)], environment)
        floor_file = str(Path(folder) / "floor.duckdb")
        computing = measure([sys.executable, "-c", FLOOR_SQL, str(build), floor_file], environment)
        _print(cold, unchanged, reading, computing)


def _print(cold: Measured, unchanged: Measured, reading: Measured, computing: Measured) -> None:
    floor = reading.seconds + computing.seconds
    rows = [
        ("cold refresh of the mirror", cold, "60 s, 2048 MB", f"{cold.seconds / floor:.1f}"),
        ("refresh, nothing changed", unchanged, "5 s", f"{unchanged.seconds / floor:.2f}"),
        ("floor: reading", reading, "", f"{reading.seconds / floor:.2f}"),
        ("floor: the same SQL in DuckDB", computing, "", f"{computing.seconds / floor:.2f}"),
    ]
    print(f"{'what':32} {'seconds':>8} {'peak MB':>8}  {'of the floor':>12}  budget")
    for what, measured, budget, ratio in rows:
        print(f"{what:32} {measured.seconds:8.2f} {measured.peak_mb:8.0f}  {ratio:>12}  {budget}")


if __name__ == "__main__":
    main()
