"""Resources of the steps: the intake to pull with, the build to work on, and the home's lock."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets.errors import AgisError
from assets.factories import Intake
from assets.home import Home, existing_home, home_for, lock
from assets.intake.progress import progress
from assets.intake.sources import open_source
from assets.landing import Landing
from assets.registry import load_registry
from orchestration import builds
from orchestration.builds import Build

LOCK_WAIT_SECONDS = 600.0
PROCESS_TAG = "agis/process"
REFRESH_TAG = "agis/refresh"
"""Marks runs of `agis refresh`, which notes, tells and copies itself."""


def sources_for(home: Home, sources: str) -> str:
    """What to pull from: as configured, else AGIS_SOURCES; a demo home knows its own.

    Nothing else falls through to a default. Raises AgisError.
    """
    chosen = sources or os.environ.get("AGIS_SOURCES", "")
    if chosen:
        return chosen
    if home.world == "demo":
        return "demo"
    raise AgisError(
        "AGIS_SOURCES is not set: say where the official files come from, `live` or the folder "
        "of a mirror (for the UI: make dev SOURCES=…)."
    )


@contextmanager
def _locked(home: Home, context: dg.InitResourceContext) -> Iterator[None]:
    """Hold the home's lock for a run; a run inside `agis refresh` shares the lock of that."""
    run, instance = context.run, context.instance
    if instance is not None and run is not None:
        instance.add_run_tags(run.run_id, {PROCESS_TAG: str(os.getpid())})
    with lock(home, f"Dagster run {run.run_id if run else ''}", LOCK_WAIT_SECONDS) as newly:
        if newly and instance is not None:
            fail_dead_runs(instance)
        yield


def fail_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark unfinished runs as failed whose process is gone: killed, they could not say so.

    `agis refresh` names its process when it makes a run, a run of the daemon with its first act:
    one that has started and has not after a minute was killed before.
    """
    begun = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
    waiting = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)
    for record in instance.get_run_records(dg.RunsFilter(statuses=[*begun, *waiting])):
        run, process = record.dagster_run, record.dagster_run.tags.get(PROCESS_TAG)
        started = record.start_time or record.create_timestamp.timestamp()
        if process:
            is_dead = not _is_alive(int(process))
        else:
            is_dead = run.status in begun and time.time() - started > 60
        if not is_dead:
            continue
        instance.report_run_failed(run, message="The process of this run is gone; it was killed.")


def _is_alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class IntakeResource(dg.ConfigurableResource[Intake]):
    """Home, source and progress for the steps that land and read."""

    sources: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Any]:
        """Hold the home's lock for the run and open the source."""
        try:
            home = existing_home()
            with _locked(home, context):
                sources = sources_for(home, self.sources)
                home_for(sources)  # refuses sources of another world
                Landing(home).clear_leftovers()
                with progress() as shown:
                    yield Intake(home, open_source(sources, home), shown)
        except AgisError as error:
            raise dg.Failure(str(error), allow_retries=False) from error


@dataclass(frozen=True)
class BuildHandle:
    """The build that a run works on."""

    build: Build

    def prepared(self) -> Build:
        """The build with its inputs laid out afresh, as dbt needs it; raises BuildError."""
        builds.prepare(self.build, load_registry())
        return self.build


class BuildResource(dg.ConfigurableResource[BuildHandle]):
    """The build named in the run configuration, or the one that the last ``land`` asked for."""

    fingerprint: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Any]:
        """Hold the home's lock for the run and find the build."""
        try:
            home = existing_home()
            with _locked(home, context):
                yield BuildHandle(self._find(home))
        except AgisError as error:
            raise dg.Failure(str(error), allow_retries=False) from error

    def _find(self, home: Home) -> Build:
        if self.fingerprint:
            return Build(home, self.fingerprint)
        wanted = builds.wanted(home)
        if wanted is None:
            raise AgisError("There is nothing to build yet: run the job `land` first.")
        return wanted[0]
