"""The readers of less common formats: what they give, and what they refuse with its place."""

import gzip
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.raw import read_into_raw
from assets.readers import BrokenInput, tables
from assets.registry.model import Layout
from tests.unit.test_readers import dataset, sheets, workbook

Found = tuple[list[str], list[list[str | None]]]


def found(path: Path, **layout: Any) -> Found:
    columns = layout.pop("columns", {})
    # The rows are read while their table is the present one: what was unpacked goes with it.
    given = tables(path, Layout(name="l", columns=columns, **layout), "2020")
    (only,) = [(table.header, [cells for _, cells in table.rows]) for table in given]
    return only


def given(tmp_path: Path, content: bytes | str | dict[str, Any], name: str = "file.x") -> Path:
    path = tmp_path / name
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cube(**changes: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "class": "dataset",
        "id": ["AREA", "YEAR"],
        "size": [2, 2],
        "dimension": {
            "AREA": {"category": {"index": {"a": 0, "b": 1}, "label": {"a": "Ves", "b": "Lhota"}}},
            "YEAR": {"category": {"index": ["2021", "2020"]}},
        },
        "value": [1, 2.5, None, 4.0],
    } | changes


def test_a_cube_becomes_rows(tmp_path: Path) -> None:
    header, rows = found(given(tmp_path, cube()), reader="jsonstat")
    assert header == ["AREA", "AREA.label", "YEAR", "YEAR.label", "value", "status"]
    assert rows == [
        ["a", "Ves", "2021", None, "1", None],
        ["a", "Ves", "2020", None, "2.5", None],
        ["b", "Lhota", "2020", None, "4", None],
    ]


def test_a_sparse_cube_and_its_statuses(tmp_path: Path) -> None:
    sparse = cube(value={"3": 4}, status={"2": "c"})
    _, rows = found(given(tmp_path, sparse), reader="jsonstat")
    assert [row[-2:] for row in rows] == [[None, "c"], ["4", None]]
    assert [row[0] for row in rows] == ["b", "b"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<html></html>", "expected JSON-stat, found an HTML page"),
        (json.dumps(cube()).encode()[:-9], "expected JSON-stat"),
        ({"class": "dataset"}, "missing dimension, id, size, value, version"),
        (cube(**{"class": "collection"}), "found version 2.0 of class collection"),
        (cube(value=[1, 2, 3]), "expected 4 values .the product of the sizes., found 3"),
        (cube(size=[2]), "expected a size for each of 2 dimensions, found 1"),
        (cube(size=[3, 2]), "dimension AREA: expected 3 categories, found 2"),
        (cube(dimension={}), "dimension AREA: expected its categories, found none"),
    ],
)
def test_a_damaged_cube_is_named(tmp_path: Path, content: Any, expected: str) -> None:
    with pytest.raises(BrokenInput, match=rf"file\.x.*{expected}"):
        found(given(tmp_path, content), reader="jsonstat")


SCHOOLS = """<?xml version="1.0" encoding="utf-8"?>
<x:Export xmlns:x="urn:x"><Day>2020</Day>
<Body><Id>1</Id><Head><Okres>A</Okres><Name>secret</Name></Head>
  <Schools><School><Izo>11</Izo><Place><Ruian>7</Ruian></Place><Place><Ruian>8</Ruian></Place></School>
  <School><Izo>12</Izo><Head><School>no record</School></Head></School></Schools></Body>
<Body><Id>2</Id><Schools><School><Izo>21</Izo><Note/></School></Schools></Body>
</x:Export>"""
SCHOOL = {
    "reader": "xml",
    "record": "Schools/School",
    "columns": {"id": "../../Id", "okres": "../../Head/Okres", "izo": "Izo", "r": "Place/Ruian"},
}


