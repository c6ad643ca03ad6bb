"""Dagster assets made from registry entries: landing and raw, one step per producer.

Only what changed is materialized; of an unchanged source only the check's result is told again.
Each step ends with the asset ``landing/sightings/<producer>``, which is always materialized and
says what was seen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
from pydantic import Field

from assets.editions import editions_of
from assets.errors import AgisError
from assets.home import Home
from assets.intake import Input, pull, read_raw
from assets.intake.fetch import FetchError
from assets.intake.inbox import refused
from assets.intake.offers import Source
from assets.intake.progress import Progress
from assets.landing import Landing, Sighting
from assets.raw import RawFile, reading_version
from assets.registry.model import Dataset

OWNERS = ["team:data-engineering"]
RAW_CHECK = "contract_and_expectations"


@dataclass(frozen=True)
class Intake:
    """What a landing step works with; the resource of that name provides it."""

    home: Home
    source: Source
    progress: Progress


class PullConfig(dg.Config):
    """What a step lands; nothing named means everything that the sources offer."""

    datasets: list[str] = Field(
        default=[], description="Only these datasets of the producer, such as csu__population."
    )
    editions: list[str] = Field(
        default=[],
        description="Only these editions, fetched whole and read again even if unchanged.",
    )


Judge = Callable[[Home, Dataset, Input], "dg.AssetCheckResult"]


def landing_key(dataset: str) -> dg.AssetKey:
    """The key of a dataset's landed bytes."""
    return dg.AssetKey(["landing", dataset])


def raw_key(dataset: str) -> dg.AssetKey:
    """The key of a dataset's raw table."""
    return dg.AssetKey(["raw", dataset])


def sightings_key(producer: str) -> dg.AssetKey:
    """The key of the log of what a producer's sources showed."""
    return dg.AssetKey(["landing", "sightings", producer])


def pull_assets(registry: Mapping[str, Dataset], judge: Judge) -> list[dg.AssetsDefinition]:
    """One step per producer that lands and reads all its datasets.

    ``judge`` gives the check result for a raw table; it is passed in because this package does
    not know the checks.
    """
    producers = sorted({dataset.producer for dataset in registry.values()})
    return [
        _pull_step(p, {d.id: d for d in registry.values() if d.producer == p}, judge)
        for p in producers
    ]


def _pull_step(producer: str, datasets: Mapping[str, Dataset], judge: Judge) -> dg.AssetsDefinition:
    specs = [spec for dataset in datasets.values() for spec in _specs(dataset)]
    specs.append(
        dg.AssetSpec(
            sightings_key(producer),
            group_name="landing",
            description=f"What the sources of {producer} showed in the last run, by edition.",
            kinds={"file"},
            owners=OWNERS,
        )
    )

    @dg.multi_asset(
        name=f"pull_{producer}",
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                RAW_CHECK,
                asset=raw_key(dataset),
                description="The contract held and the expectations on the raw table were judged.",
            )
            for dataset in datasets
        ],
        can_subset=True,
        retry_policy=dg.RetryPolicy(max_retries=1, delay=2, backoff=dg.Backoff.EXPONENTIAL),
        required_resource_keys={"intake"},
    )
    def step(context: dg.AssetExecutionContext, config: PullConfig) -> Iterator[Any]:
        intake: Intake = context.resources.intake
        wanted = context.selected_asset_keys
        rows: list[dict[str, Any]] = []
        unknown = sorted(set(config.datasets) - set(datasets))
        if unknown:
            raise dg.Failure(
                f"pull_{producer}: expected datasets of {producer} ({', '.join(datasets)}), "
                f"found {', '.join(unknown)}.",
                allow_retries=False,
            )
        for dataset in datasets.values():
            if landing_key(dataset.id) not in wanted and raw_key(dataset.id) not in wanted:
                continue
            if config.datasets and dataset.id not in config.datasets:
                continue
            only = config.editions
            try:
                seen, changed = _land(intake, dataset, landing_key(dataset.id) in wanted, only)
                if landing_key(dataset.id) in wanted and changed:
                    yield _landed(intake.home, dataset, changed)
                if raw_key(dataset.id) in wanted:
                    yield from _read(intake.home, dataset, seen, judge, only)
            except AgisError as error:
                if dataset.status == "unverified" and not _was_ever_read(intake.home, dataset):
                    # What nobody could try must not stop what is known to work; it has no data.
                    context.log.warning(str(error))
                    problem = {"dataset": dataset.id, "edition": "", "sha256": "", "new": False}
                    rows.append(problem | {"problem": str(error)})
                    continue
                # Only the network may do better on a second try; a broken file stays broken.
                again = isinstance(error, FetchError)
                raise dg.Failure(str(error), allow_retries=again) from error
            new = {(s.edition, s.sha256) for s in changed}
            rows += [
                {
                    "dataset": s.dataset,
                    "edition": s.edition,
                    "sha256": s.sha256[:12],
                    "new": (s.edition, s.sha256) in new,
                    "problem": "",
                }
                for s in seen
            ]
        if sightings_key(producer) in wanted:
            why = [sentence for name in datasets for sentence in refused(intake.home, name)]
            yield dg.MaterializeResult(
                sightings_key(producer),
                metadata={
                    "editions": len(rows),
                    "seen": _table(rows),
                    "refused deliveries": dg.MetadataValue.md("\n\n".join(why) or "none"),
                },
            )

    return step


