"""Where the release is loaded to: the settings AGIS_POSTGRES_URL and AGIS_POSTGRES_KEEP."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assets.errors import AgisError

DEFAULT_KEEP = 3


class PostgresError(AgisError):
    """The release is not in PostgreSQL, or not all of it; the message says why, without secrets."""


@dataclass(frozen=True)
class Settings:
    """One database and how many releases it keeps."""

    url: str = field(repr=False)
    keep: int = DEFAULT_KEEP

    @property
    def place(self) -> str:
        """The database in words, without password."""
        parts = self._parts()
        where = parts.get("host") or parts.get("hostaddr") or "the local socket"
        return f"{parts.get('dbname', 'the default database')} at {where}"

    def clean(self, text: str) -> str:
        """A message of a driver or server without the password, in one line."""
        secret = self._parts().get("password")
        if secret:
            text = text.replace(str(secret), "…")
        return " ".join(text.replace(self.url, "…").split())

    def _parts(self) -> dict[str, Any]:
        from psycopg.conninfo import conninfo_to_dict

        return dict(conninfo_to_dict(self.url))


def from_environment() -> Settings | None:
    """The settings of this process, None without AGIS_POSTGRES_URL; raises PostgresError."""
    url = os.environ.get("AGIS_POSTGRES_URL", "").strip()
    if not url:
        return None
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The parser's own words repeat what it could not read, which may be the password.
        raise PostgresError(
            "AGIS_POSTGRES_URL is not the address of a PostgreSQL database; expected the form "
            "postgresql://agis_loader@host:5432/agis (its value is not repeated here)."
        ) from None
    keep = os.environ.get("AGIS_POSTGRES_KEEP", str(DEFAULT_KEEP))
    if not keep.isdecimal() or int(keep) < 1:
        raise PostgresError(
            f"AGIS_POSTGRES_KEEP is {keep!r}; expected a number of releases to keep, 1 or more."
        )
    return Settings(url, int(keep))


@contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    """A connection in autocommit; what goes wrong on it is one sentence without the password."""
    import adbc_driver_manager
    import psycopg

    try:
        with psycopg.connect(
            settings.url, autocommit=True, connect_timeout=15, application_name="agis"
        ) as connection:
            yield connection
    except (psycopg.Error, adbc_driver_manager.Error) as error:
        said = settings.clean(str(error))
        # Without its cause, since that one's traceback may show the address.
        raise PostgresError(f"PostgreSQL ({settings.place}) says: {said}") from None
