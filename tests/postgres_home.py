"""A database prepared for AGIS as an operator does it, and a home of the demo beside it."""

import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from orchestration.serving import postgres as serving
from tests.postgres_server import PostgresServer

SETUP = Path(serving.__file__).with_name("postgres_setup.sql")
PASSWORD = "kéž: /nikdo@ne%čte"
"""Signs that addresses and messages may trip over."""


@dataclass(frozen=True)
class PreparedDatabase:
    """A database with its two roles."""

    server: PostgresServer
    name: str

    @property
    def loader_url(self) -> str:
        return self.server.url(self.name, "agis_loader", PASSWORD)

    def reader(self, **more: Any) -> "psycopg.Connection[Any]":
        """A connection of the role that reads."""
        url = self.server.url(self.name, "agis_reader", PASSWORD)
        return psycopg.connect(url, autocommit=True, **more)

    def as_superuser(self, *statements: str) -> None:
        """Run statements as the server's superuser."""
        with psycopg.connect(self.server.url(self.name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query, as the reader."""
        with self.reader() as connection:
            return connection.execute(query, values).fetchall()

    def schemas(self) -> list[str]:
        """The schemas of releases, loaded or half so, and the one that shows them."""
        rows = self.ask(
            "select nspname from pg_namespace where nspname ~ '^(r[0-9]|agis$|agis_next|loading)' "
            "order by 1"
        )
        return [row[0] for row in rows]


def prepared_database(server: PostgresServer) -> PreparedDatabase:
    """Run the shipped script with psql, then give the roles passwords."""
    name = f"agis_{secrets.token_hex(4)}"
    subprocess.run(
        ["psql", "-q", "-v", f"database={name}", "-f", SETUP, server.url("postgres")],
        check=True,
        capture_output=True,
    )
    database = PreparedDatabase(server, name)
    database.as_superuser(
        f"alter role agis_loader password '{PASSWORD}'",
        f"alter role agis_reader password '{PASSWORD}'",
    )
    return database
