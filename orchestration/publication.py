"""The assets of publication: inputs, candidate, audit, release, and the checks between them.

Checks inform, the audit decides: every check is blocking, so that it runs before the audit,
but with severity WARN, so that a failure does not stop the audit from saying why.
"""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg

from assets.errors import AgisError
from assets.factories import OWNERS, markdown_table
from assets.home import Home
from assets.intake import Input, current_inputs
from assets.registry import load_registry
from assets.registry.model import Dataset
from checks import agreements, freshness, gx, raw
from checks.agreements import AGREEMENT_CHECKS
from checks.freshness import Freshness
from checks.tables import TABLE_CHECKS, run
from checks.verdict import Verdict
from orchestration import builds
from orchestration.builds import Build
from orchestration.dbt import INPUTS
from orchestration.offsite import copying
from orchestration.release import audit as audits
from orchestration.release import candidate as candidates
from orchestration.release import disappeared
from orchestration.release import publish as publishing
from orchestration.resources import REFRESH_TAG
from orchestration.watch import report

CANDIDATE = dg.AssetKey(["release", "candidate"])
AUDIT = dg.AssetKey(["release", "audit"])
RELEASE = dg.AssetKey(["release", "release"])
NOTHING_DISAPPEARED = "nothing_disappeared"


def inputs_asset(upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The last step of ``land``: which raw files a build would read, and its fingerprint."""

    @dg.asset(
        key=INPUTS,
        deps=upstream,
        group_name="build",
        kinds={"file"},
        owners=OWNERS,
        description="The raw files seen in this refresh and the fingerprint of their build.",
        required_resource_keys={"intake"},
        check_specs=[
            dg.AssetCheckSpec(
                "freshness",
                asset=INPUTS,
                description="By its producer's calendar, no dataset has a later edition by now.",
            )
        ],
    )
    def inputs(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        home = context.resources.intake.home
        registry = load_registry()
        found = current_inputs(home, registry)
        build = builds.want(home, found)
        today = dt.datetime.now(dt.UTC).date()
        yield dg.MaterializeResult(
            metadata={"fingerprint": build.fingerprint, "raw files": len(found)},
            check_results=[freshness_result(freshness.of_home(home, registry, today))],
        )

    return inputs


def freshness_result(states: list[Freshness]) -> dg.AssetCheckResult:
    """One result over all datasets: an event for each would cost more than the rest of `land`."""
    overdue = [s for s in states if s.state == "overdue"]
    rows = [
        {
            "dataset": s.dataset,
            "state": s.state,
            "newest edition": s.newest,
            "next expected by": s.expected_on,
        }
        for s in sorted(states, key=lambda s: (s.state != "overdue", s.dataset))
    ]
    return dg.AssetCheckResult(
        passed=not overdue,
        asset_key=INPUTS,
        check_name="freshness",
        severity=dg.AssetCheckSeverity.WARN,  # it speaks of today and keeps no release back
        description="; ".join(s.sentence() for s in overdue[:3]) or "No dataset is overdue.",
        metadata={"overdue": len(overdue), "datasets": dg.MetadataValue.md(markdown_table(rows))},
    )


def candidate_asset(marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The published tables of a build as Parquet, with their content hash."""

    @dg.asset(
        key=CANDIDATE,
        deps=marts,
        group_name="release",
        kinds={"parquet", "duckdb"},
        owners=OWNERS,
        description="What would be published: sorted Parquet tables under one content hash.",
        required_resource_keys={"build"},
    )
    def candidate(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        build: Build = context.resources.build.build
        registry = load_registry()
        with _sentences():
            for item in build.inputs():  # judged in `land`; again here if the rules have changed
                raw.judge(build.home, registry[item.dataset], item)
            made = candidates.export(build, registry)
        records = [
            dg.TableRecord({"table": name, "rows": int(t["rows"])})
            for name, t in made.tables.items()
        ]
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": made.rows,
                "content_hash": made.content_hash,
                "build": build.fingerprint,
                "tables": dg.MetadataValue.table(records),
                "folder": dg.MetadataValue.path(str(build.tables)),
            }
        )

    return candidate


def candidate_checks() -> list[dg.AssetChecksDefinition]:
    """One check per suite on a table, one per query over the tables."""
    specs = [
        dg.AssetCheckSpec(
            f"expectations_{name}",
            asset=CANDIDATE,
            blocking=True,
            description=f"Great Expectations on {name} (checks/suites/candidate/{name}.yml).",
        )
        for name in gx.suites("candidate")
    ]
    described = [(check.id, check.title) for check in TABLE_CHECKS]
    described += [(check.id, check.title) for check in AGREEMENT_CHECKS]
    specs += [
        dg.AssetCheckSpec(
            check.removeprefix("tables."), asset=CANDIDATE, blocking=True, description=title
        )
        for check, title in described
    ]
    specs.append(
        dg.AssetCheckSpec(
            NOTHING_DISAPPEARED,
            asset=CANDIDATE,
            blocking=True,
            description="Every edition of the current release is read again or acknowledged.",
        )
    )

    @dg.multi_asset_check(name="candidate_checks", specs=specs, required_resource_keys={"build"})
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        build: Build = context.resources.build.build
        with _sentences():
            yield from _judge_candidate(build)

    return [checks]


