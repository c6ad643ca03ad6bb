"""Landing without building, from the command line, and the table of what is there.

It runs through Dagster, so that a re-landed edition shows in the UI like any other; what it
brought is built by the next refresh.
"""

import difflib
from typing import Any

from assets.editions import editions_of
from assets.errors import AgisError
from assets.files import now_utc
from assets.home import Home, home_for, lock
from assets.intake import Input
from assets.intake.sources import check_sources
from assets.landing import Landing, Sighting
from assets.raw import reading_version
from assets.registry import load_registry
from assets.registry.model import Dataset
from checks import raw
from orchestration.refresh import InProcessDagster, note


def land(sources: str, dataset: str = "", edition: str = "", *, wait_seconds: float = 0.0) -> Home:
    """Land and read what the sources offer, one dataset of it, or one edition.

    An edition that is named is fetched whole and read again even if it seems unchanged. Raises
    AgisError.
    """
    check_sources(sources)
    chosen = datasets_named(dataset)
    home = home_for(sources)
    what = " ".join(filter(None, ("land", dataset, edition)))
    with lock(home, f"agis {what}", wait_seconds):
        Landing(home).clear_leftovers()
        try:
            InProcessDagster(home).run(
                "land",
                _run_config(sources, chosen, edition),
                _selection(chosen),
                otherwise="Not landed",
            )
        except AgisError as error:
            note(home, "failed", str(error), job=what)
            raise
        note(home, "landed", f"Seen at {now_utc()}; `agis refresh` builds and publishes.", job=what)
    return home


def datasets_named(name: str) -> list[Dataset]:
    """The dataset of this id, all of them without one; raises AgisError naming similar ids."""
    registry = load_registry()
    if not name:
        return list(registry.values())
    if name not in registry:
        near = difflib.get_close_matches(name, registry, n=3) or sorted(registry)[:3]
        raise AgisError(f"There is no dataset {name} in the registry; near: {', '.join(near)}.")
    return [registry[name]]


def edition_rows(home: Home, dataset: Dataset) -> list[dict[str, Any]]:
    """The table of a dataset's editions, with how each was judged."""
    verdicts = {s.edition: _verdict(home, dataset, s) for s in Landing(home).seen(dataset.id)}
    return [edition.row(verdicts) for edition in editions_of(home, dataset)]


def _verdict(home: Home, dataset: Dataset, sighting: Sighting) -> str:
    item = Input(dataset.id, sighting.edition, sighting.sha256, reading_version(dataset))
    judged = raw.stored(home, dataset, item)
    if judged is None:
        return "not judged"
    failing = [verdict.title for verdict in judged if not verdict.passed]
    return f"failed: {'; '.join(failing)}" if failing else "passed"


def _selection(chosen: list[Dataset]) -> list[Any]:
    """Everything of ``land`` but its last step, which would ask for a build."""
    from assets.factories import landing_key, raw_key, sightings_key

    keys = [key(dataset.id) for dataset in chosen for key in (landing_key, raw_key)]
    return keys + [sightings_key(producer) for producer in sorted({d.producer for d in chosen})]


def _run_config(sources: str, chosen: list[Dataset], edition: str) -> dict[str, Any]:
    config: dict[str, Any] = {"resources": {"intake": {"config": {"sources": sources}}}}
    if edition:
        (dataset,) = chosen
        named = {"datasets": [dataset.id], "editions": [edition]}
        config["ops"] = {f"pull_{dataset.producer}": {"config": named}}
    return config
