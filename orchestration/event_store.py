"""Dagster's event store in SQLite, without opening a file and waiting for the disk at each event.

Dagster opens and closes its event store for each of the thousands of events of a refresh. Each
commit then waits for the disk, and the last connection to close copies the write-ahead log back
and waits again: together half of the wall time of a cold refresh. The history is there to be
looked at and nothing is decided by it, so one connection for each file stays open, and a commit
may stand in the log unsynced: a power cut can lose the last events, never damage the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event

FILES_OPEN = 8
"""So many files stay open: the index and the runs that were asked for first are let go first."""


class EventStore(SqliteEventLogStorage):
    """The event store of a home; ``dagster.yaml`` names it."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "EventStore":
        """As Dagster makes it from the settings."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            if len(self._engines) == FILES_OPEN:
                self._engines.pop(next(iter(self._engines))).dispose()
            waits = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engine = create_engine(self.conn_string_for_shard(shard), connect_args=waits)
            event.listen(engine, "connect", _sync_at_checkpoints)
            self._engines[shard] = engine
        return self._engines[shard]


def _sync_at_checkpoints(connection: Any, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
