"""The checks on data by agreement find every planted leak and block what they cannot read."""

import copy
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.intake import Input
from assets.landing import Receipt
from assets.registry import load_registry
from assets.registry.model import Dataset
from checks.agreements import AGREEMENT_CHECKS, EarlierRelease, Evidence, judge
from checks.lineage import confidential, origins

DATASET = "demo__benefit_month"
SOURCE = f"source.agis.raw.{DATASET}"
DECLARED = {
    "dataset": DATASET,
    "figures": ["persons", "benefits"],
    "conf_status": "conf_status",
    "level": "territory_level",
    "code": "territory_code",
    "cell": ["period"],
    "areas": {"orp": "orp_code"},
    "others": [],
    "edition": "edition",
}
MANIFEST: dict[str, Any] = {
    "sources": {
        SOURCE: {"source_name": "raw", "name": DATASET},
        "source.agis.terms.agreement": {"source_name": "terms", "name": "agreement"},
    },
    "nodes": {
        "model.agis.stg": {
            "resource_type": "model",
            "fqn": ["agis", "staging", "stg"],
            "depends_on": {"nodes": [SOURCE]},
        },
        "model.agis.benefit": {
            "resource_type": "model",
            "alias": "benefit",
            "fqn": ["agis", "marts", "benefit"],
            "depends_on": {"nodes": ["model.agis.stg", "source.agis.terms.agreement"]},
            "config": {"meta": {"agis": {"agreement": [DECLARED]}}},
        },
        "model.agis.other": {
            "resource_type": "model",
            "alias": "other",
            "fqn": ["agis", "marts", "other"],
            "depends_on": {"nodes": []},
            "config": {"meta": {}},
        },
        "test.agis.on_stg": {"resource_type": "test", "depends_on": {"nodes": ["model.agis.stg"]}},
    },
}
CELLS = [
    ("municipality", "a", "X", 40, 30, "F"),
    ("municipality", "b", "X", None, None, "C"),
    ("municipality", "c", "X", None, None, "C"),
    ("municipality", "d", "Y", 0, 0, "F"),
    ("municipality", "e", "Y", 12, 10, "F"),
    ("orp", "X", "X", 60, 45, "F"),
    ("orp", "Y", "Y", 12, 10, "F"),
    ("country", "XD", None, 72, 55, "F"),
]
ITEM = Input(DATASET, "2022", "abc", "r")
RECEIPT = Receipt(
    dataset=DATASET,
    edition="2022",
    sha256="abc",
    file="a.csv",
    size=1,
    url="inbox:x/a.csv",
    requested="inbox:x/a.csv",
    retrieved_at="2024-01-01T00:00:00Z",
    headers={"agreement": "DEMO-MPS-2021/0417"},
)


def evidence(cells: list[tuple[Any, ...]] = CELLS) -> Evidence:
    tables = duckdb.connect()
    tables.execute(
        "create table benefit (territory_level text, territory_code text, orp_code text, "
        "persons bigint, benefits bigint, conf_status text, period text, edition text)"
    )
    tables.executemany("insert into benefit values (?, ?, ?, ?, ?, ?, '2022-01', '2022')", cells)
    return Evidence(
        manifest=copy.deepcopy(MANIFEST),
        tables=tables,
        inputs=[ITEM],
        receipts=[RECEIPT],
        registry=load_registry(),
        day=dt.date(2026, 1, 1),
    )


def failing(given: Evidence) -> dict[str, str]:
    return {
        v.check.removeprefix("tables.agreement_"): v.found for v in judge(given) if not v.passed
    }


def with_cell(code: str, *values: Any) -> list[tuple[Any, ...]]:
    return [(*c[:3], *values) if c[1] == code else c for c in CELLS]


def test_what_keeps_to_the_agreement_passes() -> None:
    verdicts = judge(evidence())
    assert [v.outcome for v in verdicts] == ["passed"] * len(AGREEMENT_CHECKS)
    assert all(v.severity == "error" for v in verdicts)


def test_lineage_reaches_through_every_layer() -> None:
    found = origins(MANIFEST, load_registry())
    assert found["model.agis.benefit"] == found["test.agis.on_stg"] == {DATASET}
    assert found["model.agis.other"] == set()
    secret = confidential(MANIFEST, load_registry())
    assert secret == {SOURCE, "model.agis.stg", "test.agis.on_stg"}


@pytest.mark.parametrize(
    ("cells", "check", "problem"),
    [
        (with_cell("e", 9, 9, "F"), "small_counts", "count below the minimum of 10"),
        (with_cell("e", 12, 9, "F"), "small_counts", "count below the minimum of 10"),
        (with_cell("b", 20, 15, "C"), "small_counts", "hidden cell with a figure"),
        (with_cell("b", None, None, "F"), "small_counts", "not flagged as hidden"),
        (with_cell("b", None, None, None), "small_counts", "not flagged as hidden"),
        ([*CELLS, ("pou", "p", "X", 40, 30, "F")], "small_counts", "level is not agreed"),
        # One hidden in a published ORP: what is left is just its figure.
        (with_cell("c", 11, 10, "F"), "subtraction", "1 hidden of level municipality"),
        # Two hidden, but together below the minimum: each of 5 and 4, or of 1 and 8, is small.
        (with_cell("X", 49, 45, "F"), "subtraction", "2 hidden of level municipality"),
    ],
)
def test_a_planted_cell_blocks(cells: list[tuple[Any, ...]], check: str, problem: str) -> None:
    found = failing(evidence(cells))
    assert problem in found[check]


