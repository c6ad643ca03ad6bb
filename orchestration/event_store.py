"""Dagster's SQLite files, written without waiting for the disk at every event.

Dagster opens and closes its event store for each of the thousand events of a refresh. In SQLite
each of these commits waits for the disk, and the last connection to close copies the write-ahead
log back and waits again: together half of the wall time of a cold refresh. The history is there
to be looked at and nothing is decided by it, so a commit may stand in the log unsynced (a power
cut can lose the last events, never damage the file), and one idle connection for each file keeps
the log open until the process ends.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_kept_open: dict[str, sqlite3.Connection] = {}


def write_without_waiting(folder: Path) -> None:
    """From now on treat every SQLite file below the folder in this way."""
    below = folder.resolve()

    def on_connect(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        file = _file_of(connection)
        if file and Path(file).is_relative_to(below):
            connection.execute("pragma synchronous = normal")
            _keep_open(file)

    event.listen(Engine, "connect", on_connect)


def _file_of(connection: sqlite3.Connection) -> str:
    return next((row[2] for row in connection.execute("pragma database_list")), "")


def _keep_open(file: str) -> None:
    """Hold one idle connection in the journal mode that Dagster uses."""
    if file in _kept_open:
        return
    keeper = sqlite3.connect(file, timeout=30, check_same_thread=False)
    keeper.execute("pragma journal_mode = wal")
    keeper.execute("select count(*) from sqlite_master").fetchone()
    _kept_open[file] = keeper
