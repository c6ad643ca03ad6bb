"""Archives are unpacked to disk, within bounds on size, number and path."""

import gzip
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from assets.readers import BrokenInput, tables, unpack
from assets.registry.model import Layout

TABLE = "kod;nazev\n600001;Přední Řepy\n"
CSV: dict[str, Any] = {"reader": "csv", "encoding": "utf-8", "delimiter": ";"}
XML: dict[str, Any] = {"reader": "xml", "record": "Obec"}
DOCUMENT = "<Obce><Obec><Kod>600001</Kod></Obec></Obce>"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "deep" / "temporary"
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def gzipped(path: Path, content: str) -> Path:
    path.write_bytes(gzip.compress(content.encode()))
    return path


def rows(path: Path, **layout: Any) -> list[list[str | None]]:
    read = tables(path, Layout(name="l", columns={}, **layout), "2020")
    return [cells for table in read for _, cells in table.rows]


def test_both_kinds_of_archive_for_every_reader(tmp_path: Path, temporary: Path) -> None:
    table, document = [["600001", "Přední Řepy"]], [["600001"]]
    assert rows(zipped(tmp_path / "a.zip", {"d/a.csv": TABLE}), unpack="zip", **CSV) == table
    assert rows(gzipped(tmp_path / "a.csv.gz", TABLE), unpack="gz", **CSV) == table
    assert rows(zipped(tmp_path / "x.zip", {"a.xml": DOCUMENT}), unpack="zip", **XML) == document
    assert rows(gzipped(tmp_path / "a.xml.gz", DOCUMENT), unpack="gz", **XML) == document
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../../evil.csv", "/evil.csv", "..\\..\\evil.csv", "a/..", "x" * 300]
)
def test_a_path_in_an_archive_leads_nowhere(tmp_path: Path, name: str) -> None:
    packed = zipped(tmp_path / "a.zip", {name: TABLE})
    before = {*tmp_path.rglob("*"), Path("/evil.csv")}
    assert rows(packed, unpack="zip", **CSV) == [["600001", "Přední Řepy"]]
    assert set(tmp_path.rglob("*")) <= before
    assert not Path("/evil.csv").exists()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"a.csv": TABLE, "b.csv": TABLE}, r"a\.zip: expected one file in the container, found 2"),
        ({"folder/": ""}, "expected one file in the container, found 0"),
        (
            {f"{n}.csv": "" for n in range(10_001)},
            "at most 10000 files in the container, found 10001",
        ),
    ],
)
def test_an_archive_of_one_file(tmp_path: Path, members: dict[str, str], expected: str) -> None:
    with pytest.raises(BrokenInput, match=expected):
        rows(zipped(tmp_path / "a.zip", members), unpack="zip", **CSV)


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_is_not_unpacked(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(unpack, "MAX_UNPACKED_BYTES", 3 << 20)
    content = "0" * (4 << 20)
    path = tmp_path / f"a.{kind}"
    packed = zipped(path, {"a.csv": content}) if kind == "zip" else gzipped(path, content)
    with pytest.raises(BrokenInput, match=r"at most 3 MB when unpacked, found more"):
        rows(packed, unpack=kind, **CSV)
    assert list(temporary.iterdir()) == []
