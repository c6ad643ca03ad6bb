"""What the current release was made from and a build is not: asked for that build, from files."""

from functools import partial

from assets.registry.acknowledged import acknowledged
from checks import disappeared as checks
from checks.disappeared import CHECK, TITLE, Edition
from checks.verdict import Verdict, guarded
from orchestration.builds import Build
from orchestration.release import ledger


def judge(build: Build) -> Verdict:
    """The verdict on a build; a crash is one too."""
    return guarded(CHECK, "raw tables", TITLE, "error", partial(_judge, build))


def open_editions(build: Build) -> list[str]:
    """The editions that keep a build back; an audit holds only as long as they are the same."""
    return [
        f"{dataset} {edition}"
        for dataset, edition in checks.unacknowledged(_gone(build), acknowledged(build.home.world))
    ]


def _judge(build: Build) -> Verdict:
    now = ledger.current(build.home)
    known = acknowledged(build.home.world)
    return checks.judge(_gone(build), known, now.id if now else None)


def _gone(build: Build) -> list[Edition]:
    now = ledger.current(build.home)
    released = {(s["dataset"], s["edition"]) for s in now.manifest["sources"]} if now else set()
    return checks.gone(released, {(item.dataset, item.edition) for item in build.inputs()})
