"""The command ``agis metrics``."""

import typer

from assets.home import existing_home
from orchestration.sentences import sentences

app = typer.Typer()


@app.command()
@sentences
def metrics() -> None:
    """Print the metrics of the home in Prometheus' text form."""
    from orchestration.watch.metrics import text

    typer.echo(text(existing_home()), nl=False)
