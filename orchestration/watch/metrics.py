"""Metrics in Prometheus' text form: ``<home>/metrics/agis.prom`` and ``agis metrics``.

The node exporter's textfile collector reads the file; moments are given as times, so that an
age is right whenever it is asked for (``time() - agis_release_published_timestamp_seconds``).
"""

import datetime as dt
from typing import TYPE_CHECKING

from assets.files import read_lines, write_atomically
from assets.home import Home
from assets.registry import load_registry
from checks import freshness
from orchestration import builds
from orchestration.release import audit as audits
from orchestration.release import ledger

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_FAILED = "failed"


def write(home: Home) -> None:
    """Write the metrics of a home; a reader sees the old file or the new one."""
    write_atomically(home.root / "metrics" / "agis.prom", text(home))


def text(home: Home) -> str:
    """The metrics of a home as it is now."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    _runs(home, registry)
    _sources(home, registry)
    _release(home, registry)
    _checks(home, registry)
    return generate_latest(registry).decode()


def _runs(home: Home, registry: "CollectorRegistry") -> None:
    from prometheus_client import Gauge

    at = Gauge("agis_run_timestamp_seconds", "End of the last run.", ["job"], registry=registry)
    success = Gauge(
        "agis_run_success", "1 unless the last run failed.", ["job", "outcome"], registry=registry
    )
    last = {_job(entry["job"]): entry for entry in read_lines(home.root / "refreshes.jsonl")}
    for job, entry in sorted(last.items()):
        at.labels(job).set(_seconds(entry["at"]))
        success.labels(job, entry["outcome"]).set(entry["outcome"] != _FAILED)


def _job(name: str) -> str:
    """The kind of run: `land csu__population 2023` is one of `land`."""
    return name.split(" ", 1)[0]


def _sources(home: Home, registry: "CollectorRegistry") -> None:
    from prometheus_client import Gauge

    today = dt.datetime.now(dt.UTC).date()
    datasets = {d.id: d for d in load_registry().values() if d.is_of(home.world)}
    by_state = Gauge("agis_datasets", "Datasets by freshness.", ["state"], registry=registry)
    one = Gauge(
        "agis_dataset_info", "Freshness of a dataset.", ["dataset", "state"], registry=registry
    )
    expected = Gauge(
        "agis_dataset_next_edition_timestamp_seconds",
        "Day by which the next edition should be out.",
        ["dataset"],
        registry=registry,
    )
    for state in ("current", "expected_soon", "overdue"):
        by_state.labels(state).set(0)
    for fresh in freshness.of_home(home, datasets, today):
        by_state.labels(fresh.state).inc()
        one.labels(fresh.dataset, fresh.state).set(1)
        if fresh.expected_on:
            expected.labels(fresh.dataset).set(_seconds(f"{fresh.expected_on}T00:00:00Z"))


def _release(home: Home, registry: "CollectorRegistry") -> None:
    from prometheus_client import Gauge

    known = Gauge("agis_releases", "Releases that are kept.", registry=registry)
    known.set(len(ledger.releases(home)))
    held = Gauge("agis_holds", "Contents held back after a rollback.", registry=registry)
    held.set(len(ledger.holds(home)))
    now = ledger.current(home)
    if now is None:
        return
    info = Gauge(
        "agis_release_info",
        "The current release.",
        ["release", "world", "content_hash"],
        registry=registry,
    )
    info.labels(now.id, home.world, now.content_hash).set(1)
    published = Gauge(
        "agis_release_published_timestamp_seconds",
        "When the current release was published.",
        registry=registry,
    )
    published.set(_seconds(now.manifest["published_at"]))
    rows = Gauge("agis_release_rows", "Rows of the current release.", ["table"], registry=registry)
    for name, table in now.manifest["tables"].items():
        rows.labels(name).set(int(table["rows"]))


def _checks(home: Home, registry: "CollectorRegistry") -> None:
    from prometheus_client import Gauge

    wanted = builds.wanted(home)
    audit = audits.stored(wanted[0]) if wanted else None
    if audit is None:
        return
    checks = Gauge(
        "agis_checks", "Checks of the build wanted last.", ["outcome"], registry=registry
    )
    for outcome in sorted({"passed", "failed"} | {v["outcome"] for v in audit.verdicts}):
        checks.labels(outcome).set(audit.count(outcome))
    passed = Gauge("agis_audit_passed", "1 if the gate is open for it.", registry=registry)
    passed.set(audit.passed)


def _seconds(moment: str) -> float:
    return dt.datetime.fromisoformat(moment).timestamp()
