"""The audit: the only place that decides whether a candidate may be published.

It asks for the verdict of every declared check: on raw beside the raw files, dbt tests from
this build's own ``manifest.json`` and ``run_results.json``, all others from the build's
``verdicts/``. A missing or crashed check counts like a failed one. The result is bound to the
candidate's content hash and to the hash of the rules; never taken from Dagster's event log.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from assets.agreements import today
from assets.files import now_utc, read_json, write_json
from assets.landing import Landing
from assets.registry.model import Dataset
from checks import gx, raw, waivers
from checks.agreements import AGREEMENT_CHECKS, SUBJECT, EarlierRelease, Evidence
from checks.lineage import confidential
from checks.tables import TABLE_CHECKS
from checks.verdict import (
    SHOWN_ROWS,
    Severity,
    Verdict,
    plain,
    read_verdicts,
    without_cells,
    write_verdicts,
)
from orchestration.builds import Build
from orchestration.release import candidate as candidates
from orchestration.release import disappeared, ledger
from orchestration.release.candidate import Candidate
from orchestration.release.ledger import releases
from orchestration.release.rules import rules_version

SHOWN_SENTENCES = 3
AGREEMENTS = "agreements"
"""The group of verdicts on data by agreement."""
_ORDER = ("raw", "tables", "candidate", "dbt")
"""Kinds of checks from the source to the mart: the first that fails is nearest to the cause."""


@dataclass(frozen=True)
class Audit:
    """The decision on one candidate under one set of rules."""

    content_hash: str
    rules: str
    passed: bool
    blocking: list[str]
    """Ids of the checks that forbid publication."""
    verdicts: list[dict[str, Any]]
    audited_at: str
    disappeared: list[str] = field(default_factory=list)
    """Editions of the release of that time that were missing and not acknowledged."""
    waived: list[dict[str, str]] = field(default_factory=list)
    """The waivers that this decision rests on."""
    waived_until: str | None = None
    """The last day on which all of them hold."""

    def count(self, outcome: str) -> int:
        """How many checks ended so (``passed``, ``failed``, ``crashed``, ``missing``)."""
        return sum(v["outcome"] == outcome for v in self.verdicts)

    def unfinished(self) -> Literal["build", "tail"] | None:
        """The step to repeat when a blocking check crashed or is missing, and none has failed."""
        blocking = [v for v in self.verdicts if _forbids(v)]
        if any(v["outcome"] == "failed" for v in blocking):
            return None
        return "build" if any(v["check"].startswith("dbt.") for v in blocking) else "tail"

    def why(self) -> str:
        """What forbids publication in a message: the first checks, and how many more."""
        sentences = self.sentences()
        more = len(sentences) - SHOWN_SENTENCES
        tail = [f"And {more} more checks: agis status --checks."] if more > 0 else []
        return " ".join([*sentences[:SHOWN_SENTENCES], *tail])

    def sentences(self) -> list[str]:
        """What forbids publication, one sentence each, nearest to the source first."""
        return [
            f"{v['check']}: {v['title']} ({v['subject']}): expected {v['expected']}, "
            f"found {v['found']}. {v['remedy']}"
            for v in sorted(self.verdicts, key=_nearness)
            if _forbids(v)
        ]


def _nearness(verdict: dict[str, Any]) -> int:
    return _ORDER.index(verdict["check"].split(".")[0])


def forbids(outcome: str, severity: str, waived: str = "") -> bool:
    """Whether such a verdict forbids publication; an exact ``warn`` and what is waived do not."""
    return outcome != "passed" and severity != "warn" and not waived


def _forbids(verdict: Mapping[str, Any]) -> bool:
    return forbids(verdict["outcome"], verdict["severity"], verdict.get("waived", ""))


def stored(build: Build) -> Audit | None:
    """The audit of a build as it lies there; whether it still holds is for the reader to ask."""
    content = read_json(build.root / "audit.json")
    return Audit(**content) if content else None


def valid(build: Build) -> Audit | None:
    """The audit of this build's present candidate under the present rules, if there is one."""
    audit, candidate = stored(build), candidates.stored(build)
    if audit is None or candidate is None:
        return None
    if audit.content_hash != candidate.content_hash or audit.rules != rules_version():
        return None
    if audit.waived_until and today() > dt.date.fromisoformat(audit.waived_until):
        return None
    # Which release is current, and what is acknowledged, may have changed since.
    now = ledger.current(build.home)
    is_new = now is None or now.content_hash != candidate.content_hash
    if is_new and candidate.compared_with != (now.id if now else None):
        return None
    return audit if audit.disappeared == disappeared.open_editions(build) else None


