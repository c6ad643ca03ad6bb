"""Nothing disappears unnoticed: what a release had, the next one has too, or somebody said why.

A source that could speak of an edition and no longer offers it takes the edition out of the next
build. That build is kept back until the edition is there again or is acknowledged in
``assets/registry/acknowledged.yml``.
"""

from collections.abc import Collection

from assets.registry.acknowledged import Acknowledged
from checks.verdict import SHOWN_ROWS, Verdict

CHECK = "raw.nothing_disappeared"
TITLE = "Nothing disappeared"

Edition = tuple[str, str]
"""A dataset and one of its editions."""


def gone(released: Collection[Edition], present: Collection[Edition]) -> list[Edition]:
    """What the current release was made from and the build is not."""
    return sorted(set(released) - set(present))


def unacknowledged(missing: list[Edition], known: list[Acknowledged]) -> list[Edition]:
    """The missing editions that nobody has acknowledged."""
    return [e for e in missing if not any(entry.covers(*e) for entry in known)]


def judge(missing: list[Edition], known: list[Acknowledged], release: str | None) -> Verdict:
    """The verdict on a build from which these editions of the current release are missing."""
    open_ones = unacknowledged(missing, known)
    shown = ", ".join(_named(e) for e in open_ones[:5])
    more = f" and {len(open_ones) - 5} more" if len(open_ones) > 5 else ""
    accepted = [
        f"{_named(e)} ({next(a.reason for a in known if a.covers(*e))})"
        for e in missing
        if e not in open_ones
    ]
    return Verdict(
        check=CHECK,
        subject="raw tables",
        title=TITLE,
        severity="error",
        outcome="failed" if open_ones else "passed",
        expected=f"every edition of release {release}" if release else "no release before this one",
        found=f"no longer there: {shown}{more}"
        if open_ones
        else "as expected"
        + (f", but for what is acknowledged: {'; '.join(accepted)}" if accepted else ""),
        remedy=(
            "Bring the file back or ask the publisher. If it is gone for good, say why in "
            "assets/registry/acknowledged.yml."
        ),
        rows=[{"dataset": d, "edition": e} for d, e in open_ones[:SHOWN_ROWS]],
        row_count=len(open_ones),
    )


def _named(edition: Edition) -> str:
    return f"{edition[0]}, edition {edition[1]}"
