"""Old names of renamed columns: they go on in the schema ``compat`` until their day."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

Tables = Mapping[str, Mapping[str, Any]]


def renamed(tables: Tables, day: dt.date | None = None) -> Iterator[tuple[str, str, str]]:
    """Table, column and the old name under which it still goes, by ``meta.agis.renamed_from``."""
    for name, table in sorted(tables.items()):
        for column in table["columns"]:
            said = (column.get("meta") or {}).get("agis", {}).get("renamed_from")
            if said and (day is None or day <= dt.date.fromisoformat(str(said["until"]))):
                yield name, column["name"], said["name"]


def views(tables: Tables, day: dt.date) -> list[str]:
    """The statements that make the views with old names: ``compat.<table>``, one per table."""
    old_names: dict[str, list[tuple[str, str]]] = {}
    for table, column, old in renamed(tables, day):
        old_names.setdefault(table, []).append((column, old))
    statements = [
        f'create view compat."{table}" as select *, '
        + ", ".join(f'"{column}" as "{old}"' for column, old in names)
        + f' from main."{table}"'
        for table, names in old_names.items()
    ]
    return ["create schema compat", *statements] if statements else []
