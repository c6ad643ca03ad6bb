"""The contract of a release, its version, and what a change of it means for those who use it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from orchestration.release.contents.declaration import Column, Table, tables

Level = Literal["none", "patch", "minor", "breaking"]
FIRST = "1.0.0"
_ORDER: tuple[Level, ...] = ("none", "patch", "minor", "breaking")


def changes(before: list[Table], after: list[Table]) -> list[tuple[Level, str]]:
    """Each change of the contract as a sentence, with what it is.

    ``breaking`` can stop a query that worked or change what its result means, ``minor`` adds or
    renames what keeps its old name beside the new one, ``patch`` changes words only.
    """
    old, new = {t.name: t for t in before}, {t.name: t for t in after}
    found: list[tuple[Level, str]] = [
        ("breaking", f"Table {name} is no more.") for name in sorted(old.keys() - new.keys())
    ]
    found += [("minor", f"Table {name} is new.") for name in sorted(new.keys() - old.keys())]
    for name in sorted(old.keys() & new.keys()):
        found += _table_changes(old[name], new[name])
    return found


def level(found: list[tuple[Level, str]]) -> Level:
    """The gravest of some changes."""
    return max((change for change, _ in found), key=_ORDER.index, default="none")


def next_version(manifest: Mapping[str, Any] | None, after: list[Table]) -> str:
    """The version of the contract that follows that of a release's manifest."""
    if manifest is None or "schema_version" not in manifest:
        return FIRST
    return raised(
        str(manifest["schema_version"]), level(changes(tables(manifest["tables"]), after))
    )


def raised(version: str, change: Level) -> str:
    """The version after a change."""
    major, minor, patch = map(int, version.split("."))
    return {
        "none": version,
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "breaking": f"{major + 1}.0.0",
    }[change]


def _table_changes(old: Table, new: Table) -> list[tuple[Level, str]]:
    before, after = {c.name: c for c in old.columns}, {c.name: c for c in new.columns}
    gone, added = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    still = {column.old_name for column in new.columns}
    found: list[tuple[Level, str]] = [
        *(
            ("breaking", f"Column {new.name}.{name} is no more.")
            for name in gone
            if name not in still
        ),
        *(("minor", f"Column {new.name}.{name} is new.") for name in added),
    ]
    for name in sorted(before.keys() & after.keys()):
        found += _column_changes(f"Column {new.name}.{name}", before[name], after[name])
    if _identity(old) != _identity(new):
        found.append(("breaking", f"Table {new.name}: other columns identify a row."))
    elif set(old.keys) != set(new.keys):
        found.append(("minor", f"Table {new.name}: other columns lead to other tables."))
    if [c for c in before if c in after] != [c for c in after if c in before]:
        found.append(("minor", f"Table {new.name}: its columns stand in another order."))
    if (old.label, old.description) != (new.label, new.description):
        found.append(("patch", f"Table {new.name} is described in other words."))
    return found


def _column_changes(what: str, old: Column, new: Column) -> Iterator[tuple[Level, str]]:
    if old.type != new.type:
        yield "breaking", f"{what}: type {old.type} is now {new.type}."
    if old.unit != new.unit:
        yield "breaking", f"{what}: unit {old.unit} is now {new.unit}."
    if old.is_required and not new.is_required:
        yield "breaking", f"{what} may now be empty."
    if new.is_required and not old.is_required:
        yield "minor", f"{what} is never empty now."
    if (old.label, old.description) != (new.label, new.description):
        yield "patch", f"{what} is described in other words."


def _identity(table: Table) -> set[tuple[str, ...]]:
    return {key.columns for key in table.keys if key.kind in ("primary", "unique")}
