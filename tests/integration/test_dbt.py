"""The dbt project: its unit tests pass, and its YAML says what it means.

dbt accepts misspelt keys silently, so that a test with a typing mistake would never run.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import PROJECT
from tests.integration.conftest import Agis, Ended

DBT = PROJECT / "dbt_project"

KNOWN = {
    "file": {"version", "models", "seeds", "sources", "unit_tests", "data_tests", "exposures"},
    "model": {"name", "description", "config", "columns", "data_tests", "meta"},
    "column": {"name", "description", "data_type", "config", "data_tests", "meta", "constraints"},
    "source": {"name", "description", "config", "meta", "tables", "schema"},
    "table": {"name", "description", "config", "meta", "columns", "data_tests"},
    "unit_test": {"name", "description", "model", "given", "expect", "overrides", "config"},
    "data_test": {"name", "description", "config"},
    "test": {"name", "arguments", "config", "description"},
    "agis": {"severity", "title", "remedy", "expected"},
}
GENERIC_TESTS = {"not_null", "unique", "accepted_values", "relationships"}


def own_tests() -> set[str]:
    """Generic tests that the project defines itself."""
    import re

    sources = [*DBT.glob("tests/generic/*.sql"), *DBT.glob("macros/*.sql")]
    return {
        name
        for path in sources
        for name in re.findall(r"{%-?\s*test\s+(\w+)\(", path.read_text(encoding="utf-8"))
    }


class Lint:
    """Collects what is not known, with its place."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.tests = GENERIC_TESTS | own_tests()

    def keys(self, kind: str, node: dict[str, Any], place: str) -> None:
        unknown = set(node) - KNOWN[kind]
        if unknown:
            self.problems.append(f"{place}: unknown keys {sorted(unknown)}")

    def file(self, path: Path) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        place = path.relative_to(DBT).as_posix()
        self.keys("file", content, place)
        for node in [*content.get("models", []), *content.get("seeds", [])]:
            self.relation(node, f"{place}, {node['name']}", "model")
        for source in content.get("sources", []):
            self.keys("source", source, place)
            for table in source["tables"]:
                self.relation(table, f"{place}, source {table['name']}", "table")
        for test in content.get("unit_tests", []):
            self.keys("unit_test", test, f"{place}, {test['name']}")
        for test in content.get("data_tests", []):
            self.keys("data_test", test, f"{place}, {test['name']}")
            self.meta(test, f"{place}, {test['name']}")

    def relation(self, node: dict[str, Any], place: str, kind: str) -> None:
        self.keys(kind, node, place)
        for test in node.get("data_tests", []):
            self.test(test, place)
        for column in node.get("columns", []):
            here = f"{place}.{column['name']}"
            self.keys("column", column, here)
            for test in column.get("data_tests", []):
                self.test(test, here)

    def test(self, test: str | dict[str, Any], place: str) -> None:
        name, body = (test, {}) if isinstance(test, str) else next(iter(test.items()))
        if name not in self.tests:
            self.problems.append(f"{place}: no such test {name}")
        self.keys("test", body, f"{place}, test {name}")
        self.meta(body, f"{place}, test {name}")

    def meta(self, body: dict[str, Any], place: str) -> None:
        agis = body.get("config", {}).get("meta", {}).get("agis", {})
        self.keys("agis", agis, place)
        if agis.get("severity", "error") not in ("error", "warn"):
            self.problems.append(f"{place}: severity {agis['severity']}")


def test_yaml_has_only_keys_and_tests_that_exist() -> None:
    lint = Lint()
    for path in [
        *DBT.glob("models/**/*.yml"),
        *DBT.glob("seeds/**/*.yml"),
        *DBT.glob("tests/*.yml"),
    ]:
        lint.file(path)
    assert lint.problems == []


def test_a_misspelt_key_is_found() -> None:
    lint = Lint()
    lint.relation({"name": "x", "descripton": "y", "data_tests": ["not_nul"]}, "here", "model")
    assert lint.problems == ["here: unknown keys ['descripton']", "here: no such test not_nul"]


@pytest.fixture(scope="module")
def build(mirror_refreshed: tuple[Agis, Ended], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the build of the real files, to run dbt on."""
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    made = next((agis.home / "build").glob("*/built.json")).parent
    copy = tmp_path_factory.mktemp("dbt") / "build"
    shutil.copytree(made, copy, symlinks=False)
    return copy


def test_every_model_states_its_grain_and_every_mart_column_its_meaning(build: Path) -> None:
    manifest = json.loads((build / "dbt" / "manifest.json").read_text())
    problems = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        if not node["description"].startswith("One row per"):
            problems.append(f"{node['name']}: no grain")
        if node["fqn"][1] == "marts":
            problems += [
                f"{node['name']}.{name}"
                for name, column in node["columns"].items()
                if not column["description"] or not column["meta"].get("label", {}).get("cs")
            ]
            assert node["config"]["contract"]["enforced"], node["name"]
    assert problems == []


def test_unit_tests_pass_on_every_boundary(build: Path) -> None:
    manifest = json.loads((build / "dbt" / "manifest.json").read_text())
    assert len(manifest["unit_tests"]) >= 10
    environment = os.environ | {"AGIS_BUILD": str(build), "AGIS_WORLD": "real"}
    target = build / "unit"
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "test", "--select", "test_type:unit"),
            *("--project-dir", DBT, "--profiles-dir", DBT),
            *("--target-path", target, "--log-path", target, "--no-use-colors"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    results = json.loads((target / "run_results.json").read_text())["results"]
    passed = {r["unique_id"] for r in results if r["status"] == "pass"}
    assert passed == set(manifest["unit_tests"])
