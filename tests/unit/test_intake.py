"""Which editions stay in force when a source cannot speak of them."""

import json
from pathlib import Path

import pytest

from assets import raw
from assets.home import Home, open_home
from assets.intake import kept_editions, raw_of, read_raw
from assets.landing import Landing, Sighting
from assets.raw import current_raw
from assets.readers import BrokenInput
from assets.registry.model import Dataset
from tests.unit.test_readers import dataset


class Silent:
    """A source that knows no edition by name."""

    name = "a silent source"

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        return False


def seen(home: Home, of: Dataset, edition: str, content: str) -> Sighting:
    """An edition with this content, landed and seen beside those before."""
    landing = Landing(home)
    with landing.workspace() as folder:
        (folder / "a.csv").write_text(content, encoding="utf-8")
        receipt = landing.land(of.id, edition, folder / "a.csv", url="u", requested="r", headers={})
    sighting = Sighting(of.id, edition, receipt.sha256, "2026-11-22T00:00:00Z", "x", None, "new")
    landing.note_seen(of.id, [*landing.seen(of.id), sighting])
    return sighting


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "home.json").write_text(json.dumps({"world": "real"}))
    return open_home(tmp_path / "home")


def test_what_was_read_stays_also_when_the_code_that_read_it_has_changed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = dataset()
    sighting = seen(home, entry, "2020", "kod,nazev,pocet 2020\n600001,Přední Řepy,3\n")
    read_raw(home, entry, sighting)
    monkeypatch.setattr(raw, "_code_version", lambda: "another")
    assert current_raw(raw_of(home, entry, sighting), entry) is None
    assert kept_editions(home, Silent(), entry, set()) == [sighting]  # type: ignore[arg-type] # only what is asked of a source here
    again, fresh = read_raw(home, entry, sighting)
    assert (fresh, again.rows) == (True, 1)


def test_what_was_never_read_is_forgotten(home: Home) -> None:
    entry = dataset()
    sighting = seen(home, entry, "2021", "<!doctype html><p>maintenance")
    with pytest.raises(BrokenInput):
        read_raw(home, entry, sighting)
    assert kept_editions(home, Silent(), entry, set()) == []  # type: ignore[arg-type] # only what is asked of a source here
