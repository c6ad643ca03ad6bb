"""Publication: from an audited candidate to an immutable release folder.

Everything is written into a hidden folder beside the releases, which is renamed when complete;
then the pointer moves. A kill at any moment leaves the current release whole.
"""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from assets.agreements import today
from assets.files import now_utc, read_json, sha256_of, write_atomically, write_json
from assets.home import Home
from assets.landing import Landing
from assets.registry.model import Dataset
from checks.agreements import not_in_force
from orchestration.builds import Build
from orchestration.release import audit as audits
from orchestration.release import candidate as candidates
from orchestration.release import compatibility, explained, ledger
from orchestration.release.candidate import Candidate
from orchestration.release.contents import writing
from orchestration.release.ledger import Release, ReleaseError

DEMO_NOTICE = {
    "cs": "DEMO: smyšlená země. Žádný údaj se netýká skutečného místa.",
    "en": "DEMO: an invented country. No figure speaks of a real place.",
}
_STACK = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pyproj")


def publish(build: Build, registry: Mapping[str, Dataset]) -> Release:
    """Publish a build's candidate; raises ReleaseError without a passed audit of this content.

    Returns the current release unchanged if it has the same content.
    """
    home = build.home
    candidate = candidates.stored(build)
    if candidate is None:
        raise ReleaseError(f"Build {build.fingerprint} has no candidate; run the job `build`.")
    try:
        _require_unaltered(build, candidate)
    except ReleaseError:
        build.discard()
        raise
    audit = audits.valid(build)
    if audit is None:
        raise ReleaseError(
            f"Nothing published: there is no audit of this very content "
            f"({candidate.content_hash[:12]}) under the present rules."
        )
    if not audit.passed:
        raise ReleaseError(f"Nothing published: {audit.why()}")
    _require_agreements(build, registry)
    now = ledger.current(home)
    if now and now.content_hash == candidate.content_hash:
        return now
    hold = ledger.holds(home).get(candidate.content_hash)
    if hold:
        raise ReleaseError(
            f"Nothing published: this content was withdrawn with release {hold.release} "
            f"({hold.reason}). Lift the hold first: agis lift {hold.release} --reason …"
        )
    home.releases.mkdir(exist_ok=True)
    clear_leftovers(home)
    made = ledger.releases(home)
    if made and made[-1].content_hash == candidate.content_hash:
        # The newest release has this content but is not current: a kill came before the pointer
        # moved, or its hold was lifted. It needs no second id.
        ledger.record(home, "made_current", release=made[-1].id)
        ledger.point_to(home, made[-1])
        return made[-1]
    release_id = ledger.next_id(home, now_utc())
    staged = home.releases / f".making-{release_id}"
    staged.mkdir()
    _write_contents(staged, release_id, build, candidate, registry)
    final = home.releases / release_id
    staged.rename(final)
    release = ledger.find(home, release_id)
    ledger.record(home, "published", release=release_id, content_hash=candidate.content_hash)
    ledger.point_to(home, release)
    return release


def clear_leftovers(home: Home) -> None:
    """Remove what a killed publication left behind; call with the lock held.

    A release folder that was completed but never pointed to was never published: it goes too,
    unless it is named by an event.
    """
    for folder in home.releases.glob(".making-*"):
        shutil.rmtree(folder)
    published = {e["release"] for e in ledger.events(home) if e["event"] == "published"}
    made = ledger.releases(home)
    now = ledger.current(home)
    if now and now.id not in published:
        raise ReleaseError(
            f"{home.releases / 'events.jsonl'} does not name the current release {now.id}: the "
            "log is damaged or was removed. Restore it before anything is published."
        )
    # Only the last folder can be one that a kill kept from being published.
    if made and made[-1].id not in published:
        shutil.rmtree(made[-1].root)


def _require_unaltered(build: Build, candidate: Candidate) -> None:
    """The files must still be those whose hash was audited, not only those that were described."""
    for name, table in candidate.tables.items():
        path = build.tables / f"{name}.parquet"
        if not path.exists() or sha256_of(path) != table["sha256"]:
            raise ReleaseError(_altered(build, path.name))
    if candidates.content_hash(build, candidate.tables) != candidate.content_hash:
        raise ReleaseError(_altered(build, "a table or macro"))


