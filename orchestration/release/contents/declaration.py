"""What is published and what it means, as dbt's manifest declares it.

A model is published if an exposure marked ``meta.agis.published`` names it, a column if it has
labels; everything else is private. Keys follow from the tests: columns that are unique together
are a key, a relationship to a key of a published table is a foreign key. ``meta.foreign_keys``
declares those that dbt cannot test, since their table is none of its models.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assets.errors import AgisError
from checks.lineage import published

KeyKind = Literal["primary", "unique", "foreign", "reference"]
"""``reference``: each value occurs in the other table, but several rows there may bear it."""
Described = dict[str, Any]
"""A table as the candidate keeps it: description, label, keys, sources, columns by name."""


@dataclass(frozen=True)
class Column:
    """A published column."""

    name: str
    type: str
    """The type in Parquet, as Arrow spells it."""
    description: str
    label: Mapping[str, str]
    unit: str | None
    is_required: bool
    old_name: str | None = None
    """The name under which the column still goes, in the schema ``compat``."""


@dataclass(frozen=True)
class Key:
    """Columns that identify a row, or that lead to another table."""

    kind: KeyKind
    columns: tuple[str, ...]
    table: str | None = None
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A published table."""

    name: str
    description: str
    label: Mapping[str, str]
    rows: int
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    sources: tuple[str, ...]
    """The datasets that it is made from, however remotely."""

    @property
    def grain(self) -> str:
        """The first sentence of the description: what one row is."""
        return first_sentence(self.description)

    def key(self, kind: KeyKind) -> Key | None:
        return next((key for key in self.keys if key.kind == kind), None)

    def keys_of(self, kind: KeyKind) -> list[Key]:
        return [key for key in self.keys if key.kind == kind]


def tables(described: Mapping[str, Described]) -> list[Table]:
    """The tables of a candidate or of a release's manifest, in the order of their names."""
    return [_table(name, about) for name, about in sorted(described.items())]


def _table(name: str, about: Described) -> Table:
    return Table(
        name=name,
        description=about["description"],
        label=about["label"],
        rows=about["rows"],
        columns=tuple(
            Column(
                name=column["name"],
                type=column["type"],
                description=column["description"],
                label=column["meta"]["label"],
                unit=column["meta"].get("unit"),
                is_required=column["required"],
                old_name=column["meta"].get("agis", {}).get("renamed_from", {}).get("name"),
            )
            for column in about["columns"]
        ),
        keys=tuple(
            Key(key["kind"], tuple(key["columns"]), key["table"], tuple(key["to"]))
            for key in about["keys"]
        ),
        sources=tuple(about["sources"]),
    )


def first_sentence(text: str) -> str:
    """What stands before the first full stop that ends a sentence."""
    return text.strip().split(". ")[0].rstrip(".") + "."


def published_models(manifest: Mapping[str, Any]) -> dict[str, Described]:
    """The models that exposures publish, described, in the order of their names.

    Raises AgisError if there is none: a release without tables is never meant.
    """
    nodes = manifest["nodes"]
    names = sorted((nodes[unique_id]["alias"], unique_id) for unique_id in published(manifest))
    if not names:
        raise AgisError(
            "dbt_project/models/exposures.yml: expected an exposure with meta.agis.published: "
            "true, found none; nothing would be published."
        )
    sources = _lineage(manifest)
    facts = _facts(manifest, {unique_id: name for name, unique_id in names})
    return {
        name: _described(nodes[unique_id], facts[unique_id], sorted(sources(unique_id)))
        for name, unique_id in names
    }


def _described(node: Mapping[str, Any], facts: "_Facts", sources: list[str]) -> Described:
    meta = node["config"]["meta"]
    columns = {
        name: {
            "description": column["description"],
            "data_type": column["data_type"],
            "meta": column["config"]["meta"],
            "required": name in facts.required,
        }
        for name, column in node["columns"].items()
        if column["config"]["meta"].get("label")
    }
    declared = [
        foreign_key(key["columns"], key["table"], key.get("to"))
        for key in meta.get("foreign_keys", [])
    ]
    return {
        "relation": f'"{node["schema"]}"."{node["alias"]}"',
        "description": node["description"],
        "label": meta["label"],
        "columns": columns,
        "keys": [*facts.own_keys(), *facts.relations, *declared],
        "sources": sources,
    }