def test_an_attack_adds_up_what_every_single_area_keeps() -> None:
    """b and c reach the minimum, but a yearly mean elsewhere leaves b, and so c, little room."""
    given = evidence()
    given.tables.execute(
        "create table elsewhere as select 'b' as code, '2022' as year, 1.25 as mean"
    )
    other = {
        "table": "elsewhere",
        "figure": "benefits",
        "level": "municipality",
        "code": "code",
        "cell": {},
        "over": "period",
        "over_length": 4,
        "period": "year",
        "value": "mean",
        "multiplier": 12,
        "margin": 0.01,
    }
    assert failing(given) == {}
    found = failing(declare(given, [DECLARED | {"other_tables": [other]}]))
    assert list(found) == ["bounds"]
    assert "benefits can be told too closely" in found["bounds"]
    for figure in ("15", "0"):
        assert figure not in found["bounds"].replace("2022-01", "")


def test_what_an_earlier_release_showed_is_not_hidden(tmp_path: Path) -> None:
    given = evidence()
    (tmp_path / "parquet").mkdir()
    given.tables.execute(
        f"""
        copy (
            select * replace (if(territory_code = 'b', 12, persons) as persons) from benefit
        ) to '{tmp_path}/parquet/benefit.parquet'
        """
    )
    same = EarlierRelease(tmp_path, frozenset({(DATASET, "2022")}))
    assert "persons can be told" in failing(replace(given, earlier=[same]))["bounds"]
    # Other bytes of the edition were published then: what they said is no longer what is hidden.
    other = EarlierRelease(tmp_path, frozenset({(DATASET, "2021")}))
    assert failing(replace(given, earlier=[other])) == {}


def test_a_hidden_area_guards_its_parts() -> None:
    cells = [c for c in with_cell("c", 11, 10, "F") if c[0] != "country"]
    cells = [(*c[:3], None, None, "C") if c[1] == "X" else c for c in cells]
    assert failing(evidence(cells)) == {}


def test_verdicts_name_cells_and_never_figures() -> None:
    (verdict,) = [v for v in judge(evidence(with_cell("e", 7, 7, "F"))) if not v.passed][:1]
    assert verdict.rows == [
        {
            "table_name": "benefit",
            "territory_level": "municipality",
            "territory_code": "e",
            "period": "2022-01",
            "problem": "count below the minimum of 10",
        }
    ]


def declare(given: Evidence, declared: Any) -> Evidence:
    given.manifest["nodes"]["model.agis.benefit"]["config"]["meta"] = {
        "agis": {"agreement": declared}
    }
    return given


def test_a_mart_that_does_not_declare_itself_blocks() -> None:
    assert (
        f"benefit, problem is built from {DATASET} and has no meta.agis.agreement"
        in (failing(declare(evidence(), []))["declared"])
    )
    leak = evidence()
    leak.manifest["nodes"]["model.agis.other"]["depends_on"]["nodes"] = ["model.agis.stg"]
    leak.tables.execute("create table other (municipality_code text, persons bigint)")
    assert f"table other, problem is built from {DATASET}" in failing(leak)["declared"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"figures": ["benefits"], "others": ["persons"]}, "are published without persons"),
        ({"figures": ["persons", "benefits", "age"]}, "column age does not exist"),
        ({"cell": []}, "column period is not named in meta.agis.agreement"),
        ({"figures": ["persons", "benefits", "period"], "cell": []}, "column period is no figure"),
    ],
)
def test_a_declaration_that_leaves_something_out_blocks(
    change: dict[str, Any], problem: str
) -> None:
    assert problem in failing(declare(evidence(), [DECLARED | change]))["declared"]


def test_what_cannot_be_read_blocks() -> None:
    unreadable = judge(declare(evidence(), [{"dataset": DATASET}]))
    assert [v.outcome for v in unreadable] == [*["crashed"] * 4, "passed"]
    unknown = evidence()
    unknown.manifest["sources"][SOURCE]["name"] = "demo__unheard_of"
    assert judge(unknown)[0].outcome == "crashed"
    missing = evidence()
    missing.tables.execute("drop table benefit")
    assert judge(missing)[1].outcome == "crashed"


def registry_with(**terms: Any) -> dict[str, Dataset]:
    entry = load_registry()[DATASET]
    assert entry.agreement
    agreement = entry.agreement.model_copy(update=terms)
    return load_registry() | {DATASET: entry.model_copy(update={"agreement": agreement})}


def test_internal_data_is_never_published() -> None:
    found = failing(replace(evidence(), registry=registry_with(access="internal")))
    assert "which is for internal use only" in found["declared"]
    assert "is for internal use only" in found["in_force"]


def test_the_terms_come_from_the_registry_and_no_model_softens_them() -> None:
    entry = load_registry()[DATASET]
    assert entry.agreement
    assert entry.agreement.disclosure
    stricter = entry.agreement.disclosure.model_copy(update={"minimum": 13})
    found = failing(replace(evidence(), registry=registry_with(disclosure=stricter)))
    assert "count below the minimum of 13" in found["small_counts"]


def test_an_expired_agreement_blocks() -> None:
    late = replace(evidence(), day=dt.date(2046, 1, 1))
    assert "expired on 2045-12-31" in failing(late)["in_force"]
    kept = replace(late, registry=registry_with(after_expiry="keep"))
    assert failing(kept) == {}
    received_late = replace(RECEIPT, retrieved_at="2046-01-01T00:00:00Z")
    assert "it was received after" in (failing(replace(kept, receipts=[received_late]))["in_force"])


def test_data_without_its_receipt_blocks() -> None:
    found = failing(replace(evidence(), receipts=[]))
    assert "it was not handed over under agreement DEMO-MPS-2021/0417" in found["in_force"]
