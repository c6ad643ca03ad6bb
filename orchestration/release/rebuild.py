"""Builds and publishes a laid-out home by whichever code is on the path; see ``reproduce``.

It runs in a process of its own and may meet older code than itself, so it uses only what has
been there since releases record their code.
"""

import sys
from pathlib import Path


def main(root: Path) -> int:
    """Read all landed bytes anew, build, check, publish into this home; 1 if that failed."""
    from assets.errors import AgisError
    from assets.home import lock, open_home
    from assets.intake import current_inputs, raw_of, read_raw
    from assets.landing import Landing
    from assets.readers import BrokenInput
    from assets.registry import load_registry
    from orchestration import builds
    from orchestration.next_step import next_step
    from orchestration.refresh import InProcessDagster
    from orchestration.release import ledger

    home, registry = open_home(root), load_registry()
    before = ledger.current(home)
    with lock(home, "agis reproduce"):
        for sighting in Landing(home).sightings():
            dataset = registry.get(sighting.dataset)
            if dataset is None or raw_of(home, dataset, sighting).exists():
                continue
            try:
                read_raw(home, dataset, sighting)
            except BrokenInput as error:
                # An earlier vintage that could never be read; if the release needs it, the build
                # finds no raw table and says so.
                sys.stderr.write(f"not read: {error}\n")
        build = builds.want(home, current_inputs(home, registry))
        failure: AgisError | None = None
        try:
            failure = InProcessDagster(home).try_on(build, next_step(build))
        except AgisError as error:
            failure = error
        if ledger.current(home) == before:
            sys.stderr.write(f"{failure or next_step(build).why}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
