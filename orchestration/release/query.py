"""Read-only SQL on a release."""

from typing import Any

from orchestration.release.ledger import Release, ReleaseError


def query(release: Release, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one query on a release's database, read-only and without access to other files.

    Returns column names and rows; raises ReleaseError with DuckDB's own words.
    """
    import duckdb

    with duckdb.connect(str(release.database), read_only=True) as db:
        db.execute("set enable_external_access = false")
        db.execute("set lock_configuration = true")
        try:
            cursor = db.execute(sql)
            if cursor.description is None:
                return [], []
            return [column[0] for column in cursor.description], cursor.fetchall()
        except duckdb.Error as error:
            raise ReleaseError(f"The query failed: {error}") from error