def _specs(dataset: Dataset) -> Iterator[dg.AssetSpec]:
    common: dict[str, Any] = {
        "skippable": True,
        "owners": OWNERS,
        "tags": {"producer": dataset.producer, "theme": dataset.theme, "status": dataset.status},
    }
    about = f"{dataset.title.en} ({dataset.title.cs}), {dataset.grain}."
    page = {"source": dg.MetadataValue.url(dataset.landing_page)}
    yield dg.AssetSpec(
        landing_key(dataset.id),
        group_name="landing",
        kinds={"file"},
        description=f"The bytes as they came, with receipts. {about}",
        metadata=page | {"licence": dataset.licence.id, "cadence": dataset.calendar.cadence},
        **common,
    )
    columns = dg.TableSchema(
        columns=[
            dg.TableColumn(name, c.type, description=c.unit) for name, c in dataset.columns.items()
        ]
    )
    yield dg.AssetSpec(
        raw_key(dataset.id),
        deps=[landing_key(dataset.id)],
        group_name="raw",
        kinds={"parquet"},
        description=f"The content as text under the registry's contract. {about}",
        metadata=page | {"dagster/column_schema": columns},
        **common,
    )


def _was_ever_read(home: Home, dataset: Dataset) -> bool:
    return any((home.raw / dataset.id).glob("*/*.parquet"))


def _land(
    intake: Intake, dataset: Dataset, fetch: bool, only: list[str]
) -> tuple[list[Sighting], list[Sighting]]:
    """What is seen of a dataset, and which of it was not seen before or was asked for by name."""
    before = Landing(intake.home).seen(dataset.id)
    seen = before
    if fetch:
        seen = pull(intake.home, intake.source, dataset, intake.progress, only)
    known = {(s.edition, s.sha256) for s in before}
    return seen, [s for s in seen if (s.edition, s.sha256) not in known or s.edition in only]


def _landed(home: Home, dataset: Dataset, changed: list[Sighting]) -> "dg.MaterializeResult[Any]":
    landing = Landing(home)
    receipts = [landing.receipt(s.dataset, s.edition, s.sha256) for s in changed]
    rows: list[dict[str, Any]] = [
        {
            "edition": r.edition,
            "file": r.file,
            "bytes": r.size,
            "sha256": r.sha256[:12],
            "from": r.url,
            "retrieved": r.retrieved_at,
        }
        for r in receipts
        if r
    ]
    return dg.MaterializeResult(
        landing_key(dataset.id),
        metadata={"receipts": _table(rows), "bytes": sum(row["bytes"] for row in rows)},
    )


def _read(
    home: Home, dataset: Dataset, seen: list[Sighting], judge: Judge, only: list[str]
) -> Iterator["dg.MaterializeResult[Any] | dg.AssetCheckResult"]:
    results = [
        (sighting, *read_raw(home, dataset, sighting, again=sighting.edition in only))
        for sighting in seen
    ]
    checks = [
        judge(home, dataset, Input(dataset.id, s.edition, s.sha256, reading_version(dataset)))
        for s in seen
    ]
    verdicts = {
        s.edition: "passed" if check.passed else "failed"
        for s, check in zip(seen, checks, strict=True)
    }
    if not any(fresh for _, _, fresh in results):
        # A check without a result shows as skipped, also where its last result still holds.
        if checks:
            yield _worst(checks)
        return
    newest = results[-1][1]
    yield dg.MaterializeResult(
        raw_key(dataset.id),
        metadata={
            "dagster/row_count": sum(raw.rows for _, raw, _ in results),
            "editions": dg.MetadataValue.md(
                markdown_table([e.row(verdicts) for e in editions_of(home, dataset)])
            ),
            "layout": newest.layout,
            "preview": _preview(dataset, newest),
        },
        check_results=[_worst(checks)],
    )


def _worst(checks: "list[dg.AssetCheckResult]") -> "dg.AssetCheckResult":
    """A dataset may have several editions; the check shows the worst of them."""
    return min(checks, key=lambda check: check.passed)


def _preview(dataset: Dataset, raw: RawFile) -> dg.MarkdownMetadataValue:
    import pyarrow.parquet as pq

    if dataset.is_confidential:
        return dg.MetadataValue.md("(not shown: handed over by agreement)")
    batch = next(pq.ParquetFile(raw.path).iter_batches(batch_size=5))
    return dg.MetadataValue.md(markdown_table(batch.to_pylist()))


def markdown_table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table, long texts cut."""
    if not rows:
        return "(no rows)"
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = ["" if row[n] is None else str(row[n])[:40].replace("|", "/") for n in names]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _table(rows: list[dict[str, Any]]) -> Any:
    if not rows:
        return dg.MetadataValue.text("none")
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows])
