"""Connectors for sources of which no byte is at hand, on files that are made up and say so."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.home import Home, home_for
from assets.intake import current_inputs, pull, read_raw
from assets.intake.folder import FolderSource
from assets.intake.offers import Obtained, Offer
from assets.intake.progress import progress
from assets.intake.synthetic import MARK, NO_ROOM_FOR_A_MARK, SyntheticFile, is_synthetic
from assets.landing import Landing
from assets.readers import BrokenInput
from assets.registry import load_registry
from assets.registry.model import Dataset

SYNTHETIC = Path(__file__).resolve().parents[1] / "fixtures" / "synthetic"
FILES = sorted(path for path in SYNTHETIC.glob("*/*") if "__" in path.parent.name)
BY_KIND = {(path.parent.name, path.name.split(".")[0]): path for path in FILES}


class OneFile:
    """A source that has one file as one edition of one dataset."""

    name = "the made-up files"

    def __init__(self, path: Path, edition: str) -> None:
        self.path, self.edition = path, edition

    def offers(self, dataset: Dataset) -> list[Offer]:
        listed = dataset.editions.listed.get(self.edition)
        layout = listed.layout if listed else None
        found = dataset.editions.found
        if not listed and not found and dataset.editions.snapshot:
            layout = dataset.editions.snapshot.layout
        return [Offer(dataset, self.edition, self.path.name, None, layout)]

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        return True

    def obtain(self, offer: Offer, into: Path, known: Any, progress: Any) -> Obtained:
        target = into / self.path.name
        shutil.copyfile(self.path, target)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        return Obtained(target, digest, url=offer.place, headers={})


def demo(tmp_path: Path) -> Home:
    return home_for("demo", {"AGIS_HOME": str(tmp_path / "home")})


def landed(tmp_path: Path, dataset: str, edition: str) -> list[dict[str, Any]]:
    """Land and read a made-up file as that edition, in a home of the demo."""
    home, entry = demo(tmp_path), load_registry()[dataset]
    source = OneFile(BY_KIND[dataset, edition], edition)
    with progress() as shown:
        (sighting,) = pull(home, source, entry, shown)
    raw, fresh = read_raw(home, entry, sighting)
    assert fresh
    rows: list[dict[str, Any]] = pq.read_table(raw.path).to_pylist()
    return rows


@pytest.mark.parametrize(("dataset", "edition"), BY_KIND)
def test_every_made_up_file_lands_and_reads_under_its_contract(
    tmp_path: Path, dataset: str, edition: str
) -> None:
    rows = landed(tmp_path, dataset, edition)
    assert rows
    for row in rows:
        for name, value in row.items():
            assert value is None or "Jméno" not in str(value), name  # no name of a person
            if name == "municipality_code" and value:
                assert int(value) >= 600_001


def test_every_connector_without_bytes_has_a_made_up_file() -> None:
    """What is read elsewhere or concluded is tried on a file of our own making."""
    guessed = {
        d.id
        for d in load_registry().values()
        if any(layout.basis != "bytes" for layout in d.layouts)
    }
    # Quoted rows of these are among the real samples; see tests/integration/test_samples.py.
    quoted = {
        "csu__municipality_orp",
        "csu__orps",
        "csu__prague_districts",
        "cuzk__vfr_settlement_units",
    }
    assert guessed - quoted == {dataset for dataset, _ in BY_KIND}


def only(rows: list[dict[str, Any]], *names: str) -> list[list[Any]]:
    return [[row[name] for name in names] for row in rows]


def test_confidential_figures_of_mos_are_named(tmp_path: Path) -> None:
    rows = landed(tmp_path, "csu__mos_data", "2024")
    assert only(rows, "municipality_code", "value", "value__declared") == [
        ["600001", "600", None],
        ["600002", "i.d.", "confidential"],
        ["600001", "6.5", None],
    ]


def test_services_join_their_groups_and_drop_persons(tmp_path: Path) -> None:
    rows = landed(tmp_path, "mpsv__social_services", "2026-08-31")
    assert only(rows, "service_id", "target_groups", "forms", "provided_to") == [
        ["600001", "CilovaSkupinaOsoby/1; CilovaSkupinaOsoby/24", "FormaSocialniSluzby/pob", None],
        ["600002", "CilovaSkupinaOsoby/1; CilovaSkupinaOsoby/24", None, "2020-12-31"],
    ]
    rows = landed(tmp_path, "mpsv__social_service_facilities", "2026-08-31")
    assert only(rows, "service_id", "address_point_code", "municipality") == [
        ["600001", "9600001", "Obec/600001"],
        ["600001", None, None],
    ]
    rows = landed(tmp_path, "mpsv__social_service_capacities", "2026-08-31")
    assert only(rows, "service_id", "form", "capacity", "capacity_kind") == [
        ["600001", "FormaSocialniSluzby/pob", "32", "TypKapacitySocialniSluzby/luzka"]
    ]


def test_persons_of_a_school_stay_outside(tmp_path: Path) -> None:
    rows = landed(tmp_path, "msmt__school_register_jsonld", "2026-06-30")
    names = ("organisation_red_izo", "school_izo", "school_kind", "capacities", "field_codes")
    assert only(rows, *names, "place_address_codes") == [
        ["600000001", "000600001", "B00", "60", "79-01-C/01", "9600001; 9600001"],
        ["600000001", "000600002", "A00", "60", None, "9600001; 9600001"],
    ]


def test_the_money_of_a_project_is_that_of_its_valid_block(tmp_path: Path) -> None:
    (row,) = landed(tmp_path, "mmr__ms2021_projects", "2026-01-01")
    assert (row["total_cost_czk"], row["eu_contribution_czk"]) == ("600.00", "400.00")
    assert row["applicant_municipality_code"] == "600001"


@pytest.mark.parametrize("edition", ["2026-01-31", "2026-02-28", "2026-03-31"])
def test_each_wrapper_of_the_portal_reads_the_same(tmp_path: Path, edition: str) -> None:
    (row,) = landed(tmp_path, "mpsv__unemployment_by_district", edition)
    assert (row["jobseekers_available"], row["population_15_64"]) == ("60", "6000")
    assert (row["sex"] is None) == (edition != "2026-03-31")


def test_an_unknown_field_is_shown_beside_those_that_are_known(tmp_path: Path) -> None:
    path = BY_KIND["mpsv__unemployment_by_district", "2026-01-31"]
    changed = tmp_path / "2026-04-30.json"
    changed.write_text(path.read_text().replace("pocet_obyvatel_vek_15_64", "pocet_obyvatel"))
    home, entry = demo(tmp_path), load_registry()["mpsv__unemployment_by_district"]
    with progress() as shown:
        (sighting,) = pull(home, OneFile(changed, "2026-04-30"), entry, shown)
    with pytest.raises(BrokenInput) as error:
        read_raw(home, entry, sighting)
    for words in (
        "2026-04-30.json: the heading is of no known layout",
        "missing »pocet_obyvatel_vek_15_64«; unexpected »pocet_obyvatel«",
        "Found: »rozhodne_datum«, »kraj«, »okres«",
        "Known: bare: »rozhodne_datum«",
        "bare_with_sex: ",
    ):
        assert words in str(error.value)
    # A connector that nobody could try does not keep the rest from being built.
    assert current_inputs(home, {entry.id: entry}) == []


# The mark


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_no_made_up_file_enters_world_real(tmp_path: Path, path: Path) -> None:
    """Neither under its own name nor copied to where an official file belongs."""
    assert "SYNTHETIC" in path.name
    home = Home(tmp_path / "real", "real")
    entry = load_registry()[path.parent.name]
    copy = tmp_path / path.name.replace(".SYNTHETIC", "")
    shutil.copyfile(path, copy)
    edition = path.name.split(".")[0]
    with progress() as shown, pytest.raises(SyntheticFile) as error:
        pull(home, OneFile(copy, edition), entry, shown)
    assert copy.name in str(error.value)
    assert "found a made-up test file" in str(error.value)
    assert Landing(home).seen(entry.id) == []
    assert not list(home.root.glob("landing/*/*/*"))


def test_a_folder_of_made_up_files_is_refused_in_world_real(tmp_path: Path) -> None:
    entry = load_registry()["mpsv__social_services"]
    place = tmp_path / "mirror" / "mpsv" / "rpss" / "2026-08-31.json"
    place.parent.mkdir(parents=True)
    shutil.copyfile(BY_KIND[entry.id, "2026-08-31"], place)
    source = FolderSource(tmp_path / "mirror")
    with progress() as shown:
        with pytest.raises(SyntheticFile):
            pull(Home(tmp_path / "real", "real"), source, entry, shown)
        place.write_text(place.read_text().replace(MARK.decode(), "Ves"))
        assert pull(Home(tmp_path / "real", "real"), source, entry, shown)


def test_files_without_room_for_a_mark_are_known_by_their_hash(tmp_path: Path) -> None:
    unmarked = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FILES
        if MARK not in path.read_bytes() and not path.name.endswith((".xlsx",))
    }
    assert unmarked == NO_ROOM_FOR_A_MARK
    ordinary = tmp_path / "a.csv"
    ordinary.write_text("rok,kodukaz\n")
    assert not is_synthetic(ordinary)
