"""Landing one edition again, the table of what is there, and the log of what changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.editions import editions_of
from assets.home import Home, home_for, open_home
from assets.intake import pull, read_raw
from assets.intake.offers import SourceError
from assets.intake.progress import progress
from assets.intake.web import WebSource
from assets.landing import Landing, Sighting
from assets.registry import load_registry
from assets.registry.model import Dataset
from assets.revisions import revisions, rows_read
from tests.integration import damage
from tests.integration.conftest import Agis
from tests.misbehaving_server import MisbehavingServer
from tests.unit.test_readers import dataset

INDEX = "asz__social_exclusion_index"
WORKBOOK = "asz/social_exclusion_index/2023.xlsx"


# One dataset from a mirror by address, without Dagster


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MisbehavingServer]:
    served = tmp_path / "served"
    served.mkdir()
    for year in ("2020", "2021"):
        text = f"KOD;NAZEV;POCET {year}\n600001;Přední Řepy;3.5\n"
        (served / f"{year}.csv").write_text(text, encoding="cp1250")
    with MisbehavingServer(served) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_for("live", {"AGIS_HOME": str(tmp_path / "home")})


@pytest.fixture
def yearly() -> Dataset:
    listed = {year: {"mirror": f"{year}.csv"} for year in ("2019", "2020", "2021")}
    return dataset(editions={"listed": listed})


def take(home: Home, server: MisbehavingServer, yearly: Dataset, *only: str) -> dict[str, Sighting]:
    with progress() as shown:
        seen = pull(home, WebSource(server.url("/")), yearly, shown, only)
    for sighting in seen:
        read_raw(home, yearly, sighting, again=sighting.edition in only)
    return {sighting.edition: sighting for sighting in seen}


def test_a_named_edition_is_fetched_whole_and_the_others_are_left(
    home: Home, server: MisbehavingServer, yearly: Dataset
) -> None:
    first = take(home, server, yearly)
    server.requests.clear()
    again = take(home, server, yearly, "2020")
    (request,) = server.requests
    assert request.path == "/2020.csv"
    assert not {"if-none-match", "if-modified-since"} & set(request.headers)
    assert again == first | {"2020": again["2020"]}
    assert again["2020"].sha256 == first["2020"].sha256
    log = [(s.edition, s.sha256) for s in Landing(home).sightings()]
    assert [edition for edition, _ in log] == ["2020", "2021", "2020"]
    assert {s.edition: s for s in Landing(home).seen(yearly.id)} == again


def test_bytes_changed_under_the_same_etag_are_a_new_vintage_with_an_entry_in_the_log(
    home: Home, server: MisbehavingServer, yearly: Dataset
) -> None:
    before = take(home, server, yearly)["2020"]
    text = "KOD;NAZEV;POCET 2020\n600001;Přední Řepy;3.5\n600002;Zadní Řepy;4\n"
    (server.folder / "2020.csv").write_text(text, encoding="cp1250")
    server.misbehave("/2020.csv", "not-modified", times=1)
    assert take(home, server, yearly)["2020"].sha256 == before.sha256
    after = take(home, server, yearly, "2020")["2020"]
    assert after.sha256 != before.sha256

    *new, changed = revisions(home, {yearly.id})
    assert [(r.edition, r.kind, r.previous_sha256) for r in new] == [
        ("2020", "new_edition", None),
        ("2021", "new_edition", None),
    ]
    assert (changed.edition, changed.kind) == ("2020", "new_vintage")
    assert (changed.previous_sha256, changed.sha256) == (before.sha256, after.sha256)
    assert (changed.previous_edition, changed.seen_at) == ("2020", after.seen_at)
    rows = [rows_read(home, yearly.id, "2020", sha) for sha in (before.sha256, after.sha256)]
    assert rows == [1, 2]
    receipt = Landing(home).receipt(yearly.id, "2020", after.sha256)
    assert receipt is not None
    assert receipt.url == server.url("/2020.csv")


def test_bytes_that_return_are_an_entry_too_and_unchanged_ones_are_none(
    home: Home, server: MisbehavingServer, yearly: Dataset
) -> None:
    path = server.folder / "2020.csv"
    first = path.read_bytes()
    for content in (first, first, first + b"600002;B;4\n", first, first):
        path.write_bytes(content)
        take(home, server, yearly)
    log = [r for r in revisions(home, {yearly.id}) if r.edition == "2020"]
    assert [r.kind for r in log] == ["new_edition", "new_vintage", "new_vintage"]
    assert log[2].sha256 == log[1].previous_sha256 == log[0].sha256
    assert revisions(home, {"other__dataset"}) == []


def test_a_snapshot_names_the_one_before(home: Home) -> None:
    landing = Landing(home)
    for day, sha in (("2026-01-01", "a"), ("2026-01-01", "a"), ("2026-02-01", "b")):
        seen = Sighting("csu__sample", day, sha * 64, f"{day}T00:00:00Z", "w", day, None, True)
        landing.note_seen("csu__sample", [seen])
    _, second = revisions(home, {"csu__sample"})
    assert (second.kind, second.edition) == ("new_edition", "2026-02-01")
    assert (second.previous_edition, second.previous_sha256) == ("2026-01-01", "a" * 64)


def test_the_table_shows_what_is_there_what_was_and_what_never_came(
    home: Home, server: MisbehavingServer, yearly: Dataset
) -> None:
    take(home, server, yearly)
    (server.folder / "2020.csv").write_bytes((server.folder / "2020.csv").read_bytes() + b"\n")
    (server.folder / "2021.csv").unlink()
    take(home, server, yearly)
    rows = [edition.row({"2020": "passed"}) for edition in editions_of(home, yearly)]
    assert [(r["edition"], r["vintages"], r["rows"], r["verdict"]) for r in rows] == [
        ("2019", 0, None, "not obtained"),
        ("2020", 2, 1, "passed"),
        ("2021", 1, None, "no longer offered"),
    ]
    assert rows[1]["layout"] == "old"
    assert rows[1]["reference date"] == "2020-01-01"
    assert rows[1]["from"] == server.url("/2020.csv")


def test_an_edition_that_is_not_offered_is_refused(
    home: Home, server: MisbehavingServer, yearly: Dataset
) -> None:
    before = take(home, server, yearly)
    with pytest.raises(SourceError, match=r"offers no edition 1999; it offers 2019, 2020, 2021"):
        take(home, server, yearly, "1999")
    with pytest.raises(Exception, match="404"):
        take(home, server, yearly, "2019")
    assert {s.edition: s for s in Landing(home).seen(yearly.id)} == before


# The demo country, by the command and in Dagster


@pytest.fixture
def place(tmp_path: Path, small_demo: tuple[Path, Agis]) -> tuple[Path, Agis]:
    sources, agis = small_demo
    shutil.copytree(sources, tmp_path / "sources", symlinks=True)
    shutil.copytree(agis.home, tmp_path / "home", symlinks=True)
    return tmp_path / "sources", Agis(tmp_path / "home")


def seen(agis: Agis) -> dict[str, Sighting]:
    return {s.edition: s for s in Landing(open_home(agis.home)).seen(INDEX)}


def test_one_edition_is_landed_again_by_the_command_and_published_with_its_log(
    place: tuple[Path, Agis],
) -> None:
    sources, agis = place
    before, wanted = seen(agis), (agis.home / "build" / "wanted.json").read_bytes()
    damage.in_another_order(sources / WORKBOOK)
    landed = agis.run("land", INDEX, "2023", "--sources", str(sources))
    assert landed.code == 0, landed.err
    after = seen(agis)
    assert after == before | {"2023": after["2023"]}
    assert after["2023"].sha256 != before["2023"].sha256
    assert (agis.home / "build" / "wanted.json").read_bytes() == wanted, "nothing is built"
    (line,) = [line for line in landed.out.splitlines() if re.search(r"\s2023\s", line)]
    assert f" {after['2023'].sha256[:12]} " in line
    assert re.search(r" 2 +\d+ +\w+ +passed", line), line
    assert agis.run("editions", INDEX).out.splitlines() == landed.out.splitlines()[:-1]

    same = agis.refresh(sources)
    assert same.out.startswith("Nothing new."), same
    damage.revised(sources)
    ended = agis.refresh(sources)
    assert ended.out.startswith("Published release"), ended
    query = f"""
        select kind, sha256, previous_sha256, row_count = previous_row_count,
            previous_size_bytes > 0, retrieved_from
        from revision where dataset_id = '{INDEX}' and edition = '2023' order by seen_at
    """
    first, second = agis.sql(query).splitlines()
    assert first.split(",")[:3] == ["new_edition", before["2023"].sha256, ""]
    assert second == (
        f"new_vintage,{after['2023'].sha256},{before['2023'].sha256},True,True,{WORKBOOK}"
    )
    files = agis.sql("select count(distinct (dataset_id, edition)) from source_file")
    assert int(agis.sql("select count(*) from revision where kind = 'new_edition'")) >= int(files)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([INDEX, "1903"], f"agis: Not landed: {INDEX}: the demo country offers no edition 1903; "),
        (["asz__social_exclusion"], "There is no dataset asz__social_exclusion in the registry; "),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    small_demo: tuple[Path, Agis], arguments: list[str], expected: str
) -> None:
    sources, agis = small_demo
    ended = agis.run("land", *arguments, "--sources", str(sources))
    assert ended.code == 1
    assert expected in ended.err
    assert INDEX in ended.err
    assert "Traceback" not in ended.err


def test_a_home_of_the_other_world_is_refused(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    ended = small_demo[1].run("land", INDEX, "--sources", str(tmp_path))
    assert ended.code == 1
    assert "belongs to world »demo«" in ended.err


def test_one_edition_is_landed_again_in_dagster(
    place: tuple[Path, Agis], monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.factories import landing_key, raw_key, sightings_key
    from orchestration.definitions import build_defs
    from orchestration.jobs import reason_of

    sources, agis = place
    monkeypatch.setenv("AGIS_HOME", str(agis.home))
    monkeypatch.setenv("DAGSTER_HOME", str(agis.home / "dagster"))
    before = seen(agis)
    defs = build_defs(open_home(agis.home))

    def materialize(**config: list[str]) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("land").execute_in_process(
            instance=dg.DagsterInstance.get(),
            raise_on_error=False,
            run_config={
                "resources": {"intake": {"config": {"sources": str(sources)}}},
                "ops": {"pull_asz": {"config": config}},
            },
            asset_selection=[landing_key(INDEX), raw_key(INDEX), sightings_key("asz")],
        )

    result = materialize(datasets=[INDEX], editions=["2023"])
    assert result.success
    after = seen(agis)
    assert after == before | {"2023": after["2023"]}
    keys = {e.asset_key: e.materialization for e in result.get_asset_materialization_events()}
    assert set(keys) == {landing_key(INDEX), raw_key(INDEX), sightings_key("asz")}
    table = keys[raw_key(INDEX)].metadata["editions"]
    assert isinstance(table, dg.MarkdownMetadataValue)
    heading, _, *lines = (table.md_str or "").splitlines()
    assert heading.startswith("| edition | reference date | landed (UTC) | from | sha-256 |")
    here = {line.split("|")[1].strip(): line for line in lines}
    assert here.keys() >= before.keys()
    assert all(here[e].endswith("| passed |") for e in before)
    (check,) = result.get_asset_check_evaluations()
    assert check.passed

    for config, words in (
        ({"editions": ["1903"]}, "offers no edition 1903; it offers "),
        ({"datasets": ["csu__population"]}, "expected datasets of asz"),
    ):
        failed = materialize(**config)
        (event,) = [e for e in failed.all_events if e.is_step_failure]
        assert words in reason_of(event)
    assert seen(agis) == after


def test_the_registry_lists_what_the_table_starts_from(home: Home) -> None:
    entry = load_registry()[INDEX]
    rows = [edition.row({}) for edition in editions_of(home, entry)]
    assert [row["edition"] for row in rows] == sorted(entry.editions.listed)
    assert {row["verdict"] for row in rows} <= {"not obtained"}
    json.dumps(rows)