def _judge_candidate(build: Build) -> Iterator[dg.AssetCheckResult]:
    candidate = candidates.stored(build)
    if candidate is None:
        raise AgisError("There is no candidate to check: materialize release/candidate first.")
    world = build.home.world
    with candidates.show_tables(build) as tables:
        for name, suite in gx.suites("candidate").items():
            verdicts = gx.run_suite(partial(_frame, tables, name, suite), suite, name, world)
            audits.keep_verdicts(build, candidate, name, verdicts)
            yield as_check_result(f"expectations_{name}", CANDIDATE, verdicts)
        verdicts = [run(check, tables, world) for check in TABLE_CHECKS]
        audits.keep_verdicts(build, candidate, "tables", verdicts)
        for verdict in verdicts:
            yield as_check_result(verdict.check.removeprefix("tables."), CANDIDATE, [verdict])
        verdicts = agreements.judge(audits.evidence(build, load_registry(), tables))
        audits.keep_verdicts(build, candidate, audits.AGREEMENTS, verdicts)
        for verdict in verdicts:
            yield as_check_result(verdict.check.removeprefix("tables."), CANDIDATE, [verdict])
    yield as_check_result(NOTHING_DISAPPEARED, CANDIDATE, [disappeared.judge(build)])


def _frame(tables: Any, name: str, suite: gx.Suite) -> Any:
    available = [row[0] for row in tables.execute(f'describe "{name}"').fetchall()]
    columns = ", ".join(f'"{column}"' for column in suite.columns(available))
    return tables.execute(f'select {columns} from "{name}"').fetch_df()


def audit_asset() -> dg.AssetsDefinition:
    """The decision; it names what forbids publication but does not fail for it."""

    @dg.asset(
        key=AUDIT,
        deps=[CANDIDATE],
        group_name="release",
        kinds={"json"},
        owners=OWNERS,
        description="The verdict of every declared check, bound to the candidate's content.",
        required_resource_keys={"build"},
    )
    def audit(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        build: Build = context.resources.build.build
        with _sentences():
            decided = audits.audit(build, load_registry())
        return dg.MaterializeResult(
            metadata={
                "passed": decided.passed,
                "checks declared": len(decided.verdicts),
                "checks passed": decided.count("passed"),
                "blocking": dg.MetadataValue.md("\n\n".join(decided.sentences()) or "none"),
                "content_hash": decided.content_hash,
            }
        )

    return audit


def release_asset() -> dg.AssetsDefinition:
    """The immutable release. It reads the audit itself, so that no selection walks around it."""

    @dg.asset(
        key=RELEASE,
        deps=[AUDIT],
        group_name="release",
        kinds={"duckdb", "parquet", "csv"},
        owners=OWNERS,
        description="The published release: one DuckDB file, Parquet, CSV, manifest and audit.",
        required_resource_keys={"build"},
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        build: Build = context.resources.build.build
        with _sentences():
            published = publishing.publish(build, load_registry())
        _follow_up(context, build.home)
        root = published.root
        files = [
            dg.TableRecord({"file": name, "bytes": file["size"], "sha256": file["sha256"][:12]})
            for name, file in published.manifest["files"].items()
        ]
        # A browser follows no link to a file from a page of the UI; a path can be copied.
        return dg.MaterializeResult(
            metadata={
                "release": published.id,
                "content_hash": published.content_hash,
                "folder": dg.MetadataValue.path(str(root)),
                "database": dg.MetadataValue.path(str(root / "agis.duckdb")),
                "notes": dg.MetadataValue.path(str(root / "NOTES.md")),
                "manifest": dg.MetadataValue.path(str(root / "manifest.json")),
                "audit": dg.MetadataValue.path(str(root / "audit.json")),
                "files": dg.MetadataValue.table(files),
            }
        )

    return release


def _follow_up(context: dg.AssetExecutionContext, home: Home) -> None:
    """Copy and tell of a release; `agis refresh` does so itself, with the outcome."""
    if REFRESH_TAG in context.run.tags:
        return
    try:
        problems = [copying.after_release(home), *report.after_run(home)]
    except (AgisError, OSError) as error:  # the release stands; the next one tries again
        problems = report.after_failure(home, "copy", f"Not copied: {error}", run=context.run_id)
    for problem in filter(None, problems):
        context.log.warning(problem)


def judge_raw(home: Home, dataset: Dataset, item: Input) -> dg.AssetCheckResult:
    """The check result for one raw table, for the steps that read."""
    from assets.factories import RAW_CHECK, raw_key

    return as_check_result(RAW_CHECK, raw_key(dataset.id), raw.judge(home, dataset, item))


def as_check_result(name: str, key: dg.AssetKey, verdicts: list[Verdict]) -> dg.AssetCheckResult:
    """Verdicts as one Dagster result: failing ones with rows, expected, found, what to do."""
    failing = [v for v in verdicts if not v.passed]
    metadata: dict[str, Any] = {"checks": len(verdicts), "failing": len(failing)}
    for number, verdict in enumerate(failing[:10], start=1):
        label = verdict.check if len(verdicts) > 1 else "verdict"
        metadata[f"{number}. {label}"] = dg.MetadataValue.md(
            f"**{verdict.title}** ({verdict.severity}, {verdict.outcome})\n\n"
            f"- expected: {verdict.expected}\n- found: {verdict.found}\n"
            f"- what to do: {verdict.remedy}"
        )
        if verdict.rows:
            records = [dg.TableRecord({k: _cell(v) for k, v in r.items()}) for r in verdict.rows]
            metadata[f"{number}. failing rows"] = dg.MetadataValue.table(records)
    return dg.AssetCheckResult(
        passed=not failing,
        asset_key=key,
        check_name=name,
        # WARN: only the audit decides, and it needs the run to reach it.
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(v.sentence() for v in failing[:3]) or f"{len(verdicts)} passed",
        metadata=metadata,
    )


def _cell(value: Any) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class _sentences:  # noqa: N801 - reads as a phrase: with _sentences()
    """Turn what a user can cause into a Dagster failure with the sentence as its description."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, AgisError):
            raise dg.Failure(str(error), allow_retries=False) from error
