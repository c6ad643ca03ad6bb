"""What is published follows from the declaration, and only from it."""

import copy
from dataclasses import replace
from typing import Any

import duckdb
import pytest
import yaml

from assets.errors import AgisError
from assets.registry import load_registry
from checks.tables import TABLE_CHECKS, run
from orchestration.builds import DBT_DIR
from orchestration.release import code
from orchestration.release.catalogue import described
from orchestration.release.catalogue_tables import TABLES
from orchestration.release.contents import contract, csvw, dcat, declaration
from orchestration.release.contents.declaration import Column, Key, Table

MODEL_SUFFIXES = (".sql", ".py")


def label(text: str) -> dict[str, Any]:
    return {"label": {"cs": text, "en": text}}


def node(name: str, columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "alias": name,
        "schema": "marts",
        "description": f"One row per {name}. More.",
        "columns": {
            column: {"description": column, "data_type": "varchar", "config": {"meta": meta}}
            for column, meta in columns.items()
        },
        "config": {"meta": label(name)},
        "depends_on": {"nodes": ["source.raw.a"]},
    } | more


def check_of(name: str, kind: str, column: str | None = None, **given: Any) -> dict[str, Any]:
    where = given.pop("where", None)
    nodes = given.pop("nodes", [name])
    return {
        "resource_type": "test",
        "attached_node": name,
        "column_name": column,
        "test_metadata": {"name": kind, "kwargs": given},
        "config": {"where": where},
        "depends_on": {"nodes": nodes},
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Three models, of which an exposure names two."""
    return {
        "sources": {"source.raw.a": {"name": "csu__a", "source_name": "raw"}},
        "nodes": {
            "m.fact": node(
                "fact",
                {"code": label("code"), "kind": label("kind"), "inner": {}},
                depends_on={"nodes": ["m.kind"]},
            ),
            "m.kind": node("kind", {"kind": label("kind")}),
            "m.hidden": node("hidden", {"kind": label("kind")}),
            "t.1": check_of("m.fact", "unique_together", columns=["code", "kind"]),
            "t.2": check_of("m.fact", "not_null", "code"),
            "t.3": check_of("m.fact", "not_null", "kind", where="code is not null"),
            "t.4": check_of(
                "m.fact", "relationships", "kind", field="kind", nodes=["m.kind", "m.fact"]
            ),
            "t.5": check_of(
                "m.fact", "relationships", "kind", field="kind", nodes=["m.hidden", "m.fact"]
            ),
            "t.6": check_of("m.kind", "unique", "kind"),
            "t.7": check_of("m.kind", "not_null", "kind"),
        },
        "exposures": {
            "e.release": {
                "depends_on": {"nodes": ["m.fact", "m.kind"]},
                "config": {"meta": {"agis": {"published": True}}},
            },
            "e.draft": {"depends_on": {"nodes": ["m.hidden"]}, "config": {"meta": {}}},
        },
    }


def test_only_what_a_published_exposure_names_and_a_label_marks_goes_out(
    manifest: dict[str, Any],
) -> None:
    found = declaration.published_models(manifest)
    assert {name: list(about["columns"]) for name, about in found.items()} == {
        "fact": ["code", "kind"],
        "kind": ["kind"],
    }
    assert found["fact"]["sources"] == ["csu__a"]


def test_keys_follow_from_the_tests(manifest: dict[str, Any]) -> None:
    found = declaration.settled(declaration.published_models(manifest))
    assert [(k["kind"], k["columns"], k["table"]) for k in found["fact"]["keys"]] == [
        ("unique", ["code", "kind"], None),  # kind may be empty: only some rows are tested
        ("foreign", ["kind"], "kind"),
    ]
    assert [k["kind"] for k in found["kind"]["keys"]] == ["primary"]


def test_a_declared_key_names_published_columns(manifest: dict[str, Any]) -> None:
    manifest["nodes"]["m.fact"]["config"]["meta"]["foreign_keys"] = [
        {"columns": ["inner"], "table": "kind", "to": ["kind"]}
    ]
    with pytest.raises(AgisError, match="Key of fact: expected published columns, found inner"):
        declaration.settled(declaration.published_models(manifest))


def test_without_an_exposure_nothing_goes_out_in_silence(manifest: dict[str, Any]) -> None:
    manifest["exposures"] = {}
    with pytest.raises(AgisError, match=r"exposures\.yml: expected an exposure"):
        declaration.published_models(manifest)


def test_every_mart_is_named_by_an_exposure() -> None:
    listed = yaml.safe_load((DBT_DIR / "models" / "exposures.yml").read_text(encoding="utf-8"))
    named = {ref[5:-2] for exposure in listed["exposures"] for ref in exposure["depends_on"]}
    marts = {p.stem for p in (DBT_DIR / "models/marts").rglob("*") if p.suffix in MODEL_SUFFIXES}
    problems = [
        f"Mart {name} is not published: add ref('{name}') to dbt_project/models/exposures.yml."
        for name in sorted(marts - named)
    ]
    problems += [f"exposures.yml names {name}, which is no mart." for name in sorted(named - marts)]
    assert problems == []


def test_the_tables_of_the_catalogue_have_labels_and_keys_that_fit() -> None:
    found = declaration.settled(described())
    assert set(TABLES) < set(found)
    assert all(about["label"]["cs"] and about["label"]["en"] for about in found.values())
    foreign = {
        n for n, about in found.items() if any(k["kind"] == "foreign" for k in about["keys"])
    }
    assert {"source_edition", "published_column"} <= foreign


TABLE = Table(
    name="fact",
    description="One row per code. Persons.",
    label={"cs": "Údaj", "en": "Fact"},
    rows=2,
    columns=(
        Column("code", "string", "Code.", {"cs": "Kód", "en": "Code"}, None, True),
        Column("persons", "int64", "Persons.", {"cs": "Osoby", "en": "Persons"}, "persons", False),
    ),
    keys=(Key("primary", ("code",)),),
    sources=(),
)


def changed(number: int, **values: Any) -> Table:
    columns = list(TABLE.columns)
    columns[number] = replace(columns[number], **values)
    return replace(TABLE, columns=tuple(columns))


@pytest.mark.parametrize(
    ("after", "level", "version"),
    [
        ([TABLE], "none", "1.2.3"),
        ([TABLE, replace(TABLE, name="other")], "minor", "1.3.0"),
        ([], "breaking", "2.0.0"),
        ([replace(TABLE, columns=TABLE.columns[:1])], "breaking", "2.0.0"),
        ([replace(TABLE, columns=TABLE.columns[::-1])], "minor", "1.3.0"),
        ([replace(TABLE, keys=())], "breaking", "2.0.0"),
        ([changed(1, type="double")], "breaking", "2.0.0"),
        ([changed(1, unit="households")], "breaking", "2.0.0"),
        ([changed(1, is_required=True)], "minor", "1.3.0"),
        ([changed(0, is_required=False)], "breaking", "2.0.0"),
        ([changed(1, description="People.")], "patch", "1.2.4"),
        ([changed(1, name="people", old_name=TABLE.columns[1].name)], "minor", "1.3.0"),
    ],
)
def test_the_version_of_the_schema_says_what_a_change_means(
    after: list[Table], level: str, version: str
) -> None:
    assert contract.level(contract.changes([TABLE], after)) == level
    assert contract.raised("1.2.3", contract.level(contract.changes([TABLE], after))) == version


def test_the_first_contract_is_the_first_version() -> None:
    assert contract.next_version(None, [TABLE]) == "1.0.0"
    assert contract.next_version({"release": "2026.01.1"}, [TABLE]) == "1.0.0"


def test_a_foreign_key_brings_its_table_into_the_group() -> None:
    other = replace(TABLE, name="other", keys=(Key("foreign", ("code",), "fact", ("code",)),))
    found = csvw.metadata(other, {"fact": TABLE, "other": other})
    assert [t["url"] for t in found["tables"]] == ["other.csv", "fact.csv"]
    assert "tables" not in csvw.metadata(TABLE, {"fact": TABLE})


def test_a_type_that_csvw_cannot_say_is_refused() -> None:
    assert csvw.datatype("decimal128(18, 6)") == "decimal"
    with pytest.raises(ValueError, match="list<element: string>"):
        csvw.datatype("list<element: string>")


@pytest.mark.parametrize(
    ("licences", "work"),
    [
        ({"CC-BY-4.0", "CC0-1.0"}, dcat.LICENCES["CC-BY-4.0"]),
        ({"not_protected"}, dcat.LICENCES["not_protected"]),
        ({"CC-BY-4.0", "not_stated"}, dcat.MANY_WORKS),
        ({"non_commercial"}, dcat.MANY_WORKS),
        (set(), dcat.MANY_WORKS),
    ],
)
def test_one_licence_is_named_only_where_it_holds_for_all(licences: set[str], work: str) -> None:
    assert dcat.work_licence(licences) == work


def test_a_table_is_as_frequent_as_its_liveliest_source() -> None:
    registry = load_registry()
    assert dcat.frequency([registry["csu__population"]]) == "ANNUAL"
    assert dcat.frequency([registry["csu__population"], registry["mf__rent_map"]]) == "QUARTERLY"
    assert dcat.frequency([]) == "UNKNOWN"


def test_parameters_are_those_of_the_project() -> None:
    assert code.parameters()["interval_level"] == 0.95


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("", None),
        ("insert into kind values ('a')", "twice"),
        ("insert into kind values (null)", "partly empty"),
        ("insert into fact values ('2', 'missing')", "not in kind"),
        ("insert into fact values ('3', null)", None),
    ],
)
def test_keys_hold_is_told(change: str, problem: str | None) -> None:
    check = next(check for check in TABLE_CHECKS if check.id == "tables.keys_hold")
    with duckdb.connect() as tables:
        tables.execute("create table kind as select 'a' as kind")
        tables.execute("create table fact as select '1' as code, 'a' as kind")
        tables.execute(
            "create table published_key as from (values ('kind', 'primary', 'kind', null, null), "
            "('fact', 'foreign', 'kind', 'kind', 'kind')) "
            "as k(table_name, kind, key_columns, to_table, to_columns)"
        )
        if change:
            tables.execute(change)
        verdict = run(check, tables, "demo")
        assert verdict.outcome == ("failed" if problem else "passed"), verdict.found
        assert [row["problem"] for row in verdict.rows] == ([problem] if problem else [])


def test_no_declared_key_is_no_pass() -> None:
    check = next(check for check in TABLE_CHECKS if check.id == "tables.keys_hold")
    with duckdb.connect() as tables:
        tables.execute(
            "create table published_key as select '' as table_name, '' as kind, "
            "'' as key_columns, '' as to_table, '' as to_columns where false"
        )
        assert run(check, tables, "demo").outcome == "crashed"


def test_settling_leaves_what_was_given_as_it_was(manifest: dict[str, Any]) -> None:
    models = declaration.published_models(manifest)
    before = copy.deepcopy(models)
    declaration.settled(models)
    assert models == before
