"""What dbt's manifest tells of each published table: its sources and its method.

The method is a hash over the model and all that it is computed from (models, seeds, macros,
variables), so that a changed sentence in a description is no change of method, and a changed
model is one for exactly the tables that lie behind it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from checks.lineage import is_mart
from orchestration.builds import DBT_DIR

Manifest = Mapping[str, Any]


def datasets(manifest: Manifest) -> dict[str, list[str]]:
    """Table → the sources that it is built from, however remotely (datasets, and ``terms``)."""
    return {
        node["alias"]: sorted(
            manifest["sources"][name]["name"]
            if manifest["sources"][name]["source_name"] == "raw"
            else manifest["sources"][name]["source_name"]
            for name in _behind(manifest, unique_id)
            if name in manifest["sources"]
        )
        for unique_id, node in manifest["nodes"].items()
        if is_mart(node)
    }


def methods(manifest: Manifest) -> dict[str, str]:
    """Table → a hash of all that computes it."""
    variables = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    found = {}
    for unique_id, node in manifest["nodes"].items():
        if not is_mart(node):
            continue
        nodes = [manifest["nodes"].get(n) for n in _behind(manifest, unique_id)]
        computed = [n for n in nodes if n is not None]
        digest = hashlib.sha256(repr(sorted(variables.items())).encode())
        for behind in sorted(computed, key=lambda n: str(n["unique_id"])):
            digest.update(f"{behind['unique_id']}\t{behind['checksum']['checksum']}\n".encode())
        called = _macros(manifest, {m for n in computed for m in n["depends_on"].get("macros", [])})
        for name in sorted(called):
            digest.update(f"{name}\t{manifest['macros'][name]['macro_sql']}\n".encode())
        found[str(node["alias"])] = digest.hexdigest()[:16]
    return found


def _behind(manifest: Manifest, unique_id: str) -> set[str]:
    """A node and all nodes and sources that it is built from."""
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += manifest["nodes"].get(name, {}).get("depends_on", {}).get("nodes", [])
    return found


def _macros(manifest: Manifest, called: Iterable[str]) -> set[str]:
    """Our own macros among those called, and those that they call."""
    found: set[str] = set()
    waiting = [name for name in called if name.startswith("macro.agis.")]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                other
                for other in manifest["macros"][name]["depends_on"]["macros"]
                if other.startswith("macro.agis.")
            ]
    return found
