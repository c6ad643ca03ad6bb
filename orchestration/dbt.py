"""dbt inside Dagster: the manifest, the assets, and running a build.

dbt runs as a library, not as a command: half the time, and no orphan survives a kill. Its
events become Dagster's afterwards, with row counts, columns and a preview of every table.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from assets.errors import AgisError
from assets.factories import OWNERS, markdown_table, raw_key
from assets.files import read_json
from assets.home import Home
from assets.registry import load_registry
from checks.lineage import confidential
from orchestration.builds import DBT_DIR, Build, dbt_version, extra_models, mark_built

UNIT_TEST = "unit_test"
"""Unit tests test code and run in `make test`, not in a refresh."""


RESULT_EVENTS = {"LogSeedResult", "LogModelResult", "LogTestResult"}


INPUTS = dg.AssetKey(["build", "inputs"])


class DbtError(AgisError):
    """A model or seed could not be built, or the project cannot be parsed."""


class Translator(DagsterDbtTranslator):
    """Keys and groups by layer; sources are the raw assets."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``raw/<dataset>`` for sources, ``<layer>/<model>`` for models, ``seeds/<seed>``.

        The terms of agreements are laid out with the inputs of the build.
        """
        name = str(dbt_resource_props["name"])
        kind = dbt_resource_props["resource_type"]
        if kind == "source":
            return INPUTS if dbt_resource_props["source_name"] == "terms" else raw_key(name)
        return dg.AssetKey(["seeds" if kind == "seed" else layer(dbt_resource_props), name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return layer(dbt_resource_props)

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The grain and meaning in words, without the SQL."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """All tables belong to the same team so far."""
        return OWNERS


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model: the first folder below ``models``."""
    return str(node["fqn"][1])


_parsed: dict[Path, Any] = {}
"""What this process has parsed, since parsing takes longer than most builds."""


def manifest_path(home: Home) -> Path:
    """The manifest of the present dbt project, parsed if it has changed."""
    folder = home.dagster / "dbt" / dbt_version()[:16]
    if not (folder / "manifest.json").exists():
        staged = folder.with_name(f".{folder.name}.{os.getpid()}")
        _parsed[folder] = _parse(home, staged)
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)
    return folder / "manifest.json"


def _parsed_project(home: Home) -> Any:
    """The project as dbt has it in memory; it names no build, so that all builds share it."""
    folder = manifest_path(home).parent
    if folder not in _parsed:
        with TemporaryDirectory(dir=folder.parent) as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            _parsed[folder] = _parse(home, Path(copy))
    return _parsed[folder]


def _parse(home: Home, target: Path) -> Any:
    _environment(home, Path("unset"))
    return invoke(["parse"], target=target, log=target).result


def invoke(
    arguments: list[str], *, target: Path, log: Path, callbacks: Any = None, manifest: Any = None
) -> Any:
    """Run dbt as a library; raises DbtError when it cannot even start."""
    from dbt.cli.main import dbtRunner

    fixed = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR)]
    fixed += ["--target-path", str(target), "--log-path", str(log)]
    fixed += ["--no-use-colors", "--log-level", "error", "--no-send-anonymous-usage-stats"]
    result = dbtRunner(manifest, callbacks or []).invoke([*arguments, *fixed])
    if result.exception is not None:
        raise DbtError(f"dbt {arguments[0]} failed: {result.exception}")
    return result


