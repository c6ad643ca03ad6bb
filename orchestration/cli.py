"""The command ``agis``: thin over the refresh, the release code and the demo country.

Errors that a user can cause are one sentence on standard error and exit code 1.
"""

import csv
import json
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from assets.errors import AgisError
from assets.home import Home, existing_home
from orchestration.offsite import commands as offsite_commands
from orchestration.release import commands as release_commands
from orchestration.sentences import sentences as _sentences
from orchestration.serving import commands as serving_commands
from orchestration.watch import commands as watch_commands

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="AGIS: open data on social exclusion in every Czech municipality.",
)
app.add_typer(serving_commands.load, name="load")
app.add_typer(serving_commands.serve, name="serve")
app.add_typer(watch_commands.app)
app.add_typer(offsite_commands.app)
app.add_typer(release_commands.app)

MAX_TABLE_ROWS = 200

Sources = Annotated[
    str,
    typer.Option(
        envvar="AGIS_SOURCES",
        help="demo, live, a folder that mirrors the sources, or an address that does.",
    ),
]
Reason = Annotated[str, typer.Option(help="Why; kept in the log of releases.")]


class Format(StrEnum):
    """How `agis sql` prints its result."""

    table = "table"
    csv = "csv"
    json = "json"


def main() -> None:
    """Entry point of the command."""
    app()


@app.command()
@_sentences
def refresh(
    sources: Sources = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for another refresh.")] = 0.0,
) -> None:
    """Fetch, read, compute, check, and publish if all holds."""
    from orchestration.refresh import refresh as run

    if not sources:
        raise AgisError(
            "Say where the sources come from: agis refresh --sources demo, live, or a folder."
        )
    for line in run(sources, wait_seconds=wait).lines:
        typer.echo(line)


@app.command()
@_sentences
def land(
    dataset: Annotated[str, typer.Argument(help="Only this dataset, e.g. csu__population.")] = "",
    edition: Annotated[str, typer.Argument(help="Only this edition, fetched whole.")] = "",
    sources: Sources = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for another refresh.")] = 0.0,
) -> None:
    """Fetch and read without building; show which editions are there then."""
    from orchestration.land import land as run

    if not sources:
        raise AgisError("Say where the sources come from: agis land --sources demo, live, …")
    home = run(sources, dataset, edition, wait_seconds=wait)
    _print_editions(home, dataset)
    typer.echo("Build and publish it: agis refresh")


@app.command()
@_sentences
def editions(
    dataset: Annotated[str, typer.Argument(help="Only this dataset, e.g. csu__population.")] = "",
) -> None:
    """Show which editions are there, from where, in how many vintages, and how judged."""
    _print_editions(existing_home(), dataset)


@app.command()
@_sentences
def status(
    checks: Annotated[bool, typer.Option(help="Also list the checks that did not pass.")] = False,
) -> None:
    """Show datasets, the last refresh, the current release and its checks."""
    from orchestration.status import status as read

    state = read(existing_home())
    typer.echo(f"Home {state.home.root}, world {state.home.world}" + _demo_note(state.home.world))
    _print_table(
        ["dataset", "editions", "last seen (UTC)", "state", "next expected by"],
        [
            (d.dataset, ", ".join(d.editions), d.last_seen, d.state, d.expected_on)
            for d in state.datasets
        ],
    )
    last = state.last_refresh
    typer.echo(
        f"Last refresh: {last['outcome']} at {last['at']}. {last['why']}"
        if last
        else "Last refresh: none yet."
    )
    release = state.release
    typer.echo(
        f"Current release: {release.id}, published {release.manifest['published_at']}, content "
        f"{release.content_hash[:12]}"
        if release
        else "Current release: none yet."
    )
    typer.echo(release_commands.announcement())
    for hold in state.holds:
        typer.echo(f"Held: content of release {hold.release} since {hold.since}: {hold.reason}")
    audit = state.audit
    if audit is None:
        typer.echo("Checks: none yet.")
        return
    missed = [v for v in audit.verdicts if v["outcome"] != "passed"]
    typer.echo(
        f"Checks: {audit.count('passed')} of {len(audit.verdicts)} passed; "
        + ("the audit passed." if audit.passed else f"{len(audit.blocking)} forbid publication.")
    )
    for verdict in missed if checks else []:
        typer.echo(
            f"\n{verdict['outcome'].upper()} ({verdict['severity']}) {verdict['check']}\n"
            f"  expected: {verdict['expected']}\n  found:    {verdict['found']}\n"
            f"  remedy:   {verdict['remedy']}"
            + (f"\n  waived:   {verdict['waived']}" if verdict.get("waived") else "")
        )
        if verdict["rows"]:
            names = list(verdict["rows"][0])
            _print_table(names, [tuple(r[n] for n in names) for r in verdict["rows"][:10]])


