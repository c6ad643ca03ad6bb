"""Readers and contracts: what is read exactly, and what is refused with its place."""

import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from assets.raw import current_raw, read_into_raw
from assets.readers import BrokenInput
from assets.registry.model import Dataset


def dataset(**changes: object) -> Dataset:
    entry: dict[str, object] = {
        "id": "csu__sample",
        "title": {"cs": "Vzorek", "en": "Sample"},
        "producer": "csu",
        "theme": "territory",
        "landing_page": "https://example.org/",
        "licence": {"id": "CC-BY-4.0", "attribution": "ČSÚ"},
        "status": "active",
        "calendar": {"cadence": "once"},
        "grain": "municipality",
        "editions": {"listed": {"2020": {"mirror": "a.csv"}}},
        "layouts": [
            {
                "name": "old",
                "reader": "csv",
                "encoding": "cp1250",
                "delimiter": ";",
                "ignore_case": True,
                "columns": {"code": "kod", "name": "nazev", "count": "pocet {edition}"},
            },
            {
                "name": "new",
                "reader": "csv",
                "encoding": "utf-8",
                "delimiter": ",",
                "ignore_case": True,
                "columns": {"code": "kod", "name": "nazev", "count": "pocet {edition}"},
            },
        ],
        "columns": {
            "code": {"type": "text", "pattern": "\\d{6}", "required": True, "unique": True},
            "name": {"type": "text", "required": True},
            "count": {
                "type": "number",
                "min": 0,
                "max": 100,
                "values": {"none": {"text": "není", "meaning": {"cs": "není", "en": "none"}}},
            },
        },
    }
    return Dataset.model_validate(entry | changes)


OLD = "KOD;NAZEV;POCET 2020\n600001;Přední Řepy;3.5\n600002;Zadní Řepy;není\n\n"


def read(tmp_path: Path, content: bytes, sample: Dataset | None = None) -> list[dict[str, object]]:
    source, target = tmp_path / "a.csv", tmp_path / "raw" / "a.parquet"
    source.write_bytes(content)
    raw = read_into_raw(source, target, sample or dataset(), "2020")
    assert current_raw(target, sample or dataset()) == raw
    rows: list[dict[str, object]] = pq.read_table(target).to_pylist()
    return rows


def test_values_stay_text_and_declared_ones_are_named(tmp_path: Path) -> None:
    rows = read(tmp_path, OLD.encode("cp1250"))
    assert [(r["_row"], r["name"], r["count"], r["count__declared"]) for r in rows] == [
        (2, "Přední Řepy", "3.5", None),
        (3, "Zadní Řepy", "není", "none"),
    ]


def test_each_layout_gives_the_same_rows(tmp_path: Path) -> None:
    new = OLD.lower().replace("ř", "ř").replace(";", ",").strip()
    bom = b"\xef\xbb\xbf"
    plain, marked = read(tmp_path, new.encode()), read(tmp_path, bom + new.encode())
    assert plain == marked
    assert [r["code"] for r in plain] == ["600001", "600002"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "found an empty file"),
        (b"<!DOCTYPE html><html></html>", "found an HTML page"),
        (OLD.replace(";POCET 2020", "").encode("cp1250"), "missing »pocet 2020«"),
        (OLD.replace("2020", "2019").encode("cp1250"), "missing »pocet 2020«; unexpected"),
        (OLD.replace("NAZEV", "JMENO").encode("cp1250"), "missing »nazev«; unexpected »jmeno«"),
        (OLD.replace("600002", "600001").encode("cp1250"), "»600001« in rows 2, 3"),
        (OLD.replace("3.5", "-1").encode("cp1250"), "row 2, column »pocet 2020« (count)"),
        (OLD.replace("3.5", "150").encode("cp1250"), "expected at most 100, found »150«"),
        (OLD.replace("3.5", "moc").encode("cp1250"), "expected a number, found »moc«"),
        (OLD.replace("600001", "60001").encode("cp1250"), "expected text of the form"),
        (OLD.replace(";3.5", "").encode("cp1250"), "line 2: expected 3 fields"),
        (OLD.replace("\n600002", "\n\n600002").encode("cp1250"), "line 3: a blank line inside"),
        (OLD.encode("utf-8"), "found valid UTF-8"),
        ("KOD,NAZEV,POCET 2020\n600001,Ř".encode()[:-1], "are not utf-8"),
        ("KOD,NAZEV,POCET 2020\n600001,\ufffd,1\n".encode(), "line 2: a replacement character"),
        (b"KOD;NAZEV;POCET 2020\n600001;\x81;1\n", "bytes 81 3b 31 0a are not cp1250"),
        (b"KOD;NAZEV;POCET 2020\n", "found no data rows"),
        ("KOD,NAZEV,POCET 2020\n600001,\xc5\x98,1\n".encode(), "line 2: a control character"),
    ],
)
def test_damage_is_named_with_its_place(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(BrokenInput) as error:
        read(tmp_path, content)
    assert "csu__sample, edition 2020" in str(error.value)
    assert expected in str(error.value)
    assert not (tmp_path / "raw" / "a.parquet").exists()
    assert list((tmp_path / "raw").iterdir()) == []


def workbook(path: Path, rows: list[list[object]], sheet: str = "Data") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def sheets(**layout: object) -> Dataset:
    form = {
        "name": "book",
        "reader": "xlsx",
        "sheet": "Data",
        "columns": {"code": "kod", "name": "nazev", "count": "pocet"},
    }
    return dataset(layouts=[form | layout])


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [["kod", "nazev", "pocet"], [600001, "Ves", 14.25], ["600002", "Lhota", 3]],
    )
    target = tmp_path / "a.parquet"
    read_into_raw(path, target, sheets(), "2020")
    rows = pq.read_table(target).to_pylist()
    assert [(r["_sheet"], r["_row"], r["code"], r["count"]) for r in rows] == [
        ("Data", 2, "600001", "14.25"),
        ("Data", 3, "600002", "3"),
    ]


