"""Hostile use of the role that reads: nothing is written, nothing else is read, the server lives.

Every statement runs with the role's own read-only setting lifted, which any role may do: what
stops it are rights.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.integration.conftest import Agis
from tests.postgres_home import PreparedDatabase, prepared_database
from tests.postgres_server import PostgresServer

REFUSED = [
    # writes
    "insert into agis.dataset (dataset_id) values ('x')",
    "update agis.dataset set title_cs = 'x'",
    "delete from agis.release",
    "truncate {schema}.dataset",
    "update {schema}.dataset set title_cs = 'x'",
    "drop view agis.dataset",
    "drop schema {schema} cascade",
    "alter table {schema}.dataset add column x int",
    "comment on schema agis is 'x'",
    "create table agis.x (x int)",
    "create table {schema}.x (x int)",
    "create table public.x (x int)",
    "create temporary table x (x int)",
    "create schema x",
    "create database x",
    "create function agis.x() returns int language sql as 'select 1'",
    "create view public.x as select 1",
    "copy agis.dataset from stdin",
    "begin; lock table {schema}.dataset in access exclusive mode",
    # files and programs
    "copy agis.dataset to program 'id'",
    "copy (select 1) to program 'touch {witness}'",
    "copy (select 1) to '{witness}'",
    "create temporary table t (x text); copy t from '/etc/passwd'",
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select pg_stat_file('/etc/passwd')",
    "select pg_ls_logdir()",
    "select pg_file_write('{witness}', 'x', false)",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '{witness}')",
    "select lo_create(0)",
    "select lo_creat(0)",
    "select lo_from_bytea(0, 'x')",
    "load '/tmp/x.so'",
    "create extension dblink",
    "create extension file_fdw",
    "create server x foreign data wrapper y",
    # procedural code, other roles, the server
    "do $$ begin loop end loop; end $$",
    "create function pg_temp.x() returns int language plpgsql as 'begin return 1; end'",
    "set role agis_loader",
    "set session authorization agis_loader",
    "set role postgres",
    "alter role agis_reader superuser",
    "alter role agis_reader connection limit 1000",
    "alter default privileges for role agis_loader grant select on tables to public",
    "set temp_file_limit = -1",
    "set log_statement = 'none'",
    "set deadlock_timeout = 1",
    "alter system set fsync = off",
    "select pg_reload_conf()",
    "select pg_rotate_logfile()",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    "select pg_advisory_lock(1)",
    "select pg_advisory_lock(1, 2)",
    "select pg_try_advisory_xact_lock_shared(1)",
    "select pg_create_physical_replication_slot('x')",
    "select pg_switch_wal()",
    # what is not theirs to read
    "select * from agis_private.load_lock",
    "select * from other.secret",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_statistic",
    "select * from pg_user_mapping",
    "select * from pg_hba_file_rules",
    "select pg_current_logfile()",
    "table other.secret",
]
RIGHTS = (
    errors.InsufficientPrivilege,
    errors.UndefinedFunction,
    errors.ReadOnlySqlTransaction,
    errors.UndefinedObject,
)


@pytest.fixture(scope="module")
def served(
    postgres: PostgresServer,
    small_demo: tuple[Path, Agis],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PreparedDatabase]:
    """A database with the small release, things beside it, and limits to be waited for."""
    folder = tmp_path_factory.mktemp("hostile") / "home"
    folder.mkdir()
    shutil.copy(small_demo[1].home / "home.json", folder)
    shutil.copytree(small_demo[1].home / "releases", folder / "releases", symlinks=True)
    database = prepared_database(postgres)
    ended = Agis(folder).run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url)
    assert ended.code == 0, ended.err
    database.as_superuser(
        "create schema other",
        "create table other.secret as select 'secret' as word",
        "alter role agis_reader set statement_timeout = '2s'",
        "alter role agis_reader set temp_file_limit = '8MB'",
    )
    with psycopg.connect(postgres.url(database.name)):  # somebody whose session could be ended
        yield database
    # The roles are the server's, and later tests find them as the script makes them.
    database.as_superuser(
        "alter role agis_reader set statement_timeout = '30s'",
        "alter role agis_reader set temp_file_limit = '1GB'",
        "alter role agis_reader connection limit 40",
    )


def state(database: PreparedDatabase) -> list[tuple[object, ...]]:
    """All that a write could change: every relation with its columns and rows, every function."""
    with psycopg.connect(database.server.url(database.name)) as connection:
        return connection.execute(
            """
            select relnamespace::regnamespace::text, relname, relkind::text, relacl::text,
                case when relkind in ('r', 'v') then (xpath('/row/c/text()', query_to_xml(
                    format('select count(*) as c from %I.%I', relnamespace::regnamespace, relname),
                    false, true, '')))[1]::text end
            from pg_class where relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            union all
            select 'function', proname, '', proacl::text, '' from pg_proc where oid >= 16384
            union all
            select 'large object', oid::text, '', '', '' from pg_largeobject_metadata
            union all
            select 'role', rolname, '', row(r.*)::text, '' from pg_roles r
            order by 1, 2, 3
            """
        ).fetchall()


@pytest.mark.parametrize("statement", REFUSED)
def test_it_is_refused_by_rights(served: PreparedDatabase, tmp_path: Path, statement: str) -> None:
    witness = tmp_path / "witness"
    schema = next(s for s in served.schemas() if s.startswith("r"))
    with served.reader() as connection:
        connection.execute("set default_transaction_read_only = off")
        with pytest.raises(RIGHTS):
            connection.execute(statement.format(schema=schema, witness=witness))
        connection.execute("rollback")
        assert connection.execute("select count(*) from agis.release").fetchone() == (1,)
    assert not witness.exists()


def test_nothing_has_changed_after_all_of_them(served: PreparedDatabase) -> None:
    before = state(served)
    schema = next(s for s in served.schemas() if s.startswith("r"))
    with served.reader() as connection:
        connection.execute("set default_transaction_read_only = off")
        for statement in REFUSED:
            with pytest.raises(psycopg.Error):
                connection.execute(statement.format(schema=schema, witness="/tmp/agis-witness"))
            connection.execute("rollback")
        # Refused with a warning only.
        connection.execute("grant select on agis.dataset to public")
    assert state(served) == before
    assert not Path("/tmp/agis-witness").exists()


@pytest.mark.parametrize(
    "query",
    [
        "with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r",
        "select count(*) from indicator_value a, indicator_value b, indicator_value c",
        "with recursive r(n) as (select repeat('x', 1000) union all select n from r) "
        "select * from r order by n",
        "select a.municipality_name, b.municipality_name from social_exclusion_index a, "
        "social_exclusion_index b order by a.index_points, b.index_points",
        "select repeat('x', 100000000) from generate_series(1, 100000) order by 1",
    ],
)
def test_endless_and_huge_queries_are_cut_off(served: PreparedDatabase, query: str) -> None:
    began = time.monotonic()
    with served.reader() as connection:
        with pytest.raises((errors.QueryCanceled, errors.ConfigurationLimitExceeded)):
            connection.execute(query)
        assert connection.execute("select count(*) from release").fetchone() == (1,)
    assert time.monotonic() - began < 20


def test_a_role_can_lift_its_time_limit_but_not_the_limit_of_its_files(
    served: PreparedDatabase,
) -> None:
    with served.reader() as connection:
        connection.execute("set statement_timeout = 0")
        with pytest.raises(errors.ConfigurationLimitExceeded):
            connection.execute(
                "select a.municipality_name from social_exclusion_index a, "
                "social_exclusion_index b order by a.municipality_name, b.municipality_name"
            )


def test_the_guard_ends_a_query_whose_time_limit_was_lifted(
    served: PreparedDatabase, tmp_path: Path
) -> None:
    ended: list[psycopg.Error] = []

    def run_for_ever() -> None:
        with served.reader() as connection:
            connection.execute("set statement_timeout = 0")
            try:
                connection.execute(
                    "select sum(factorial(20000 + n)) from generate_series(1, 99999) n"
                )
            except psycopg.Error as error:
                ended.append(error)

    endless = threading.Thread(target=run_for_ever)
    endless.start()
    time.sleep(2.5)
    assert endless.is_alive(), ended
    guard = Agis(tmp_path).run(
        "serve", "guard", "--seconds", "2", AGIS_POSTGRES_URL=served.loader_url
    )
    assert guard.code == 0, guard.err
    endless.join(15)
    assert not endless.is_alive()
    assert isinstance(ended[0], errors.AdminShutdown)
    assert guard.out.startswith("Ended session ")


def test_connections_are_counted(served: PreparedDatabase) -> None:
    served.as_superuser("alter role agis_reader connection limit 3")
    opened = [served.reader() for _ in range(3)]
    with pytest.raises(psycopg.OperationalError, match="too many connections"):
        served.reader()
    for connection in opened:
        connection.close()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            assert served.ask("select count(*) from release") == [(1,)]
            return
        except psycopg.OperationalError:  # the server notices a moment later that they are gone
            time.sleep(0.1)
    pytest.fail("no connection is free again")
