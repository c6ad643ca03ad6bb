"""The keys of published tables: what dbt tests as unique, and those of the catalogue.

They go into the manifest, from which every other form of a release takes its keys.
"""

from collections.abc import Mapping
from typing import Any

CATALOGUE_KEYS = {
    "dataset": [["dataset_id"]],
    "source_edition": [["dataset_id", "edition"]],
    "source_file": [["dataset_id", "edition"]],
}


def keys_of_models(manifest: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Each model's keys by its unique id, in the order in which its YAML tests them."""
    keys: dict[str, list[list[str]]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if node["resource_type"] != "test" or node["config"].get("where"):
            continue
        if test.get("name") == "unique_together":
            keys.setdefault(node["attached_node"], []).append(test["kwargs"]["columns"])
        elif test.get("name") == "unique":
            keys.setdefault(node["attached_node"], []).append([node["column_name"]])
    return keys