def judged(candidate: Candidate, name: str) -> dict[str, str]:
    """What verdicts on the candidate are bound to."""
    return {"content": candidate.content_hash, "rules": rules_version(), "name": name}


def keep_verdicts(build: Build, candidate: Candidate, name: str, verdicts: list[Verdict]) -> None:
    """Keep the verdicts of one group of checks (a suite's table, or ``tables``)."""
    write_verdicts(build.verdicts / f"{name}.json", judged(candidate, name), verdicts)


def audit(build: Build, registry: Mapping[str, Dataset]) -> Audit:
    """Collect all verdicts on a build's candidate and decide; keeps ``audit.json``."""
    candidate = candidates.stored(build)
    if candidate is None:
        raise ValueError(f"build {build.fingerprint} has no candidate to audit")
    verdicts = [
        disappeared.judge(build),
        *_raw_verdicts(build, registry),
        *_dbt_verdicts(build, registry),
        *_candidate_verdicts(build, candidate),
    ]
    verdicts, used = _with_waivers(verdicts, waivers.waivers(build.home.world), today())
    kept = [asdict(v) for v in verdicts]
    blocking = [v["check"] for v in kept if _forbids(v)]
    result = Audit(
        content_hash=candidate.content_hash,
        rules=rules_version(),
        passed=not blocking,
        blocking=sorted(set(blocking)),
        verdicts=kept,
        audited_at=now_utc(),
        disappeared=disappeared.open_editions(build),
        waived=[w.model_dump(mode="json") for w in used],
        waived_until=min((w.expires for w in used), default=dt.date.max).isoformat()
        if used
        else None,
    )
    write_json(build.root / "audit.json", asdict(result))
    return result


def _with_waivers(
    verdicts: list[Verdict], known: list[waivers.Waiver], day: dt.date
) -> tuple[list[Verdict], list[waivers.Waiver]]:
    """The verdicts, saying of each what lets it through, and the waivers that were needed."""
    judged, used = [], []
    for verdict in verdicts:
        waiver = (
            waivers.applied(verdict, known, day)
            if forbids(verdict.outcome, verdict.severity)
            else None
        )
        if waiver:
            told = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
            verdict = replace(verdict, waived=told)
            used += [waiver] if waiver not in used else []
        elif ended := waivers.expired(verdict, known, day):
            remedy = f"Its waiver expired on {ended.expires}. {verdict.remedy}"
            verdict = replace(verdict, remedy=remedy)
        judged.append(verdict)
    return judged, used


def _missing(check: str, subject: str) -> Verdict:
    return Verdict(
        check=check,
        subject=subject,
        title="Declared check",
        severity="error",
        outcome="missing",
        expected="a verdict on this very content",
        found="none",
        remedy="Run the checks again: `agis refresh`.",
    )


def _complete(declared: list[str], subject: str, verdicts: list[Verdict]) -> Iterator[Verdict]:
    by_id = {verdict.check: verdict for verdict in verdicts}
    for check in declared:
        yield by_id.get(check) or _missing(check, subject)


def _raw_verdicts(build: Build, registry: Mapping[str, Dataset]) -> Iterator[Verdict]:
    for item in build.inputs():
        dataset = registry[item.dataset]
        declared = raw.declared(dataset, item.edition, build.home.world)
        verdicts = raw.stored(build.home, dataset, item) or []
        yield from _complete(declared, f"raw {item.dataset}, edition {item.edition}", verdicts)


