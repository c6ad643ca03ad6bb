"""Data by agreement through the whole pipeline: from the inbox to the release, and no further."""

import csv
import datetime as dt
import json
import shutil
import stat
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from assets.demo import generate
from assets.home import open_home
from assets.landing import Landing
from assets.registry import REGISTRY_DIR, load_registry
from orchestration import builds
from orchestration.release import audit, publish
from orchestration.release.ledger import ReleaseError
from tests.conftest import PROJECT
from tests.deliveries import DATASET, deliver
from tests.integration.conftest import Agis, Ended

MINIMUM = 10
YEARS = ("2022", "2023")
BENEFITS = {"PNB": "housing_allowance", "PNZ": "subsistence_allowance"}
FIGURES = ("persons", "benefits", "amount_czk")
Delivered = dict[tuple[str, str, str], tuple[int, int, int]]
"""Municipality, benefit and month → persons, benefits, amount, as the ministry wrote them."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Agis]:
    folder = tmp_path_factory.mktemp("agreement")
    generate(folder / "sources", scale=0.03)
    agis = Agis(folder / "home")
    ended = agis.refresh(folder / "sources")
    assert ended.code == 0, ended.err
    return folder / "sources", agis


@pytest.fixture
def place(tmp_path: Path, published: tuple[Path, Agis]) -> tuple[Path, Agis]:
    """A copy of the home, to be changed; its sources are only read."""
    sources, agis = published
    shutil.copytree(agis.home, tmp_path / "home", symlinks=True)
    return sources, Agis(tmp_path / "home")


@pytest.fixture(scope="module")
def delivered(published: tuple[Path, Agis]) -> Delivered:
    found: Delivered = {}
    for path in (published[0] / "inbox" / DATASET).glob("*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for code, month, benefit, *figures in list(csv.reader(file, delimiter=";"))[1:]:
                persons, benefits, amount = map(int, figures)
                found[code, BENEFITS[benefit], month] = persons, benefits, amount
    return found


@pytest.fixture(scope="module")
def cells(published: tuple[Path, Agis]) -> list[dict[str, Any]]:
    database = published[1].home / "releases" / "current" / "agis.duckdb"
    with duckdb.connect(str(database), read_only=True) as release:
        rows = release.execute("select * from benefit_month order by all")
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def inside(cells: list[dict[str, Any]], year: str) -> dict[tuple[str, str], set[str]]:
    """The municipalities of every area in a year."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in cells:
        if cell["territory_level"] == "municipality" and cell["period"].startswith(year):
            for level in ("orp", "district", "region"):
                found[level, cell[f"{level}_code"]].add(cell["territory_code"])
            found["country", "XD"].add(cell["territory_code"])
    return found


def test_what_is_published_is_what_was_delivered(
    cells: list[dict[str, Any]], delivered: Delivered
) -> None:
    areas = {year: inside(cells, year) for year in YEARS}
    levels = defaultdict(int)
    for cell in cells:
        at = cell["benefit_id"], cell["period"]
        figures = tuple(cell[name] for name in FIGURES)
        if cell["conf_status"] == "C":
            assert figures == (None, None, None)
            continue
        level, code = cell["territory_level"], cell["territory_code"]
        members = {code} if level == "municipality" else areas[at[1][:4]][level, code]
        sums = tuple(sum(delivered[m, *at][n] for m in members) for n in range(3))
        assert figures == sums, (level, code, at)
        levels[level] += 1
    assert set(levels) == {"municipality", "orp", "district", "region", "country"}
    municipalities = [c for c in cells if c["territory_level"] == "municipality"]
    assert len(municipalities) == len(delivered)


def test_no_small_count_is_published_and_none_is_hidden_without_need(
    cells: list[dict[str, Any]], delivered: Delivered
) -> None:
    hidden = set()
    for cell in cells:
        for name in ("persons", "benefits"):
            assert cell[name] is None or cell[name] == 0 or cell[name] >= MINIMUM
        if cell["territory_level"] == "municipality" and cell["conf_status"] == "C":
            hidden.add((cell["territory_code"], cell["benefit_id"], cell["period"]))
    small = {
        (code, benefit, month[:4])
        for (code, benefit, month), (persons, benefits, _) in delivered.items()
        if 0 < persons < MINIMUM or 0 < benefits < MINIMUM
    }
    # A small month hides its year; the rest of what is hidden guards it, and is less than it.
    assert {(c, b, m) for c, b, m in delivered if (c, b, m[:4]) in small} <= hidden
    years = {(code, benefit, month[:4]) for code, benefit, month in hidden}
    assert 0 < len(years - small) < len(small)


