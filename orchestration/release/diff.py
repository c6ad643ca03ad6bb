"""What differs between two releases, or a release and a candidate, key by key.

Everything is SQL over the two sets of Parquet files, which DuckDB streams; a table whose bytes
are equal is not even opened. The answer is four tables: ``diff_table``, ``diff_column``,
``diff_row`` and ``diff_figure`` (per indicator and level of territory).
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from assets.errors import AgisError
from assets.home import Home
from orchestration.release.ledger import Release

if TYPE_CHECKING:
    import duckdb

TABLES = ("diff_table", "diff_column", "diff_row", "diff_figure")
PRECISION = 0.05
"""Values are shown with one decimal place: what differs by less is not seen."""
_FIGURE = ("indicator_id", "territory_level", "value")
"""Columns by which a table of figures is known."""

_DECLARED = """
    create table diff_table (
        table_name text, change text, rows_before bigint, rows_after bigint, rows_added bigint,
        rows_removed bigint, rows_changed bigint, key_columns text[]
    );
    create table diff_column (
        table_name text, column_name text, change text, type_before text, type_after text,
        rows_changed bigint
    );
    create table diff_row (table_name text, change text, key text, changed_columns text[]);
    create table diff_figure (
        table_name text, indicator_id text, territory_level text, rows_before bigint,
        rows_added bigint, rows_removed bigint, rows_changed bigint, values_changed bigint,
        values_beyond_precision bigint, largest_difference double
    );
"""


@dataclass(frozen=True)
class Side:
    """One of the two: where its Parquet files lie and what is said of its tables."""

    name: str
    folder: Path
    tables: Mapping[str, dict[str, Any]]

    def parquet(self, table: str) -> str:
        """The table's file as SQL reads it."""
        return f"read_parquet({_text(str(self.folder / f'{table}.parquet'))})"

    def columns(self, table: str) -> dict[str, str]:
        """Column → type."""
        return {c["name"]: c["type"] for c in self.tables[table]["columns"]}


def of_release(release: Release) -> Side:
    """A release as one side of a comparison."""
    return Side(release.id, release.root / "parquet", release.manifest["tables"])


def of_candidate(home: Home) -> Side:
    """The candidate of the build that was asked for last; raises AgisError without one."""
    # The candidate's code uses this module, so that it can only be asked for when needed.
    from orchestration.builds import wanted
    from orchestration.release.candidate import stored

    asked = wanted(home)
    candidate = stored(asked[0]) if asked else None
    if asked is None or candidate is None:
        raise AgisError("There is no candidate to compare with. Run `agis refresh` first.")
    return Side("the candidate", asked[0].tables, candidate.tables)