def _candidate_verdicts(build: Build, candidate: Candidate) -> Iterator[Verdict]:
    for name, suite in gx.suites("candidate").items():
        known = read_verdicts(build.verdicts / f"{name}.json", judged(candidate, name))
        yield from _complete(suite.declared(build.home.world), name, known or [])
    known = read_verdicts(build.verdicts / "tables.json", judged(candidate, "tables"))
    for check in TABLE_CHECKS:
        yield from _complete([check.id], check.subject, known or [])
    known = read_verdicts(build.verdicts / f"{AGREEMENTS}.json", judged(candidate, AGREEMENTS))
    yield from _complete([check.id for check in AGREEMENT_CHECKS], SUBJECT, known or [])


def evidence(build: Build, registry: Mapping[str, Dataset], tables: Any) -> Evidence:
    """What the checks on data by agreement judge a build by, today."""
    landing, inputs = Landing(build.home), build.inputs()
    receipts = [landing.receipt(i.dataset, i.edition, i.sha256) for i in inputs]
    return Evidence(
        manifest=read_json(build.dbt_target / "manifest.json"),
        tables=tables,
        inputs=inputs,
        receipts=[receipt for receipt in receipts if receipt],
        registry=registry,
        day=today(),
        earlier=_of_the_same_deliveries(build, registry),
    )


def _of_the_same_deliveries(build: Build, registry: Mapping[str, Dataset]) -> list[EarlierRelease]:
    """Releases so far that hold a delivery by agreement that this build reads as well."""
    delivered = {
        (item.dataset, item.edition, item.sha256)
        for item in build.inputs()
        if registry[item.dataset].agreement
    }
    found = []
    for release in releases(build.home):
        read = {(s["dataset"], s["edition"], s["sha256"]) for s in release.manifest["sources"]}
        editions = frozenset((dataset, edition) for dataset, edition, _ in read & delivered)
        if editions:
            found.append(EarlierRelease(release.root, editions))
    return found


def _dbt_verdicts(build: Build, registry: Mapping[str, Dataset]) -> Iterator[Verdict]:
    manifest = read_json(build.dbt_target / "manifest.json")
    secret = confidential(manifest, registry)
    results = read_json(build.dbt_target / "run_results.json") or {"results": []}
    by_id = {result["unique_id"]: result for result in results["results"]}
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    for node in sorted(tests, key=lambda n: str(n["unique_id"])):
        result = by_id.get(node["unique_id"])
        check = f"dbt.{node['name']}"
        if not result:
            yield _missing(check, _of(node))
            continue
        verdict = _dbt_verdict(build, check, node, result)
        # The audit is published with the release: no cell may show that the tables hide.
        is_secret = secret & set(node["depends_on"]["nodes"])
        yield without_cells(verdict) if is_secret else verdict


def _of(node: dict[str, Any]) -> str:
    attached = node.get("attached_node") or ""
    return attached.rsplit(".", 1)[-1] or "several tables"


def _dbt_verdict(build: Build, check: str, node: dict[str, Any], result: dict[str, Any]) -> Verdict:
    meta = (node["config"].get("meta") or {}).get("agis", {})
    severity: Severity = meta.get("severity", "error")
    status = str(result["status"])
    outcome = {"pass": "passed", "warn": "failed", "fail": "failed"}.get(status, "crashed")
    failures = int(result.get("failures") or 0)
    rows = _failing_rows(build, result) if outcome == "failed" else []
    expected = meta.get("expected") or node.get("description") or "no failing rows"
    return Verdict(
        check=check,
        subject=_of(node),
        title=meta.get("title") or node["name"].replace("_", " "),
        severity=severity,
        outcome=outcome,  # type: ignore[arg-type] # one of the three by the mapping above
        expected=str(expected).strip().rstrip("."),
        found={
            "passed": "as expected",
            "failed": f"{failures} rows otherwise",
            "crashed": str(result.get("message") or status),
        }[outcome],
        remedy=meta.get("remedy", "Look at the failing rows."),
        rows=rows,
        row_count=failures,
    )


def _failing_rows(build: Build, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The first failing rows of a dbt test, by its compiled query on the build's database."""
    import duckdb

    query = result.get("compiled_code")
    if not query:
        return []
    try:
        with build.open_work_database() as work:
            cursor = work.execute(f"select * from ({query}) limit {SHOWN_ROWS}")
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
    except duckdb.Error as error:
        return [{"rows": f"could not be read again: {error}"}]
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows]
