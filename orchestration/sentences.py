"""How the commands end on what a user can cause: one sentence and exit code 1."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from assets.errors import AgisError


def sentences(command: Callable[..., None]) -> Callable[..., None]:
    """Print an AgisError as a sentence and exit with 1."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except AgisError as error:
            typer.echo(f"agis: {error}", err=True)
            raise typer.Exit(1) from error
        except BrokenPipeError:  # comes before OSError, of which it is one kind
            # The reader (head, less) has enough; say nothing more to a closed pipe.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            typer.echo(f"agis: {error.filename or 'a file'}: {error.strerror or error}", err=True)
            raise typer.Exit(1) from error

    return wrapped
