"""The register of corrections: refused where wrong, applied where right, and outlived."""

from pathlib import Path

import duckdb
import pytest

from assets.corrections import write_corrected
from assets.raw import read_into_raw
from assets.readers import BrokenInput
from assets.registry import RegistryError, load_dataset, load_registry
from assets.registry.corrections import Correction, load_corrections, read_register
from assets.registry.model import Dataset

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
  - name: csv
    reader: csv
    encoding: utf-8
    delimiter: ";"
    columns: {code: KOD, persons: "Osob {edition}"}
columns:
  code: {type: text, required: true, unique: true}
  persons: {type: integer, min: 0, values: {lost: {text: "1.2", meaning: {cs: x, en: y}}}}
"""

VALUE = """
lost_digits:
  dataset: asz__sample
  edition: "2023"
  action: replace_value
  column: persons
  key: {code: "2"}
  expect: "1.2"
  value: "120"
  reason: {cs: proč, en: why}
  noted_on: 2026-11-22
"""

HEADING = """
wrong_heading:
  dataset: asz__sample
  edition: "2023"
  action: rename_heading
  column: persons
  expect: "Osob 2023"
  value: "Rodin 2023"
  reason: {cs: proč, en: why}
  noted_on: 2026-11-22
"""

GOOD = "KOD;Osob 2023\n1;5\n2;1.2\n3;7\n"


@pytest.fixture
def sample(tmp_path: Path) -> Dataset:
    path = tmp_path / "asz" / "sample.yml"
    path.parent.mkdir()
    path.write_text(ENTRY, encoding="utf-8")
    return load_dataset(path, tmp_path)


def register(tmp_path: Path, sample: Dataset, text: str) -> dict[str, Correction]:
    path = tmp_path / "corrections.yml"
    path.write_text(text, encoding="utf-8")
    return read_register(path, {sample.id: sample})


def read(tmp_path: Path, sample: Dataset, text: str, content: str) -> Path:
    source, target = tmp_path / "a.csv", tmp_path / "raw.parquet"
    source.write_text(content, encoding="utf-8")
    corrections = register(tmp_path, sample, text)
    read_into_raw(source, target, sample, "2023", corrections=corrections)
    return target


def rows(path: Path) -> list[tuple[str | None, ...]]:
    return duckdb.execute(
        "select code, persons, persons__declared from read_parquet(?) order by 1", [str(path)]
    ).fetchall()


def test_the_shipped_register_fits_the_registry() -> None:
    corrections = load_corrections()
    assert "early_leavers_share_heading_2023" in corrections
    assert {c.dataset for c in corrections.values()} <= set(load_registry())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("asz__sample", "asz__other"), "lost_digits.dataset: expected a dataset"),
        (('edition: "2023"', 'edition: "2022"'), "lost_digits.edition: expected an edition"),
        (("column: persons", "column: person"), "lost_digits.column: expected a column"),
        (("{code:", "{kod:"), "lost_digits.key.kod: expected a column"),
        (('value: "120"', 'value: "1.20"'), "lost_digits.value: expected a whole number"),
        (('value: "120"', 'value: "-1"'), "lost_digits.value: expected at least 0"),
        (('value: "120"', 'value: "1.2"'), "value is what the source says already"),
        (('  value: "120"\n', ""), "action replace_value needs a value"),
        (('  key: {code: "2"}\n', ""), "needs a key that finds one row"),
        (("replace_value", "drop_row"), "action drop_row goes without value"),
        (("noted_on:", "noted:"), "lost_digits.noted"),
        (("replace_value", "improve"), "lost_digits.action"),
        (("noted_on: 2026-11-22", "noted_on: 2026-11-22\n  status: reported"), "does not fit"),
    ],
)
def test_a_mistake_is_named_with_file_and_field(
    tmp_path: Path, sample: Dataset, change: tuple[str, str], expected: str
) -> None:
    assert change[0] in VALUE
    with pytest.raises(RegistryError) as error:
        register(tmp_path, sample, VALUE.replace(*change))
    assert "corrections.yml" in str(error.value)
    assert expected in str(error.value)


def test_a_value_is_replaced_after_raw_and_never_in_it(tmp_path: Path, sample: Dataset) -> None:
    raw = read(tmp_path, sample, VALUE, GOOD)
    assert rows(raw) == [("1", "5", None), ("2", "1.2", "lost"), ("3", "7", None)]
    write_corrected(raw, tmp_path / "corrected.parquet", register(tmp_path, sample, VALUE))
    assert rows(tmp_path / "corrected.parquet") == [
        ("1", "5", None),
        ("2", "120", None),
        ("3", "7", None),
    ]


def test_a_row_is_dropped(tmp_path: Path, sample: Dataset) -> None:
    text = VALUE.replace("replace_value", "drop_row").replace('  value: "120"\n', "")
    raw = read(tmp_path, sample, text, GOOD)
    write_corrected(raw, tmp_path / "corrected.parquet", register(tmp_path, sample, text))
    assert [row[0] for row in rows(tmp_path / "corrected.parquet")] == ["1", "3"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (GOOD.replace("2;1.2", "2;120"), "found »120«"),
        (GOOD.replace("2;1.2\n", ""), "found no such row"),
    ],
)
def test_reading_stops_once_the_source_has_mended_a_value(
    tmp_path: Path, sample: Dataset, content: str, found: str
) -> None:
    with pytest.raises(BrokenInput) as error:
        read(tmp_path, sample, VALUE, content)
    message = str(error.value)
    assert message.startswith("asz__sample, edition 2023: code »2«, column persons: correction ")
    assert f"expects »1.2«, {found}" in message
    assert "remove correction lost_digits from assets/registry/corrections.yml" in message
    assert not (tmp_path / "raw.parquet").exists()


def test_a_note_changes_nothing_and_is_outlived_too(tmp_path: Path, sample: Dataset) -> None:
    text = VALUE.replace("replace_value", "note").replace('  value: "120"\n', "")
    raw = read(tmp_path, sample, text, GOOD)
    assert not any(c.changes_rows for c in register(tmp_path, sample, text).values())
    raw.unlink()
    with pytest.raises(BrokenInput, match="remove correction lost_digits"):
        read(tmp_path, sample, text, GOOD.replace("1.2", "12"))


def test_a_heading_keeps_its_rows_and_stops_once_it_is_mended(
    tmp_path: Path, sample: Dataset
) -> None:
    assert rows(read(tmp_path, sample, HEADING, GOOD))[0] == ("1", "5", None)
    with pytest.raises(BrokenInput) as error:
        read(tmp_path, sample, HEADING, GOOD.replace("Osob", "Rodin"))
    assert "unexpected »Rodin 2023«" in str(error.value)
    assert "remove correction wrong_heading" in str(error.value)


def test_a_heading_that_the_registry_states_anew_outlives_its_correction(
    tmp_path: Path, sample: Dataset
) -> None:
    with pytest.raises(BrokenInput, match="remove correction wrong_heading"):
        read(tmp_path, sample, HEADING.replace('"Osob 2023"', '"Lidí 2023"'), GOOD)


def test_corrections_decide_the_version_of_a_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.raw import reading_version
    from assets.registry import EXTRA_VARIABLE

    crime = load_registry()["policie__crime_by_region"]
    before = reading_version(crime)
    more = VALUE.replace("asz__sample", crime.id).replace("column: persons", "column: recorded")
    (tmp_path / "corrections.yml").write_text(
        more.replace("{code:", "{crime_code:"), encoding="utf-8"
    )
    (tmp_path / "asz").mkdir()
    (tmp_path / "asz" / "sample.yml").write_text(ENTRY, encoding="utf-8")
    monkeypatch.setenv(EXTRA_VARIABLE, str(tmp_path))
    assert reading_version(crime) != before
