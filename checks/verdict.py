"""The verdict: what a check says, kept in a file beside what it judges.

A check that crashes gives a verdict too (``crashed``), so that the audit sees it. Verdicts
only inform; the audit in ``orchestration/release`` decides.
"""

import datetime as dt
import math
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from assets.files import read_json, write_json

Severity = Literal["error", "warn"]
Outcome = Literal["passed", "failed", "crashed", "missing"]

SHOWN_ROWS = 50


@dataclass(frozen=True)
class Verdict:
    """What one check found on one subject."""

    check: str
    subject: str
    title: str
    severity: Severity
    outcome: Outcome
    expected: str
    found: str
    remedy: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    """The first failing rows, at most SHOWN_ROWS."""
    row_count: int = 0
    waived: str = ""
    """Why the audit lets it through although it failed, by whom and until when."""

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"

    def sentence(self) -> str:
        """The verdict in one sentence."""
        if self.passed:
            return f"{self.title}: {self.found}"
        return f"{self.title} ({self.subject}): expected {self.expected}, found {self.found}."


def crashed(check: str, subject: str, title: str, severity: Severity, error: Exception) -> Verdict:
    """The verdict of a check that could not be carried out."""
    trace = traceback.extract_tb(error.__traceback__)
    place = f" (at {Path(trace[-1].filename).name}:{trace[-1].lineno})" if trace else ""
    return Verdict(
        check=check,
        subject=subject,
        title=title,
        severity=severity,
        outcome="crashed",
        expected="the check to run",
        found=f"{type(error).__name__}: {error}{place}",
        remedy="This is a fault of the check itself: mend it and refresh again.",
    )


def plain(value: Any) -> Any:
    """A cell as JSON can hold it: numbers, text and booleans as they are, the rest as text."""
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) else str(value)


def guarded(
    check: str, subject: str, title: str, severity: Severity, run: Callable[[], Verdict]
) -> Verdict:
    """Run a check; an exception becomes a ``crashed`` verdict, so that the audit sees it."""
    try:
        return run()
    except Exception as error:  # noqa: BLE001 - whatever went wrong must reach the audit
        return crashed(check, subject, title, severity, error)


def without_cells(verdict: Verdict) -> Verdict:
    """The same verdict without a word of what stands in the cells; for confidential data."""
    if verdict.outcome != "failed":
        return verdict
    return replace(verdict, found=f"{verdict.row_count} rows otherwise", rows=[])


def write_verdicts(path: Path, judged: dict[str, str], verdicts: list[Verdict]) -> None:
    """Keep verdicts, with the hashes of what was judged and by which rules."""
    content = {"judged": judged, "verdicts": [asdict(v) for v in verdicts]}
    write_json(path, content)


def read_verdicts(path: Path, judged: dict[str, str]) -> list[Verdict] | None:
    """The verdicts in a file if they judge exactly this, else None."""
    content = read_json(path)
    if not content or content["judged"] != judged:
        return None
    return [Verdict(**v) for v in content["verdicts"]]
