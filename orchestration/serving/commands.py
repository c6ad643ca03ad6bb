"""Commands for serving: ``agis load`` and ``agis serve``."""

from pathlib import Path
from typing import Annotated

import typer

from assets.errors import AgisError
from assets.home import existing_home
from orchestration.sentences import sentences

load = typer.Typer(no_args_is_help=True, help="Load the current release into another database.")
serve = typer.Typer(no_args_is_help=True, help="What nginx and PostgreSQL need to serve releases.")


@load.command("postgres")
@sentences
def load_postgres() -> None:
    """Bring the PostgreSQL database that AGIS_POSTGRES_URL names to the current release."""
    from orchestration.serving.postgres import follow
    from orchestration.serving.settings import from_environment

    if from_environment() is None:
        raise AgisError(
            "AGIS_POSTGRES_URL is not set; expected postgresql://agis_loader@host:5432/agis, with "
            "the password in it or in the file that PGPASSFILE names."
        )
    said = follow(existing_home())
    if said is None:
        raise AgisError("There is no release to load yet. Run `make refresh` first.")
    typer.echo(said)


@serve.command("nginx")
@sentences
def serve_nginx(
    listen: Annotated[str, typer.Option(help="As nginx's listen, e.g. '443 ssl'.")] = "80",
    server_name: Annotated[str, typer.Option(help="The name of the server; _ for any.")] = "_",
) -> None:
    """Print a configuration for nginx that serves this home's releases and nothing else."""
    from orchestration.serving.nginx import configuration

    typer.echo(configuration(existing_home(), listen, server_name), nl=False)


@serve.command("postgres")
@sentences
def serve_postgres() -> None:
    """Print the SQL that prepares a PostgreSQL server, for psql and a superuser."""
    script = Path(__file__).with_name("postgres_setup.sql")
    typer.echo(script.read_text(encoding="utf-8"), nl=False)


@serve.command("guard")
@sentences
def serve_guard(
    seconds: Annotated[float, typer.Option(help="How long a reader's transaction may take.")] = 60,
) -> None:
    """End readers' sessions that run too long, whatever limit they set themselves."""
    from orchestration.serving.postgres import end_overlong
    from orchestration.serving.settings import connected, from_environment

    settings = from_environment()
    if settings is None:
        raise AgisError("AGIS_POSTGRES_URL is not set; there is nothing to guard.")
    with connected(settings) as connection:
        for line in end_overlong(connection, seconds):
            typer.echo(line)
