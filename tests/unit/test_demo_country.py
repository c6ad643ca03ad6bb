"""The invented demo country: the real layouts, nothing real inside, and no surprise unplanned."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from assets.demo import DemoCountry, DemoError, generate, names

SCALE = 0.05
MIRROR = Path(__file__).resolve().parents[3] / "shared/mirror"
INDEX = "asz/social_exclusion_index"
YEARS = (2019, 2020, 2021, 2022, 2023)
COUNTS = {
    "distraint": (13, 11, 1),
    "housing_allowance": (16, 11, 12),
    "subsistence_allowance": (19, 11, 12),
    "long_term_jobseekers": (22, 12, 1),
    "early_leavers": (25, 27, 1),
}
BANDS = ("0 až 1", "2 až 7", "8 až 11", "12 až 30")
OLD_LISTS = (
    "CIS0043_CS.csv", "CIS0065_CS_comma_cp1250.csv", "CIS0100_CS.csv", "CIS0101_CS.csv",
    "VAZ0043_0061_CS.csv", "VAZ0043_0065_CS.csv", "VAZ0043_0101_CS.csv", "VAZ0100_0101_CS.csv",
)  # fmt: skip
NEW_LISTS = ("VAZ0043_0101_CS_2024_utf8.csv", "VAZ0065_0043_CS_2024.csv")
needs_mirror = pytest.mark.skipif(
    not MIRROR.is_dir(), reason="../shared/mirror with the real files is not here"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCountry:
    return generate(tmp_path_factory.mktemp("demo") / "country", scale=SCALE)


@pytest.fixture(scope="module")
def planted(demo: DemoCountry) -> list[dict[str, Any]]:
    content = json.loads((demo.folder / "planted.json").read_text(encoding="utf-8"))
    return list(content["planted"])


def sheet(path: Path, name: str | None = None) -> list[list[Any]]:
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_name(name or book.sheet_names[0]).to_python()


def table(path: Path, encoding: str = "cp1250", delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def only(planted: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (item,) = [item for item in planted if item["kind"] == kind]
    return item


def test_two_runs_are_equal_byte_by_byte(demo: DemoCountry, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", scale=SCALE)
    assert digests(again.folder) == digests(demo.folder)
    assert digests(generate(tmp_path / "other", scale=SCALE, seed=7).folder) != digests(demo.folder)


def test_a_complete_demo_is_left_alone_and_an_incomplete_one_mended(tmp_path: Path) -> None:
    first = generate(tmp_path / "d", scale=0.03)
    second = generate(tmp_path / "d", scale=0.03)
    assert (first.written, second.written) == (True, False)
    (tmp_path / "d/planted.json").unlink()
    third = generate(tmp_path / "d", scale=0.03)
    assert third.written
    assert (tmp_path / "d/planted.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DemoError, match=r"demo\.json"):
        generate(tmp_path, scale=SCALE)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("scale", [0.0, 0.001, 10.5, float("nan")])
def test_a_scale_out_of_range_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(DemoError, match="scale"):
        generate(tmp_path / "d", scale=scale)


@pytest.mark.parametrize("seed", range(4))
def test_small_countries_of_any_seed_can_be_made(tmp_path: Path, seed: int) -> None:
    assert generate(tmp_path / "d", scale=0.03, seed=seed).regions == 14


def test_a_larger_country_keeps_the_widths_of_its_codes() -> None:
    from assets.demo import building, plan

    country = building.build(2.0, seed=1)
    full = sum(row[1] for row in plan.REGIONS)
    assert len(country.places) == pytest.approx(2 * full, rel=0.001)
    for codes, pattern in (
        ([str(place.code) for place in country.places], r"[6-9]\d{5}"),
        ([orp.code for orp in country.orps], r"9\d{3}"),
        ([pou.code for pou in country.pous], r"9\d{4}"),
        ([district.lau for district in country.districts], r"XD\d{3}[0-9A-F]"),
        ([district.cis for district in country.districts], r"8\d{4}"),
    ):
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(pattern, code) for code in codes)
    largest = plan.plan_regions(plan.LARGEST_SCALE)
    count = sum(region.municipalities for region in largest)
    assert len(largest) == len(country.regions) == 14
    assert count == pytest.approx(plan.LARGEST_SCALE * full, rel=0.001)
    assert building.FIRST_CODE + building.NARROW_GAPS[1] * count <= building.LAST_CODE
    assert sum(region.orps for region in largest) <= 999
    assert max(region.districts for region in largest) <= 15
    assert len(set(names.distinct_names(count, random.Random(1)))) == count


def test_import_is_cheap() -> None:
    code = "import sys, assets.demo; print([m for m in ('numpy', 'pyproj') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_codes_lie_outside_the_real_ranges(demo: DemoCountry) -> None:
    lists = demo.folder / "csu/code_lists"
    codes = {int(row["CHODNOTA"]) for row in table(lists / "CIS0043_CS.csv")}
    assert min(codes) > 599_999
    assert max(codes) < 1_000_000
    orps = table(lists / "CIS0065_CS_comma_cp1250.csv", delimiter=",")
    assert all(row["CHODNOTA"][0] == "9" and len(row["CHODNOTA"]) == 4 for row in orps)
    pous = table(lists / "VAZ0043_0061_CS.csv")
    assert all(row["CHODNOTA2"][0] == "9" and len(row["CHODNOTA2"]) == 5 for row in pous)
    for name in ("CIS0100_CS.csv", "CIS0101_CS.csv"):
        rows = table(lists / name)
        assert all(row["CZNUTS"].startswith("XD") for row in rows)
        assert rows[0]["TEXT"] == "Extra-Regio"
        assert all(row["CHODNOTA"].startswith("8") for row in rows)
    points = json.loads((demo.folder / "cuzk/ruian/definition_points_2022.geojson").read_text())
    for feature in points["features"]:
        lon, lat = feature["geometry"]["coordinates"][0]
        assert 1 < lon < 7.5
        assert 54 < lat < 57


@needs_mirror
def test_no_name_can_be_a_real_municipality(demo: DemoCountry) -> None:
    real = {row["TEXT"] for row in table(MIRROR / "csu/code_lists/CIS0043_CS.csv")}
    assert not real & set(names.plain_names())
    invented = {row["TEXT"] for row in table(demo.folder / "csu/code_lists/CIS0043_CS.csv")}
    assert not real & invented
    assert not {name for name in real if any(part in name for part in names.MIDDLES)}


@needs_mirror
def test_index_header_equals_the_real_one(demo: DemoCountry) -> None:
    real = sheet(MIRROR / INDEX / "2023.xlsx")
    assert sheet(demo.folder / INDEX / "2023.xlsx")[0] == real[0]
    header = [text.replace("2022/23", "2018/19").replace("2023", "2019") for text in real[0]]
    assert sheet(demo.folder / INDEX / "2019.xlsx")[0] == header
    sentence = next(row[25] for row in real[1:] if isinstance(row[25], str))
    assert sentence in {row[25] for row in sheet(demo.folder / INDEX / "2019.xlsx")}


@needs_mirror
def test_lists_have_the_real_headers_and_ends(demo: DemoCountry) -> None:
    def frame(path: Path) -> tuple[bytes, bytes, int]:
        content = path.read_bytes()
        body = content.rstrip(b"\r\n")
        return content.split(b"\n")[0], content[len(body) :], int(b"\r\n" in body)

    for name in (*OLD_LISTS, *NEW_LISTS):
        path = f"csu/code_lists/{name}"
        assert frame(demo.folder / path) == frame(MIRROR / path), name
    path = "cuzk/ruian/UI_OBEC_2026-07.csv"
    assert frame(demo.folder / path) == frame(MIRROR / path)
    path = "cuzk/ruian/definition_points_2019.geojson"
    real, own = (root / path for root in (MIRROR, demo.folder))
    assert own.read_text().split("\n")[:5] == real.read_text().split("\n")[:5]


@needs_mirror
def test_structure_workbook_has_the_real_shape(demo: DemoCountry) -> None:
    path = "csu/territory_structure/2016-2019.xlsx"
    real, own = (CalamineWorkbook.from_path(root / path) for root in (MIRROR, demo.folder))
    assert own.sheet_names == real.sheet_names
    for name in own.sheet_names[1:]:
        rows = sheet(demo.folder / path, name)
        assert rows[:2] == sheet(MIRROR / path, name)[:2]
        numbers = sum(isinstance(row[0], float) for row in rows[2:])
        assert 0 < numbers < 20
        capital = next(row for row in rows if row[2] == "H")
        assert capital[3:7] == ["00000", "X-X-X", "0000", "X-X-X"]


@pytest.mark.parametrize("year", YEARS)
def test_expectations_equal_the_workbook(demo: DemoCountry, year: int) -> None:
    expected = json.loads((demo.folder / "expectations.json").read_text())["years"][str(year)]
    check_sums(sheet(demo.folder / INDEX / f"{year}.xlsx")[1:], expected)


def test_expectations_of_the_first_version(demo: DemoCountry) -> None:
    content = json.loads((demo.folder / "expectations.json").read_text())
    rows = sheet(demo.folder / "before_revision" / INDEX / "2022.xlsx")[1:]
    check_sums(rows, content["before_revision"]["2022"])


def check_sums(rows: list[list[Any]], expected: dict[str, Any]) -> None:
    assert len(rows) == expected["units"]
    assert sum(row[2] != "U" for row in rows) == expected["municipalities"]
    assert sum(row[2] == "U" and row[11] == 0 for row in rows) == 4
    for name, (count, base, parts) in COUNTS.items():
        counted = [row for row in rows if not isinstance(row[count], str)]
        total = sum(round(row[count] * parts) for row in counted)
        assert all(row[count] == round(row[count] * parts) / parts for row in counted)
        sums = expected["indicators"][name]
        assert sums["count"] == total / parts
        assert sums.get("count_twelfths", total) == total
        assert sums["base"] == sum(row[base] for row in counted)
        assert sums["national_share"] == pytest.approx(100 * sums["count"] / sums["base"], 1e-14)
    assert expected["bands"] == {band: sum(row[30] == band for row in rows) for band in BANDS}
    assert expected["zero_points"] == sum(row[29] == 0 for row in rows)


def test_boundary_change_is_visible_in_all_files(
    demo: DemoCountry, planted: list[dict[str, Any]]
) -> None:
    split, merger = only(planted, "boundary_split"), only(planted, "boundary_merger")
    new, ended = split["new"], merger["ended"]
    for year in YEARS:
        codes = {row[0] for row in sheet(demo.folder / INDEX / f"{year}.xlsx")[1:]}
        assert (new in codes, ended in codes) == (year >= 2022, year < 2022)
    lists = demo.folder / "csu/code_lists"
    old = {row["CHODNOTA"] for row in table(lists / "CIS0043_CS.csv")}
    late = {row["chodnota1"] for row in table(lists / NEW_LISTS[0], "utf-8", ",")}
    assert (old - late, late - old) == ({str(ended)}, {str(new)})
    ruian = demo.folder / "cuzk/ruian"
    rows = {row["KOD"]: row for row in table(ruian / "UI_OBEC_2026-07.csv", "utf-8")}
    assert rows[str(new)]["DATUM_VZNIKU"] == "01.01.2022 00:00:00"
    assert rows[str(ended)]["PLATI_DO"] == "31.12.2021 00:00:00"
    assert rows[str(new)]["PLATI_DO"] == ""
    for year, present, absent in ((2019, ended, new), (2022, new, ended)):
        text = (ruian / f"definition_points_{year}.geojson").read_text(encoding="utf-8")
        assert f'"Kod": {present},' in text
        assert f'"Kod": {absent},' not in text


def test_the_moved_municipality_changes_its_areas_in_2021(
    demo: DemoCountry, planted: list[dict[str, Any]]
) -> None:
    move = only(planted, "reassignment")
    for year in YEARS:
        rows = sheet(demo.folder / INDEX / f"{year}.xlsx")[1:]
        row = next(row for row in rows if row[0] == move["codes"][0])
        areas = move["after" if year >= 2021 else "before"]
        found = {"pou": str(int(row[3])), "orp": str(int(row[5])), "district": row[7]}
        assert found == areas
    assert all(move["before"][key] != move["after"][key] for key in ("pou", "orp", "district"))


def test_the_first_version_differs_exactly_as_planted(
    demo: DemoCountry, planted: list[dict[str, Any]]
) -> None:
    first = sheet(demo.folder / "before_revision" / INDEX / "2022.xlsx")
    final = sheet(demo.folder / INDEX / "2022.xlsx")
    given = {count: name for name, (count, _, _) in COUNTS.items()}
    # Bases and territory must agree too; shares, quotients and points follow from the counts.
    compared = [column for column in range(31) if column < 13 or column in given or column == 27]
    differing = set()
    for one, other in zip(first, final, strict=True):
        for column in compared:
            if one[column] != other[column]:
                parts = COUNTS[given[column]][2]
                counts = (round(row[column] * parts) for row in (one, other))
                differing.add((int(one[0]), given[column], *counts))
    assert differing == {
        (item["codes"][0], item["indicator"], item["first_parts"], item["revised_parts"])
        for item in planted
        if item["kind"] == "source_revision"
    }
    assert len(differing) == 6
    index = [one[0] for one, other in zip(first, final, strict=True) if one[29] != other[29]]
    assert index == only(planted, "source_revision_index")["codes"]


def test_planted_moves_stand_in_the_workbooks(
    demo: DemoCountry, planted: list[dict[str, Any]]
) -> None:
    counts = {
        year: {row[0]: row for row in sheet(demo.folder / INDEX / f"{year}.xlsx")[1:]}
        for year in YEARS
    }
    moves = [item for item in planted if item["kind"] == "real_change"]
    assert len(moves) >= 4
    for move in moves:
        column = COUNTS[move["indicator"]][0]
        code, year = move["codes"][0], move["years"][0]
        assert counts[year - 1][code][column] == move["count_before"]
        assert counts[year][code][column] == move["count_after"]
        assert (move["size"] > 1) == (move["count_after"] > move["count_before"])
