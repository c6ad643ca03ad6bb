"""Editions come and go: what counts is what the last look at the sources found."""

import shutil
from pathlib import Path

import pytest

from assets.home import open_home
from assets.landing import Landing
from orchestration.release import ledger, publish
from orchestration.release.ledger import ReleaseError
from tests.integration.conftest import Agis
from tests.misbehaving_server import MisbehavingServer

INDEX = "asz/social_exclusion_index"


@pytest.fixture
def place(tmp_path: Path, small_demo: tuple[Path, Agis]) -> tuple[Path, Agis]:
    sources, agis = small_demo
    shutil.copytree(sources, tmp_path / "sources")
    shutil.copytree(agis.home, tmp_path / "home", symlinks=True)
    return tmp_path / "sources", Agis(tmp_path / "home")


def test_a_bad_edition_that_is_gone_no_longer_counts(place: tuple[Path, Agis]) -> None:
    sources, agis = place
    bad = sources / INDEX / "2024.xlsx"
    bad.write_text("<!doctype html><p>maintenance")
    refused = agis.refresh(sources)
    assert refused.code == 1
    assert "edition 2024: 2024.xlsx: expected a workbook (.xlsx), found an HTML page" in refused.err
    bad.unlink()
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")
    landed = Landing(open_home(agis.home)).root / "asz__social_exclusion_index" / "2024"
    assert len(list(landed.iterdir())) == 1


def acknowledging(folder: Path, *editions: str) -> str:
    """A further registry folder that says that these editions of the index may go."""
    folder.mkdir(exist_ok=True)
    lines = [
        "- {world: demo, dataset: asz__social_exclusion_index, "
        f"edition: '{edition}', reason: of a test, acknowledged_on: 2026-11-22}}\n"
        for edition in editions
    ]
    (folder / "acknowledged.yml").write_text("".join(lines))
    return str(folder)


def test_an_edition_that_is_taken_away_keeps_the_release_back(place: tuple[Path, Agis]) -> None:
    sources, agis = place
    before = agis.current()
    taken = sources / INDEX / "2019.xlsx"
    content = taken.read_bytes()
    taken.unlink()
    for _ in range(2):  # built and judged, then answered from the audit
        refused = agis.refresh(sources)
        assert refused.code == 1
        assert (
            f"Nothing disappeared (raw tables): expected every edition of release {before}, found "
            "no longer there: asz__social_exclusion_index, edition 2019."
        ) in refused.err
        assert "assets/registry/acknowledged.yml" in refused.err
        assert agis.current() == before
    assert agis.sql("select min(year) from social_exclusion_index") == "2019"
    taken.write_bytes(content)
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")


def test_an_edition_whose_end_is_acknowledged_is_no_longer_published(
    place: tuple[Path, Agis], tmp_path: Path
) -> None:
    sources, agis = place
    for year in ("2019", "2020"):
        (sources / INDEX / f"{year}.xlsx").unlink()
    partly = acknowledging(tmp_path / "registry", "2019")
    refused = agis.refresh(sources, AGIS_REGISTRY_EXTRA=partly)
    assert "found no longer there: asz__social_exclusion_index, edition 2020." in refused.err
    fully = acknowledging(tmp_path / "registry", "2019", "2020")
    ended = agis.refresh(sources, AGIS_REGISTRY_EXTRA=fully)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Published release")
    assert agis.sql("select min(year) from social_exclusion_index") == "2021"
    # The release that is current now never had them, so nothing is left to acknowledge.
    again = agis.refresh(sources)
    assert again.code == 0, again.err
    assert again.out.startswith("Nothing new.")


def test_after_a_rollback_the_release_gone_back_to_is_what_counts(
    place: tuple[Path, Agis], tmp_path: Path
) -> None:
    sources, agis = place
    first = agis.current()
    assert first is not None
    (sources / INDEX / "2019.xlsx").unlink()
    known = acknowledging(tmp_path / "registry", "2019")
    assert agis.refresh(sources, AGIS_REGISTRY_EXTRA=known).code == 0
    assert agis.run("rollback", first, "--reason", "of a test").code == 0
    refused = agis.refresh(sources)
    assert refused.code == 1
    assert f"every edition of release {first}, found no longer there" in refused.err


def test_a_folder_with_none_of_the_files_is_refused(
    place: tuple[Path, Agis], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "demo.json").write_text("{}")
    ended = place[1].refresh(tmp_path / "empty")
    assert ended.code == 1
    assert "holds none of the files that the registry's" in ended.err
    assert place[1].current() is not None


def test_a_lost_log_of_releases_stops_publication(place: tuple[Path, Agis], tmp_path: Path) -> None:
    sources, agis = place
    home = open_home(agis.home)
    current = agis.current()
    (agis.home / "releases" / "events.jsonl").unlink()
    with pytest.raises(ReleaseError, match="does not name the current release"):
        publish.clear_leftovers(home)
    (sources / INDEX / "2019.xlsx").unlink()
    known = acknowledging(tmp_path / "registry", "2019")
    ended = agis.refresh(sources, AGIS_REGISTRY_EXTRA=known)
    assert ended.code == 1
    assert "the log is damaged or was removed" in ended.err
    assert agis.current() == current
    assert ledger.current(home) is not None


def test_a_mirror_by_address_is_asked_for_changes_only(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    sources, _ = small_demo
    agis = Agis(tmp_path / "home")
    with MisbehavingServer(sources) as server:
        first = agis.refresh(server.url("/"))
        # The invented country is refused as the real one.
        assert "Nothing published" in first.err
        before = len(server.requests)
        agis.refresh(server.url("/"))
        again = [r for r in server.requests[before:] if (sources / r.path.lstrip("/")).is_file()]
    assert len(again) >= 15
    assert all("if-none-match" in {name.lower() for name in r.headers} for r in again)
