"""The time machine: a past release rebuilt from its landed bytes by the code that made it.

A home is laid out in a temporary folder as it was then (the landed bytes, what had been seen,
the release before), the recorded revision is checked out beside it, and that code reads, builds
and publishes there. Then the hashes of all Parquet and CSV files are compared.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.files import append_line, append_lines, sha256_of, write_json
from assets.home import PROJECT_DIR, Home
from assets.landing import Landing, Sighting
from orchestration.release import code, ledger
from orchestration.release.ledger import Release, ReleaseError

FOLDERS = ("parquet/", "csv/")
"""What is compared; the database and the notes hold the time and the number of a release."""
_SHOWN_LINES = 3


@dataclass(frozen=True)
class Reproduced:
    """How the files of a rebuilt release compare with those that were published."""

    code: str
    files: dict[str, str]
    """File → ``equal``, ``unequal``, ``missing`` or ``additional``."""
    stack: dict[str, tuple[str, str]]
    """Library → the version then and the one now, where they differ."""

    @property
    def is_equal(self) -> bool:
        return set(self.files.values()) == {"equal"}

    def count(self, outcome: str) -> int:
        """How many files ended so."""
        return list(self.files.values()).count(outcome)


def reproduce(home: Home, release: Release, *, with_present_code: bool = False) -> Reproduced:
    """Rebuild a release and compare; raises ReleaseError where it cannot be rebuilt."""
    revision = None if with_present_code else _revision(release)
    with TemporaryDirectory(prefix="agis-reproduce-") as folder:
        then = _lay_out(home, release, Path(folder) / "home")
        with _checked_out(revision, Path(folder) / "code") as project:
            _rebuild(then, release, project)
        made = ledger.current(then)
        assert made is not None, "published, and yet there is no current release"
        files = compare_files(release, made)
    recorded = release.manifest["stack"]
    return Reproduced(
        code=f"revision {revision[:12]}" if revision else "the present code",
        files=files,
        stack={
            name: (version, metadata.version(name))
            for name, version in recorded.items()
            if metadata.version(name) != version
        },
    )


def compare_files(published: Release, made: Release) -> dict[str, str]:
    """Compare the tables of two releases by the hashes of their bytes, file by file."""
    wanted = _hashes(published)
    found = _hashes(made)
    return {
        name: "missing"
        if name not in found
        else "additional"
        if name not in wanted
        else "equal"
        if found[name] == wanted[name]
        else "unequal"
        for name in sorted(wanted.keys() | found.keys())
    }


def _hashes(release: Release) -> dict[str, str]:
    """Of the bytes that lie there, not of what the manifest says of them."""
    return {
        path.relative_to(release.root).as_posix(): sha256_of(path)
        for folder in FOLDERS
        for path in (release.root / folder).glob("*")
        # The descriptions beside the tables may hold the release's number.
        if path.suffix in (".parquet", ".csv")
    }


def _revision(release: Release) -> str:
    recorded = release.manifest.get("code_revision")
    otherwise = "Try it by the code as it is now: --with-present-code."
    if not recorded:
        raise ReleaseError(
            f"Release {release.id} does not say by which revision of the code it was made. "
            + otherwise
        )
    if str(recorded).endswith(code.DIRTY):
        raise ReleaseError(
            f"Release {release.id} was made by code that was not committed ({recorded}), so that "
            f"nobody has it any more. {otherwise}"
        )
    if not code.has(str(recorded)):
        raise ReleaseError(
            f"Revision {recorded} of release {release.id} is not in the repository {PROJECT_DIR}; "
            f"fetch it first. {otherwise}"
        )
    return str(recorded)


def _lay_out(home: Home, release: Release, root: Path) -> Home:
    """A home as it was when the release was made, its landed bytes by links."""
    then = Home(root, home.world)
    write_json(root / "home.json", {"world": home.world, "layout": 1})
    root.chmod(0o700)  # it may link to bytes by agreement
    made_at = release.manifest["published_at"]
    history = [s for s in Landing(home).sightings() if s.seen_at <= made_at]
    append_lines(Landing(then).log, (asdict(sighting) for sighting in history))
    for sighting in history:
        _link(Landing(home), Landing(then), sighting)
    last = {(s.dataset, s.edition, s.sha256): s for s in history}
    seen: dict[str, list[dict[str, Any]]] = {}
    for source in release.manifest["sources"]:
        found = last.get((source["dataset"], source["edition"], source["sha256"]))
        if found is None:
            raise ReleaseError(
                f"{Landing(home).log}: expected a sighting of {source['dataset']}, edition "
                f"{source['edition']}, before release {release.id}, found none."
            )
        seen.setdefault(found.dataset, []).append(asdict(found))
    for dataset, entries in seen.items():
        write_json(Landing(then).root / dataset / "seen.json", entries)
    before = release.manifest.get("compared_with")
    if before:
        then.releases.mkdir()
        earlier = ledger.find(home, before)
        (then.releases / before).symlink_to(earlier.root.resolve())
        event = {"event": "published", "at": made_at, "release": before}
        event["content_hash"] = earlier.content_hash
        append_line(then.releases / "events.jsonl", event)
        ledger.point_to(then, earlier)
    return then


def _link(landing: Landing, then: Landing, sighting: Sighting) -> None:
    place = (sighting.dataset, sighting.edition, sighting.sha256)
    target, source = then.folder(*place), landing.folder(*place)
    if target.is_symlink():
        return
    receipt = landing.receipt(*place)
    if receipt is None or sha256_of(landing.file(receipt)) != sighting.sha256:
        raise ReleaseError(
            f"{source}: expected the landed bytes of {sighting.dataset}, edition "
            f"{sighting.edition}, found them missing or altered. Restore landing first."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(source.resolve())


@contextmanager
def _checked_out(revision: str | None, folder: Path) -> Iterator[Path]:
    """The project at a revision, in a working tree of its own; as it is now without one."""
    if revision is None:
        yield PROJECT_DIR
        return
    code.check_out(revision, folder)
    try:
        yield folder
    finally:
        code.remove(folder)


def _rebuild(then: Home, release: Release, project: Path) -> None:
    """Run ``rebuild.py`` with the code of ``project`` in the present environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AGIS_", "DAGSTER_"))}
    environment = kept | {"PYTHONPATH": str(project), "AGIS_HOME": str(then.root)}
    # Without the script's own folder on the path, where modules are named as Python's own are.
    command = [sys.executable, "-P", str(Path(__file__).with_name("rebuild.py")), str(then.root)]
    done = subprocess.run(
        command, env=environment, cwd=then.root, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = " ".join(done.stderr.strip().splitlines()[-_SHOWN_LINES:])
        raise ReleaseError(f"Release {release.id} was not rebuilt: {said or 'no reason was given'}")
