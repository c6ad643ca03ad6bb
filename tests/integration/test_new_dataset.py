"""A dataset of a known format is one YAML file and one SQL file, and no Python."""

import shutil
from pathlib import Path

import duckdb

from tests.integration.conftest import Agis

YAML = r"""
id: csu__new_list
title: {cs: "Nový seznam", en: "New list"}
producer: csu
theme: territory
landing_page: https://example.org/
licence: {id: CC-BY-4.0, attribution: nobody}
status: active
calendar: {cadence: yearly}
grain: municipality
editions: {found: {pattern: "\\d{4}", mirror: "csu/new_list/{edition}.csv"}}
layouts:
  - {name: csv, reader: csv, encoding: cp1250, delimiter: ";", columns: {code: KOD, persons: OSOBY}}
columns:
  code: {type: text, pattern: "\\d{6}", required: true, unique: true}
  persons: {type: integer, min: 0, required: true, unit: persons}
"""
SQL = """-- One row per municipality and edition of the new list
select _edition as edition, code as municipality_code, cast(persons as bigint) as persons
from {{ raw("csu__new_list") }}
"""


def test_one_yaml_and_one_sql_file_make_a_staging_table(
    tmp_path: Path, small_demo: tuple[Path, Agis]
) -> None:
    sources, home = tmp_path / "sources", tmp_path / "home"
    shutil.copytree(small_demo[0], sources)
    shutil.copytree(small_demo[1].home, home, symlinks=True)
    registry, models = tmp_path / "registry" / "csu", tmp_path / "models" / "staging" / "csu"
    for folder, name, text in (
        (registry, "new_list.yml", YAML),
        (models, "stg_csu__new_list.sql", SQL),
        (sources / "csu" / "new_list", "2023.csv", "KOD;OSOBY\n600001;60\n"),
        (sources / "csu" / "new_list", "2024.csv", "KOD;OSOBY\n600001;66\n600002;6\n"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    extra = {
        "AGIS_REGISTRY_EXTRA": str(registry.parent),
        "AGIS_MODELS_EXTRA": str(models.parents[1]),
    }
    agis = Agis(home)
    ended = agis.refresh(sources, **extra)
    assert ended.code == 0, ended.err
    found = [
        rows
        for work in home.glob("build/*/work.duckdb")
        if (rows := staged(work, "stg_csu__new_list")) is not None
    ]
    assert found == [[("2023", "600001", 60), ("2024", "600001", 66), ("2024", "600002", 6)]]
    assert "csu__new_list" in agis.run("status", **extra).out


def staged(work: Path, name: str) -> list[tuple[object, ...]] | None:
    with duckdb.connect(str(work), read_only=True) as connection:
        if not connection.sql(f"from duckdb_views() where view_name = '{name}'").fetchall():
            return None
        connection.execute(f"set file_search_path = '{work.parent}'")
        return connection.sql(f"from staging.{name} order by all").fetchall()
