"""What is to be done next, told from files alone, without Dagster.

The sensor in Dagster and ``agis refresh`` both ask here and both obey.
"""

from dataclasses import dataclass
from typing import Literal

from orchestration.builds import Build
from orchestration.release import audit, candidate, ledger

Step = Literal["build", "tail", "refused", "held", "nothing"]


@dataclass(frozen=True)
class Next:
    """A step and the sentence that says why."""

    step: Step
    why: str


def next_step(build: Build) -> Next:
    """``build`` (dbt and all after it), ``tail`` (candidate, checks, audit, release), or an end.

    A new fingerprint alone would not do: after a kill inside the release, or when the sources
    return to an earlier state, nothing would ever be published.
    """
    if not build.is_built:
        return Next("build", "These inputs have not been built.")
    damaged = build.damaged_file()
    if damaged:
        return Next("build", f"The file {damaged} of the build is damaged; it is made anew.")
    decided = audit.valid(build)
    made = candidate.stored(build)
    if decided is None or made is None:
        return Next("tail", "The present content was not audited under the present rules.")
    if not decided.passed:
        again = decided.unfinished()
        if again:
            return Next(again, "A check was not carried out; it is tried again.")
        return Next("refused", decided.why())
    now = ledger.current(build.home)
    if now and now.content_hash == made.content_hash:
        return Next("nothing", f"Release {now.id} has this content already.")
    hold = ledger.holds(build.home).get(made.content_hash)
    if hold:
        return Next(
            "held",
            f"This content was withdrawn with release {hold.release} on {hold.since[:10]} "
            f"({hold.reason}). To allow it again: agis lift {hold.release} --reason …",
        )
    return Next("tail", "Audited content waits to be published.")
