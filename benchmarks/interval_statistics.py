"""Times the intervals and control limits over ten million generated values, from Parquet.

Prints time, peak memory and the ratio to the floor, which is reading the same file and adding it
up. Budget: 60 s. ``python -m benchmarks.statistics [rows]``.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BUDGET_SECONDS = 60.0
MACROS = PROJECT / "dbt_project" / "macros" / "statistics.sql"

GENERATE = """
    copy (
        -- Seeded by the row's own number: the same file on each run.
        select
            i % 2 = 0 as is_proportion,
            10 + hash(i) % 20000 as denominator,
            cast((10 + hash(i) % 20000) * (hash(i + 1) % 1000) / 8000 as integer) as numerator,
            0.02 + (hash(i // 6254) % 100) / 1000.0 as benchmark
        from range({rows}) as t(i)
    ) to '{path}' (format parquet, compression zstd)
"""
FLOOR = "select sum(numerator), sum(denominator), sum(benchmark) from read_parquet('{path}')"
JUDGE = """
    with small as (
        select numerator, main.poisson_exact_lower(numerator, 0.95) as lower,
            main.poisson_exact_upper(numerator, 0.95) as upper
        from (select distinct numerator from read_parquet('{path}') where numerator < 10)
    ),
    valued as (
        select values.*,
            case when is_proportion then main.wilson_lower(values.numerator, denominator, 0.95)
                else coalesce(small.lower, main.byar_lower(values.numerator, 0.95)) end as lower,
            case when is_proportion then main.wilson_upper(values.numerator, denominator, 0.95)
                else coalesce(small.upper, main.byar_upper(values.numerator, 0.95)) end as upper,
            denominator * benchmark as expected
        from read_parquet('{path}') as values
        left join small on values.numerator = small.numerator
    ),
    limited as (
        select *,
            case when is_proportion then main.wilson_lower(expected, denominator, 0.998)
                else main.byar_lower(expected, 0.998) / denominator end as control_lower,
            case when is_proportion then main.wilson_upper(expected, denominator, 0.998)
                else main.byar_upper(expected, 0.998) / denominator end as control_upper
        from valued
    )
    select sum(lower), sum(upper),
        count(*) filter (numerator >= 10 and numerator / denominator > control_upper),
        count(*) filter (numerator >= 10 and numerator / denominator < control_lower)
    from limited
"""


def main(rows: int) -> int:
    """Generate, time the floor and the statistics, print both; 1 if the budget is missed."""
    import duckdb

    text = MACROS.read_text(encoding="utf-8")
    begin = text.index("{% macro default__create_statistics_functions() %}")
    body = text[text.index("%}", begin) + 2 : text.index("{% endmacro %}", begin)]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        path = str(Path(folder) / "values.parquet")
        database.execute("set threads = 2")
        database.execute(body)
        database.execute(GENERATE.format(rows=rows, path=path))
        started = time.perf_counter()
        database.execute(FLOOR.format(path=path)).fetchall()
        floor = time.perf_counter() - started
        started = time.perf_counter()
        found = database.execute(JUDGE.format(path=path)).fetchone()
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows:,} values: {seconds:.1f} s, peak {peak:.0f} MiB", end="; ")
    print(
        f"floor {floor:.2f} s, {seconds / floor:.0f} times the floor; budget {BUDGET_SECONDS:.0f} s"
    )
    if found is not None:
        print(f"above the limits: {found[2]:,}, below: {found[3]:,}")
    return int(seconds > BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000))
