"""The Dagster UI as an operator sees it: served, driven and looked at in a real browser.

One server on a new home serves all tests here: the job `land` is started in it, the sensor
starts `build`, and what that published is then looked at. Screenshots stay in tests/artifacts.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import dagster as dg
import pytest

from assets.demo import generate
from assets.home import home_for
from assets.registry import load_registry
from orchestration import builds, jobs
from orchestration.builds import DBT_DIR
from orchestration.definitions import build_defs
from orchestration.resources import PROCESS_TAG
from tests.conftest import PROJECT, need
from tests.integration.conftest import AGIS, Agis

ARTIFACTS = PROJECT / "tests" / "artifacts"
GROUPS = {"landing", "raw", "build", "seeds", "staging", "core", "marts", "release"}
JOBS = {"land", "build", "tail", "rollback", "load_postgres"}
SENSORS = ("after_land", "after_release", "write_reason", "write_success")
MART = "marts/social_exclusion_index"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

T = TypeVar("T")


def until(found: Callable[[], T | None], seconds: float, what: str) -> T:
    """Ask until there is an answer; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds:.0f} seconds in vain for {what}")


@dataclass(frozen=True)
class Server:
    """A running `agis dev` in a process group of its own."""

    agis: Agis
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, query: str, **variables: Any) -> Any:
        """The data that the server's GraphQL answers."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/graphql", body, headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=60) as answer:
            content = json.load(answer)
        assert "errors" not in content, content
        return content["data"]

    def groups_loaded(self) -> bool:
        """Whether the server answers and has loaded the code location."""
        if self.process.poll() is not None:
            raise AssertionError(f"agis dev ended:\n{self.log_end()}")
        try:
            nodes = self.ask("{ assetNodes { groupName } }")["assetNodes"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return {node["groupName"] for node in nodes} == GROUPS

    def launch(self, job: str) -> str:
        """Start a job as the button of the UI does; its run's id."""
        selector = {
            "repositoryLocationName": "agis",
            "repositoryName": "__repository__",
            "pipelineName": job,
        }
        answer = self.ask(
            """mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
                __typename ... on LaunchRunSuccess { run { runId } } } }""",
            params={"selector": selector, "mode": "default", "runConfigData": {}},
        )["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def runs(self) -> list[dict[str, str]]:
        """All runs, newest first."""
        query = "{ runsOrError { ... on Runs { results { runId jobName status } } } }"
        found: list[dict[str, str]] = self.ask(query)["runsOrError"]["results"]
        return found

    def succeeded(self, run_id: str) -> bool:
        """Whether a run has ended well; fails at once if it has ended otherwise."""
        status = next(run["status"] for run in self.runs() if run["runId"] == run_id)
        assert status not in ("FAILURE", "CANCELED"), f"{status}\n{self.log_end()}"
        return status == "SUCCESS"

    def checks(self, layer: str) -> dict[str, str | None]:
        """What the checks of the assets of a layer show, by asset and name."""
        nodes = self.ask(
            """{ assetNodes { assetKey { path } assetChecksOrError { ... on AssetChecks {
                checks { name executionForLatestMaterialization { status } } } } } }"""
        )["assetNodes"]
        return {
            f"{'/'.join(node['assetKey']['path'])}:{check['name']}": (
                check["executionForLatestMaterialization"] or {}
            ).get("status")
            for node in nodes
            if node["assetKey"]["path"][0] == layer
            for check in node["assetChecksOrError"].get("checks", [])
        }

    def group(self) -> list[str]:
        """The processes of the server's group that still run."""
        listed = subprocess.run(
            ["ps", "-eo", "pgid=,stat=,pid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
        mine = str(self.process.pid)
        return [what for group, state, what in rows if group == mine and state[0] != "Z"]

    def log_end(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def heed_signals() -> None:
    """Whoever runs the tests may ignore interrupts; the server must not inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`agis dev` on a new home; its whole process group is ended whatever happens."""
    need(shutil.which("ps"), "no ps (Debian package procps)")
    folder = tmp_path_factory.mktemp("ui")
    generate(folder / "sources", scale=0.05)
    agis, port, log = Agis(folder / "home"), free_port(), folder / "dev.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [AGIS, "dev", "--sources", str(folder / "sources"), "--port", str(port)],
            env=agis.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=heed_signals,
        )
    started = Server(agis, process, port, log)
    try:
        until(started.groups_loaded, 120, "the UI to answer")
        yield started
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def released(server: Server) -> Server:
    """The server after its first `land`, and all that followed from it."""
    landed = server.launch("land")
    until(lambda: server.succeeded(landed), 120, "the job land")

    def built() -> str | None:
        return next((run["runId"] for run in server.runs() if run["jobName"] == "build"), None)

    followed = until(built, 60, "the sensor to start build")
    until(lambda: server.succeeded(followed), 180, "the job build")
    return server


def test_landing_in_the_ui_ends_with_a_release(released: Server) -> None:
    assert released.agis.current() is not None, released.log_end()
    assert [run["jobName"] for run in released.runs()] == ["build", "land"]
    assert int(released.agis.sql("select count(*) from social_exclusion_index")) > 1000


def test_landing_unchanged_sources_keeps_every_verdict_in_sight(released: Server) -> None:
    before = released.checks("raw")
    assert "SUCCEEDED" in before.values(), before
    assert "FAILED" not in before.values(), before
    again = released.launch("land")
    until(lambda: released.succeeded(again), 120, "the second land")
    assert released.checks("raw") == before


def test_a_browser_sees_the_graph_a_mart_and_the_release(released: Server) -> None:
    chromium = shutil.which("chromium")
    need(chromium, "no Chromium (Debian package chromium)")
    from playwright.sync_api import expect, sync_playwright

    verdicts = {k: v for k, v in released.checks("marts").items() if k.startswith(f"{MART}:")}
    assert verdicts
    assert set(verdicts.values()) == {"SUCCEEDED"}
    rows = int(released.agis.sql("select count(*) from social_exclusion_index"))
    release = released.agis.current()
    assert release is not None
    released.ask("mutation { setNuxSeen }")  # Dagster's invitation would cover the page
    ARTIFACTS.mkdir(exist_ok=True)
    expect.set_options(timeout=30_000)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=CHROMIUM_OPTIONS
        )
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(30_000)

        def keep(name: str) -> None:
            page.screenshot(path=ARTIFACTS / f"ui-{name}.png")

        page.goto(f"{released.address}/asset-groups")
        for group in sorted(GROUPS):
            expect(page.get_by_text(group, exact=True).first).to_be_visible()
            drawn = page.locator(f'foreignObject [data-tooltip="{group}"]')
            expect(drawn.first).to_be_visible()
        keep("graph")

        page.goto(f"{released.address}/assets/{MART}")
        expect(page.get_by_text("Row count")).to_be_visible()
        expect(page.get_by_text(f"{rows:,}", exact=True)).to_be_visible()
        for column in ("municipality_code", "index_points", "headline_band"):
            expect(page.get_by_text(column, exact=True).first).to_be_visible()
        expect(page.get_by_text("preview", exact=True)).to_be_visible()
        keep("mart")

        page.goto(f"{released.address}/assets/{MART}?view=checks")
        expect(page.get_by_text(f"Checks ({len(verdicts)})")).to_be_visible()
        expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible()
        expect(page.get_by_text("Failed", exact=True)).to_have_count(0)
        keep("checks")

        page.goto(f"{released.address}/assets/release/release")
        expect(page.get_by_text(release, exact=True)).to_be_visible()
        for file in ("agis.duckdb", "manifest.json", "audit.json", "NOTES.md"):
            path = released.agis.home / "releases" / release / file
            assert path.is_file()
            expect(page.get_by_text(str(path), exact=True)).to_be_visible()
        keep("release")

        page.goto(f"{released.address}/jobs")
        for job in sorted(JOBS):
            expect(page.get_by_text(job, exact=True).first).to_be_visible()
        keep("jobs")

        page.goto(f"{released.address}/automation")
        for name in (*SENSORS, "land_daily"):
            expect(page.get_by_text(name, exact=True)).to_be_visible()
        expect(page.get_by_text("Run status sensor").first).to_be_visible()
        keep("automation")
        browser.close()


def test_sensors_run_and_the_schedule_waits_to_be_switched_on(server: Server) -> None:
    states = server.ask(
        """{ repositoriesOrError { ... on RepositoryConnection { nodes {
            sensors { name sensorState { status } }
            schedules { name scheduleState { status } } } } } }"""
    )["repositoriesOrError"]["nodes"][0]
    sensors = {s["name"]: s["sensorState"]["status"] for s in states["sensors"]}
    schedules = {s["name"]: s["scheduleState"]["status"] for s in states["schedules"]}
    assert sensors == dict.fromkeys(SENSORS, "RUNNING")
    assert schedules == {"land_daily": "STOPPED"}


def test_stopping_the_server_leaves_no_process_behind(server: Server) -> None:
    assert len(server.group()) > 3  # its webserver, daemon and code server
    server.process.terminate()
    assert server.process.wait(timeout=60) is not None
    until(lambda: not server.group(), 30, "the last process of the server to end")


# The definitions themselves, without a server.


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AGIS_BUILD", "AGIS_WORLD", "AGIS_HOME", "AGIS_CRON"):
            patch.setenv(name, "")  # loading sets some of them; this takes them back
        patch.delenv("AGIS_CRON")
        home = home_for("demo", {"AGIS_HOME": str(tmp_path_factory.mktemp("definitions"))})
        yield build_defs(home)


def expected_keys() -> dict[str, set[str]]:
    """The assets of each group, as the registry and the files of the dbt project say."""
    registry = load_registry()
    keys = {
        "landing": {f"landing/{name}" for name in registry}
        | {f"landing/sightings/{dataset.producer}" for dataset in registry.values()},
        "raw": {f"raw/{name}" for name in registry},
        "build": {"build/inputs"},
        "seeds": {f"seeds/{path.stem}" for path in (DBT_DIR / "seeds").rglob("*.csv")},
        "release": {"release/candidate", "release/audit", "release/release"},
    }
    for layer in ("staging", "core", "marts"):
        files = (DBT_DIR / "models" / layer).rglob("*")
        keys[layer] = {f"{layer}/{p.stem}" for p in files if p.suffix in (".sql", ".py")}
    return keys


def test_every_asset_is_in_its_group_and_none_comes_from_elsewhere(defs: dg.Definitions) -> None:
    found: dict[str, set[str]] = {}
    for spec in defs.resolve_all_asset_specs():
        found.setdefault(str(spec.group_name), set()).add("/".join(spec.key.path))
    assert found == expected_keys()
    assert set(found) == GROUPS
    graph = defs.resolve_asset_graph()
    assert graph.get_all_asset_keys() == graph.materializable_asset_keys
    assert MART in found["marts"]


def test_every_asset_says_what_it_is_and_whose(defs: dg.Definitions) -> None:
    for spec in defs.resolve_all_asset_specs():
        assert re.match(r"[A-Z][^\n]{20,}\.", spec.description or ""), spec.key
        assert list(spec.owners) == ["team:data-engineering"], spec.key
        assert spec.kinds, spec.key


def test_tables_are_checked_and_nothing_is_published_before(defs: dg.Definitions) -> None:
    by_asset: dict[str, list[dg.AssetCheckSpec]] = {}
    graph = defs.resolve_asset_graph()
    for key in graph.asset_check_keys:
        spec = graph.get_check_spec(key)
        by_asset.setdefault("/".join(spec.asset_key.path), []).append(spec)
    keys = expected_keys()
    assert not (keys["raw"] | keys["marts"] | {"release/candidate"}) - set(by_asset)
    assert len(by_asset[MART]) > 20
    candidate = by_asset["release/candidate"]
    assert {"coverage", "index_reconciled", "parts_equal_wholes"} <= {s.name for s in candidate}
    assert all(spec.blocking and spec.description for spec in candidate)


def test_jobs_sensors_and_schedule(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    found = {job.name: job for job in repository.get_all_jobs() if not job.name.startswith("__")}
    assert set(found) == JOBS
    assert all(job.description for job in found.values())
    selected = {
        name: {key.path[0] for key in job.asset_layer.selected_asset_keys}
        for name, job in found.items()
    }
    assert selected == {
        "land": {"landing", "raw", "build"},
        "build": {"seeds", "staging", "core", "marts", "release"},
        "tail": {"release"},
        "rollback": set(),
        "load_postgres": set(),
    }
    for producer in {dataset.producer for dataset in load_registry().values()}:
        assert found["land"].get_node_named(f"pull_{producer}").definition.retry_policy is not None
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert set(sensors) == set(SENSORS)
    assert all(s.default_status is dg.DefaultSensorStatus.RUNNING for s in sensors.values())
    assert {target.job_name for target in sensors["after_land"].targets} == {"build", "tail"}
    (schedule,) = repository.schedule_defs
    assert (schedule.name, schedule.job_name) == ("land_daily", "land")
    assert schedule.cron_schedule == "30 4 * * *"
    assert schedule.execution_timezone == "Europe/Prague"
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


@pytest.mark.parametrize("alive", [True, False])
def test_the_sensor_waits_for_a_run_but_not_for_a_killed_one(
    alive: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGIS_HOME", str(tmp_path / "home"))
    builds.want(home_for("demo"), [])
    ended = subprocess.Popen(["true"])
    ended.wait()
    process = os.getpid() if alive else ended.pid
    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.DagsterRun(
            job_name="build",
            status=dg.DagsterRunStatus.STARTED,
            tags={PROCESS_TAG: str(process)},
        )
        instance.add_run(run)
        answer = jobs.after_land(dg.build_sensor_context(instance=instance))
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        if alive:
            assert isinstance(answer, dg.SkipReason)
            assert "`build` has not finished" in str(answer.skip_message)
            assert found.status is dg.DagsterRunStatus.STARTED
        else:
            assert isinstance(answer, dg.SensorResult)
            (request,) = answer.run_requests or []
            assert request.job_name == "build"
            assert found.status is dg.DagsterRunStatus.FAILURE