def _require_agreements(build: Build, registry: Mapping[str, Dataset]) -> None:
    """An agreement may have expired since the audit: what counts is the day of publication."""
    with candidates.show_tables(build) as tables:
        problems = not_in_force(audits.evidence(build, registry, tables))
    if problems:
        first = problems[0]
        raise ReleaseError(
            f"Nothing published: {first['dataset']}, edition {first['edition']}: "
            f"{first['problem']}. Refresh again: what its agreement covered is then left out."
        )


def _altered(build: Build, what: str) -> str:
    return (
        f"Nothing published: {what} of build {build.fingerprint} is not the file that was "
        "audited. The next refresh makes the build anew."
    )


def _write_contents(
    root: Path, release_id: str, build: Build, candidate: Candidate, registry: Mapping[str, Dataset]
) -> None:
    (root / "parquet").mkdir()
    (root / "csv").mkdir()
    for name in candidate.tables:
        shutil.copyfile(build.tables / f"{name}.parquet", root / "parquet" / f"{name}.parquet")
    manifest = _manifest(release_id, build, candidate, registry)
    _write_database(root, build, candidate, manifest)
    shutil.copyfile(build.root / "audit.json", root / "audit.json")
    write_atomically(root / "NOTES.md", _notes(manifest, build))
    verdicts = read_json(root / "audit.json")["verdicts"]
    writing.write(root, build, registry, manifest, verdicts)
    manifest["files"] = {
        path.relative_to(root).as_posix(): {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    write_json(root / "manifest.json", manifest)
    lines = [f"{v['sha256']}  {name}" for name, v in manifest["files"].items()]
    lines.append(f"{sha256_of(root / 'manifest.json')}  manifest.json")
    write_atomically(root / "SHA256SUMS", "\n".join(lines) + "\n")
    for path in root.rglob("*"):
        if path.is_file():
            path.chmod(0o444)


def _agreements(build: Build, registry: Mapping[str, Dataset]) -> list[dict[str, str]]:
    """The agreements that a release falls under, and what is to happen when they end."""
    datasets = sorted({item.dataset for item in build.inputs()})
    terms = [(name, registry[name].agreement) for name in datasets]
    return [
        {
            "dataset": name,
            "reference": agreed.reference,
            "expires": agreed.expires.isoformat(),
            "after_expiry": agreed.after_expiry,
        }
        for name, agreed in terms
        if agreed
    ]


def _manifest(
    release_id: str, build: Build, candidate: Candidate, registry: Mapping[str, Dataset]
) -> dict[str, Any]:
    landing = Landing(build.home)
    receipts = [landing.receipt(i.dataset, i.edition, i.sha256) for i in build.inputs()]
    now = ledger.current(build.home)
    return {
        "release": release_id,
        "world": build.home.world,
        "notice": DEMO_NOTICE if build.home.world == "demo" else None,
        "published_at": now_utc(),
        "build": build.fingerprint,
        "content_hash": candidate.content_hash,
        "tables": candidate.tables,
        "sources": [asdict(receipt) for receipt in receipts if receipt],
        "agreements": _agreements(build, registry),
        "inputs": [asdict(item) for item in build.inputs()],
        "compared_with": candidate.compared_with,
        "waivers": _waivers(build),
        "stack": {name: metadata.version(name) for name in _STACK},
        "agis": metadata.version("agis"),
        **writing.facts(candidate.tables, now.manifest if now else None),
    }


def _waivers(build: Build) -> list[dict[str, str]]:
    audit = audits.stored(build)
    assert audit is not None
    return audit.waived


def _write_database(
    root: Path, build: Build, candidate: Candidate, manifest: dict[str, Any]
) -> None:
    """One DuckDB file and one CSV per table, all from the candidate's Parquet files."""
    import duckdb

    # A form that clients of the last two years can read.
    settings: dict[str, Any] = {"storage_compatibility_version": "v1.0.0"}
    with duckdb.connect(str(root / "agis.duckdb"), config=settings) as db:
        for name, table in candidate.tables.items():
            parquet = _quoted(root / "parquet" / f"{name}.parquet")
            db.execute(f'create table "{name}" as select * from read_parquet({parquet})')
            db.execute(f'comment on table "{name}" is {_text(table["description"])}')
            for column in table["columns"]:
                if column["description"]:
                    db.execute(
                        f'comment on column "{name}"."{column["name"]}" '
                        f"is {_text(column['description'])}"
                    )
            csv = _quoted(root / "csv" / f"{name}.csv")
            db.execute(f'copy "{name}" to {csv} (format csv, header true)')
        db.execute(
            "create table release as select ? as release, ? as world, ? as published_at, "
            "? as content_hash, ? as notice_cs, ? as notice_en",
            [
                manifest["release"],
                manifest["world"],
                manifest["published_at"],
                manifest["content_hash"],
                *((manifest["notice"] or {}).get(k) for k in ("cs", "en")),
            ],
        )
        db.execute("create view territory_current as select * from territory where is_current")
        for statement in compatibility.views(candidate.tables, today()):
            db.execute(statement)
        for name, kind, parameters, definition in _macros(build):
            # A parameter may bear the name of a key word.
            named = ", ".join(f'"{parameter}"' for parameter in parameters)
            head = f'create or replace macro "{name}"({named}) as'
            db.execute(f"{head} {'table ' if kind == 'table_macro' else ''}{definition}")
        db.execute(
            "create or replace macro territory_at(day) as table "
            "select * from territory where valid_from <= day and coalesce(valid_to, day) >= day"
        )


def _macros(build: Build) -> list[tuple[str, str, list[str], str]]:
    """The shipped macros, those first that others need (fewest calls to other macros)."""
    macros = [tuple(m) for m in read_json(build.root / "macros.json")]
    names = {m[0] for m in macros}
    ordered: list[tuple[str, str, list[str], str]] = []
    done: set[str] = set()
    while len(ordered) < len(macros):
        ready = [
            m
            for m in macros
            if m[0] not in done
            and all(n == m[0] or n in done or f"{n}(" not in m[3] for n in names)
        ]
        if not ready:
            raise ReleaseError("The shipped macros call each other in a circle.")
        ordered += ready
        done |= {m[0] for m in ready}
    return ordered


def _quoted(path: Path) -> str:
    return _text(str(path))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _notes(manifest: dict[str, Any], build: Build) -> str:
    audit = audits.stored(build)
    assert audit is not None
    lines = [f"# AGIS {manifest['release']}", ""]
    if manifest["notice"]:
        lines += [f"**{manifest['notice']['cs']}**", "", f"**{manifest['notice']['en']}**", ""]
    lines += [
        f"Published {manifest['published_at']}; content {manifest['content_hash'][:12]}.",
        f"Checks: {audit.count('passed')} passed, {len(audit.verdicts)} declared.",
        "",
        "The index is a reconstruction by AGIS; where the Agency published a value, the",
        "published band is the headline. Living in a band never means being excluded.",
        "",
        "## Tables",
        "",
    ]
    lines += [
        f"- `{name}` ({table['rows']:,} rows): {table['description'].splitlines()[0]}"
        for name, table in manifest["tables"].items()
        if table["description"]
    ]
    warned = [v for v in audit.verdicts if v["outcome"] != "passed" and not v.get("waived")]
    waived = manifest["waivers"]
    if waived:
        lines += ["", "## Checks that failed and were waived", ""]
        lines += [
            f"- {w['check']} ({w['subject']}): {w['reason']} ({w['owner']}, until {w['expires']})"
            for w in waived
        ]
    lines += _changes(manifest["compared_with"], build)
    if warned:
        lines += ["", "## Checks that warn", ""]
        lines += [f"- {v['title']} ({v['subject']}): found {v['found']}" for v in warned]
    lines += ["", "## Sources", ""]
    lines += [
        f"- {s['dataset']}, edition {s['edition']}: {s['file']}, received {s['retrieved_at']}"
        for s in manifest["sources"]
    ]
    return "\n".join(lines) + "\n"


def _changes(compared_with: str | None, build: Build) -> list[str]:
    """What changed since the release before, from the published log of changes."""
    import pyarrow.parquet as pq

    table = pq.read_table(build.tables / f"{explained.TABLE}.parquet").to_pylist()
    rows = [row for row in table if row["compared_with"] == compared_with]
    if not rows:
        return []
    lines = ["", f"## Changes since {compared_with}", ""]
    for row in rows:
        what = f"{row['table_name']}, {row['indicator_id']}" if row["indicator_id"] else None
        counts = ", ".join(
            f"{row[f'rows_{kind}']:,} rows {kind}"
            for kind in ("added", "removed", "changed")
            if row[f"rows_{kind}"]
        )
        reason = f" {row['reason_en']}" if row["reason_en"] else ""
        lines.append(
            f"- {what or row['table_name']}: {counts or 'columns'} ({row['causes']}).{reason}"
        )
    return lines
