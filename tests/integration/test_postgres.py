"""The release in PostgreSQL: loaded whole, switched at once, and no trouble of the refresh's."""

import json
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import psycopg
import pytest

from assets.home import open_home
from orchestration.release import ledger
from orchestration.serving import postgres as serving
from tests.integration import damage
from tests.integration.conftest import AGIS, Agis
from tests.postgres_home import PASSWORD, PreparedDatabase, prepared_database
from tests.postgres_server import PostgresServer
from tests.releases import SAME_RELEASE, publish_another


@pytest.fixture
def database(postgres: PostgresServer) -> PreparedDatabase:
    return prepared_database(postgres)


@pytest.fixture
def home(tmp_path: Path, small_demo: tuple[Path, Agis]) -> Agis:
    """A copy of the small home's releases, without all that only a refresh needs."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(small_demo[1].home / "home.json", folder)
    shutil.copytree(small_demo[1].home / "releases", folder / "releases", symlinks=True)
    return Agis(folder)


def load(home: Agis, database: PreparedDatabase, **more: str) -> str:
    ended = home.run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url, **more)
    assert ended.code == 0, ended.err
    return ended.out


def shown(database: PreparedDatabase) -> str:
    """The release that the schema ``agis`` shows."""
    return str(database.ask("select release from release")[0][0])


def test_every_row_key_and_description_is_there(home: Agis, database: PreparedDatabase) -> None:
    release = home.home / "releases" / "current"
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert f"loaded {len(manifest['tables'])} tables" in load(home, database)
    assert load(home, database).endswith("shows release " + str(home.current()) + " already.\n")
    with duckdb.connect(str(release / "agis.duckdb"), read_only=True) as db:
        for name, table in manifest["tables"].items():
            columns = ", ".join(f'"{c["name"]}"' for c in table["columns"])
            found = database.ask(f'select {columns} from agis."{name}"')
            expected = db.execute(f'select {columns} from "{name}"').fetchall()
            assert sorted(found, key=repr) == sorted(expected, key=repr), name
    described = {
        (name, column["name"]): column["description"]
        for name, table in manifest["tables"].items()
        for column in table["columns"]
    }
    comments = database.ask(
        "select relname, attname, col_description(c.oid, attnum) from pg_class c "
        "join pg_attribute on attrelid = c.oid and attnum > 0 "
        "where relnamespace = 'agis'::regnamespace"
    )
    found = {(table, column): said or "" for table, column, said in comments}
    assert {key: found[key] for key in described} == described
    keys = dict(
        database.ask(
            "select c.relname, pg_get_constraintdef(k.oid) from pg_constraint k "
            "join pg_class c on c.oid = k.conrelid where k.contype = 'p'"
        )
    )
    assert keys["social_exclusion_index"] == "PRIMARY KEY (municipality_code, year)"
    indexed = database.ask(
        "select indexdef from pg_indexes where tablename = 'social_exclusion_index'"
    )
    assert any("(orp_code)" in row[0] for row in indexed)


def test_releases_are_shown_kept_and_rolled_back(home: Agis, database: PreparedDatabase) -> None:
    first = str(home.current())
    load(home, database)
    made = [publish_another(home.home)]
    load(home, database)
    made.append(publish_another(home.home))
    said = load(home, database, AGIS_POSTGRES_KEEP="2")
    assert f"release {first} dropped" in said
    assert shown(database) == made[1]
    assert database.schemas() == ["agis", *sorted(map(serving.schema_of, made))]

    back = home.run("rollback", made[0], "--reason", "test", AGIS_POSTGRES_URL=database.loader_url)
    assert back.code == 0, back.err
    assert shown(database) == made[0]
    # What has been dropped is loaded again, and the one that is shown is never dropped.
    back = home.run(
        "rollback",
        first,
        "--reason",
        "test",
        AGIS_POSTGRES_URL=database.loader_url,
        AGIS_POSTGRES_KEEP="1",
    )
    assert back.code == 0, back.err
    assert shown(database) == first
    assert database.schemas() == ["agis", serving.schema_of(first)]


def test_a_killed_load_leaves_what_was_shown_and_the_next_one_ends(
    home: Agis, database: PreparedDatabase
) -> None:
    first = str(home.current())
    load(home, database)
    second = publish_another(home.home)
    for tables in (1, 12, 30):
        process = subprocess.Popen(
            [AGIS, "load", "postgres"],
            env=home.environment(AGIS_POSTGRES_URL=database.loader_url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            count = "select count(*) from pg_class where relkind = 'r' and relnamespace = %s::oid"
            oid = database.ask("select oid from pg_namespace where nspname like 'loading%'")
            if oid and database.ask(count, oid[0][0])[0][0] >= tables:
                break
        assert process.poll() is None, "it ended before it could be killed"
        process.kill()
        process.wait(30)
        assert shown(database) == first
    load(home, database)
    assert shown(database) == second
    assert database.schemas() == ["agis", serving.schema_of(first), serving.schema_of(second)]


def test_a_reader_that_sits_in_a_transaction_is_ended_in_the_end(
    home: Agis, database: PreparedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(home, database)
    second = publish_another(home.home)
    monkeypatch.setattr(serving, "GIVE_WAY", "300ms")
    monkeypatch.setattr(serving, "OVERLONG_SECONDS", 2)
    monkeypatch.setenv("AGIS_POSTGRES_URL", database.loader_url)
    with database.reader() as sitting:
        sitting.execute("set idle_in_transaction_session_timeout = 0")
        sitting.execute("begin")
        sitting.execute("select * from dataset")
        serving.follow(open_home(home.home))
        with pytest.raises(psycopg.OperationalError):
            sitting.execute("select 1")
    assert shown(database) == second


def test_two_loads_at_once_do_not_meet(home: Agis, database: PreparedDatabase) -> None:
    load(home, database)
    with psycopg.connect(database.loader_url) as other:
        other.execute(f"lock table {serving.PRIVATE}.load_lock")
        ended = home.run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url)
    assert ended.code == 1
    assert ended.err == "agis: Another load into this database is under way.\n"


def test_views_that_others_built_are_not_dropped(home: Agis, database: PreparedDatabase) -> None:
    first = str(home.current())
    load(home, database)
    database.as_superuser(
        "create schema mine", "create view mine.own as select * from agis.dataset"
    )
    publish_another(home.home)
    ended = home.run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url)
    assert ended.code == 1
    assert "view mine.own depends on view" in ended.err
    assert shown(database) == first
    database.as_superuser("drop view mine.own")
    load(home, database)
    assert shown(database) == home.current()


def test_a_release_of_another_home_or_world_is_refused(
    home: Agis, database: PreparedDatabase
) -> None:
    load(home, database)
    path = home.home / "releases" / str(home.current()) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.chmod(0o644)
    path.write_text(json.dumps(manifest | {"content_hash": "0" * 64}), encoding="utf-8")
    ended = home.run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url)
    assert ended.code == 1
    assert "holds another release" in ended.err
    path.write_text(json.dumps(manifest | {"world": "real"}), encoding="utf-8")
    ended = home.run("load", "postgres", AGIS_POSTGRES_URL=database.loader_url)
    assert ended.code == 1
    assert "the two never meet" in ended.err


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_release_is_published_though_postgresql_is_away_and_loaded_by_the_next_refresh(
    tmp_path: Path, small_demo: tuple[Path, Agis], database: PreparedDatabase
) -> None:
    shutil.copytree(small_demo[0], tmp_path / "sources", symlinks=True)
    shutil.copytree(small_demo[1].home, tmp_path / "home", symlinks=True)
    agis, before = Agis(tmp_path / "home"), small_demo[1].current()
    damage.revised(tmp_path / "sources")
    away = database.loader_url.replace(f":{database.server.port}/", f":{closed_port()}/")
    ended = agis.refresh(tmp_path / "sources", AGIS_POSTGRES_URL=away)
    assert ended.code == 1
    assert "Published release" in ended.err
    assert "Not in PostgreSQL" in ended.err
    assert agis.current() != before
    last = (agis.home / "refreshes.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["outcome"] == "published"
    assert "Not in PostgreSQL" in last
    again = agis.refresh(tmp_path / "sources", AGIS_POSTGRES_URL=database.loader_url)
    assert again.code == 0, again.err
    assert f"schema agis shows release {agis.current()}" in again.out
    assert shown(database) == agis.current()
    for text in (ended.err, ended.out, last, again.out, again.err):
        assert PASSWORD not in text
        assert "%C4%8Dte" not in text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://agis_loader:tajne%zz@127.0.0.1/agis", "is not the address"),
        ("host=127.0.0.1 password=tajne zz", "is not the address"),
        ("tajne", "is not the address"),
        ("postgresql://agis_loader:tajne@127.0.0.1:{port}/{database}", "password authentication"),
    ],
)
def test_no_message_repeats_a_password(
    home: Agis, database: PreparedDatabase, address: str, says: str
) -> None:
    url = address.format(port=database.server.port, database=database.name)
    ended = home.run("load", "postgres", AGIS_POSTGRES_URL=url)
    assert ended.code == 1
    assert says in ended.err
    assert "tajne" not in ended.err
    assert ended.err.count("\n") == 1


def test_settings_are_refused_with_a_sentence(home: Agis, database: PreparedDatabase) -> None:
    ended = home.run("load", "postgres")
    assert ended.code == 1
    assert "AGIS_POSTGRES_URL is not set" in ended.err
    url = {"AGIS_POSTGRES_URL": database.loader_url}
    ended = home.run("load", "postgres", **url, AGIS_POSTGRES_KEEP="0")
    assert ended.code == 1
    assert "AGIS_POSTGRES_KEEP is '0'" in ended.err


def test_no_query_reads_two_releases_while_they_are_switched(
    home: Agis, database: PreparedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = []
    for _ in range(2):
        ids.append(publish_another(home.home))
        load(home, database)
    wrong: list[object] = []
    counted = []
    done = threading.Event()

    def read() -> None:
        try:
            with database.reader() as connection:
                while not done.is_set():
                    row = connection.execute(SAME_RELEASE.format("agis.")).fetchone()
                    counted.append(row)
                    if not row or not row[0] or row[1] != row[2] or row[1] not in ids:
                        wrong.append(row)
        except psycopg.Error as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    monkeypatch.setenv("AGIS_POSTGRES_URL", database.loader_url)
    opened = open_home(home.home)
    for turn in range(8):
        ledger.point_to(opened, ledger.find(opened, ids[turn % 2]))
        serving.follow(opened)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(counted) > 50


def test_the_job_loads_and_its_failure_says_why_without_the_password(
    home: Agis, database: PreparedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.serving.jobs import load_postgres

    monkeypatch.setenv("AGIS_HOME", str(home.home))
    monkeypatch.setenv("AGIS_POSTGRES_URL", database.loader_url)
    assert load_postgres.execute_in_process().success
    assert shown(database) == home.current()
    away = database.loader_url.replace(f":{database.server.port}/", f":{closed_port()}/")
    monkeypatch.setenv("AGIS_POSTGRES_URL", away)
    failed = load_postgres.execute_in_process(raise_on_error=False)
    assert not failed.success
    told = [str(e.step_failure_data) for e in failed.all_events if e.is_step_failure]
    assert "Connection refused" in told[0]
    assert PASSWORD not in told[0]
