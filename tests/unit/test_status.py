"""What `agis status` says of a dataset: one without any edition has no data."""

from pathlib import Path

from assets.home import Home
from assets.intake import pull
from assets.intake.folder import FolderSource
from assets.intake.progress import progress
from assets.registry import load_registry
from orchestration.status import status


def states(home: Home) -> dict[str, str]:
    return {dataset.dataset: dataset.state for dataset in status(home).datasets}


def test_a_dataset_without_an_edition_has_no_data(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "real")
    before = states(home)
    assert before.keys() == {d.id for d in load_registry().values() if d.is_of("real")}
    assert all(state.endswith("no data") for state in before.values())
    assert before["csu__orps"] == "no data"
    assert before["mpsv__unemployment_by_municipality"] == "ended, no data"
    assert before["mpsv__benefits_by_municipality"] == "unverified, no data"


def test_what_an_unverified_connector_could_not_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "sources" / "csu" / "mos" / "mos_data_2024.csv"
    file.parent.mkdir(parents=True)
    file.write_text("rok,jiny\n2024,1\n", encoding="utf-8")
    home = Home(tmp_path / "home", "real")
    with progress() as shown:
        pull(home, FolderSource(tmp_path / "sources"), load_registry()["csu__mos_data"], shown)
    assert states(home)["csu__mos_data"] == "unverified, not read: 2024"
