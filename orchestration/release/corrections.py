"""The register of corrections as a published table, part of the log of revisions."""

from collections.abc import Iterator
from typing import Any

from assets.readers import fill_in, heading
from assets.registry.corrections import Correction, load_corrections
from orchestration.builds import Build


def rows(build: Build) -> Iterator[dict[str, Any]]:
    """The rows of the table; in the demo's world nothing is corrected."""
    present = {(item.dataset, item.edition) for item in build.inputs()}
    register = load_corrections() if build.home.world == "real" else {}
    return (_row(name, c, (c.dataset, c.edition) in present) for name, c in register.items())


def corrected_heading(world: str, dataset: str, column: str, template: str) -> str | None:
    """What the heading of a layout should say, by the latest edition for which that is known."""
    register = load_corrections() if world == "real" else {}
    renamed = [
        (c.edition, c.value)
        for c in register.values()
        if (c.action, c.dataset, c.column) == ("rename_heading", dataset, column)
        and heading(c.expect) == heading(fill_in(template, c.edition))
    ]
    return max(renamed)[1] if renamed else None


def _row(name: str, correction: Correction, is_applied: bool) -> dict[str, Any]:
    key = "; ".join(f"{column} = {text}" for column, text in correction.key.items())
    return {
        "correction_id": name,
        "dataset_id": correction.dataset,
        "edition": correction.edition,
        "action": correction.action,
        "column_name": correction.column,
        "row_key": key or None,
        "source_says": correction.expect,
        "corrected_to": correction.value,
        "reason_cs": correction.reason.cs,
        "reason_en": correction.reason.en,
        "noted_on": correction.noted_on,
        "reported_to": correction.reported_to,
        "reported_on": correction.reported_on,
        "report_status": correction.status,
        "is_applied": is_applied,
    }
