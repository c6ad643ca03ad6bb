"""What follows every run: the feed, the metrics and the notices, whichever way it was started.

Nothing here may change how a run ended: what could not be told comes back as sentences.
"""

import datetime as dt
from collections.abc import Iterator

from assets.errors import AgisError
from assets.home import Home
from assets.registry import load_registry
from checks import freshness
from orchestration.release import feed, ledger
from orchestration.watch import metrics
from orchestration.watch.notices import Notice, tell


def after_run(home: Home) -> list[str]:
    """Bring feed and metrics up to date and tell what is new; a sentence for what failed."""
    try:
        feed.write(home)
        metrics.write(home)
        return tell(home, [*_released(home), *_overdue(home)])
    except (AgisError, OSError) as error:
        return [f"Not reported: {error}"]


def after_failure(home: Home, job: str, why: str, *, blocked: str = "", run: str = "") -> list[str]:
    """Tell that a run failed or, with the build's name, that the gate was closed to it."""
    where = f"{job} of the home {home.root.name}"
    if blocked:
        notice = Notice(
            "gate-blocked", "Nothing published", where, why, "/assets/release/audit", blocked
        )
    else:
        page = f"/runs/{run}" if run else "/runs"
        notice = Notice("run-failure", f"The run {job} failed", where, why, page)
    try:
        problems = tell(home, [notice])
    except OSError as error:
        problems = [f"Not told: {error}"]
    return [*problems, *after_run(home)]


def _released(home: Home) -> Iterator[Notice]:
    now = ledger.current(home)
    if now is None:
        return
    tables = now.manifest["tables"]
    rows = sum(int(table["rows"]) for table in tables.values())
    yield Notice(
        "release-published",
        f"Release {now.id} is published",
        f"releases/{now.id} of the home {home.root.name}",
        f"All checks that forbid publication passed; {len(tables)} tables, {rows:,} rows, "
        f"content {now.content_hash[:12]}.",
        "/assets/release/release",
        now.id,
    )


def _overdue(home: Home) -> Iterator[Notice]:
    today = dt.datetime.now(dt.UTC).date()
    datasets = {d.id: d for d in load_registry().values() if d.is_of(home.world)}
    for fresh in freshness.of_home(home, datasets, today):
        if fresh.state == "overdue":
            yield Notice(
                "source-overdue",
                f"{fresh.dataset} is overdue",
                f"dataset {fresh.dataset}, newest edition {fresh.newest}",
                fresh.sentence(),
                f"/assets/landing/{fresh.dataset}",
                f"{fresh.dataset}:{fresh.newest}",  # once for each edition that is missed
            )