def test_no_hidden_cell_can_be_calculated_from_what_is_published(
    cells: list[dict[str, Any]],
) -> None:
    """Every published area is one equation; none of them together tells a single cell."""
    for year in YEARS:
        areas = inside(cells, year)
        for benefit in BENEFITS.values():
            month = [c for c in cells if (c["benefit_id"], c["period"]) == (benefit, f"{year}-06")]
            hidden = sorted(
                c["territory_code"]
                for c in month
                if c["territory_level"] == "municipality" and c["conf_status"] == "C"
            )
            equations = np.array([
                [code in areas[c["territory_level"], c["territory_code"]] for code in hidden]
                for c in month
                if c["territory_level"] != "municipality" and c["conf_status"] == "F"
            ]).astype(float)  # fmt: skip
            assert len(hidden) > 20
            # Of a cell that the equations determine the projection onto them leaves all.
            told = np.diag(np.linalg.pinv(equations) @ equations)
            assert told.max() < 1 - 1e-6


def test_twelve_months_are_the_yearly_figures_of_the_index(
    published: tuple[Path, Agis], delivered: Delivered, cells: list[dict[str, Any]]
) -> None:
    sources, agis = published
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for (code, benefit, month), (_, benefits, _) in delivered.items():
        sums[month[:4], code, benefit] += benefits
    columns = ", ".join(f"cast(round(12 * {b}_count) as int)" for b in BENEFITS.values())
    rows = agis.sql(
        f"select year, municipality_code, {columns} from social_exclusion_index where year >= 2022"
    )
    compared = 0
    for year, code, *twelfths in (row.split(",") for row in rows.splitlines()):
        for benefit, published_twelfths in zip(BENEFITS.values(), twelfths, strict=True):
            assert sums[year, code, benefit] == int(published_twelfths), (year, code)
            compared += 1
    assert compared == len(delivered) // 12
    expected = json.loads((sources / "expectations.json").read_text(encoding="utf-8"))["years"]
    for year in YEARS:
        for benefit in BENEFITS.values():
            months = [
                c["benefits"]
                for c in cells
                if (c["territory_level"], c["benefit_id"]) == ("country", benefit)
                and c["period"].startswith(year)
            ]
            assert sum(months) == expected[year]["indicators"][benefit]["count_twelfths"]


def test_totals_are_those_of_the_delivery_note(
    published: tuple[Path, Agis], delivered: Delivered
) -> None:
    landing = Landing(open_home(published[1].home))
    for sighting in landing.seen(DATASET):
        receipt = landing.receipt(DATASET, sighting.edition, sighting.sha256)
        assert receipt
        rows = [f for (_, _, month), f in delivered.items() if month[:4] == sighting.edition]
        assert receipt.headers["rows"] == str(len(rows))
        for position, name in enumerate(FIGURES):
            assert receipt.headers[f"total-{name}"] == str(sum(f[position] for f in rows))


def test_the_release_says_under_which_terms_and_the_files_are_closed(
    published: tuple[Path, Agis],
) -> None:
    agis = published[1]
    release = agis.home / "releases" / "current"
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    (terms,) = manifest["agreements"]
    assert terms["reference"] == "DEMO-MPS-2021/0417"
    urls = {s["url"] for s in manifest["sources"] if s["dataset"] == DATASET}
    assert urls == {f"inbox:{DATASET}/benefits-{year}.csv" for year in YEARS}
    assert agis.sql("select agreement_reference, minimum_count from agreement") == (
        "DEMO-MPS-2021/0417,10"
    )
    decided = json.loads((release / "audit.json").read_text(encoding="utf-8"))
    ids = {v["check"] for v in decided["verdicts"] if "agreement_" in v["check"]}
    assert len([name for name in ids if name.startswith("tables.")]) == 5
    closed = [agis.home / "inbox" / DATASET, agis.home / "landing" / DATASET]
    closed += [agis.home / "raw" / DATASET, next((agis.home / "build").glob("*/built.json")).parent]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in closed] == [0o700] * 4
    assert not list((agis.home / "inbox").rglob("*.csv"))
    assert agis.run("status").out.count("by agreement until 2045-12-31") == 1


def test_previews_in_the_ui_show_no_delivered_cell(published: tuple[Path, Agis]) -> None:
    """Dagster keeps five rows of every table; of these tables it must keep none."""
    raw = duckdb.connect()
    files = str(published[1].home / "raw" / DATASET / "*" / "*.parquet")
    codes = raw.execute("select distinct municipality_code from read_parquet(?)", [files])
    assert len(codes.fetchall()) > 100
    events = [p.read_bytes() for p in (published[1].home / "dagster").rglob("*.db")]
    assert any(b"handed over by agreement" in content for content in events)
    assert not any(b"POCET_OSOB | " in content for content in events)
    for table in ("stg_demo__benefit_month", "int_benefit_municipality"):
        assert any(table.encode() in content for content in events)
    assert not any(b"| PNB |" in content for content in events)