def test_elements_told_apart_by_an_attribute(tmp_path: Path) -> None:
    declaration = '<?xml version="1.0" encoding="windows-1250"?>'
    text = declaration + "<E><P><A k='X'>Řepy</A><A k='Y'/><A>z</A></P></E>"
    columns = {"x": "A[k=X]"}
    path = given(tmp_path, text.encode("cp1250"))
    assert found(path, reader="xml", record="P", columns=columns) == (
        ["A[k=X]", "A[k=Y]", "A"],
        [["Řepy", None, "z"]],
    )


def test_records_of_xml_with_what_encloses_them(tmp_path: Path) -> None:
    header, rows = found(given(tmp_path, SCHOOLS), **SCHOOL)
    assert header == ["../../Id", "../../Head/Okres", "Izo", "Place/Ruian", "Head/School", "Note"]
    assert [row[:4] for row in rows] == [
        ["1", "A", "11", "7; 8"],
        ["1", "A", "12", None],
        ["2", None, "21", None],
    ]
    packed = given(tmp_path, gzip.compress(SCHOOLS.encode()), "file.gz")
    assert found(packed, unpack="gz", **SCHOOL) == (header, rows)


@pytest.mark.parametrize(
    ("content", "unpack", "expected"),
    [
        (SCHOOLS[:-40], None, "expected XML, found an XML document .*line"),
        ("PK", None, "expected XML"),
        (
            SCHOOLS.replace("utf-8", "windows-1250").replace("secret", "Č"),
            None,
            "found valid UTF-8",
        ),
        (SCHOOLS, "gz", "no gzip file"),
        (gzip.compress(SCHOOLS.encode())[:-20], "gz", "cut off or damaged"),
    ],
)
def test_damaged_xml_is_named(
    tmp_path: Path, content: str | bytes, unpack: str | None, expected: str
) -> None:
    with pytest.raises(BrokenInput, match=rf"file\.x: .*{expected}"):
        found(given(tmp_path, content), unpack=unpack, **SCHOOL)


PAGE = (
    "<html><body><table border='1'><tr><td>Kód</td><td>Název</td></tr>"
    "<tr><td>&nbsp;600001</td><td>Řepy &amp; Ves</td></tr><tr><td>600002</td><td></td></tr>"
    "</table></body></html>"
)


def test_a_table_in_a_page(tmp_path: Path) -> None:
    path = given(tmp_path, PAGE.encode("cp1250"))
    assert found(path, reader="html", encoding="cp1250") == (
        ["Kód", "Název"],
        [["600001", "Řepy & Ves"], ["600002", None]],
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PAGE.replace("<td></td>", ""), "table row 3: expected 2 cells as in the heading, found 1"),
        (PAGE[:-30], "expected one whole table, found a page that breaks off"),
        (PAGE.replace("</body>", "<table></table></body>"), "expected one whole table, found 2"),
        (PAGE.replace("<td></td>", "<td colspan='2'></td>"), "table row 3: merged cells"),
        (PAGE.replace("600002", "<table>"), "a table inside a table"),
        ("<html></html>", "found no table row|expected one whole table"),
        (PAGE.encode("cp1250"), "bytes that are not utf-8"),
    ],
)
def test_a_damaged_page_is_named(tmp_path: Path, content: str | bytes, expected: str) -> None:
    with pytest.raises(BrokenInput, match=rf"file\.x.*({expected})"):
        found(given(tmp_path, content), reader="html", encoding="utf-8")


def test_parquet_becomes_text(tmp_path: Path) -> None:
    path = tmp_path / "file.x"
    table = {"code": [600001.0, None], "name": ["Ves", " "], "share": [0.1, float("nan")]}
    pq.write_table(pa.table(table), path)
    assert found(path, reader="parquet") == (
        ["code", "name", "share"],
        [["600001", "Ves", "0.1"], [None, None, None]],
    )
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(BrokenInput, match=r"file\.x: expected Parquet, found content"):
        found(path, reader="parquet")
    pq.write_table(pa.table({"l": [[1]]}), path)
    with pytest.raises(BrokenInput, match="found nested l"):
        found(path, reader="parquet")


