"""What the current release was made from and a build is not: asked for that build, from files."""

from functools import partial

from assets.registry import load_registry
from assets.registry.acknowledged import acknowledged
from assets.registry.model import Dataset
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
    if now is None:
        return []
    by_rule = {d.id for d in load_registry().values() if _leaves_by_rule(d)}
    released = {(s["dataset"], s["edition"]) for s in now.manifest["sources"]}
    present = {(item.dataset, item.edition) for item in build.inputs()}
    return [e for e in checks.gone(released, present) if e[0] not in by_rule]


def _leaves_by_rule(dataset: Dataset) -> bool:
    """Whether the registry takes the dataset out of releases: that must never be held up."""
    return dataset.licence.id == "forbidden" or dataset.status == "by_agreement"
