"""The candidate: the published tables of a build as sorted Parquet, with one content hash.

The hash covers every table but the receipts (``source_file``, ``source_edition``,
``revision``): the same figures from re-saved bytes are the same content. Checks on marts read
these files, and every file of a release is made from them.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.errors import AgisError
from assets.files import read_json, sha256_of, write_json
from assets.registry.model import Dataset
from orchestration.builds import Build
from orchestration.release import catalogue
from orchestration.release.catalogue import RECEIPT_TABLES


@dataclass(frozen=True)
class Candidate:
    """What a build would publish."""

    content_hash: str
    tables: dict[str, dict[str, Any]]
    """Table name → rows, sha256, columns (name, type, description), description."""

    @property
    def rows(self) -> int:
        return sum(int(t["rows"]) for t in self.tables.values())


def stored(build: Build) -> Candidate | None:
    """The candidate of a build, None before it was exported."""
    content = read_json(build.root / "candidate.json")
    return Candidate(**content) if content else None


def export(build: Build, registry: Mapping[str, Dataset]) -> Candidate:
    """Export the published tables of a finished build; raises AgisError if it is unfinished."""
    if not build.is_built:
        raise AgisError(f"Build {build.fingerprint} is not finished; run the job `build` first.")
    import duckdb

    try:
        return _export(build, registry)
    except (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException) as error:
        build.discard()
        raise AgisError(
            f"The work database of build {build.fingerprint} cannot be read: "
            f"{str(error).splitlines()[0]} The next refresh makes the build anew."
        ) from error


def _export(build: Build, registry: Mapping[str, Dataset]) -> Candidate:
    (build.root / "candidate.json").unlink(missing_ok=True)
    shutil.rmtree(build.tables, ignore_errors=True)
    build.tables.mkdir()
    described = _described_models(build)
    with build.open_work_database() as work:
        work.execute("set threads = 2")
        for name, node in described.items():
            # The relation goes by its full name, since marts may lie in a schema of their own.
            relation = f'"{node["schema"]}"."{node["alias"]}"'
            _copy(work, f"select * from {relation}", build.tables / f"{name}.parquet")
        macros = work.execute(
            """
            select function_name, function_type, parameters, macro_definition
            from duckdb_functions()
            where schema_name = 'main' and not internal
                and function_type in ('macro', 'table_macro')
            order by function_name, len(parameters)
            """
        ).fetchall()
    write_json(build.root / "macros.json", [list(macro) for macro in macros])
    catalogue.write_tables(build, registry)
    described |= catalogue.described()
    tables = {name: _describe(build, name, described.get(name, {})) for name in _names(build)}
    candidate = Candidate(content_hash(build, tables), tables)
    write_json(build.root / "candidate.json", asdict(candidate))
    return candidate


def show_tables(build: Build) -> Any:
    """An in-memory DuckDB connection with one view for each table of the candidate."""
    import duckdb

    connection = duckdb.connect()
    for name in _names(build):
        path = str(build.tables / f"{name}.parquet").replace("'", "''")
        connection.execute(f"create view \"{name}\" as select * from read_parquet('{path}')")
    return connection


def _names(build: Build) -> list[str]:
    return sorted(path.stem for path in build.tables.glob("*.parquet"))


def _described_models(build: Build) -> dict[str, dict[str, Any]]:
    """The models to publish: those of the layer ``marts``, as dbt described them."""
    manifest = read_json(build.dbt_target / "manifest.json")
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return {node["alias"]: node for node in sorted(models, key=lambda n: n["alias"])}


def _copy(connection: Any, query: str, path: Path) -> None:
    target = str(path).replace("'", "''")
    connection.execute(
        f"copy (select * from ({query}) order by all) to '{target}' "
        "(format parquet, compression zstd, row_group_size 122880)"
    )


def _describe(build: Build, name: str, node: dict[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    path = build.tables / f"{name}.parquet"
    file = pq.ParquetFile(path)
    described = node.get("columns", {})
    return {
        "rows": file.metadata.num_rows,
        "sha256": sha256_of(path),
        "description": node.get("description", ""),
        "columns": [
            {
                "name": field.name,
                "type": str(field.type),
                "description": described.get(field.name, {}).get("description", ""),
                "meta": described.get(field.name, {}).get("meta", {}),
            }
            for field in file.schema_arrow
        ],
    }


def content_hash(build: Build, tables: dict[str, dict[str, Any]]) -> str:
    """One hash over all that is published of a build but the receipts."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        if name not in RECEIPT_TABLES:
            digest.update(f"{name}\t{table['sha256']}\n".encode())
    digest.update(f"macros\t{sha256_of(build.root / 'macros.json')}\n".encode())
    return digest.hexdigest()
