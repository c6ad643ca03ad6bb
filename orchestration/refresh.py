"""The main job from the command line: land, then whatever ``next_step`` says.

Where nothing has changed, Dagster is not even imported: looking at a folder and at our own
files answers in a second.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assets.agreements import left_out, today
from assets.errors import AgisError
from assets.files import append_line, now_utc, sha256_of
from assets.home import Home, home_for, lock
from assets.intake import current_inputs, kept_editions, raw_of, sighting_of
from assets.intake.folder import FolderSource
from assets.intake.inbox import Inbox, refusals
from assets.intake.sources import check_sources, open_source
from assets.landing import Landing, Sighting
from assets.raw import current_raw
from assets.registry import load_registry
from assets.registry.model import Dataset
from orchestration import builds
from orchestration.builds import Build
from orchestration.next_step import Next, next_step
from orchestration.offsite import copying
from orchestration.release import audit as audits
from orchestration.release import ledger
from orchestration.watch import report


class RefreshError(AgisError):
    """A refresh did not end with a release; the message says which step, on what and why."""

    def __init__(self, message: str, run: str = "") -> None:
        super().__init__(message)
        self.run = run
        """The id of the Dagster run that failed, if one did."""


class GateClosed(RefreshError):
    """The checks forbid publication of a build."""

    def __init__(self, message: str, build: str) -> None:
        super().__init__(message)
        self.build = build


@dataclass(frozen=True)
class Outcome:
    """How a refresh ended."""

    lines: list[str]
    published: bool


def refresh(sources: str, *, wait_seconds: float = 0.0) -> Outcome:
    """Bring the home of these sources up to date; raises AgisError when nothing may be published.

    The current release stays as it was whatever happens.
    """
    check_sources(sources)
    home = home_for(sources)
    with lock(home, "agis refresh", wait_seconds):
        try:
            outcome = _refresh(home, sources)
        except (AgisError, OSError) as error:
            _failed(home, error)
            raise
        builds.clear_unpublished(home, {r.manifest["build"] for r in ledger.releases(home)})
        outcome = replace(outcome, lines=[*outcome.lines, *_left_out(home)])
        # Told last, so that a bad delivery holds up nobody else's figures and yet is seen.
        refused = refusals(home, load_registry())
        lines, failed = _brought_on(home)
        outcome = replace(outcome, lines=[*outcome.lines, *lines])
        told = " ".join([outcome.lines[0], *(f"Refused: {why}" for why in refused), *failed])
        note(home, "published" if outcome.published else "unchanged", told)
        outcome = replace(outcome, lines=[*outcome.lines, *report.after_run(home)])
        if refused or failed:
            raise RefreshError(told)
        return outcome


def _brought_on(home: Home) -> tuple[list[str], list[str]]:
    """Bring a PostgreSQL database and a copy elsewhere, if there are any, to the current release.

    What to say of it, and what failed: the release stands whatever comes of it, and the next
    refresh tries again.
    """
    from orchestration.serving import postgres

    lines: list[str] = []
    failed: list[str] = []
    followers = [
        ("postgres", "Not in PostgreSQL", postgres.follow),
        ("copy", "Not copied", copying.after_release),
    ]
    for job, complaint, follow in followers:
        try:
            said = follow(home)
        except (AgisError, OSError) as error:
            why = f"{complaint}: {error}"
            note(home, "failed", why, job=job)
            lines += report.after_failure(home, job, why)
            failed.append(why)
        else:
            lines += [said] if said else []
    return lines, failed


def _failed(home: Home, error: AgisError | OSError) -> None:
    """Note and tell a failure; what cannot be said there is said here, and the failure stays."""
    blocked = error.build if isinstance(error, GateClosed) else ""
    run = error.run if isinstance(error, RefreshError) else ""
    try:
        note(home, "failed", str(error))
        problems = report.after_failure(home, "refresh", str(error), blocked=blocked, run=run)
    except OSError as second:
        problems = [f"Not noted: {second}"]
    for problem in problems:
        sys.stderr.write(f"agis: {problem}\n")


def _refresh(home: Home, sources: str) -> Outcome:
    Landing(home).clear_leftovers()
    registry = load_registry()
    dagster: Any = None
    if _running(home).exists():  # a kill came in the middle of a run, which is to be marked so
        dagster = InProcessDagster(home)
        _running(home).unlink()
    if not _seen_unchanged(home, sources, registry):
        dagster = dagster or InProcessDagster(home)
        dagster.run("land", {"resources": {"intake": {"config": {"sources": sources}}}})
    build = builds.want(home, current_inputs(home, registry))
    following = next_step(build)
    before = ledger.current(home)
    if following.step in ("build", "tail"):
        dagster = dagster or InProcessDagster(home)
        failure = dagster.try_on(build, following)
        following = next_step(build)
        if failure and following.step not in ("refused", "held"):
            raise failure
        if following.step == "nothing" and ledger.current(home) != before:
            return _published(home, build)
    if following.step == "refused":
        raise GateClosed(_refusal(home, build, following), build.fingerprint)
    if following.step in ("build", "tail"):
        raise RefreshError(_refusal(home, build, following))
    return Outcome([_still(home, following)], published=False)


def _left_out(home: Home) -> list[str]:
    """What has landed by agreement but stays out of releases today, and why."""
    reasons = left_out(load_registry(), home.world, today())
    landing = Landing(home)
    return [f"Left out: {name}, {why}." for name, why in reasons.items() if landing.seen(name)]


def _running(home: Home) -> Path:
    return home.dagster / "refresh.running"


def _seen_unchanged(home: Home, sources: str, registry: Mapping[str, Dataset]) -> bool:
    """Whether a folder shows just what is in force, landed and read; notes the sighting if so."""
    source, landing = open_source(sources, home), Landing(home)
    if not isinstance(source, FolderSource):
        return False
    if not any(source.offers(dataset) for dataset in registry.values()):
        raise RefreshError(
            f"Nothing published: {source.name} holds none of the files that the registry's "
            f"{len(registry)} datasets look for (such as {_first_place(registry)})."
        )
    looks = {d.id: _look(home, source, landing, d) for d in registry.values()}
    if not any(looks.values()) or any(look is None for look in looks.values()):
        return False
    for dataset, look in looks.items():
        landing.note_seen(dataset, look or [])
    return True


def _first_place(registry: Mapping[str, Dataset]) -> str:
    for dataset in registry.values():
        if dataset.editions.found:
            return dataset.editions.found.mirror
        for listed in dataset.editions.listed.values():
            return listed.mirror
    return "none"


def _look(
    home: Home, source: FolderSource, landing: Landing, dataset: Dataset
) -> list[Sighting] | None:
    """What the folder shows of a dataset, or None if that is not just what is in force."""
    if dataset.agreement:
        return _look_into_inbox(home, landing, dataset)
    before = {s.edition: s for s in landing.seen(dataset.id)}
    seen: list[Sighting] = []
    for offer in source.offers(dataset):
        known = before.get(offer.edition)
        if known is None or sha256_of(source.root / offer.place) != known.sha256:
            return None
        receipt = landing.receipt(dataset.id, offer.edition, known.sha256)
        if receipt is None or not landing.is_whole(receipt):
            return None
        if current_raw(raw_of(home, dataset, known), dataset) is None:
            return None
        seen.append(sighting_of(receipt, offer, source.name))
    kept = kept_editions(home, source, dataset, {s.edition for s in seen})
    if any(current_raw(raw_of(home, dataset, s), dataset) is None for s in kept):
        return None
    seen += kept
    return seen if {s.edition for s in seen} == set(before) else None


def _look_into_inbox(home: Home, landing: Landing, dataset: Dataset) -> list[Sighting] | None:
    """What is in force of a dataset by agreement, or None if something is to be taken or read."""
    if not Inbox(home).brings_nothing(dataset):
        return None
    seen = landing.seen(dataset.id)
    is_read = all(current_raw(raw_of(home, dataset, s), dataset) for s in seen)
    return seen if is_read else None


class InProcessDagster:
    """Dagster in this process, so that runs, events and checks show in the UI."""

    def __init__(self, home: Home) -> None:
        from orchestration.environment import prepare_dagster

        prepare_dagster(home)
        import dagster as dg

        from orchestration.definitions import build_defs
        from orchestration.resources import fail_dead_runs

        self.marker = _running(home)
        self.defs = build_defs(home)
        with _history():
            self.instance = dg.DagsterInstance.get()
            fail_dead_runs(self.instance)

    def try_on(self, build: Build, following: Next) -> RefreshError | None:
        """Run the job that ``next_step`` named on a build; returns the error of a failed run."""
        from orchestration.jobs import run_config

        try:
            self.run(following.step, run_config(build.fingerprint))
        except RefreshError as error:
            return error
        return None

    def run(
        self,
        job: str,
        config: dict[str, Any],
        selection: Any = None,
        otherwise: str = "Nothing published",
    ) -> None:
        """Run a job to its end, or only the selected assets of it.

        Raises RefreshError with the sentences of all failed steps, led by ``otherwise``.
        """
        from orchestration.jobs import reason_of
        from orchestration.resources import PROCESS_TAG, REFRESH_TAG

        if sys.stderr.isatty():
            sys.stderr.write(f"  {_PHASES[job]} …\n")
        level = os.environ.get("AGIS_LOG_LEVEL", "CRITICAL")
        quiet = {"loggers": {"console": {"config": {"log_level": level}}}}
        self.marker.touch()
        with _history():
            result = self.defs.resolve_job_def(job).execute_in_process(
                instance=self.instance,
                raise_on_error=False,
                run_config=config | quiet,
                asset_selection=selection,
                tags={REFRESH_TAG: "true", PROCESS_TAG: str(os.getpid())},
            )
        self.marker.unlink()
        if not result.success:
            reasons = [reason_of(e) for e in result.all_events if e.is_step_failure]
            reasons = reasons or [str(e.message) for e in result.all_events if e.is_failure]
            told = " ".join(dict.fromkeys(filter(None, reasons)))
            raise RefreshError(f"{otherwise}: {told}", result.run_id)


@contextmanager
def _history() -> Iterator[None]:
    """A full disk or a database that is away: what Dagster cannot note ends the refresh."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        first = str(error.__cause__ or error).strip().splitlines()[0]
        raise RefreshError(f"Dagster's history cannot be kept: {first}") from error


