"""``docs/operations.md`` speaks of what there is: commands, options, units, variables, metrics."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from assets.files import append_line
from orchestration.cli import app
from orchestration.watch import metrics
from tests.conftest import PROJECT
from tests.homes import add_release, new_home

PAGE = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
SYSTEMD = PROJECT / "orchestration" / "serving" / "systemd"
CODE = "".join(
    path.read_text(encoding="utf-8")
    for package in ("assets", "checks", "orchestration")
    for path in (PROJECT / package).rglob("*.py")
)


def commands() -> list[str]:
    """Every call of `agis` that stands in a block, without what is set before it."""
    lines = [line for block in BLOCKS for line in block.splitlines()]
    found = [re.sub(r"^(\w+=\S+ )+", "", line) for line in lines]
    return sorted({line for line in found if line.startswith("agis ")})


@pytest.mark.parametrize("line", commands())
def test_every_command_is_one_with_these_options(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command: Any = typer.main.get_command(app)
    command.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_is_shell(block: str) -> None:
    read = re.sub(r"<\w+>", "NAME", block)
    assert subprocess.run(["bash", "-n"], input=read, text=True, check=False).returncode == 0


def test_every_variable_is_one_that_the_code_reads() -> None:
    named = set(re.findall(r"\bAGIS_[A-Z_]+\b", PAGE))
    assert named >= {"AGIS_NOTIFY", "AGIS_COPY_URL", "AGIS_DAGSTER_POSTGRES_URL"}
    assert {name for name in named if f'"{name}"' not in CODE} == set()


def test_every_unit_that_is_named_is_shipped_and_the_other_way_round() -> None:
    shipped = {path.name for path in SYSTEMD.iterdir()}
    table = set(re.findall(r"^\| `(agis-[\w.]+)`", PAGE, re.MULTILINE))
    timed = {name.replace(".timer", ".service") for name in table if name.endswith(".timer")}
    assert {n if n.endswith(".timer") else f"{n}.service" for n in table} | timed == shipped


def test_every_shipped_file_that_is_named_is_there() -> None:
    named = re.findall(r"/opt/agis/(orchestration/[\w/.]+)", PAGE)
    assert named
    for path in named:
        assert (PROJECT / path).exists() or list(PROJECT.glob(f"{path}*")), path


def test_every_metric_of_an_alarm_is_written(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    add_release(home, "2026.11.1")
    line = {"at": "2026-11-02T04:30:00Z", "job": "refresh", "outcome": "published", "why": ""}
    append_line(home.root / "refreshes.jsonl", line)
    written = metrics.text(home)
    (alarms,) = re.findall(r"```\n(.*?)```", PAGE.split("Worth an alarm:")[1], re.DOTALL)[:1]
    named = set(re.findall(r"agis_\w+", alarms))
    assert len(named) == 4
    for name in named:
        assert re.search(rf"^{name}[ {{]", written, re.MULTILINE), name
