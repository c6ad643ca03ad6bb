"""The commands ``agis copy`` and ``agis restore``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import AgisError
from assets.home import existing_home
from orchestration.sentences import sentences

app = typer.Typer()
Address = Annotated[
    str,
    typer.Argument(
        envvar="AGIS_COPY_URL",
        show_envvar=True,
        help="Where the copy is: file:///…, s3://bucket/…, or any other address of fsspec.",
    ),
]


@app.command()
@sentences
def copy(
    url: Address = "",
    agreed: Annotated[
        bool,
        typer.Option(
            "--with-data-by-agreement",
            help="Copy also what was handed over by agreement (AGIS_COPY_AGREED=yes).",
        ),
    ] = False,
    verify: Annotated[
        bool, typer.Option(help="Read all files there again, not only the new ones.")
    ] = False,
) -> None:
    """Copy landing and all releases elsewhere, verified; only what is new is sent."""
    from assets.home import lock
    from orchestration.offsite.copying import AGREED
    from orchestration.offsite.copying import copy as run

    home, url = existing_home(), _named(url)
    agreed = agreed or os.environ.get(AGREED) == "yes"
    with lock(home, "agis copy"):
        typer.echo(run(home, url, by_agreement=agreed, verify=verify).sentence())


@app.command()
@sentences
def restore(url: Address = "") -> None:
    """Make the home that AGIS_HOME names from a copy; it must be new or empty."""
    from orchestration.offsite.restoring import restore as run

    named = os.environ.get("AGIS_HOME")
    if not named:
        raise AgisError("Set AGIS_HOME to the new folder that is to become the home.")
    home, release = run(_named(url), Path(named).expanduser().absolute())
    typer.echo(
        f"Restored the home {home.root}, world {home.world}, release {release}. It can be queried "
        "now; the next `agis refresh` reads the landed files again."
    )


def _named(url: str) -> str:
    if not url:
        raise AgisError("Say where the copy is: agis copy s3://bucket/folder, or AGIS_COPY_URL.")
    return url