_PHASES = {
    "land": "Fetching and reading the sources",
    "build": "Computing the marts, checking, publishing",
    "tail": "Checking and publishing",
}


def _published(home: Home, build: Build) -> Outcome:
    release, audit = ledger.current(home), audits.stored(build)
    assert release is not None
    assert audit is not None
    rows = sum(int(t["rows"]) for t in release.manifest["tables"].values())
    country = "the invented demo country" if home.world == "demo" else "official sources"
    warned = len(audit.verdicts) - audit.count("passed")
    return Outcome(
        [
            f"Published release {release.id} of {country}: {len(release.manifest['tables'])} "
            f"tables, {rows:,} rows, in {release.root}",
            f"Checks: {audit.count('passed')} of {len(audit.verdicts)} passed"
            + (f", {warned} warn (see `agis status`)" if warned else ""),
            'Query it: agis sql "select band, count(*) from social_exclusion_index '
            'group by band order by band"',
        ],
        published=True,
    )


def _still(home: Home, following: Next) -> str:
    release = ledger.current(home)
    stays = f" Release {release.id} stays current." if release else " There is no release yet."
    return f"Nothing new. {following.why}" + ("" if following.step == "nothing" else stays)


def _refusal(home: Home, build: Build, following: Next) -> str:
    release = ledger.current(home)
    stays = f"Release {release.id} stays current." if release else "There is no release yet."
    return (
        f"Nothing published: {following.why} The failing rows are in {build.root / 'audit.json'} "
        f"(or `agis status --checks`, or `make dev`). {stays}"
    )


def note(home: Home, outcome: str, why: str, job: str = "refresh") -> None:
    """Append how a command ended to the home's log."""
    entry = {"at": now_utc(), "job": job, "outcome": outcome, "why": why}
    append_line(home.root / "refreshes.jsonl", entry)
