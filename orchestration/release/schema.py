"""What a change of the published tables means for those who query them.

``breaking``: a table, a column or a type that queries may rely on is gone; ``minor``: something
was added; ``patch``: tables, columns and types are the same. A renamed column whose old name
goes on in the schema ``compat`` breaks nothing until its day.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal

Change = Literal["patch", "minor", "breaking"]
Tables = Mapping[str, Mapping[str, Any]]


def classify(before: Tables, after: Tables, day: dt.date | None = None) -> Change:
    """The class of the change from one set of described tables to another."""
    kept = {(table, old) for table, _, old in renamed(after, day)}
    lost = False
    grown = bool(after.keys() - before.keys())
    for name, table in before.items():
        one = _types(table)
        two = _types(after[name]) if name in after else {}
        lost = lost or name not in after
        lost = lost or any(
            two.get(column) != kind and (column in two or (name, column) not in kept)
            for column, kind in one.items()
        )
        grown = grown or bool(two.keys() - one.keys())
    return "breaking" if lost else "minor" if grown else "patch"


def renamed(tables: Tables, day: dt.date | None = None) -> Iterator[tuple[str, str, str]]:
    """Table, column and the old name under which it still goes, by ``meta.agis.renamed_from``."""
    for name, table in sorted(tables.items()):
        for column in table["columns"]:
            said = (column.get("meta") or {}).get("agis", {}).get("renamed_from")
            if said and (day is None or day <= dt.date.fromisoformat(str(said["until"]))):
                yield name, column["name"], said["name"]


def compatibility_views(tables: Tables, day: dt.date) -> list[str]:
    """The statements that make the views with old names: ``compat.<table>``, one per table."""
    old_names: dict[str, list[tuple[str, str]]] = {}
    for table, column, old in renamed(tables, day):
        old_names.setdefault(table, []).append((column, old))
    views = [
        f'create view compat."{table}" as select *, '
        + ", ".join(f'"{column}" as "{old}"' for column, old in names)
        + f' from main."{table}"'
        for table, names in old_names.items()
    ]
    return ["create schema compat", *views] if views else []


def _types(table: Mapping[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in table["columns"]}
