"""Wall time and peak memory of the re-draws of the index, beside the floor.

The floor is the drawing of as many random numbers of the same kinds, without scoring them. Run it
on a finished home: `python benchmarks/simulation.py <home>`; it prints a table, and nothing here
fails on a slow machine.
"""

import subprocess
import sys
from pathlib import Path

BUDGET_SECONDS, BUDGET_MB = 20, 2048
MODEL = Path(__file__).resolve().parent.parent / "dbt_project/models/core/index"

READING = """
import importlib.util, resource, sys, time
from concurrent.futures import ThreadPoolExecutor
import duckdb, numpy as np
work = duckdb.connect(sys.argv[1], read_only=True)
rows = work.sql(
    "from core.int_index_draw_input order by year, indicator_id, municipality_code"
).df()
variants = work.sql("from seeds.index_stability_variant order by variant").df()
spec = importlib.util.spec_from_file_location("simulation", sys.argv[2])
simulation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(simulation)
start = time.perf_counter()
"""

SIMULATION = """
for year, of_year in rows.groupby("year"):
    simulation.simulate(of_year, variants, int(year), simulation.DRAWS)
"""

FLOOR = """
def draw(task):
    model, of_input, dispersion = task
    cases = of_input["numerator_parts"].to_numpy(dtype=float)[:, None]
    cases = cases / of_input["parts_per_unit"].iloc[0]
    base = of_input["denominator"].to_numpy(dtype=float)[:, None]
    random, size = np.random.default_rng(0), (len(cases), simulation.DRAWS)
    if model == "plain":
        if of_input["is_proportion"].iloc[0]:
            random.binomial(base.astype(int), np.minimum(cases / base, 1), size)
        else:
            random.poisson(cases, size)
    elif of_input["is_proportion"].iloc[0]:
        random.beta(cases / dispersion + 0.5, (base - cases) / dispersion + 0.5, size)
    else:
        random.standard_gamma(cases / dispersion + 0.5, size)

models = variants[["model", "prior_cases", "dispersion"]].drop_duplicates()
tasks = [
    (how.model, of_input, how.dispersion)
    for how in models.itertuples()
    for _, of_input in rows[rows["denominator"] > 0].groupby(["year", "indicator_id"])
]
with ThreadPoolExecutor(simulation.THREADS) as pool:
    list(pool.map(draw, tasks))
"""

MEASURE = """
used = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measure(home: Path, program: str) -> tuple[float, float, float]:
    """Wall seconds of the program, processor seconds and peak memory (MB) of its process."""
    built = next((home / "build").glob("*/built.json")).parent
    done = subprocess.run(
        [
            *(sys.executable, "-c", READING + program + MEASURE),
            *(built / "work.duckdb", MODEL / "int_index_simulation.py"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    wall, processor, memory = (float(figure) for figure in done.stdout.split())
    return wall, processor, memory


def main() -> None:
    """Measure both and print them."""
    if len(sys.argv) != 2:
        sys.exit("Name a home with a finished build: python benchmarks/simulation.py <home>")
    home = Path(sys.argv[1])
    print("| what | wall s | processor s (process) | peak MB |\n|---|---|---|---|")
    for name, program in (("re-draws of the index", SIMULATION), ("floor: drawing alone", FLOOR)):
        wall, processor, memory = measure(home, program)
        print(f"| {name} | {wall:.1f} | {processor:.1f} | {memory:.0f} |")
    print(f"| budget | {BUDGET_SECONDS} | | {BUDGET_MB} |")


if __name__ == "__main__":
    main()
