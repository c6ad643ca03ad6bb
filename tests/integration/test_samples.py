"""Fragments of official files that were read elsewhere, under the contracts of the registry."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.raw import RawFile, read_into_raw
from assets.readers import BrokenInput
from assets.registry import load_registry
from tests.conftest import PROJECT, need

SAMPLES = PROJECT.parent / "shared" / "sources" / "samples"


@pytest.fixture(scope="module")
def samples() -> Path:
    need(SAMPLES.is_dir(), f"no samples of official files at {SAMPLES}")
    return SAMPLES


def read(source: Path, folder: Path, dataset: str, edition: str, layout: str | None) -> RawFile:
    target = folder / "raw" / f"{dataset}.parquet"
    return read_into_raw(source, target, load_registry()[dataset], edition, layout=layout)


def rows_of(raw: RawFile, columns: str) -> list[tuple[Any, ...]]:
    query = f"select {columns} from read_parquet('{raw.path}') order by _row"
    return duckdb.sql(query).fetchall()


@pytest.mark.parametrize(
    ("file", "dataset", "edition", "layout", "columns", "first"),
    [
        (
            "csu/cis65_new-layout_utf8.csv", "csu__orps", "2026-01-01", None,
            "code, name, ruian_code", ("4101", "Aš", "507"),
        ),
        (
            "csu/cis65_old-layout_cp1250.csv", "csu__orps", "2022-04", None,
            "code, name, ruian_code", ("1000", "Praha", "19"),
        ),
        (
            "csu/cis72_old-layout_cp1250.csv", "csu__prague_districts", "2022-04", "cp1250_comma",
            "code, name", ("1101", "Praha 1"),
        ),
        (
            "csu/vazba_43_65_new-layout_utf8.csv", "csu__municipality_orp", "2026-01-01",
            "utf8_comma", "municipality_code, orp_code", ("500011", "7213"),
        ),
        (
            "csu/nezamestnanost_250169_utf8.csv", "csu__unemployment", "2024", "official",
            "municipality_code, indicator_code, period, value",
            ("554961", "NEZ0007", "20241231", "1780"),
        ),
        (
            "csu/datastat_OBY02E_vlastni.csv", "csu__population_by_age_group_datastat", "2020",
            None, "municipality_code, age_group_code, population", ("554481", "0", "31920.0"),
        ),
        (
            "csu/datastat_OBY01B01_vlastni.csv", "csu__population_movement_datastat", "2020", None,
            "municipality_code, year, value", ("554481", "2020", "31920.0"),
        ),
        (
            "csu/krok_data.csv", "csu__krok_data", "2024", None,
            "krok_code, indicator_code, value", ("0410", "020401", "293195"),
        ),
        (
            "csu/krok_uzemi.csv", "csu__krok_territories", "2024", None,
            "krok_code, name, kind", ("0000", "Česká republika", "ČR"),
        ),
        (
            "csu/sldb2021_vek5_pohlavi.csv", "csu__census_2021_age_sex", "2021", None,
            "territory_list, territory_code, age_group_name, value",
            ("97", "19", "0 - 4 roky", "560632"),
        ),
        (
            "cuzk/adr_562416_dobrohost_cp1250.csv", "cuzk__addresses", "2022-03-31", "csv",
            "address_point_code, municipality_code, municipality_name",
            ("14674611", "562416", "Dobrohošť"),
        ),
        (
            "cuzk/20140331_OB_564729_UKSH_trimmed.xml", "cuzk__vfr_municipalities", "2014-03-31",
            "vfr_zip", "municipality_code, municipality_name", ("564729", "Děčany"),
        ),
        (
            "cuzk/UI_OBEC_cp1250.csv", "cuzk__municipalities", "2025-09", "cp1250",
            "municipality_code, municipality_name, district_ruian_code",
            ("554979", "Abertamy", "3403"),
        ),
        (
            "dotaceeu/MS14_MatDat_head.xml", "mmr__ms2014_code_lists", "2023-01-29", None,
            "unique_code, state_code", ("PRJ_Z1", "Z1"),
        ),
        (
            "asz/isv2023_trimmed.xlsx", "asz__social_exclusion_index", "2023", None,
            "municipality_code, index_points", ("567337", "29"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith((".csv", ".xml")) else "",
)  # fmt: skip
def test_a_fragment_reads_under_its_contract(
    samples: Path,
    tmp_path: Path,
    file: str,
    dataset: str,
    edition: str,
    layout: str | None,
    columns: str,
    first: tuple[str, ...],
) -> None:
    source = tmp_path / Path(file).name
    shutil.copyfile(samples / file, source)
    chosen = [known for known in load_registry()[dataset].layouts if known.name == layout]
    if chosen and chosen[0].unpack == "zip":
        source = tmp_path / "packed.zip"
        with zipfile.ZipFile(source, "w") as archive:
            archive.write(samples / file, Path(file).name)
    assert first in rows_of(read(source, tmp_path, dataset, edition, layout), columns)


def test_letters_that_a_copier_lost_are_refused(samples: Path, tmp_path: Path) -> None:
    source = samples / "csu/vazba_109_101_damaged-copy.csv"
    for layout in ("cp1250_comma", "utf8_comma"):
        with pytest.raises(BrokenInput, match=r"found valid UTF-8|replacement character"):
            read(source, tmp_path, "csu__district_codes", "2022-01", layout)


def test_the_headings_of_the_lists_of_eu_projects_are_those_that_were_seen(samples: Path) -> None:
    for years, dataset in (("1420", "2014_2020"), ("2127", "2021_2027")):
        seen = (samples / f"dotaceeu/header_{years}.txt").read_text(encoding="utf-8").splitlines()
        (layout,) = load_registry()[f"mmr__esif_operations_{dataset}"].layouts
        assert sorted([*layout.columns.values(), *layout.ignored]) == sorted(filter(None, seen))


def test_fragments_of_the_register_of_services_fit(samples: Path, tmp_path: Path) -> None:
    """Two real fragments, put where the register has them."""
    address = json.loads((samples / "mpsv/rpss_adresa_fragment.json").read_text(encoding="utf-8"))
    forms = json.loads((samples / "mpsv/rpss_formy_fragment.json").read_text(encoding="utf-8"))
    place = {"nazev": None, "poskytujeOd": None, "poskytujeDo": None, "adresa": address}
    source = tmp_path / "rpss.json"
    source.write_text(json.dumps({"polozky": [{"id": 1, "zarizeni": [place], "formy": forms}]}))
    facilities = read(source, tmp_path, "mpsv__social_service_facilities", "2026-08-31", None)
    assert rows_of(facilities, "address_point_code, municipality, region") == [
        ("11867906", "Obec/554499", "Kraj/51")
    ]
    capacities = read(source, tmp_path, "mpsv__social_service_capacities", "2026-08-31", None)
    assert rows_of(capacities, "form, capacity, capacity_kind") == [
        ("FormaSocialniSluzby/pob", "32", "TypKapacitySocialniSluzby/luzka")
    ]