def topology(arcs: Any, **changes: Any) -> dict[str, Any]:
    shape = {"type": "Polygon", "id": 600001, "properties": {"NAZEV": "Ves"}, "arcs": arcs}
    return {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [10, 50]},
        "objects": {"tracts": {"type": "GeometryCollection", "geometries": [shape]}},
        "arcs": [[[0, 0], [2, 0], [0, 2]], [[0, 0], [0, 2], [2, 0]]],
    } | changes


def test_arcs_are_put_together(tmp_path: Path) -> None:
    header, rows = found(given(tmp_path, topology([[0, -2]])), reader="topojson", record="tracts")
    assert header == ["id", "NAZEV", "geometry"]
    ((code, name, shape),) = rows
    ring = [[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]]
    assert (code, name) == ("600001", "Ves")
    assert json.loads(shape or "") == {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (topology([[0]]), "geometry 1: an arc is missing"),
        (topology([[0, 9]]), "geometry 1: an arc is missing"),
        (topology([[0, -2]], objects={"other": {}}), "expected an object tracts .* found other"),
        ({"type": "FeatureCollection"}, "expected a Topology"),
        (b"{", "expected TopoJSON"),
    ],
)
def test_a_damaged_topology_is_named(tmp_path: Path, content: Any, expected: str) -> None:
    with pytest.raises(BrokenInput, match=rf"file\.x.*{expected}"):
        found(given(tmp_path, content), reader="topojson", record="tracts")


def test_a_list_in_json(tmp_path: Path) -> None:
    path = given(tmp_path, {"a": {"b": [{"kod": 1, "z": {"x": 2.0, "y": None}}, {"kod": True}]}})
    columns = {"code": "kod", "x": "z/x", "y": "z/y"}
    assert found(path, reader="json", record="a/b", columns=columns) == (
        ["kod", "z/x", "z/y"],
        [["1", "2", None], ["true", None, None]],
    )
    path = given(tmp_path, '["x", "y"]')
    assert found(path, reader="json", record="", columns={"text": "value"}) == (
        ["value"],
        [["x"], ["y"]],
    )


SERVICES = {
    "made": "2026-08-31",
    "polozky": [
        {
            "id": 1,
            "skupiny": [{"id": "S/1"}, {"id": "S/2"}],
            "osoby": [{"jmeno": "secret"}],
            "obec": {"id": "Obec/600001"},
            "formy": [{"typ": "pob", "kapacity": [{"pocet": 3}, {"pocet": 4.5}]}],
        },
        {"id": 2, "skupiny": None, "osoby": [], "obec": None, "formy": []},
        {"id": 3, "skupiny": [], "osoby": None, "obec": {"id": None}, "formy": None},
    ],
}


def test_lists_inside_are_joined_or_passed_over_as_declared(tmp_path: Path) -> None:
    layout: dict[str, Any] = {
        "reader": "json",
        "record": "polozky",
        "columns": {"id": "id", "groups": "skupiny[]/id", "place": "obec/id"},
        "ignored": ["osoby/*", "formy/*"],
    }
    header, rows = found(given(tmp_path, SERVICES), **layout)
    assert header == ["id", "skupiny[]/id", "obec/id"]
    assert rows == [["1", "S/1; S/2", "Obec/600001"], ["2", None, None], ["3", None, None]]
    packed = given(tmp_path, gzip.compress(b"\xef\xbb\xbf" + json.dumps(SERVICES).encode()))
    assert found(packed, unpack="gz", **layout) == (header, rows)
    with pytest.raises(BrokenInput, match=r"item 1: a list inside, at osoby"):
        found(given(tmp_path, SERVICES), **layout | {"ignored": ["formy/*"]})
    header, _ = found(given(tmp_path, {"polozky": [{"id": 1}]}), **layout)
    assert header == ["id"]  # what is nowhere is missing, and the layout does not fit


