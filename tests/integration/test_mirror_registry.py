"""Every file of the mirror is an edition of the registry or refused for a reason, and proves it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import yaml

from assets.raw import RawFile, read_into_raw
from assets.readers import BrokenInput
from assets.registry import REGISTRY_DIR, load_registry
from tests.conftest import MIRROR

REFUSED: list[dict[str, str]] = yaml.safe_load(
    (REGISTRY_DIR / "refused.yml").read_text(encoding="utf-8")
)
ABOUT_THE_FOLDER = {"README.md"}


class Edition(NamedTuple):
    dataset: str
    edition: str
    path: str
    layout: str | None


def editions() -> Iterator[Edition]:
    for dataset in load_registry().values():
        for edition, listed in dataset.editions.listed.items():
            if listed.url and not (MIRROR / listed.mirror).is_file():
                continue  # known by its official address only
            yield Edition(dataset.id, edition, listed.mirror, listed.layout)
        found = dataset.editions.found
        if found:
            before, after = found.mirror.split("{edition}")
            for path in sorted(MIRROR.glob(f"{before}*{after}")):
                name = path.relative_to(MIRROR).as_posix()
                edition = name.removeprefix(before).removesuffix(after)
                if re.fullmatch(found.pattern, edition):
                    yield Edition(dataset.id, edition, name, None)


EDITIONS = list(editions())
LAYOUTS: dict[str, set[str]] = {}
"""The layouts of each dataset that were met while reading the mirror."""


def read(edition: Edition, folder: Path) -> RawFile:
    dataset = load_registry()[edition.dataset]
    target = folder / f"{edition.dataset}.parquet"
    source = MIRROR / edition.path
    return read_into_raw(source, target, dataset, edition.edition, layout=edition.layout)


def ask(raw: RawFile, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.read_parquet(str(raw.path)).create_view("raw")
        return connection.sql(query).fetchall()


def test_every_file_is_an_edition_or_refused(mirror: Path) -> None:
    files = {p.relative_to(mirror).as_posix() for p in mirror.rglob("*") if p.is_file()}
    taken, refused = {e.path for e in EDITIONS}, {entry["path"] for entry in REFUSED}
    assert files - taken - refused == ABOUT_THE_FOLDER
    assert refused <= files
    assert not taken & refused
    assert taken <= files
    assert all(entry["reason"] for entry in REFUSED)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: f"{e.dataset}-{e.edition}")
def test_every_edition_reads_under_its_contract(
    mirror: Path, tmp_path: Path, edition: Edition
) -> None:
    raw = read(edition, tmp_path)
    assert raw.rows > 0
    LAYOUTS.setdefault(edition.dataset, set()).add(raw.layout)
    dataset = load_registry()[edition.dataset]
    for column, totals in dataset.totals.items():
        if edition.edition in totals:
            (found,) = ask(raw, f"select sum(try_cast({column} as hugeint)) from raw")[0]
            assert found == totals[edition.edition], column


def test_what_is_said_to_be_read_in_bytes_was(mirror: Path, tmp_path: Path) -> None:
    """Quick after the editions above; tests/integration/test_samples.py proves the last two."""
    for edition in EDITIONS:
        if len(LAYOUTS.get(edition.dataset, ())) < len(load_registry()[edition.dataset].layouts):
            LAYOUTS.setdefault(edition.dataset, set()).add(read(edition, tmp_path).layout)
    unproved = {
        (dataset.id, layout.name)
        for dataset in load_registry().values()
        if dataset.is_of("real")
        for layout in dataset.layouts
        if layout.basis == "bytes" and layout.name not in LAYOUTS.get(dataset.id, ())
    }
    assert unproved == {("cuzk__addresses", "csv"), ("mmr__ms2014_code_lists", "xml")}


@pytest.mark.parametrize(
    "entry", [e for e in REFUSED if "dataset" in e], ids=lambda e: e["path"].rsplit("/", 1)[-1]
)
def test_what_is_refused_is_refused(mirror: Path, tmp_path: Path, entry: dict[str, str]) -> None:
    tried = Edition(entry["dataset"], entry["edition"], entry["path"], entry.get("layout"))
    with pytest.raises(BrokenInput) as error:
        read(tried, tmp_path)
    assert Path(entry["path"]).name in str(error.value)
    assert list(tmp_path.iterdir()) == []


def edition_of(dataset: str, name: str) -> Edition:
    return next(e for e in EDITIONS if (e.dataset, e.edition) == (dataset, name))


@pytest.mark.parametrize(
    ("year", "units"),
    [("2004", 6249), ("2007", 6249), ("2017", 6258), ("2020", 6258), ("2024", 6258)],
)
def test_titles_of_districts_are_dropped_and_counted(
    mirror: Path, tmp_path: Path, year: str, units: int
) -> None:
    raw = read(edition_of("csu__population", year), tmp_path)
    assert (raw.rows, raw.dropped) == (units, 76)


def test_datastat_of_2026_adds_up_to_the_published_total(mirror: Path, tmp_path: Path) -> None:
    raw = read(edition_of("csu__population_datastat", "2020-2026"), tmp_path)
    found = ask(
        raw,
        """
        select length(territory_code), count(*), sum(population::bigint) from raw
        where year = '2026' group by 1 order by 1
        """,
    )
    assert found == [(5, 14, 10_915_839), (6, 6258, 10_915_839)]


def test_both_sources_of_population_say_the_same(mirror: Path, tmp_path: Path) -> None:
    """Not in 2021, which DataStat bases on the census of that year."""
    datastat = read(edition_of("csu__population_datastat", "2020-2026"), tmp_path)
    workbook = read(edition_of("csu__population", "2024"), tmp_path)
    with duckdb.connect() as connection:
        connection.read_parquet(str(datastat.path)).create_view("d")
        connection.read_parquet(str(workbook.path)).create_view("w")
        same = """
            select count(*), count(*) filter (population = population_total)
            from d join w on territory_code = municipality_code where year = '2024'
        """
        assert connection.sql(same).fetchall() == [(6258, 6258)]


@pytest.mark.parametrize("year", ["2016", "2018", "2024", "2025"])
def test_crime_of_the_sheets_of_regions_adds_up_to_the_country(
    mirror: Path, tmp_path: Path, year: str
) -> None:
    raw = read(edition_of("policie__crime_by_region", year), tmp_path)
    country, regions = ask(
        raw,
        """
        select sum(recorded::int) filter (_sheet = 'Česká republika'),
            sum(recorded::int) filter (_sheet <> 'Česká republika')
        from raw where crime_code in ('100-999', '0-999')
        """,
    )[0]
    assert country == regions
    if year == "2024":
        assert country == 173_322