def test_a_new_delivery_is_published_though_another_is_refused(
    place: tuple[Path, Agis],
) -> None:
    sources, agis = place
    inbox = agis.home / "inbox" / DATASET
    codes = agis.sql(
        "select municipality_code from social_exclusion_index where year = 2023 "
        "and orp_code = (select min(orp_code) from social_exclusion_index where year = 2023 "
        "and municipality_code <> orp_code and orp_code <> '1000') order by 1 limit 2"
    ).split()
    text = "\n".join(
        ["OBEC_KOD;MESIC;DAVKA;POCET_OSOB;POCET_DAVEK;CASTKA_KC"]
        + [f"{c};2024-{m:02};PNB;{30 + m};{20 + m};{m}000" for c in codes for m in range(1, 13)]
    )
    deliver(inbox / "good", text + "\n", year=2024)
    bad = deliver(inbox / "bad", year=2025, rows=1)
    ended = agis.refresh(sources)
    assert ended.code == 1
    assert "Published release" in ended.err
    assert f"Refused: inbox/{DATASET}/bad: figures.csv: expected 1 rows" in ended.err
    assert agis.sql(
        "select territory_code, persons, conf_status from benefit_month where period = '2024-12' "
        "and territory_level = 'municipality' order by 1"
    ).splitlines() == [f"{code},42,F" for code in codes]
    assert not (inbox / "good").exists()
    assert (bad / "figures.csv").exists()
    again = agis.refresh(sources)
    assert again.code == 1
    assert "Nothing new." in again.err
    assert "refused: " in agis.run("status").out
    shutil.rmtree(bad)
    assert agis.refresh(sources).out.startswith("Nothing new.")


def run_with(agis: Agis, setup: str, *arguments: str, **more: str) -> Ended:
    """The command in a process in which something was set up before."""
    code = f"{setup}\nimport sys\nfrom orchestration.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=agis.environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


AFTER_EXPIRY = """
import datetime, assets.agreements
assets.agreements.today = lambda: datetime.date(2046, 1, 1)
"""


def test_after_expiry_the_next_release_is_without_the_figures(place: tuple[Path, Agis]) -> None:
    sources, agis = place
    before = agis.current()
    ended = run_with(agis, AFTER_EXPIRY, "refresh", "--sources", str(sources))
    assert ended.code == 0, ended.err
    assert f"Left out: {DATASET}, agreement DEMO-MPS-2021/0417 expired on 2045-12-31." in ended.out
    assert agis.current() != before
    assert agis.sql("select count(*) from benefit_month") == "0"
    assert agis.sql("select count(*) from agreement") == "0"
    assert agis.sql("select count(*) > 0 from social_exclusion_index") == "True"
    back = run_with(agis, AFTER_EXPIRY, "rollback", str(before), "--reason", "we liked it")
    assert back.code == 1
    assert "it cannot be the current one again" in back.err
    # What was handed over stays in landing, for the day on which a new agreement is concluded.
    assert len(Landing(open_home(agis.home)).seen(DATASET)) == 2


