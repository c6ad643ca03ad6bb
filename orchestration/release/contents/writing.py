"""Writing what describes a release into its folder, beside its figures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.files import read_json
from assets.registry.model import Dataset
from checks.lineage import exposures
from orchestration.builds import Build
from orchestration.release import code
from orchestration.release.contents import citation, contract, csvw, dcat, pages
from orchestration.release.contents.declaration import Described, tables


def facts(described: Mapping[str, Described], previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the manifest says of contract, code and parameters; ``previous`` is another's."""
    return {
        "schema_version": contract.next_version(previous, tables(described)),
        "code_revision": code.revision(),
        "parameters": code.parameters(),
    }


def write(
    root: Path,
    build: Build,
    registry: Mapping[str, Dataset],
    manifest: Mapping[str, Any],
    verdicts: list[dict[str, Any]],
) -> None:
    """Write metadata, catalogue, dictionary, reports and citation; the CSV files lie there."""
    published = tables(manifest["tables"])
    inputs = build.inputs()
    sources = {name: registry[name] for name in sorted({item.dataset for item in inputs})}
    exposure = exposures(read_json(build.dbt_target / "manifest.json"))[0]
    by_name = {table.name: table for table in published}
    catalogue = dcat.catalogue(root, published, sources, exposure, manifest)
    files = {
        "catalogue.jsonld": _json(catalogue),
        "dictionary.html": pages.dictionary(published, manifest),
        "CITATION.cff": citation.citation(sources, exposure, manifest),
    }
    for table in published:
        files[f"csv/{table.name}.csv-metadata.json"] = _json(csvw.metadata(table, by_name))
    for name, page in pages.quality(sources, inputs, published, verdicts, manifest).items():
        files[f"quality/{name}"] = page
    (root / "quality").mkdir()
    # The folder is hidden until it is complete, so that a plain write is enough.
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
