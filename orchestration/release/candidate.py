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
from orchestration.release import catalogue, explained, ledger, lineage
from orchestration.release.catalogue import RECEIPT_TABLES
from orchestration.release.contents import declaration
from orchestration.release.contents.declaration import Described


@dataclass(frozen=True)
class Candidate:
    """What a build would publish."""

    content_hash: str
    tables: dict[str, dict[str, Any]]
    """Table name → rows, sha256, description, label, keys, sources, columns; key, datasets that
    it is built from and method (a hash of all that computes it)."""
    compared_with: str | None = None
    """The release that was current when the table ``explained_revision`` was written."""

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
    (build.root / "candidate.json").unlink(missing_ok=True)
    shutil.rmtree(build.tables, ignore_errors=True)
    build.tables.mkdir()
    models = declaration.published_models(read_json(build.dbt_target / "manifest.json"))
    with build.open_work_database() as work:
        work.execute("set threads = 2")
        for name, model in models.items():
            # The relation goes by its full name, since marts may lie in a schema of their own.
            columns = ", ".join(f'"{column}"' for column in model["columns"])
            query = f"select {columns} from {model['relation']}"
            _copy(work, query, build.tables / f"{name}.parquet")
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
    described = declaration.settled(models | catalogue.described())
    catalogue.write_declaration(build, described)
    tables = {name: _describe(build, name, described[name]) for name in sorted(described)}
    _add_lineage(build, tables)
    content = content_hash(build, tables)
    now = ledger.current(build.home)
    catalogue.write_explained(build, explained.rows(build, tables, content))
    tables[explained.TABLE] |= _describe(build, explained.TABLE, described[explained.TABLE])
    candidate = Candidate(content, tables, now.id if now else None)
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


def _copy(connection: Any, query: str, path: Path) -> None:
    target = str(path).replace("'", "''")
    connection.execute(
        f"copy (select * from ({query}) order by all) to '{target}' "
        "(format parquet, compression zstd, row_group_size 122880)"
    )


def _describe(build: Build, name: str, about: Described) -> dict[str, Any]:
    import pyarrow.parquet as pq

    path = build.tables / f"{name}.parquet"
    file = pq.ParquetFile(path)
    columns = about["columns"]
    return {
        "rows": file.metadata.num_rows,
        "sha256": sha256_of(path),
        "description": about["description"],
        "label": about["label"],
        "keys": about["keys"],
        "sources": about["sources"],
        "columns": [
            {
                "name": field.name,
                "type": str(field.type),
                "description": columns[field.name]["description"],
                "meta": columns[field.name]["meta"],
                "required": columns[field.name]["required"],
            }
            for field in file.schema_arrow
        ],
    }


def _add_lineage(build: Build, tables: dict[str, dict[str, Any]]) -> None:
    """Say of each table its key and, of those that dbt makes, what they are computed from."""
    manifest = read_json(build.dbt_target / "manifest.json")
    datasets, methods = lineage.datasets(manifest), lineage.methods(manifest)
    for name, table in tables.items():
        own = [k["columns"] for k in table["keys"] if k["kind"] in ("primary", "unique")]
        table["key"] = own[0] if own else []
        table["datasets"] = datasets.get(name, [])
        table["method"] = methods.get(name)


def content_hash(build: Build, tables: dict[str, dict[str, Any]]) -> str:
    """One hash over all that is published of a build but the receipts."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        if name not in RECEIPT_TABLES:
            digest.update(f"{name}\t{table['sha256']}\n".encode())
    digest.update(f"macros\t{sha256_of(build.root / 'macros.json')}\n".encode())
    return digest.hexdigest()
