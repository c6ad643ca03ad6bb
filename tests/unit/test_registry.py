"""The registry refuses what it does not know, and says where."""

from pathlib import Path

import pytest

from assets.registry import RegistryError, load_dataset, load_registry

ENTRY = """
id: asz__sample
title: {cs: Vzorek, en: Sample}
producer: asz
theme: index
landing_page: https://example.org/
licence: {id: not_stated, attribution: nobody}
status: active
calendar: {cadence: yearly}
grain: municipality
editions: {listed: {"2023": {mirror: a.csv}}}
layouts:
  - {name: csv, reader: csv, encoding: utf-8, delimiter: ",", columns: {code: KOD}}
columns:
  code: {type: text, pattern: "\\\\d{6}", required: true}
"""
ENDING = "ending: {last_edition: x, reason: {cs: a, en: b}, successor: null}"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "asz" / "sample.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_all_entries_load_and_are_named_after_their_file() -> None:
    registry = load_registry()
    assert len(registry) >= 12
    assert all(dataset.id == key for key, dataset in registry.items())
    assert {d.producer for d in registry.values()} >= {"asz", "csu", "cuzk"}


def test_a_valid_entry_loads(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path, ENTRY), tmp_path)
    assert dataset.columns["code"].pattern == r"\d{6}"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("type: text", "type: txet"), "columns.code.type"),
        (("required: true", "requierd: true"), "columns.code.requierd"),
        (("status: active", "status: retired"), "status"),
        (('"\\\\d{6}"', '"(\\\\d{6}"'), "not a regular expression"),
        (("columns: {code: KOD}", "columns: {kod: KOD}"), "name different columns: code, kod"),
        (("grain: municipality", "grain: municipality\ngrain: region"), "written twice"),
        (("encoding: utf-8, ", ""), "a layout of reader csv needs encoding"),
        (("id: asz__sample", "id: asz__other"), "expected asz__sample"),
        (("{mirror: a.csv}", "{mirror: a.csv, layout: none}"), "asks for layout none"),
        (("licence: {id: not_stated", "licence: {id: unheard_of"), "licence.id"),
        (("status: active", "status: ended"), "ending goes with status ended or withdrawn"),
        (("status: active", "status: withdrawn"), "ending goes with status ended or withdrawn"),
        (("status: active", "status: ended\nending: {last_edition: x}"), "ending.reason"),
        (("status: active", "status: active\n" + ENDING), "ending goes with status ended"),
        (("status: active", "status: unverified"), "unverified_because goes with status"),
        (("{mirror: a.csv}", "{mirror: a.csv, url: 'https://x'}"), "basis (bytes, seen, inferred"),
        (("{mirror: a.csv}", "{mirror: a.csv, basis: seen}"), "goes with a url, and only so"),
        (("{mirror: a.csv}", "{mirror: a.csv, url: u, basis: heard}"), "listed.2023.basis"),
        (("{name: csv, reader", "{name: csv, basis: recalled, reader"), "only recalled"),
        (('{listed: {"2023": {mirror: a.csv}}}', "null"), "an active dataset needs a place"),
        (
            (
                'layouts:\n  - {name: csv, reader: csv, encoding: utf-8, delimiter: ",", columns: '
                "{code: KOD}}",
                "layouts: []",
            ),
            "unverified_because goes with status",
        ),
        (("grain: municipality", "grain: x\nredirect_hosts: ['https://x.cz']"), "redirect_hosts.0"),
    ],
)
def test_a_mistake_is_named_with_file_and_field(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    assert change[0] in ENTRY
    with pytest.raises(RegistryError) as error:
        load_dataset(write(tmp_path, ENTRY.replace(*change)), tmp_path)
    assert "asz/sample.yml" in str(error.value)
    assert expected in str(error.value)


def test_a_source_that_ended_says_when_why_and_what_follows() -> None:
    registry = load_registry()
    over = {d.id: d.ending for d in registry.values() if d.status in ("ended", "withdrawn")}
    assert len(over) >= 12
    for ending in over.values():
        assert ending
        assert ending.last_edition
        assert ending.reason.cs
        assert ending.reason.en
        assert ending.successor is None or ending.successor in registry
    for gone in ("csu__unemployment", "mpsv__unemployment_by_municipality"):
        ending = over[gone]
        assert ending
        assert (ending.last_edition, ending.successor) == ("2024-12", None)


def test_a_successor_must_exist(tmp_path: Path) -> None:
    ended = ENTRY.replace("status: active", "status: ended\n" + ENDING)
    write(tmp_path, ended.replace("successor: null", "successor: csu__nothing"))
    with pytest.raises(RegistryError, match=r"asz/sample.yml, field ending.successor: .*nothing"):
        load_registry(tmp_path)


def test_what_has_no_known_layout_is_named_and_has_no_data() -> None:
    """A fact that users want to see: there is no open file, or nobody has seen its rows."""
    unknown = {d.id: d for d in load_registry().values() if not d.layouts}
    assert set(unknown) >= {
        "mpsv__unemployment_by_municipality",
        "mpsv__benefits_by_municipality",
        "msmt__early_leavers_by_municipality",
        "urrlab__segregation",
        "mmr__ms2021_project_places",
    }
    for dataset in unknown.values():
        assert dataset.unverified_because
        assert not dataset.editions
        assert dataset.columns == {}


def test_the_sentence_of_the_index_workbook_is_a_declared_value() -> None:
    dataset = load_registry()["asz__social_exclusion_index"]
    with_sentence = [name for name, column in dataset.columns.items() if column.values]
    assert with_sentence == [
        "early_leavers_count",
        "early_leavers_share_pct",
        "early_leavers_base",
        "early_leavers_isv_lq",
    ]
    declared = dataset.columns["early_leavers_count"].values["no_school"]
    assert len(declared.text) == 266
    assert "early_leavers_count__declared" in dataset.raw_columns
