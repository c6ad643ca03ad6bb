"""What is built from data by agreement, told by dbt's own lineage."""

from collections.abc import Mapping
from typing import Any

from assets.registry.model import Dataset

SOURCE = "raw"
"""dbt's name of the source whose tables are the datasets of the registry."""


def exposures(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The exposures that are marked as published, in the order of their names."""
    return [
        exposure
        for _, exposure in sorted(manifest["exposures"].items())
        if exposure["config"]["meta"].get("agis", {}).get("published")
    ]


def published(manifest: Mapping[str, Any]) -> set[str]:
    """The models whose tables would be published: those that such an exposure names."""
    return {name for exposure in exposures(manifest) for name in exposure["depends_on"]["nodes"]}


def origins(manifest: Mapping[str, Any], registry: Mapping[str, Dataset]) -> dict[str, set[str]]:
    """Node of the manifest → datasets by agreement that it is built from, however remotely.

    Raises KeyError for a source that the registry does not know: what it is cannot be told.
    """
    found: dict[str, set[str]] = {
        unique_id: {source["name"]} if registry[source["name"]].agreement else set()
        for unique_id, source in manifest["sources"].items()
        if source["source_name"] == SOURCE
    }

    def trace(unique_id: str) -> set[str]:
        if unique_id not in found:
            node = manifest["nodes"].get(unique_id, {})
            parents = node.get("depends_on", {}).get("nodes", [])
            found[unique_id] = set().union(*map(trace, parents))
        return found[unique_id]

    for unique_id in manifest["nodes"]:
        trace(unique_id)
    return found


def confidential(manifest: Mapping[str, Any], registry: Mapping[str, Dataset]) -> set[str]:
    """Nodes and sources with cells that only published marts hide; no message may show them."""
    secret = {name for name, dataset in registry.items() if dataset.is_confidential}
    return {
        unique_id
        for unique_id, datasets in origins(manifest, registry).items()
        if datasets & secret
    } - published(manifest)
