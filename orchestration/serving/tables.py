"""One release's tables in PostgreSQL: columns, rows, keys, indexes and comments.

Rows go as Arrow batches by COPY and never pass through Python; everything else is read from
the release's manifest.
"""

from typing import Any

from orchestration.release.ledger import Release
from orchestration.serving.settings import PostgresError, Settings

BATCH_ROWS = 65_536
_INDEXED_IDS = ("indicator_id", "dataset_id")


def load(connection: Any, settings: Settings, release: Release, schema: str) -> int:
    """Make and fill all tables of a release in an empty schema; returns the number of rows."""
    from adbc_driver_postgresql import dbapi

    rows = 0
    with dbapi.connect(settings.url) as stream:
        for name, table in release.manifest["tables"].items():
            rows += _fill(connection, stream, release, schema, name)
            _finish(connection, schema, name, table)
    _write_release_table(connection, schema, release)
    if "territory" in release.manifest["tables"]:
        _run(
            connection,
            "create view {}.territory_current as select * from {}.territory where is_current",
            schema,
            schema,
        )
    return rows


def _fill(connection: Any, stream: Any, release: Release, schema: str, name: str) -> int:
    """Create one table and stream its Parquet file into it."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from psycopg import sql

    path = release.root / "parquet" / f"{name}.parquet"
    with pq.ParquetFile(path) as file:
        arrow = file.schema_arrow
        columns = [
            sql.SQL("{} {}").format(
                sql.Identifier(field.name), sql.SQL(_type(field.type, f"{name}.{field.name}"))
            )
            for field in arrow
        ]
        connection.execute(
            sql.SQL("create table {} ({})").format(
                sql.Identifier(schema, name), sql.SQL(", ").join(columns)
            )
        )
        batches = pa.RecordBatchReader.from_batches(arrow, file.iter_batches(BATCH_ROWS))
        with stream.cursor() as cursor:
            cursor.adbc_ingest(name, batches, mode="append", db_schema_name=schema)
        stream.commit()
    count = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
    found = int(connection.execute(count).fetchone()[0])
    expected = int(release.manifest["tables"][name]["rows"])
    if found != expected:
        raise PostgresError(
            f"Table {name} of release {release.id} has {found} rows in PostgreSQL; its manifest "
            f"says {expected}."
        )
    return found


def _type(kind: Any, place: str) -> str:
    """The PostgreSQL type of an Arrow type."""
    import pyarrow as pa

    plain = {
        pa.string(): "text",
        pa.large_string(): "text",
        pa.bool_(): "boolean",
        pa.int16(): "smallint",
        pa.int32(): "integer",
        pa.int64(): "bigint",
        pa.float32(): "real",
        pa.float64(): "double precision",
        pa.date32(): "date",
    }
    if kind in plain:
        return plain[kind]
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamptz" if kind.tz else "timestamp"
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type, place)}[]"
    raise PostgresError(f"{place} is of type {kind}, which has no counterpart in PostgreSQL yet.")


def _finish(connection: Any, schema: str, name: str, table: dict[str, Any]) -> None:
    """Keys, indexes and comments of one table that has its rows."""
    from psycopg import sql

    here = sql.Identifier(schema, name)
    columns = [column["name"] for column in table["columns"]]
    keys = [key for key in table["keys"] if key["kind"] in ("primary", "unique")]
    for key in keys:
        fields = sql.SQL(", ").join(map(sql.Identifier, key["columns"]))
        if key["kind"] == "primary":
            form = "alter table {} add primary key ({})"
        else:
            form = "create unique index on {} ({}) nulls not distinct"
        connection.execute(sql.SQL(form).format(here, fields))
    leading = {key["columns"][0] for key in keys}
    for column in columns:
        if (column.endswith("_code") or column in _INDEXED_IDS) and column not in leading:
            connection.execute(
                sql.SQL("create index on {} ({})").format(here, sql.Identifier(column))
            )
    connection.execute(comments("table", schema, name, table))
    connection.execute(sql.SQL("analyze {}").format(here))


def comments(kind: str, schema: str, name: str, table: dict[str, Any]) -> Any:
    """Statements that put the published descriptions on a table or view and its columns."""
    from psycopg import sql

    here = sql.Identifier(schema, name)
    said = [
        sql.SQL(f"comment on {kind} {{}} is {{}}").format(
            here, sql.Literal(table.get("description") or None)
        )
    ]
    said += [
        sql.SQL("comment on column {} is {}").format(
            sql.Identifier(schema, name, column["name"]), sql.Literal(column["description"])
        )
        for column in table["columns"]
        if column["description"]
    ]
    return sql.SQL("; ").join(said)


def _write_release_table(connection: Any, schema: str, release: Release) -> None:
    """The table ``release``: which release this is, as in the published DuckDB file."""
    _run(
        connection,
        "create table {}.release (release text primary key, world text not null, published_at text "
        "not null, content_hash text not null, notice_cs text, notice_en text)",
        schema,
    )
    notice = release.manifest["notice"] or {}
    _run(
        connection,
        "insert into {}.release values (%s, %s, %s, %s, %s, %s)",
        schema,
        values=[
            release.id,
            release.manifest["world"],
            release.manifest["published_at"],
            release.content_hash,
            notice.get("cs"),
            notice.get("en"),
        ],
    )


def _run(connection: Any, statement: str, *schemas: str, values: list[Any] | None = None) -> None:
    from psycopg import sql

    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, schemas)), values)
