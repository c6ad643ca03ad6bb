"""What a bad disk or a clock set back leaves behind heals by itself."""

from pathlib import Path

import pytest

from assets.errors import AgisError
from assets.files import sha256_of, write_json
from assets.home import Home
from assets.landing import Landing, Receipt
from orchestration.builds import Build
from orchestration.next_step import next_step
from orchestration.release import candidate, ledger
from tests.homes import add_release, new_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def land(home: Home, text: str) -> Receipt:
    landing = Landing(home)
    with landing.workspace() as folder:
        incoming = folder / "incoming.csv"
        incoming.write_text(text, encoding="utf-8")
        return landing.land("d", "2023", incoming, url="u", requested="r", headers={})


def test_a_landed_file_that_was_cut_is_mended_by_the_same_bytes_and_keeps_its_receipt(
    home: Home,
) -> None:
    landing = Landing(home)
    receipt = land(home, "whole content")
    path = landing.file(receipt)
    noted = (path.parent / "receipt.json").read_bytes()
    path.write_text("whole", encoding="utf-8")
    assert not landing.is_whole(receipt)
    assert land(home, "whole content") == receipt
    assert landing.is_whole(receipt)
    assert sha256_of(path) == receipt.sha256
    assert (path.parent / "receipt.json").read_bytes() == noted
    path.unlink()
    land(home, "whole content")
    assert sha256_of(path) == receipt.sha256


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-01", "2026.12.1"),
        ("2026-11-30", "2026.11.13"),
        ("2026-10-31", "2026.11.13"),
        ("2019-01-01", "2026.11.13"),
    ],
)
def test_a_clock_that_was_set_back_makes_no_release_older_than_the_newest(
    home: Home, day: str, expected: str
) -> None:
    for number in (1, 2, 12):
        add_release(home, f"2026.11.{number}")
    assert ledger.next_id(home, day) == expected


@pytest.mark.parametrize("name", ["built.json", "candidate.json", "audit.json", "inputs.json"])
def test_a_build_with_a_damaged_file_is_made_anew(home: Home, name: str) -> None:
    build = Build(home, "0" * 16)
    for file in ("built.json", "inputs.json"):
        write_json(build.root / file, {"inputs": []})
    assert next_step(build).step == "tail"
    (build.root / name).write_text('{"inputs": [', encoding="utf-8")
    following = next_step(build)
    assert following.step == "build"
    assert name in following.why


def test_a_work_database_that_cannot_be_read_is_made_anew_by_the_next_refresh(home: Home) -> None:
    build = Build(home, "0" * 16)
    for file in ("built.json", "inputs.json"):
        write_json(build.root / file, {"inputs": []})
    exposure = {
        "config": {"meta": {"agis": {"published": True}}},
        "depends_on": {"nodes": ["model.agis.m"]},
    }
    meta = {"label": {"cs": "M", "en": "M"}}
    node = {"alias": "m", "schema": "marts", "resource_type": "model", "description": "One row."}
    node |= {"config": {"meta": meta}, "columns": {}, "depends_on": {"nodes": []}}
    manifest = {"nodes": {"model.agis.m": node}, "sources": {}, "exposures": {"e": exposure}}
    write_json(build.dbt_target / "manifest.json", manifest)
    build.work_database.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(AgisError, match=r"cannot be read: .*makes the build anew"):
        candidate.export(build, {})
    assert next_step(build).step == "build"
