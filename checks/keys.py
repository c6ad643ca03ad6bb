"""One query over all published keys, put together from the table that lists them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def query(tables: "duckdb.DuckDBPyConnection") -> str:
    """A query for the keys that do not hold: doubled, partly empty, or leading nowhere.

    Raises ValueError if no key is declared: nothing would be checked.
    """
    keys = tables.execute(
        "select table_name, kind, key_columns, to_table, to_columns from published_key order by all"
    ).fetchall()
    if not keys:
        raise ValueError("published_key declares no key")
    parts = " union all ".join(part for key in keys for part in _parts(*key))
    return f"select * from ({parts}) where keys > 0 order by all"


def _parts(
    table: str, kind: str, columns: str, to_table: str | None, to_columns: str | None
) -> Iterator[str]:
    own = [f'own."{name}"' for name in columns.split(", ")]
    head = f"select '{table}' as table_name, '{columns}' as key_columns, count(*) as keys, "
    listed = ", ".join(own)
    if to_table is None or to_columns is None:
        yield (
            f"{head} 'twice' as problem from "
            f'(select 1 from "{table}" as own group by {listed} having count(*) > 1)'
        )
        if kind == "primary":
            empty = " or ".join(f"{name} is null" for name in own)
            yield f"{head} 'partly empty' as problem from \"{table}\" as own where {empty}"
        return
    other = [f'other."{name}"' for name in to_columns.split(", ")]
    filled = " and ".join(f"{name} is not null" for name in own)
    equal = " and ".join(f"{a} = {b}" for a, b in zip(own, other, strict=True))
    yield (
        f"{head} 'not in {to_table}' as problem from "
        f'(select distinct {listed} from "{table}" as own where {filled}) as own '
        f'anti join "{to_table}" as other on {equal}'
    )