def foreign_key(columns: list[str], table: str, to: list[str] | None = None) -> dict[str, Any]:
    """A declared key that leads to another table; whether to a key of it, ``settled`` says."""
    return {"kind": "reference", "columns": columns, "table": table, "to": to or columns}


def own_key(columns: list[str], kind: KeyKind = "primary") -> dict[str, Any]:
    """A declared key of the table itself."""
    return {"kind": kind, "columns": columns, "table": None, "to": []}


def settled(described: Mapping[str, Described]) -> dict[str, Described]:
    """The same tables, each relation told apart: to a key of its table (foreign) or not.

    Relations to tables that are not published are left out. Raises AgisError if a declared key
    names a column that there is not.
    """
    own = {
        name: [set(k["columns"]) for k in about["keys"] if k["kind"] in ("primary", "unique")]
        for name, about in described.items()
    }
    result = {}
    for name, about in described.items():
        keys = []
        for key in about["keys"]:
            if key["table"] is not None and key["table"] not in described:
                continue
            _require_columns(name, about, key["columns"])
            if key["table"] is not None:
                _require_columns(key["table"], described[key["table"]], key["to"])
                kind = "foreign" if set(key["to"]) in own[key["table"]] else "reference"
                key = key | {"kind": kind}
            keys.append(key)
        result[name] = about | {"keys": keys}
    return result


def _require_columns(table: str, about: Described, columns: list[str]) -> None:
    unknown = [column for column in columns if column not in about["columns"]]
    if unknown:
        raise AgisError(
            f"Key of {table}: expected published columns, found {', '.join(unknown)}, which is "
            "not there or has no label."
        )


class _Facts:
    """What the tests of a model say of it."""

    def __init__(self) -> None:
        self.required: set[str] = set()
        self.unique: list[list[str]] = []
        self.relations: list[dict[str, Any]] = []

    def own_keys(self) -> Iterator[dict[str, Any]]:
        """The first key without empty cells is the primary one."""
        is_first = True
        for columns in self.unique:
            whole = self.required.issuperset(columns)
            yield own_key(columns, "primary" if whole and is_first else "unique")
            is_first = is_first and not whole


def _facts(manifest: Mapping[str, Any], published: Mapping[str, str]) -> dict[str, _Facts]:
    found = {unique_id: _Facts() for unique_id in published}
    for _, node in sorted(manifest["nodes"].items()):
        facts = found.get(node.get("attached_node") or "")
        if facts is None or node["resource_type"] != "test" or not node.get("test_metadata"):
            continue
        if node["config"].get("where"):
            continue  # what holds for some rows is no fact of the table
        name, given = node["test_metadata"]["name"], node["test_metadata"]["kwargs"]
        if name == "not_null":
            facts.required.add(node["column_name"])
        elif name == "never_empty":
            facts.required.update(given["columns"])
        elif name == "unique":
            facts.unique.append([node["column_name"]])
        elif name == "unique_together":
            facts.unique.append(given["columns"])
        elif name == "relationships":
            others = set(node["depends_on"]["nodes"]) - {node["attached_node"]}
            facts.relations += [
                foreign_key([node["column_name"]], published[other], [given["field"]])
                for other in sorted(others & set(published))
            ]
    return found


def _lineage(manifest: Mapping[str, Any]) -> Any:
    """Node → the datasets of the registry that it is made from, however remotely."""
    known: dict[str, frozenset[str]] = {
        unique_id: frozenset({source["name"]} if source["source_name"] == "raw" else ())
        for unique_id, source in manifest["sources"].items()
    }

    def sources(unique_id: str) -> frozenset[str]:
        if unique_id not in known:
            node = manifest["nodes"].get(unique_id, {})
            parents = node.get("depends_on", {}).get("nodes", [])
            known[unique_id] = frozenset().union(*map(sources, parents))
        return known[unique_id]

    return sources