@app.command()
@_sentences
def releases() -> None:
    """List all releases; the current one is marked."""
    from orchestration.release import ledger

    home = existing_home()
    now, held = ledger.current(home), ledger.holds(home)
    rows = [
        (
            ("* " if now and now.id == r.id else "  ") + r.id,
            r.manifest["published_at"],
            r.content_hash[:12],
            "held" if r.content_hash in held else "",
        )
        for r in ledger.releases(home)
    ]
    _print_table(["release", "published (UTC)", "content", ""], rows)
    typer.echo(release_commands.announcement())


@app.command()
@_sentences
def rollback(
    release: Annotated[str, typer.Argument(help="The release to go back to.")], reason: Reason
) -> None:
    """Make an earlier release the current one; what came after it is held."""
    from assets.home import lock
    from orchestration.release import ledger
    from orchestration.serving.postgres import follow

    home = existing_home()
    with lock(home, "agis rollback"):
        target = ledger.roll_back(home, release, reason)
    typer.echo(f"Release {target.id} is current again. What came after it is held: agis releases")
    said = follow(home)
    if said:
        typer.echo(said)


@app.command()
@_sentences
def lift(
    release: Annotated[str, typer.Argument(help="The withdrawn release.")], reason: Reason
) -> None:
    """Allow the content of a withdrawn release to be published again."""
    from assets.home import lock
    from orchestration.release import ledger

    home = existing_home()
    with lock(home, "agis lift"):
        hold = ledger.lift(home, release, reason)
    typer.echo(f"The hold on content {hold.content_hash[:12]} is lifted; refresh to publish it.")


@app.command()
@_sentences
def sql(
    query: Annotated[str, typer.Argument(help="One SQL query (DuckDB).")],
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,  # noqa: A002
    release: Annotated[str, typer.Option(help="A release instead of the current one.")] = "",
) -> None:
    """Query the current release, read-only."""
    from orchestration.release import ledger
    from orchestration.release.query import query as run

    home = existing_home()
    chosen = ledger.find(home, release) if release else ledger.current(home)
    if chosen is None:
        raise AgisError("There is no release yet. Run `make refresh` first.")
    if home.world == "demo":
        typer.echo("agis: this is the invented demo country.", err=True)
    names, rows = run(chosen, query)
    if format is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    elif format is Format.json:
        records = [dict(zip(names, row, strict=True)) for row in rows]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, default=str))
    else:
        _print_table(names, rows[:MAX_TABLE_ROWS])
        if len(rows) > MAX_TABLE_ROWS:
            typer.echo(
                f"agis: the first {MAX_TABLE_ROWS} of {len(rows)} rows; all with --format csv.",
                err=True,
            )


@app.command()
@_sentences
def demo(
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    scale: Annotated[float, typer.Option(help="1 is the size of Czechia.")] = 1.0,
) -> None:
    """Write the invented demo country as source files, for refreshes and load tests."""
    from assets.demo import generate

    country = generate(out, scale=scale)
    typer.echo(
        f"An invented country of {country.units:,} units lies in {country.folder}.\n"
        f"Use it: AGIS_HOME=… agis refresh --sources {country.folder}"
    )


@app.command()
@_sentences
def dev(
    sources: Sources = "",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Start the Dagster UI with its daemon, for the home of these sources or the only one."""
    from assets.home import PROJECT_DIR, home_for
    from orchestration.environment import prepare_dagster

    home = home_for(sources) if sources else existing_home()
    prepare_dagster(home)
    if sources:
        os.environ["AGIS_SOURCES"] = sources
    from orchestration.dbt import manifest_path

    manifest_path(home)  # parsed once here, so that no process of the UI has to
    typer.echo(f"The Dagster UI of {home.root}: http://127.0.0.1:{port}{_demo_note(home.world)}")
    dagster = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "-w", str(PROJECT_DIR / "workspace.yaml")]
    arguments += ["-h", "127.0.0.1", "-p", str(port)]
    os.chdir(home.root)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a script's `&` may have had them ignored
    os.execv(dagster, [str(dagster), *arguments])  # noqa: S606 - hands over to Dagster's own command


def _print_editions(home: Home, dataset: str) -> None:
    from orchestration.land import datasets_named, edition_rows

    chosen = datasets_named(dataset)
    rows = [{"dataset": d.id} | row for d in chosen for row in edition_rows(home, d)]
    typer.echo(f"Home {home.root}, world {home.world}" + _demo_note(home.world))
    if not rows:
        typer.echo("No edition is there yet.")
        return
    _print_table(list(rows[0]), [tuple(row.values()) for row in rows])


def _demo_note(world: str) -> str:
    return " (demo: an invented country)" if world == "demo" else ""


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*names, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    # Without a terminal nothing may be cut to a width that nobody chose.
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, markup=False, highlight=False, soft_wrap=False).print(table)
