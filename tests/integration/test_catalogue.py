"""The published catalogue: every dataset, and every heading of the files that were read."""

import csv
import io

import duckdb
import pytest

from assets.readers import heading
from assets.registry import load_registry
from orchestration.release.catalogue import described
from tests.conftest import MIRROR
from tests.integration.conftest import Agis, Ended


@pytest.fixture(scope="module")
def agis(mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    home, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    return home


def rows(agis: Agis, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(agis.sql(query))))


def first_row(path: str, sheet: str) -> list[str]:
    """The headings of a workbook, read without the project's readers."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(MIRROR / path))
    return [heading(str(cell)) for cell in book.get_sheet_by_name(sheet).to_python()[0]]


def test_every_dataset_is_listed_also_those_without_data(agis: Agis) -> None:
    found = {
        r[0]: r[1:]
        for r in rows(
            agis, "select dataset_id, has_data, editions, first_edition, last_edition from dataset"
        )
    }
    assert set(found) == {d.id for d in load_registry().values() if d.is_of("real")}
    assert found["asz__social_exclusion_index"] == ["True", "1", "2023", "2023"]
    files = len(list((MIRROR / "csu" / "population").glob("*.xlsx")))
    assert found["csu__population"] == ["True", str(files), "2004", "2024"]
    used = rows(agis, "select dataset_id, count(*) from source_edition group by all")
    assert {name: str(count) for name, (has, count, *_) in found.items() if has == "True"} == dict(
        used
    )


def test_headings_stand_as_in_the_file(agis: Agis) -> None:
    found = rows(
        agis,
        "select source_heading, file_name, sheets from source_column "
        "where dataset_id = 'asz__social_exclusion_index' and is_read",
    )
    in_file = first_row("asz/social_exclusion_index/2023.xlsx", "Index soc. vyloučení 2023")
    assert sorted(h for h, *_ in found) == sorted(in_file)
    assert any("obyvyatel" in h for h, *_ in found)  # the publisher's own spelling
    assert {(f, s) for _, f, s in found} == {("2023.xlsx", "Index soc. vyloučení 2023")}


@pytest.mark.parametrize(("year", "sheets"), [("2016", 16), ("2024", 15)])
def test_sheets_with_one_heading_stand_together(agis: Agis, year: str, sheets: int) -> None:
    import python_calamine

    path = MIRROR / "policie" / "crime_by_region" / f"{year}.xlsx"
    names = python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    assert len(names) == sheets
    found = rows(
        agis,
        "select distinct sheets from source_column "
        f"where dataset_id = 'policie__crime_by_region' and edition = '{year}'",
    )
    assert found == [["; ".join(names)]]


def test_each_column_that_was_read_is_named_once_per_edition(agis: Agis) -> None:
    doubled = rows(
        agis,
        "select dataset_id, edition, column_name, source_heading from source_column "
        "where is_read group by all having count(*) > 1",
    )
    assert doubled == []
    declared = {(d.id, name) for d in load_registry().values() for name in d.columns}
    named = rows(
        agis, "select distinct dataset_id, column_name from source_column where column_name <> ''"
    )
    assert {tuple(r) for r in named} <= declared


def test_a_text_in_place_of_a_value_is_explained(agis: Agis) -> None:
    found = rows(
        agis,
        "select declared_values_en from source_column where edition = '2023' "
        "and dataset_id = 'asz__social_exclusion_index' "
        "and column_name = 'early_leavers_share_pct'",
    )
    assert len(found) == 1
    assert "no_school »" in found[0][0]
    assert "No primary school" in found[0][0]


def test_the_tables_and_columns_of_the_catalogue_are_described(agis: Agis) -> None:
    root = agis.home / "releases" / "current"
    for name, about in described().items():
        columns = duckdb.read_parquet(str(root / "parquet" / f"{name}.parquet")).columns
        assert columns == list(about["columns"])
        assert all(c["description"] for c in about["columns"].values())
