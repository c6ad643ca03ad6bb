"""How a release is to be cited, in the Citation File Format."""

from collections.abc import Mapping
from typing import Any

import yaml

from assets.registry.model import Dataset


def citation(
    sources: Mapping[str, Dataset], exposure: Mapping[str, Any], manifest: Mapping[str, Any]
) -> str:
    """The text of ``CITATION.cff``: the release, and each source as a reference."""
    title = exposure["config"]["meta"]["title"]["en"]
    notice = f" {manifest['notice']['en']}" if manifest["notice"] else ""
    owner = exposure["owner"]["name"]
    content = {
        "cff-version": "1.2.0",
        "message": f"If you use these data, please cite the release and its sources.{notice}",
        "type": "dataset",
        "title": title,
        "authors": [{"name": owner}],
        "version": manifest["release"],
        "date-released": manifest["published_at"][:10],
        "identifiers": [
            {
                "type": "other",
                "value": manifest["content_hash"],
                "description": "SHA-256 of the content",
            }
        ],
        "references": [
            {
                "type": "data",
                "title": source.title.en,
                "authors": [{"name": source.licence.attribution}],
                **({"url": source.landing_page} if _is_address(source.landing_page) else {}),
            }
            for _, source in sorted(sources.items())
        ],
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))