@dataclass(frozen=True)
class Diff:
    """The four tables, in a database that is gone with its context."""

    before: Side
    after: Side
    db: "duckdb.DuckDBPyConnection"

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query on the four tables."""
        cursor = self.db.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def write(self, folder: Path) -> None:
        """Write the four tables as Parquet and into one DuckDB file; raises AgisError."""
        database = folder / "diff.duckdb"
        folder.mkdir(parents=True, exist_ok=True)
        if database.exists():
            raise AgisError(f"{database}: expected no such file, found one. Name a new folder.")
        self.db.execute(f"attach {_text(str(database))} as kept")
        for name in TABLES:
            self.db.execute(f"create table kept.{name} as select * from {name} order by all")
            path = _text(str(folder / f"{name}.parquet"))
            self.db.execute(f"copy kept.{name} to {path} (format parquet, compression zstd)")
        self.db.execute("detach kept")


@contextmanager
def compare(
    before: Side, after: Side, only: Collection[str] = (), precision: float = PRECISION
) -> Iterator[Diff]:
    """Compare all tables or only those named; raises AgisError for one that neither side has."""
    import duckdb

    known = before.tables.keys() | after.tables.keys()
    for name in only:
        if name not in known:
            raise AgisError(
                f"Neither {before.name} nor {after.name} has a table {name}. Tables: "
                f"{', '.join(sorted(known))}."
            )
    with TemporaryDirectory(prefix="agis-diff-") as spill, duckdb.connect() as db:
        db.execute(f"set temp_directory = {_text(spill)}")
        db.execute("set memory_limit = '2GB'")
        db.execute("set preserve_insertion_order = false")
        db.execute(_DECLARED)
        for name in sorted(set(only) or known):
            _compare_table(db, before, after, name, precision)
        yield Diff(before, after, db)


def _compare_table(
    db: "duckdb.DuckDBPyConnection", before: Side, after: Side, name: str, precision: float
) -> None:
    old, new = before.tables.get(name), after.tables.get(name)
    if old is None or new is None:
        change, rows = ("removed", old) if new is None else ("added", new)
        assert rows is not None
        counts = [rows["rows"], None, None, rows["rows"], None]
        _note(db, name, change, counts if new is None else [None, *counts[:1], *counts[:1], 0, 0])
        return
    if old["sha256"] == new["sha256"]:
        _note(db, name, "equal", [old["rows"], new["rows"], 0, 0, 0])
        return
    one, two = before.columns(name), after.columns(name)
    for column in sorted(one.keys() ^ two.keys()):
        change = "removed" if column in one else "added"
        row = [name, column, change, one.get(column), two.get(column), None]
        db.execute("insert into diff_column values (?, ?, ?, ?, ?, ?)", row)
    shared = [column for column in one if column in two]
    key = _usable_key(db, before, after, name, shared)
    if key:
        _by_key(db, before, after, name, key, precision)
    else:
        _by_row(db, before, after, name, shared)
    db.execute(
        """
        insert into diff_column
        select d.table_name, d.column_name, 'values', null, null, count(*)
        from (
            select table_name, unnest(changed_columns) as column_name
            from diff_row where table_name = ? and change = 'changed'
        ) as d
        group by all
        """,
        [name],
    )
    for column in shared:
        if one[column] != two[column]:
            row = [name, column, "type", one[column], two[column], None]
            db.execute("insert into diff_column values (?, ?, ?, ?, ?, ?)", row)
    counted = dict(
        db.execute(
            "select change, count(*) from diff_row where table_name = ? group by change", [name]
        ).fetchall()
    )
    counts = [counted.get(change, 0) for change in ("added", "removed", "changed")]
    differs = any(counts) or one != two
    # The same rows in another order, or the same values written by another library.
    change = "changed" if differs else "equal"
    _note(db, name, change, [old["rows"], new["rows"], *counts], key)


def _note(
    db: "duckdb.DuckDBPyConnection",
    name: str,
    change: str,
    counts: list[int | None],
    key: list[str] | None = None,
) -> None:
    db.execute(
        "insert into diff_table values (?, ?, ?, ?, ?, ?, ?, ?)", [name, change, *counts, key]
    )


def _usable_key(
    db: "duckdb.DuckDBPyConnection", before: Side, after: Side, name: str, shared: list[str]
) -> list[str]:
    """The declared key, if both sides have its columns and no key twice; else none."""
    # A release that was made before keys were recorded is compared by the other side's.
    declared = after.tables[name].get("key") or before.tables[name].get("key") or []
    if not set(declared) <= set(shared):
        return []
    key = list(declared)
    for side in (before, after) if key else ():
        columns = _listed(key)
        doubled = db.execute(
            f"select 1 from {side.parquet(name)} group by {columns} having count(*) > 1 limit 1"
        ).fetchone()
        if doubled:
            return []
    return key


def _by_key(
    db: "duckdb.DuckDBPyConnection",
    before: Side,
    after: Side,
    name: str,
    key: list[str],
    precision: float,
) -> None:
    one, two = before.columns(name), after.columns(name)
    values = [c for c in one if c in two and c not in key]
    differs = {
        c: f'b."{c}" is distinct from a."{c}"'
        if one[c] == two[c]
        else f'cast(b."{c}" as text) is distinct from cast(a."{c}" as text)'
        for c in values
    }
    cases = ", ".join(f"case when {test} then {_text(c)} end" for c, test in differs.items())
    changed = " or ".join(differs.values()) or "false"
    joined = " and ".join(f'b."{c}" is not distinct from a."{c}"' for c in key)
    parts = ", ".join(f'{_text(c)}: coalesce(b."{c}", a."{c}")' for c in key)
    has_figures = set(_FIGURE) <= set(one) & set(two)
    figures = (
        'coalesce(b."indicator_id", a."indicator_id") as indicator_id, '
        'coalesce(b."territory_level", a."territory_level") as territory_level, '
        'b."value" as value_before, a."value" as value_after'
        if has_figures
        else "null as indicator_id"
    )
    db.execute(
        f"""
        create or replace temp table difference as
        select
            case when b._there is null then 'added' when a._there is null then 'removed'
                else 'changed' end as change,
            cast(to_json({{{parts}}}) as text) as key,
            case when b._there and a._there
                then list_filter([{cases or "null"}], lambda c: c is not null)
            end as changed_columns,
            {figures}
        from (select *, true as _there from {before.parquet(name)}) as b
        full join (select *, true as _there from {after.parquet(name)}) as a on {joined}
        where b._there is null or a._there is null or {changed}
        """
    )
    db.execute(
        "insert into diff_row select ?, change, key, changed_columns from difference", [name]
    )
    if has_figures:
        db.execute(_figures(before.parquet(name)), [name, precision])


def _figures(parquet: str) -> str:
    return f"""
        insert into diff_figure
        with there as (
            select indicator_id, territory_level, count(*) as rows_before
            from {parquet} group by all
        )
        select
            ?, d.indicator_id, d.territory_level, coalesce(any_value(t.rows_before), 0),
            count(*) filter (d.change = 'added'), count(*) filter (d.change = 'removed'),
            count(*) filter (d.change = 'changed'),
            count(*) filter (d.change = 'changed' and value_before is distinct from value_after),
            count(*) filter (
                d.change = 'changed' and (
                    abs(value_after - value_before) > ?
                    or (value_before is null) <> (value_after is null)
                )
            ),
            max(abs(value_after - value_before)) filter (d.change = 'changed')
        from difference as d
        left join there as t
            on t.indicator_id = d.indicator_id and t.territory_level = d.territory_level
        group by d.indicator_id, d.territory_level
    """


def _by_row(
    db: "duckdb.DuckDBPyConnection", before: Side, after: Side, name: str, shared: list[str]
) -> None:
    """Without a key a row that changed is one removed and one added."""
    columns = _listed(shared)
    parts = ", ".join(f'{_text(c)}: "{c}"' for c in shared)
    sides = {"added": (after, before), "removed": (before, after)}
    for change, (having, lacking) in sides.items() if shared else ():
        db.execute(
            f"""
            insert into diff_row
            select ?, ?, cast(to_json({{{parts}}}) as text), null
            from (
                select {columns} from {having.parquet(name)}
                except all select {columns} from {lacking.parquet(name)}
            )
            """,
            [name, change],
        )


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
