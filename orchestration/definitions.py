"""The code location: one assembly behind the UI, the tests and the command line."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.factories import pull_assets, sightings_key
from assets.home import Home, existing_home
from assets.registry import load_registry
from orchestration import jobs, publication
from orchestration.dbt import build_assets
from orchestration.environment import prepare_dagster
from orchestration.resources import BuildResource, IntakeResource
from orchestration.serving import jobs as serving_jobs


def build_defs(home: Home, overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All definitions for a home; ``overrides`` replaces resources by name."""
    registry = load_registry()
    dbt = build_assets(home)
    producers = sorted({dataset.producer for dataset in registry.values()})
    marts = sorted((key for key in dbt.keys if key.path[0] == "marts"), key=str)
    return dg.Definitions(
        assets=[
            *pull_assets(registry, publication.judge_raw),
            publication.inputs_asset([sightings_key(p) for p in producers]),
            dbt,
            publication.candidate_asset(marts),
            publication.audit_asset(),
            publication.release_asset(),
        ],
        asset_checks=publication.candidate_checks(),
        jobs=[jobs.LAND, jobs.BUILD, jobs.TAIL, jobs.rollback, serving_jobs.load_postgres],
        sensors=[
            jobs.after_land,
            jobs.write_reason,
            jobs.write_success,
            serving_jobs.after_release,
        ],
        schedules=[jobs.schedule()],
        resources={
            "intake": IntakeResource(),
            "build": BuildResource(),
            **(overrides or {}),
        },
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What ``workspace.yaml`` loads, for the home that AGIS_HOME names or the only one."""
    home = existing_home()
    prepare_dagster(home)
    return build_defs(home)
