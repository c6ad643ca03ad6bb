"""Builds: one attempt each, named by the fingerprint of all that decides its content.

``build/wanted.json`` says which build the last ``land`` asks for. ``build/<fingerprint>/`` is
made in place: ``inputs.json`` and links to exactly the raw files seen, then dbt's work, then
``built.json``, which marks it complete. Without that marker the folder is deleted and rebuilt.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from assets.errors import AgisError
from assets.files import now_utc, read_json, sha256_of_tree, versions_of, write_json
from assets.home import PROJECT_DIR, Home
from assets.intake import Input, input_path
from assets.raw import current_raw
from assets.registry.model import Dataset

DBT_DIR = PROJECT_DIR / "dbt_project"
_DBT_FILES = ["*.yml", "models/**/*", "macros/**/*", "seeds/**/*", "tests/**/*"]


class BuildError(AgisError):
    """A build cannot be made from what lies there."""


@dataclass(frozen=True)
class Build:
    """The folder of one build."""

    home: Home
    fingerprint: str

    @property
    def root(self) -> Path:
        return self.home.builds / self.fingerprint

    @property
    def work_database(self) -> Path:
        return self.root / "work.duckdb"

    @property
    def dbt_target(self) -> Path:
        return self.root / "dbt"

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    @property
    def verdicts(self) -> Path:
        return self.root / "verdicts"

    @property
    def is_built(self) -> bool:
        return (self.root / "built.json").exists()

    def inputs(self) -> list[Input]:
        """The raw tables that this build reads."""
        return [Input(**item) for item in read_json(self.root / "inputs.json")["inputs"]]


def fingerprint(home: Home, inputs: list[Input]) -> str:
    """Names a build: raw files with the code that read them, dbt project, world."""
    content = {
        "world": home.world,
        "inputs": [asdict(item) for item in inputs],
        "dbt": dbt_version(),
        "code": sha256_of_tree(Path(__file__).parent, ["builds.py", "dbt.py"]),
        "stack": versions_of("dbt-core", "dbt-duckdb", "duckdb", "pyproj"),
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def dbt_version() -> str:
    """A hash of all files that dbt computes from."""
    own, extra = sha256_of_tree(DBT_DIR, _DBT_FILES), extra_models()
    if not extra:
        return own
    return hashlib.sha256(f"{own}{sha256_of_tree(extra, ['**/*'])}".encode()).hexdigest()


def extra_models() -> Path | None:
    """The folder of models that are being tried out, which AGIS_MODELS_EXTRA names."""
    named = os.environ.get("AGIS_MODELS_EXTRA")
    return Path(named).expanduser().absolute() if named else None


def want(home: Home, inputs: list[Input]) -> Build:
    """Ask for the build of these inputs; the last thing that ``land`` does."""
    build = Build(home, fingerprint(home, inputs))
    wanted = {
        "fingerprint": build.fingerprint,
        "landed_at": now_utc(),
        "inputs": [asdict(item) for item in inputs],
    }
    write_json(home.builds / "wanted.json", wanted)
    return build


def wanted(home: Home) -> tuple[Build, str] | None:
    """The build that the last ``land`` asked for and when; None before the first."""
    content = read_json(home.builds / "wanted.json")
    return (Build(home, content["fingerprint"]), content["landed_at"]) if content else None


def prepare(build: Build, registry: Mapping[str, Dataset]) -> None:
    """Lay out the inputs of the wanted build; whatever an earlier attempt left is deleted first.

    Raises BuildError when the build is not the one that ``land`` asked for last, or when the
    code, the dbt project or a raw table is no longer what its fingerprint says.
    """
    content = read_json(build.home.builds / "wanted.json")
    inputs = [Input(**item) for item in content["inputs"]] if content else []
    if not content or fingerprint(build.home, inputs) != build.fingerprint:
        raise BuildError(
            f"Build {build.fingerprint} is not what the sources, the code and the dbt project ask "
            "for now; run the job `land` again (or `agis refresh`)."
        )
    for item in inputs:
        if current_raw(input_path(build.home, item), registry[item.dataset]) is None:
            raise BuildError(
                f"The raw table of {item.dataset}, edition {item.edition}, is missing or was read "
                "by other code; run the job `land` again (or `agis refresh`)."
            )
    shutil.rmtree(build.root, ignore_errors=True)
    for dataset in registry.values():
        folder = build.root / "inputs" / dataset.id
        folder.mkdir(parents=True)
        editions = [item for item in inputs if item.dataset == dataset.id]
        for item in editions:
            link = folder / f"{item.edition}.parquet"
            link.symlink_to(os.path.relpath(input_path(build.home, item), folder))
        if not editions:
            _write_empty(folder / "none.parquet", dataset)
    write_json(build.root / "inputs.json", {"inputs": content["inputs"]})


def mark_built(build: Build) -> None:
    """Say that dbt has finished; from now on the build is never touched again by dbt."""
    write_json(build.root / "built.json", {"built_at": now_utc()})


def _write_empty(path: Path, dataset: Dataset) -> None:
    """A dataset without files is an empty table with the contract's columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"_row": pa.int32()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in dataset.raw_columns])
    pq.write_table(schema.empty_table(), path)