def close_connections() -> None:
    """Let go of the DuckDB file: dbt as a library keeps it open, also after failures."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _environment(home: Home, build_root: Path) -> None:
    os.environ["AGIS_BUILD"] = str(build_root)
    os.environ["AGIS_WORLD"] = home.world
    extra = extra_models()
    if extra:  # dbt takes paths below its project only when they are relative
        os.environ["AGIS_MODELS_EXTRA_PATH"] = os.path.relpath(extra, DBT_DIR)


def run_build(build: Build, events: list[Any] | None = None) -> None:
    """Seeds, models and data tests of a prepared build; raises DbtError if a table fails.

    dbt's own events are appended to ``events``, also on failure. Failing tests do not fail the
    build: the audit reads their results.
    """
    manifest = _parsed_project(build.home)
    build.dbt_target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(manifest_path(build.home), build.dbt_target / "manifest.json")
    _environment(build.home, build.root)

    def keep(event: Any) -> None:
        # Of thousands of events only these become Dagster's; converting all took four seconds.
        if events is not None and event.info.name in RESULT_EVENTS:
            events.append(event)

    try:
        result = invoke(
            ["build", "--exclude-resource-type", UNIT_TEST],
            target=build.dbt_target,
            log=build.root / "logs",
            callbacks=[keep],
            manifest=manifest,
        )
    finally:
        close_connections()
    outcomes = getattr(result.result, "results", [])
    tables = [r for r in outcomes if r.node.resource_type in ("model", "seed")]
    broken = [r for r in tables if r.status != "success"]
    if broken:
        raise DbtError(
            "dbt could not build "
            + "; ".join(f"{r.node.resource_type} {r.node.name}: {_one_line(r)}" for r in broken)
        )
    if not tables:
        raise DbtError("dbt built nothing.")
    mark_built(build)


def _one_line(result: Any) -> str:
    return " ".join(str(result.message).split())


def build_assets(home: Home) -> dg.AssetsDefinition:
    """All seeds and models as assets, all data tests as their checks."""
    manifest = read_json(manifest_path(home))

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=Translator(),
        name="dbt",
        exclude=f"resource_type:{UNIT_TEST}",
        required_resource_keys={"build"},
    )
    def dbt(context: dg.AssetExecutionContext) -> Iterator[Any]:
        build: Build = context.resources.build.build
        events: list[Any] = []
        failure = None
        try:
            run_build(context.resources.build.prepared(), events)
        except AgisError as error:
            failure = error
        yield from _as_dagster_events(context, build, manifest, events)
        if failure:
            raise dg.Failure(str(failure)) from failure

    return dbt


def _as_dagster_events(
    context: dg.AssetExecutionContext,
    build: Build,
    manifest: Mapping[str, Any],
    events: list[Any],
) -> Iterator[Any]:
    """dbt's events as Dagster's, in dbt's order."""
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
    from google.protobuf.json_format import MessageToDict

    about = _about_tables(build, confidential_tables(manifest))
    translator = Translator()  # one for all events, since it remembers what it has worked out
    for raw_event in events:
        event = MessageToDict(raw_event, preserving_proto_field_name=True)
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        for made in message.to_default_asset_events(
            manifest=manifest, dagster_dbt_translator=translator, context=context
        ):
            if not _is_selected(context, made):
                continue
            if isinstance(made, dg.Output):
                name = str(event["data"]["node_info"]["node_name"])
                made = made.with_metadata({**made.metadata, **about.get(name, {})})
            yield made


def _is_selected(context: dg.AssetExecutionContext, made: Any) -> bool:
    """dbt always builds everything; of that a run tells only what it was asked for."""
    if isinstance(made, dg.Output):
        return made.output_name in context.op_execution_context.selected_output_names
    if isinstance(made, dg.AssetCheckResult):
        keys = context.selected_asset_check_keys
        return any(k.asset_key == made.asset_key and k.name == made.check_name for k in keys)
    return True


def confidential_tables(manifest: Mapping[str, Any]) -> set[str]:
    """Tables with cells handed over by agreement that only the marts hide."""
    return {unique_id.rsplit(".", 1)[-1] for unique_id in confidential(manifest, load_registry())}


def _about_tables(build: Build, secret: set[str]) -> dict[str, dict[str, Any]]:
    """Row count, columns and five rows of every table and view, without secret ones' rows."""
    if not build.work_database.exists():
        return {}
    about = {}
    with build.open_work_database() as work:
        relations = work.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        for schema, name in relations:
            relation = f'"{schema}"."{name}"'
            count = work.execute(f"select count(*) from {relation}").fetchone()
            shown = 0 if name in secret else 5
            sample = work.execute(f"select * from {relation} limit {shown}")
            columns = [(c[0], str(c[1])) for c in sample.description]
            rows = [dict(zip([c for c, _ in columns], r, strict=True)) for r in sample.fetchall()]
            about[name] = {
                "dagster/row_count": count[0] if count else 0,
                "dagster/column_schema": dg.TableSchema(
                    columns=[dg.TableColumn(c, t) for c, t in columns]
                ),
                "preview": dg.MetadataValue.md(markdown_table(rows)),
            }
    return about
