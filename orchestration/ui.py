"""The commands that start Dagster's own processes: ``agis dev``, ``agis ui``, ``agis daemon``."""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from assets.home import PROJECT_DIR, Home, existing_home, home_for
from orchestration.sentences import sentences

app = typer.Typer()
WORKSPACE = PROJECT_DIR / "workspace.yaml"
Sources = Annotated[
    str,
    typer.Option(
        envvar="AGIS_SOURCES",
        help="demo, live, a folder that mirrors the sources, or an address that does.",
    ),
]
Port = Annotated[int, typer.Option(help="Port on 127.0.0.1.")]


@app.command()
@sentences
def dev(sources: Sources = "", port: Port = 3000) -> None:
    """Start the Dagster UI with its daemon, for the home of these sources or the only one."""
    home = _prepared(sources)
    _say(home, f"http://127.0.0.1:{port}")
    _hand_over("dagster", "dev", "-w", str(WORKSPACE), "-h", "127.0.0.1", "-p", str(port))


@app.command()
@sentences
def ui(
    port: Port = 3000,
    read_only: Annotated[bool, typer.Option("--read-only", help="For guests: look only.")] = False,
    path_prefix: Annotated[str, typer.Option(help="Where a proxy shows it, e.g. /guests.")] = "",
) -> None:
    """Start the Dagster UI alone, on loopback; who may come in is for the proxy before it."""
    home = _prepared("")
    _say(home, f"http://127.0.0.1:{port}{path_prefix}{' (read-only)' if read_only else ''}")
    arguments = ["-w", str(WORKSPACE), "-h", "127.0.0.1", "-p", str(port)]
    arguments += ["--path-prefix", path_prefix] if path_prefix else []
    _hand_over("dagster-webserver", *arguments, *(["--read-only"] if read_only else []))


@app.command()
@sentences
def daemon() -> None:
    """Start Dagster's daemon alone: schedule, sensors and the queue of runs."""
    _prepared("")
    _hand_over("dagster-daemon", "run", "-w", str(WORKSPACE))


def _prepared(sources: str) -> Home:
    from orchestration.dbt import manifest_path
    from orchestration.environment import prepare_dagster

    home = home_for(sources) if sources else existing_home()
    prepare_dagster(home)
    if sources:
        os.environ["AGIS_SOURCES"] = sources
    manifest_path(home)  # parsed once here, so that no process of the UI has to
    os.chdir(home.root)
    return home


def _say(home: Home, address: str) -> None:
    demo = " (demo: an invented country)" if home.world == "demo" else ""
    typer.echo(f"The Dagster UI of {home.root}: {address}{demo}")


def _hand_over(command: str, *arguments: str) -> None:
    """Become one of Dagster's own commands."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a script's `&` may have had them ignored
    program = Path(sys.executable).with_name(command)
    os.execv(program, [str(program), *arguments])  # noqa: S606 - no shell reads the arguments