def test_rows_from_a_list_in_a_list_know_what_encloses_them(tmp_path: Path) -> None:
    columns = {"id": "../../id", "kind": "../typ", "count": "pocet"}
    record = "polozky[]/formy[]/kapacity"
    path = given(tmp_path, SERVICES)
    assert found(path, reader="json", record=record, columns=columns) == (
        ["../../id", "../typ", "pocet"],
        [["1", "pob", "3"], ["1", "pob", "4.5"]],
    )
    path = given(tmp_path, {"polozky": [{"formy": "x"}]})
    with pytest.raises(BrokenInput, match="item 1: expected a list at formy, found a value"):
        found(path, reader="json", record=record, columns=columns)


@pytest.mark.parametrize(
    ("wrapped", "layout"),
    [("[%s]", "bare"), ('{"data": [%s]}', "data"), ('{"n": 1, "value": [%s]}', "value")],
)
def test_each_wrapper_of_a_list_is_a_layout(tmp_path: Path, wrapped: str, layout: str) -> None:
    columns = {"code": "kod", "name": "nazev", "count": "pocet"}
    sample = dataset(
        layouts=[
            {"name": n, "reader": "json", "record": r, "columns": columns}
            for n, r in (("bare", ""), ("data", "data"), ("value", "value"))
        ]
    )
    path = given(tmp_path, wrapped % '{"kod": "600001", "nazev": "A", "pocet": 1}')
    raw = read_into_raw(path, tmp_path / "a.parquet", sample, "2020")
    assert raw.layout == layout


def test_a_large_list_is_streamed(tmp_path: Path) -> None:
    """Memory holds one item, not the document: 8 MB are read within one."""
    path = tmp_path / "file.x"
    with path.open("w") as file:
        file.write('{"data": [')
        item = json.dumps({"kod": "600001", "text": "x" * 1000})
        file.write(",".join([item] * 8_000) + "]}")
    layout = Layout(name="l", reader="json", record="data", columns={"k": "kod"}, ignored=["text"])
    tracemalloc.start()
    (table,) = tables(path, layout, "2020")
    count = sum(1 for _ in table.rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8_000
    assert peak < 1 << 20


def test_elements_told_apart_by_an_element_of_theirs(tmp_path: Path) -> None:
    text = (
        "<E><P><K>1</K><PF><T>0</T><EU>9</EU></PF><PF><T>1</T><EU>5</EU></PF><UM><O>x</O></UM></P>"
        "<P><K>2</K><PF><T>0</T><EU>8</EU></PF></P></E>"
    )
    layout: dict[str, Any] = {
        "reader": "xml",
        "record": "P",
        "columns": {"code": "K", "eu": "PF[T=1]/EU"},
        "ignored": ["PF[T=1]/T", "PF[T=0]/*", "UM/*"],
    }
    header, rows = found(given(tmp_path, text), **layout)
    assert header == ["K", "PF[T=1]/EU", "PF[T=1]/T"]
    assert [row[:2] for row in rows] == [["1", "5"], ["2", None]]


def test_named_files_of_a_zip_are_tables(tmp_path: Path) -> None:
    path = tmp_path / "file.x"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("CSV/1_OB.csv", "kod\n600001\n")
        archive.writestr("CSV/2_OB.csv", "kod\n600002\n600003\n")
        archive.writestr("about.txt", "x")
    layout = Layout(
        name="l", reader="csv", encoding="utf-8", delimiter=",", unpack="zip",
        members=r"CSV/\d_OB\.csv", columns={"code": "kod"},
    )  # fmt: skip
    read = [(t.sheet, [cells for _, cells in t.rows]) for t in tables(path, layout, "2020")]
    assert read == [("1_OB.csv", [["600001"]]), ("2_OB.csv", [["600002"], ["600003"]])]
    with pytest.raises(BrokenInput, match=r"file\.x: expected files named none, found CSV/1_OB"):
        list(tables(path, layout.model_copy(update={"members": "none"}), "2020"))
    with pytest.raises(BrokenInput, match="expected one file in the container, found 3"):
        list(tables(path, layout.model_copy(update={"members": None}), "2020"))


def test_data_may_begin_below_a_second_heading(tmp_path: Path) -> None:
    rows = [["Seznam"], ["kod"], ["code"], ["600001"]]
    path = workbook(tmp_path / "a.xlsx", rows)
    layout = {"reader": "xlsx", "sheet": "Data", "header_rows": [2], "first_row": 4}
    assert found(path, **layout) == (["kod"], [["600001"]])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"a": {}}, "expected a list at a/b, found none"),
        ({"a": {"b": 1}}, "expected a list at a/b, found another value"),
        ({"a": {"b": [{"c": []}]}}, "item 1: a list inside, at c"),
        (b"[1", "expected JSON"),
    ],
)
def test_damaged_json_is_named(tmp_path: Path, content: Any, expected: str) -> None:
    with pytest.raises(BrokenInput, match=rf"file\.x.*{expected}"):
        found(given(tmp_path, content), reader="json", record="a/b")


