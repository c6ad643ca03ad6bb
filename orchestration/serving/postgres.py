"""The current release in PostgreSQL: a schema per release, and ``agis``, which shows one of them.

A release is loaded under a hidden name and renamed when complete; ``agis`` holds views only,
which are exchanged in one transaction that first locks them all, so that no query reads two
releases. What is loaded is written on the schemas themselves, as their comments. A kill at any
moment leaves what was shown as it was, and the next load begins anew.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assets.home import Home
from orchestration.release import ledger
from orchestration.release.ledger import Release
from orchestration.serving import tables
from orchestration.serving.settings import PostgresError, Settings, connected, from_environment

SHOWN = "agis"
NEXT = "agis_next"
PRIVATE = "agis_private"
READER = "agis_reader"
GIVE_WAY = "5s"
"""How long one attempt to switch may make readers wait; less than their ``deadlock_timeout``."""
PATIENCE_SECONDS = 90.0
OVERLONG_SECONDS = 60
"""Twice the reader's own time limit: what runs longer has lifted it."""
_MARK = re.compile(r"AGIS release (\S+) \((\w+)\), content (\w+)")


@dataclass(frozen=True)
class Mark:
    """What a schema says that it holds."""

    release: str
    world: str
    content_hash: str

    def __str__(self) -> str:
        return f"AGIS release {self.release} ({self.world}), content {self.content_hash}"


def follow(home: Home) -> str | None:
    """Bring the database that the environment names to the current release.

    Returns what was done, None without AGIS_POSTGRES_URL or release; raises PostgresError.
    """
    settings, release = from_environment(), ledger.current(home)
    if settings is None or release is None:
        return None
    with connected(settings) as connection:
        _require_setup(connection)
        with _alone(connection, settings):
            while True:
                said = _bring(connection, settings, release)
                now = ledger.current(home)
                if now is None or now.id == release.id:
                    return said
                release = now  # published or rolled back while this one was loading


def schema_of(release_id: str) -> str:
    """The schema of a release: ``r2026_11_1``."""
    return "r" + release_id.replace(".", "_")


def end_overlong(connection: Any, seconds: float = OVERLONG_SECONDS) -> list[str]:
    """End sessions of readers whose transaction is older than that; says what each ran.

    A role may lift its own ``statement_timeout``; nobody but a guard beside it can enforce one.
    """
    rows = connection.execute(
        """
        select pid, usename, left(query, 80), pg_terminate_backend(pid)
        from pg_stat_activity join pg_roles on rolname = usename
        where datname = current_database() and pid <> pg_backend_pid() and not rolsuper
            and pg_has_role(usesysid, %s, 'member')
            and xact_start < clock_timestamp() - make_interval(secs => %s)
        """,
        [READER, seconds],
    ).fetchall()
    return [f"Ended session {pid} of {user}: {query}" for pid, user, query, ended in rows if ended]


def _require_setup(connection: Any) -> None:
    version = connection.info.server_version
    if version < 150000:
        raise PostgresError(f"PostgreSQL is version {version // 10000}; AGIS needs 15 or later.")
    if not connection.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone():
        raise PostgresError(
            f"The database has no role {READER}. Prepare it once as a superuser: "
            "agis serve postgres | psql -v database=agis"
        )


@contextmanager
def _alone(connection: Any, settings: Settings) -> Iterator[None]:
    """Hold a lock that ends with this process, on a table that readers cannot name."""
    from psycopg import errors

    if not connection.execute("select to_regnamespace(%s)", [PRIVATE]).fetchone()[0]:
        connection.execute(f"create schema {PRIVATE} create table load_lock ()")
    with connected(settings) as holder, holder.transaction():
        try:
            holder.execute(f"lock table {PRIVATE}.load_lock in access exclusive mode nowait")
        except errors.LockNotAvailable:
            raise PostgresError("Another load into this database is under way.") from None
        yield


def _bring(connection: Any, settings: Settings, release: Release) -> str:
    """Load, show and forget: whatever of it is still to be done."""
    mark = Mark(release.id, release.manifest["world"], release.content_hash)
    marks = _marks(connection)
    _require_same_home(marks, mark)
    began = time.monotonic()
    schema, done = schema_of(release.id), []
    if schema not in marks:
        rows = _load(connection, settings, release, mark)
        seconds = time.monotonic() - began
        count = len(release.manifest["tables"])
        done.append(f"loaded {count} tables, {rows:,} rows into {schema} in {seconds:.1f} s")
    if marks.get(SHOWN) != mark:
        _show(connection, release, mark)
        done.append(f"schema {SHOWN} shows release {release.id}")
    done += _forget(connection, settings.keep, release.id)
    if not done:
        return f"PostgreSQL ({settings.place}) shows release {release.id} already."
    return f"PostgreSQL ({settings.place}): {'; '.join(done)}."


def _marks(connection: Any) -> dict[str, Mark]:
    """Which schema holds which release, as their comments say."""
    rows = connection.execute(
        "select nspname, obj_description(oid, 'pg_namespace') from pg_namespace"
    ).fetchall()
    found = {name: _MARK.fullmatch(said or "") for name, said in rows}
    return {name: Mark(*match.groups()) for name, match in found.items() if match}


def _require_same_home(marks: dict[str, Mark], mark: Mark) -> None:
    for schema, other in marks.items():
        if other.world != mark.world:
            raise PostgresError(
                f"Schema {schema} of this database holds a release of world {other.world}, this "
                f"home is of world {mark.world}; the two never meet. Use another database."
            )
        if other.release == mark.release and other.content_hash != mark.content_hash:
            raise PostgresError(
                f"Schema {schema} of this database holds another release {other.release}, of "
                f"another home: its content is {other.content_hash[:12]}, here it is "
                f"{mark.content_hash[:12]}. Use another database, or drop that schema."
            )


