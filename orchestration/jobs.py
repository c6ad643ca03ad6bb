"""Jobs, the sensor between them, the schedule and the failure sensor."""

import os
from typing import Any

import dagster as dg

from assets.errors import AgisError
from assets.files import append_line, now_utc
from assets.home import Home, existing_home
from orchestration import builds
from orchestration.dbt import INPUTS
from orchestration.next_step import next_step
from orchestration.publication import AUDIT, CANDIDATE, RELEASE
from orchestration.release import ledger
from orchestration.resources import REFRESH_TAG, BuildHandle, fail_dead_runs
from orchestration.watch import report

FINGERPRINT_TAG = "agis/fingerprint"
STEP_TAG = "agis/step"
DEFAULT_CRON = "30 4 * * *"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


LAND = dg.define_asset_job(
    "land",
    selection=dg.AssetSelection.groups("landing", "raw") | dg.AssetSelection.assets(INPUTS),
    executor_def=dg.in_process_executor,
    description="Fetch what the sources offer, read it under contract, name the wanted build.",
)
BUILD = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.groups("seeds", "staging", "core", "marts", "release"),
    executor_def=dg.in_process_executor,
    description="Compute the marts of the wanted build, check them, publish if all holds.",
)
TAIL = dg.define_asset_job(
    "tail",
    selection=dg.AssetSelection.assets(CANDIDATE, AUDIT, RELEASE),
    executor_def=dg.in_process_executor,
    description="Judge a finished build again and publish it, without dbt.",
)


class RollbackConfig(dg.Config):
    """Which release to point back to, and why."""

    release: str
    reason: str


@dg.op(
    description="Point back to an earlier release; its successors' content is held.",
    required_resource_keys={"build"},
)
def roll_back(context: dg.OpExecutionContext, config: RollbackConfig) -> None:
    """Point back to an earlier release and hold what came after it."""
    handle: BuildHandle = context.resources.build
    try:
        ledger.roll_back(handle.build.home, config.release, config.reason)
    except AgisError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    context.log_event(
        dg.AssetObservation(
            RELEASE, metadata={"rolled back to": config.release, "reason": config.reason}
        )
    )


@dg.job(executor_def=dg.in_process_executor)
def rollback() -> None:
    """Point back to an earlier release, with a reason."""
    roll_back()


def run_config(fingerprint: str) -> dict[str, Any]:
    """The configuration of a run on one build."""
    return {"resources": {"build": {"config": {"fingerprint": fingerprint}}}}


@dg.sensor(
    jobs=[BUILD, TAIL],
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After `land`: builds, judges or publishes, as the files say.",
)
def after_land(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask ``next_step`` and obey; once for each completed ``land``."""
    fail_dead_runs(context.instance)  # a killed one would hold up the queue for ever
    wanted = builds.wanted(existing_home())
    if wanted is None:
        return dg.SkipReason("The job `land` has not run yet.")
    busy = _unfinished(context.instance)
    if busy:
        return dg.SkipReason(f"The job `{busy.job_name}` has not finished yet.")
    build, landed_at = wanted
    following = next_step(build)
    if following.step not in ("build", "tail"):
        return dg.SkipReason(f"{following.step}: {following.why}")
    request = dg.RunRequest(
        # Not the bare fingerprint: sources may return to an earlier state.
        run_key=f"{build.fingerprint}:{following.step}:{landed_at}",
        job_name=following.step,
        run_config=run_config(build.fingerprint),
        tags={FINGERPRINT_TAG: build.fingerprint, STEP_TAG: following.step},
    )
    return dg.SensorResult(run_requests=[request])


def _unfinished(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """A run that lands, builds or judges right now, or waits to; what follows is known after it."""
    jobs = [LAND.name, BUILD.name, TAIL.name]
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED))
    return next((run for run in runs if run.job_name in jobs), None)


@dg.run_failure_sensor(
    description="Writes the reason of a failed run to refreshes.jsonl of the home, and tells it.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def write_reason(context: dg.RunFailureSensorContext) -> None:
    """Keep the reason where `agis status` finds it."""
    if REFRESH_TAG in context.dagster_run.tags:
        return
    reasons = [reason_of(event) for event in context.get_step_failure_events()]
    why = " ".join(r for r in reasons if r) or str(context.failure_event.message)
    run, home = context.dagster_run, existing_home()
    note_run(run.job_name, "failed", why)
    blocked = _closed_gate(home) if run.job_name in (BUILD.name, TAIL.name) else ""
    for problem in report.after_failure(home, run.job_name, why, blocked=blocked, run=run.run_id):
        context.log.warning(problem)


def _closed_gate(home: Home) -> str:
    """The wanted build if its checks forbid publication, else nothing."""
    wanted = builds.wanted(home)
    if wanted and next_step(wanted[0]).step == "refused":
        return wanted[0].fingerprint
    return ""


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    description="Writes to refreshes.jsonl of the home how a run ended, for `agis status`.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def write_success(context: dg.RunStatusSensorContext) -> None:
    """Keep what a run started in the UI or by the daemon came to."""
    if REFRESH_TAG in context.dagster_run.tags:
        return
    wanted = builds.wanted(existing_home())
    why = next_step(wanted[0]).why if wanted else ""
    note_run(context.dagster_run.job_name, "succeeded", why)
    for problem in report.after_run(existing_home()):
        context.log.warning(problem)


def note_run(job: str, outcome: str, why: str) -> None:
    """Append how a refresh or run ended to the home's log."""
    entry = {"at": now_utc(), "job": job, "outcome": outcome, "why": why}
    append_line(existing_home().root / "refreshes.jsonl", entry)


def reason_of(event: dg.DagsterEvent) -> str:
    """The sentence of a step failure: the description of a Failure, else the error itself."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error: Any = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return "" if error is None else f"{event.step_key}: {str(error.message).strip()}"


def schedule() -> dg.ScheduleDefinition:
    """Off by default; the hour stands in the configuration (AGIS_CRON, Prague time)."""
    return dg.ScheduleDefinition(
        name="land_daily",
        job_name="land",
        cron_schedule=os.environ.get("AGIS_CRON", DEFAULT_CRON),
        execution_timezone="Europe/Prague",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Looks for new editions; switch it on in the UI. AGIS_CRON changes the hour.",
    )