def test_a_new_workbook_is_no_old_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xls", [["kod"]])
    with pytest.raises(BrokenInput, match=r"expected a workbook \(\.xls\), found a ZIP container"):
        found(path, reader="xls", sheet="Data")


def test_repeated_headings_are_numbered_and_blank_ones_ignored(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [["kod", "nazev", "", "pocet", "", "pocet"], ["600001", "A", "", 1, "", 2]],
    )
    columns = {"code": "kod", "name": "nazev", "count": "pocet (2)"}
    layout = {"number_repeats": True, "ignored": ["", "pocet"], "columns": columns}
    target = tmp_path / "a.parquet"
    assert read_into_raw(path, target, sheets(**layout), "2020").rows == 1
    assert pq.read_table(target)["count"].to_pylist() == ["2"]
    with pytest.raises(BrokenInput, match=r"unexpected »pocet \(2\)«"):
        odd = {**layout, "columns": columns | {"count": "pocet"}, "ignored": [""]}
        read_into_raw(path, target, sheets(**odd), "2020")


def test_a_layout_may_lack_columns(tmp_path: Path) -> None:
    layout = {"columns": {"code": "kod", "name": "nazev"}, "absent": ["count"]}
    path = workbook(tmp_path / "a.xlsx", [["kod", "nazev"], ["600001", "A"]])
    target = tmp_path / "a.parquet"
    read_into_raw(path, target, sheets(**layout), "2020")
    assert pq.read_table(target)["count"].to_pylist() == [None]
    with pytest.raises(ValueError, match="name different columns: count"):
        sheets(columns={"code": "kod", "name": "nazev"})
    with pytest.raises(ValueError, match="name different columns: name"):
        sheets(columns={"code": "a", "name": "b", "count": "c"}, absent=["name"])


def test_rows_that_are_no_data_are_dropped_and_counted(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["kod", "nazev", "pocet"],
            ["", "Okres Benešov", ""],
            ["600001", "A", 1],
            ["kod", "nazev", "pocet"],
            ["600002", "B", ""],
        ],
    )
    drop = {"where_all_empty": ["code", "count"], "where_equal": {"code": "kod"}}
    sample = dataset(layouts=[sheets().layouts[0].model_dump()], drop_rows=drop)
    raw = read_into_raw(path, tmp_path / "a.parquet", sample, "2020")
    assert (raw.rows, raw.dropped) == (2, 2)
    assert pq.read_table(raw.path)["code"].to_pylist() == ["600001", "600002"]
    with pytest.raises(ValueError, match="at least one of where_all_empty, where_equal"):
        dataset(drop_rows={})
    with pytest.raises(ValueError, match="drop_rows names unknown columns: other"):
        dataset(drop_rows={"where_equal": {"other": "x"}})


def test_a_space_after_the_last_heading_is_no_damage(tmp_path: Path) -> None:
    path = given(tmp_path, '"kod","nazev" \n"1","A"\n"2","B\n', "a.csv")
    layout = {"reader": "csv", "encoding": "utf-8", "delimiter": ","}
    (table,) = tables(path, Layout(name="l", columns={}, **layout), "2020")
    assert table.header == ["kod", "nazev"]
    with pytest.raises(BrokenInput, match=r"a\.csv, line 3"):
        list(table.rows)
