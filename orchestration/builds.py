"""Builds: one attempt each, named by the fingerprint of all that decides its content.

``build/wanted.json`` says which build the last ``land`` asks for. ``build/<fingerprint>/`` is
made in place: ``inputs.json`` and links to exactly the raw files seen, then dbt's work, then
``built.json``, which marks it complete. Without that marker the folder is deleted and rebuilt.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.corrections import write_corrected
from assets.errors import AgisError
from assets.files import close_folder, now_utc, read_json, sha256_of_tree, versions_of, write_json
from assets.home import PROJECT_DIR, Home
from assets.intake import Input, input_path
from assets.raw import current_raw
from assets.registry.corrections import in_force
from assets.registry.model import Dataset

if TYPE_CHECKING:
    import duckdb

KEPT_DAYS = 14
"""How long a build from which nothing was published is kept."""
DBT_DIR = PROJECT_DIR / "dbt_project"
TERMS = "agreement"
"""The folder of a build's inputs with the terms of the agreements that it falls under."""
_TERM_COLUMNS = (
    *("dataset_id", "reference", "provider_cs", "provider_en", "recipient_cs", "recipient_en"),
    *("concluded", "expires", "access", "permitted_use_cs", "permitted_use_en"),
    *("minimum_count", "levels", "contact_cs", "contact_en", "after_expiry"),
)
_DBT_FILES = [
    "*.yml",
    # By kind of file: Python beside the models leaves compiled files there, which decide nothing.
    *(f"{folder}/**/*.{kind}" for folder in ("models", "tests") for kind in ("sql", "py", "yml")),
    *(f"macros/**/*.{kind}" for kind in ("sql", "yml")),
    *(f"seeds/**/*.{kind}" for kind in ("csv", "yml")),
]
_EXTRA_FILES = ["**/*.sql", "**/*.py", "**/*.yml", "**/*.csv"]


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

    def open_work_database(self) -> "duckdb.DuckDBPyConnection":
        """The work database to read; its staging views look for the inputs below the build."""
        import duckdb

        work = duckdb.connect(str(self.work_database), read_only=True)
        root = str(self.root).replace("'", "''")
        work.execute(f"set file_search_path = '{root}'")
        return work

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
        "stack": versions_of("dbt-core", "dbt-duckdb", "duckdb", "pyproj", "rapidfuzz"),
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def dbt_version() -> str:
    """A hash of all files that dbt computes from."""
    own, extra = sha256_of_tree(DBT_DIR, _DBT_FILES), extra_models()
    if not extra:
        return own
    return hashlib.sha256(f"{own}{sha256_of_tree(extra, _EXTRA_FILES)}".encode()).hexdigest()


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


def clear_unpublished(home: Home, published: Collection[str], kept_days: int = KEPT_DAYS) -> None:
    """Delete builds that no release was made from, once they are old; call with the lock held.

    Never one that was published, the one that is wanted, or one that is younger.
    """
    asked = wanted(home)
    kept = {*published, *([asked[0].fingerprint] if asked else [])}
    for folder in home.builds.glob("*/"):
        if folder.is_symlink() or folder.name in kept:
            continue
        # The files of a folder tell when anything last happened in it; an empty one, the folder.
        touched = max(path.stat().st_mtime for path in (folder, *folder.glob("*.json")))
        if time.time() - touched > kept_days * 86400:
            shutil.rmtree(folder)


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
    by_agreement = [registry[name] for name in sorted({item.dataset for item in inputs})]
    by_agreement = [dataset for dataset in by_agreement if dataset.agreement]
    if any(dataset.is_confidential for dataset in by_agreement):
        close_folder(build.root)  # the work database holds what the marts hide
    _write_terms(build.root / "inputs" / TERMS / "terms.parquet", by_agreement)
    for dataset in registry.values():
        folder = build.root / "inputs" / dataset.id
        folder.mkdir(parents=True)
        editions = [item for item in inputs if item.dataset == dataset.id]
        for item in editions:
            _lay_out(input_path(build.home, item), folder / f"{item.edition}.parquet", item, build)
        if not editions:
            _write_empty(folder / "none.parquet", dataset)
    write_json(build.root / "inputs.json", {"inputs": content["inputs"]})


def _lay_out(raw: Path, target: Path, item: Input, build: Build) -> None:
    """A link to the raw table, or a corrected copy where its rows are corrected."""
    corrections = in_force(item.dataset, item.edition, build.home.world)
    if any(correction.changes_rows for correction in corrections.values()):
        write_corrected(raw, target, corrections)
    else:
        target.symlink_to(os.path.relpath(raw, target.parent))


def _write_terms(path: Path, datasets: list[Dataset]) -> None:
    """The agreements under which this build reads data, so that dbt applies their own rule."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = []
    for dataset in datasets:
        terms = dataset.agreement
        assert terms is not None
        rule = terms.disclosure
        names = {
            (role, language): "; ".join(
                getattr(p.name, language) for p in terms.parties if p.role == role
            )
            for role in ("provider", "recipient")
            for language in ("cs", "en")
        }
        rows.append(
            {
                "dataset_id": dataset.id,
                "reference": terms.reference,
                **{f"{role}_{language}": name for (role, language), name in names.items()},
                "concluded": terms.concluded,
                "expires": terms.expires,
                "access": terms.access,
                "permitted_use_cs": " ".join(use.text.cs for use in terms.permitted_use),
                "permitted_use_en": " ".join(use.text.en for use in terms.permitted_use),
                "minimum_count": rule.minimum if rule else None,
                "levels": ", ".join(rule.levels) if rule else None,
                "contact_cs": terms.contact.cs,
                "contact_en": terms.contact.en,
                "after_expiry": terms.after_expiry,
            }
        )
    types = {"concluded": pa.date32(), "expires": pa.date32(), "minimum_count": pa.int32()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in _TERM_COLUMNS])
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


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
