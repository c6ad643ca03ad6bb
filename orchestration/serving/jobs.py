"""Loading into PostgreSQL as a Dagster job, after runs that `agis refresh` did not start."""

import dagster as dg

from assets.errors import AgisError
from assets.home import existing_home
from orchestration.jobs import BUILD, TAIL, rollback
from orchestration.resources import REFRESH_TAG


@dg.op(description="Bring PostgreSQL to the current release, where AGIS_POSTGRES_URL is set.")
def bring_to_current_release(context: dg.OpExecutionContext) -> None:
    """Load and show the current release; what is wrong becomes the reason of the failed run."""
    from orchestration.serving.postgres import follow

    try:
        said = follow(existing_home())
    except AgisError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    context.log.info(said or "There is no database or no release to load.")


@dg.job(executor_def=dg.in_process_executor)
def load_postgres() -> None:
    """Load the current release into PostgreSQL and show it there."""
    bring_to_current_release()


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[BUILD, TAIL, rollback],
    request_job=load_postgres,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After a build, a tail or a rollback: loads the current release into PostgreSQL.",
)
def after_release(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a load once for each run that may have moved the pointer."""
    from orchestration.serving.settings import from_environment

    if REFRESH_TAG in context.dagster_run.tags:
        return dg.SkipReason("`agis refresh` loads by itself.")
    if from_environment() is None:
        return dg.SkipReason("AGIS_POSTGRES_URL is not set.")
    return dg.RunRequest(run_key=context.dagster_run.run_id)