def test_an_audit_of_yesterday_publishes_nothing_that_expired_since(
    place: tuple[Path, Agis], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = open_home(place[1].home)
    shutil.rmtree(home.releases)
    wanted = builds.wanted(home)
    assert wanted
    assert audit.valid(wanted[0])
    monkeypatch.setattr(audit, "today", lambda: dt.date(2046, 1, 1))
    with pytest.raises(ReleaseError, match=r"expired on 2045-12-31\. Refresh again"):
        publish.publish(wanted[0], load_registry())
    assert place[1].current() is None


def test_a_small_cell_in_the_published_table_blocks_the_release(place: tuple[Path, Agis]) -> None:
    sources, agis = place
    before = agis.current()
    wanted = builds.wanted(open_home(agis.home))
    assert wanted
    with duckdb.connect(str(wanted[0].work_database)) as work:
        changed = work.execute(
            "update marts.benefit_month set persons = 3, benefits = 2, amount_czk = 1, "
            "conf_status = 'F' where territory_level = 'municipality' and conf_status = 'C' "
            "and period = '2022-06'"
        ).fetchone()
        assert changed
        assert changed[0] > 0
    (wanted[0].root / "candidate.json").unlink()
    ended = agis.refresh(sources)
    assert ended.code == 1
    assert "tables.agreement_small_counts" in ended.err
    assert "count below the minimum of 10" in ended.err
    assert agis.current() == before


LEAKS = {
    "leaked_persons": """
        select municipality_code, period, persons from {{ ref('stg_demo__benefit_month') }}
    """,
    "leaked_internal": "select municipality_code from {{ source('raw', 'demo__internal') }}",
    "leaked_cells": """
        select 'municipality' as territory_level, municipality_code as territory_code, orp_code,
            benefit_id, period, persons, benefits, 'F' as conf_status, source_edition
        from {{ ref('int_benefit_municipality') }}
    """,
}
COLUMNS = {
    "leaked_persons": ["municipality_code", "period", "persons"],
    "leaked_internal": ["municipality_code"],
    "leaked_cells": [
        *("territory_level", "territory_code", "orp_code", "benefit_id", "period", "persons"),
        *("benefits", "conf_status", "source_edition"),
    ],
}
SAID = {
    "dataset": DATASET,
    "figures": ["persons", "benefits"],
    "conf_status": "conf_status",
    "level": "territory_level",
    "code": "territory_code",
    "cell": ["benefit_id", "period"],
    "areas": {"orp": "orp_code"},
    "others": [],
    "edition": "source_edition",
}
LABEL = {"label": {"cs": "Únik", "en": "Leak"}}
DECLARED = {"leaked_cells": {"agis": {"agreement": [SAID]}}}


@pytest.fixture
def leaking(tmp_path: Path) -> Iterator[Path]:
    """The dbt project with three marts that leak, and an internal dataset for one of them."""
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT / "dbt_project", project)
    for name, query in LEAKS.items():
        config = "{{ config(contract={'enforced': false}) }}\n"
        (project / "models/marts/benefit" / f"{name}.sql").write_text(config + query)
    models = [
        {
            "name": name,
            "description": "One row per leak.",
            "config": {
                "meta": LABEL | ({"agis": {"agreement": [SAID]}} if "cells" in name else {})
            },
            "columns": [
                {
                    "name": column,
                    "data_type": "bigint" if column in SAID["figures"] else "varchar",
                    "description": "Leak.",
                    "config": {"meta": LABEL},
                }
                for column in columns
            ],
        }
        for name, columns in COLUMNS.items()
    ]
    declared = yaml.safe_dump({"version": 2, "models": models}, allow_unicode=True)
    (project / "models/marts/benefit/_leaks.yml").write_text(declared, encoding="utf-8")
    with (project / "models/exposures.yml").open("a", encoding="utf-8") as exposures:
        exposures.writelines(f"      - ref('{name}')\n" for name in LEAKS)
    sources = project / "models/staging/_sources.yml"
    marker = f"      - {{name: {DATASET},"
    text = sources.read_text(encoding="utf-8")
    assert marker in text
    line = "      - {name: demo__internal, description: Internal}\n"
    sources.write_text(text.replace(marker, line + marker), encoding="utf-8")
    entry = yaml.safe_load((REGISTRY_DIR / "demo/benefit_month.yml").read_text(encoding="utf-8"))
    terms = entry["agreement"] | {"access": "internal"}
    del terms["disclosure"]
    terms["permitted_use"] = [
        use for use in terms["permitted_use"] if use["purpose"] != "publication"
    ]
    entry |= {"id": "demo__internal", "agreement": terms}
    path = tmp_path / "registry" / "demo" / "internal.yml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")
    yield project


def test_leaking_marts_block_the_release(place: tuple[Path, Agis], leaking: Path) -> None:
    sources, agis = place
    before = agis.current()
    ended = run_with(
        agis,
        f"import pathlib, orchestration.builds as b\nb.DBT_DIR = pathlib.Path({str(leaking)!r})",
        *("refresh", "--sources", str(sources)),
        AGIS_REGISTRY_EXTRA=str(leaking.parent / "registry"),
    )
    assert ended.code == 1
    assert "tables.agreement_declared" in ended.err
    assert agis.current() == before
    wanted = builds.wanted(open_home(agis.home))
    assert wanted
    decided = audit.stored(wanted[0])
    assert decided
    found = {v["check"]: v for v in decided.verdicts if v["check"] in decided.blocking}
    assert set(found) == {
        "tables.agreement_declared",
        "tables.agreement_small_counts",
    }
    rows = found["tables.agreement_declared"]["rows"]
    problems = {(row["table"], row["problem"]) for row in rows}
    assert {
        ("leaked_persons", f"is built from {DATASET} and has no meta.agis.agreement for it"),
        ("leaked_persons", "column persons is not named in meta.agis.agreement"),
        ("leaked_internal", "is built from demo__internal, which is for internal use only"),
    } <= problems
    assert {table for table, _ in problems} == {"leaked_persons", "leaked_internal"}
    small = found["tables.agreement_small_counts"]["rows"]
    assert {row["table_name"] for row in small} == {"leaked_cells"}
