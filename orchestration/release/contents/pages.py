"""The pages of a release: the dictionary of its tables, and a report on each source."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.intake import Input
from assets.registry.model import Dataset
from orchestration.release.contents.declaration import Table

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def dictionary(tables: list[Table], manifest: Mapping[str, Any]) -> str:
    """All tables and columns in both languages, with keys, units and what leads where."""
    return _page("dictionary.html", tables=tables, manifest=manifest, up="")


def quality(
    sources: Mapping[str, Dataset],
    inputs: list[Input],
    tables: list[Table],
    verdicts: list[dict[str, Any]],
    manifest: Mapping[str, Any],
) -> dict[str, str]:
    """File name → page: an overview of all checks, and one page for each source.

    The headings are those of the Single Integrated Metadata Structure of European statistics.
    """
    editions: dict[str, list[str]] = defaultdict(list)
    for item in inputs:
        editions[item.dataset].append(item.edition)
    judged = {name: _of_source(name, verdicts) for name in sources}
    pages = {
        "index.html": _page(
            "quality_index.html",
            sources=sources,
            editions=editions,
            judged=judged,
            others=[v for v in verdicts if not v["subject"].startswith("raw ")],
            manifest=manifest,
            up="../",
        )
    }
    for name, source in sources.items():
        pages[f"{name}.html"] = _page(
            "quality.html",
            source=source,
            editions=sorted(editions[name]),
            verdicts=judged[name],
            tables=[table for table in tables if name in table.sources],
            manifest=manifest,
            up="../",
        )
    return pages


def _of_source(name: str, verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [v for v in verdicts if v["subject"].startswith(f"raw {name},")]


def _page(template: str, **given: Any) -> str:
    return str(_environment().get_template(template).render(**given))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
