"""What is pulled: the registry of official sources, intake, landing, readers and raw tables.

Belongs here: where a dataset comes from, how its bytes are fetched and kept, how they are
read into raw Parquet under the registry's contract, the Dagster assets made from registry
entries, and the invented demo country that speaks the same formats.

Stays out: judging the figures (``checks``), computing anything (``dbt_project``), and deciding
what runs when or what is published (``orchestration``). This package imports neither of them.

The way of the data is drawn in ``docs/design.md``.
"""
