"""The commands ``agis diff``, ``agis reproduce`` and ``agis calendar``."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assets.errors import AgisError
from assets.home import existing_home
from orchestration.sentences import sentences

if TYPE_CHECKING:
    from orchestration.release.diff import Diff

app = typer.Typer()

SHOWN = 40


@app.command()
@sentences
def diff(
    before: Annotated[str, typer.Argument(help="A release, e.g. 2026.11.1.")],
    after: Annotated[str, typer.Argument(help="Another one, or »candidate«.")],
    table: Annotated[str, typer.Option(help="Only this table, with its first rows.")] = "",
    to: Annotated[Path | None, typer.Option(help="A folder for all of it as tables.")] = None,
) -> None:
    """Show what differs between two releases, key by key."""
    from orchestration.release import ledger
    from orchestration.release.diff import compare, of_candidate, of_release

    home = existing_home()
    one = of_release(ledger.find(home, before))
    two = of_candidate(home) if after == "candidate" else of_release(ledger.find(home, after))
    with compare(one, two, [table] if table else []) as compared:
        _show(compared, table)
        if to:
            compared.write(to)
            typer.echo(f"All of it: {to / 'diff.duckdb'}, and as Parquet beside it.")


def _show(compared: "Diff", table: str) -> None:
    counts = "rows_before, rows_after, rows_added, rows_removed, rows_changed"
    tables = compared.rows(
        f"select table_name, change, {counts} from diff_table where change <> 'equal' order by all"
    )
    if not tables:
        typer.echo(f"{compared.before.name} and {compared.after.name} are equal.")
        return
    _print(tables)
    _print(
        compared.rows(
            "select table_name, column_name, change, type_before, type_after, rows_changed "
            f"from diff_column order by all limit {SHOWN}"
        )
    )
    _print(
        compared.rows(
            "select table_name, indicator_id, territory_level, rows_added as added, "
            "rows_removed as removed, rows_changed as changed, values_changed as values, "
            "values_beyond_precision as visible, round(largest_difference, 6) as largest "
            f"from diff_figure order by all limit {SHOWN}"
        )
    )
    if table:
        _print(
            compared.rows(
                "select change, key, array_to_string(changed_columns, ', ') as columns "
                f"from diff_row order by all limit {SHOWN}"
            )
        )


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        return
    shown = Table(*rows[0], box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*map(_cell, row.values()))
    # Without a terminal nothing may be cut to a width that nobody chose.
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, markup=False, highlight=False, soft_wrap=False).print(shown)
    if len(rows) == SHOWN:
        typer.echo(f"… the first {SHOWN}; all of it with --to FOLDER.")
    typer.echo("")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


@app.command()
@sentences
def reproduce(
    release: Annotated[str, typer.Argument(help="A published release.")],
    with_present_code: Annotated[
        bool, typer.Option("--with-present-code", help="By the code as it is now.")
    ] = False,
) -> None:
    """Rebuild a past release from its landed bytes and compare the hashes of its files."""
    from orchestration.release import ledger
    from orchestration.release.reproduce import reproduce as run

    home = existing_home()
    found = ledger.find(home, release)
    result = run(home, found, with_present_code=with_present_code)
    for name, outcome in result.files.items():
        if outcome != "equal":
            typer.echo(f"{outcome}: {name}")
    for name, (then, now) in result.stack.items():
        typer.echo(f"agis: {name} was {then} then and is {now} now.", err=True)
    if not result.is_equal:
        raise AgisError(
            f"Release {release} rebuilt by {result.code}: "
            f"{result.count('equal')} of {len(result.files)} files are equal."
        )
    typer.echo(
        f"Release {release} rebuilt by {result.code}: all {len(result.files)} Parquet and CSV "
        "files are equal, byte by byte."
    )


@app.command()
@sentences
def calendar() -> None:
    """Show the days on which the next releases are announced."""
    from assets.agreements import today
    from orchestration.release.calendar import announced

    for entry in announced(today()):
        typer.echo(f"{entry.day}{_moved(entry.moved_from)}")


def announcement() -> str:
    """The sentence on the next announced release, for other commands."""
    from assets.agreements import today
    from orchestration.release.calendar import next_release

    entry = next_release(today())
    if entry is None:
        return "Next announced release: none in the calendar."
    return f"Next announced release: {entry.day}{_moved(entry.moved_from)}."


def _moved(moved_from: dt.date | None) -> str:
    return f" (moved from {moved_from})" if moved_from else ""