def test_headings_over_two_rows_are_joined(tmp_path: Path) -> None:
    layout = {
        "header_rows": [1, 2],
        "columns": {"code": "Obec / kód", "name": "Obec / název", "count": "Okres / počet"},
    }
    rows: list[list[object]] = [
        ["Obec", "", "Okres"],
        ["kód", "název", "počet"],
        ["600001", "A", 1],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    assert read_into_raw(path, tmp_path / "a.parquet", sheets(**layout), "2020").rows == 1


def test_broken_workbooks_are_named(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", [["kod", "nazev", "pocet"], ["600001", "A", 1]])
    cases = {
        "cut.xlsx": (good.read_bytes()[:-400], "cut off or damaged"),
        "page.xlsx": (b"<html></html>", "found an HTML page"),
        "empty.xlsx": (b"", "found an empty file"),
    }
    for name, (content, expected) in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BrokenInput, match=expected):
            read_into_raw(path, tmp_path / "a.parquet", sheets(), "2020")
    with pytest.raises(BrokenInput, match="expected a sheet named »Data«, found sheets »Jiný«"):
        other = workbook(tmp_path / "other.xlsx", [["kod"]], sheet="Jiný")
        read_into_raw(other, tmp_path / "a.parquet", sheets(), "2020")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    assert bomb.stat().st_size < 200_000
    with pytest.raises(BrokenInput, match="looks like a ZIP bomb"):
        read_into_raw(bomb, tmp_path / "a.parquet", sheets(), "2020")


def test_a_sheet_that_spans_the_universe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Data")
        page.write(0, 0, "kod")
        page.write(1_048_575, 700, "far")
    assert path.stat().st_size < 10_000
    with pytest.raises(BrokenInput, match="spans 1,048,576 rows and 701 columns"):
        read_into_raw(path, tmp_path / "a.parquet", sheets(), "2020")


def test_damage_that_no_reader_foresaw_is_a_sentence_too(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    layout = {"reader": "geojson", "columns": {"code": "a", "name": "b", "count": "c"}}
    sample = dataset(layouts=[layout | {"name": "points"}])
    for content in (b'{"type": "FeatureCollection", "crs": null, "features": [1]}', b"[" * 9999):
        path.write_bytes(content)
        with pytest.raises(BrokenInput, match=r"csu__sample, edition 2020: a\.geojson"):
            read_into_raw(path, tmp_path / "a.parquet", sample, "2020")
    assert list(tmp_path.glob("*.parquet*")) == []


def points(*features: dict[str, object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(code: int, kind: str, coordinates: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"Kod": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def test_points_of_geojson(tmp_path: Path) -> None:
    sample = dataset(
        layouts=[
            {
                "name": "points",
                "reader": "geojson",
                "columns": {
                    "code": "Kod",
                    "name": "geometry.longitude",
                    "count": "geometry.latitude",
                },
            }
        ]
    )
    path, target = tmp_path / "a.geojson", tmp_path / "a.parquet"
    path.write_bytes(
        points(feature(600001, "MultiPoint", [[2.5, 55.25]]), feature(600002, "Point", [3, 56]))
    )
    read_into_raw(path, target, sample, "2020")
    rows = pq.read_table(target).to_pylist()
    assert [(r["code"], r["name"], r["count"]) for r in rows] == [
        ("600001", "2.5", "55.25"),
        ("600002", "3.0", "56.0"),
    ]
    path.write_bytes(points(feature(600001, "MultiPoint", [[2, 55], [3, 55]])))
    with pytest.raises(BrokenInput, match="feature 1: expected one point, found MultiPoint"):
        read_into_raw(path, target, sample, "2020")