def _load(connection: Any, settings: Settings, release: Release, mark: Mark) -> int:
    """Build the schema of a release under a name that nobody reads, then rename it."""
    for (leftover,) in connection.execute(
        r"select nspname from pg_namespace where nspname like 'loading\_r%'"
    ).fetchall():
        connection.execute(f'drop schema "{leftover}" cascade')
    schema = schema_of(release.id)
    hidden = f"loading_{schema}"
    connection.execute(f'create schema "{hidden}"')
    rows = tables.load(connection, settings, release, hidden)
    with connection.transaction():
        connection.execute(f'alter schema "{hidden}" rename to "{schema}"')
        connection.execute(f'grant usage on schema "{schema}" to {READER}')
        connection.execute(f'grant select on all tables in schema "{schema}" to {READER}')
        connection.execute(f"comment on schema \"{schema}\" is '{mark}'")
    return rows


def _show(connection: Any, release: Release, mark: Mark) -> None:
    """Exchange the views of ``agis``; readers see the old ones or the new ones, never both."""
    from psycopg import errors

    _prepare_views(connection, release)
    fresh, stale = _relations(connection, NEXT), _relations(connection, SHOWN)

    def switch() -> None:
        # Dropping locks: a query that reads one of them is waited for, and a query that comes
        # meanwhile waits and then finds the new ones. In one statement, so that its time limit
        # is the longest that anybody waits.
        if stale:
            connection.execute(f"drop view {', '.join(_named(SHOWN, stale))}")
        connection.execute(
            "; ".join(f"alter view {v} set schema agis" for v in _named(NEXT, fresh))
        )
        connection.execute(f"comment on schema {SHOWN} is '{mark}'")
        connection.execute(f"drop schema {NEXT}")

    try:
        is_done = _patiently(connection, switch, PATIENCE_SECONDS)
    except errors.DependentObjectsStillExist as error:
        raise PostgresError(
            f"Release {release.id} is loaded but not shown: something in this database is built on "
            f"the views of schema {SHOWN} and would have to be dropped with them "
            f"({error.diag.message_detail}). Move it out, then: agis load postgres"
        ) from None
    if not is_done:
        raise PostgresError(
            f"Release {release.id} is loaded but not shown: for {PATIENCE_SECONDS:.0f} s there was "
            f"no moment without a long query on schema {SHOWN}. Again: agis load postgres"
        )


def _prepare_views(connection: Any, release: Release) -> None:
    """The views of the release to be shown, complete, where nobody looks yet."""
    schema = schema_of(release.id)
    described = release.manifest["tables"]
    with connection.transaction():
        connection.execute(f"drop schema if exists {NEXT} cascade")
        connection.execute(f"create schema {NEXT}")
        connection.execute(f"create schema if not exists {SHOWN}")
        for name in _relations(connection, schema):
            connection.execute(f'create view {NEXT}."{name}" as select * from "{schema}"."{name}"')
            if name in described:
                connection.execute(tables.comments("view", NEXT, name, described[name]))
        connection.execute(f"grant usage on schema {SHOWN} to {READER}")
        connection.execute(f"grant select on all tables in schema {NEXT} to {READER}")


def _patiently(connection: Any, change: Callable[[], None], seconds: float) -> bool:
    """Make a change that needs locks, giving way to readers after each short attempt."""
    from psycopg import errors

    deadline = time.monotonic() + seconds
    while True:
        try:
            with connection.transaction():
                connection.execute(f"set local statement_timeout = '{GIVE_WAY}'")
                change()
            return True
        except (errors.QueryCanceled, errors.DeadlockDetected, errors.LockNotAvailable):
            if time.monotonic() > deadline:
                return False
            end_overlong(connection, OVERLONG_SECONDS)
            time.sleep(0.3)


def _forget(connection: Any, keep: int, shown: str) -> list[str]:
    """Drop the oldest releases beyond ``keep``, never the one that is shown."""
    from psycopg import errors

    loaded = {m.release: schema for schema, m in _marks(connection).items() if schema != SHOWN}
    newest = sorted(loaded, key=ledger.order, reverse=True)
    kept = [shown, *(r for r in newest if r != shown)][:keep]
    said = []
    for release in newest:
        if release in kept:
            continue
        schema = loaded[release]

        def drop(schema: str = schema) -> None:
            # Without CASCADE: what somebody built on a release is not ours to drop.
            for kind, relkind in (("view", "v"), ("table", "r")):
                names = _relations(connection, schema, relkind)
                if names:
                    connection.execute(f"drop {kind} {', '.join(_named(schema, names))}")
            connection.execute(f'drop schema "{schema}"')

        try:
            is_done = _patiently(connection, drop, seconds=0)
        except errors.DependentObjectsStillExist:
            said.append(f"release {release} stays, since something else is built on it")
        else:
            said.append(f"release {release} {'dropped' if is_done else 'stays while it is read'}")
    return said


def _relations(connection: Any, schema: str, kinds: str = "rv") -> list[str]:
    rows = connection.execute(
        "select relname from pg_class where relnamespace = to_regnamespace(%s) "
        "and relkind::text = any(%s) order by relname",
        [schema, list(kinds)],
    ).fetchall()
    return [row[0] for row in rows]


def _named(schema: str, relations: list[str]) -> list[str]:
    return [f'"{schema}"."{name}"' for name in relations]
