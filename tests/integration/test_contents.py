"""What a release holds, read by programs that AGIS has no part in."""

import csv
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.home import open_home
from assets.registry import load_registry
from orchestration import builds
from orchestration.release import candidate, ledger, publish
from tests.conftest import PROJECT
from tests.integration.conftest import Agis, Ended

BASE = "https://data.example.org/agis/current/"
SHAPES = PROJECT / "tests" / "fixtures" / "dcat" / "dcat_ap_cz.ttl"
SHOWN_ROWS = 500


@pytest.fixture(scope="module")
def root(small_demo: tuple[Path, Agis]) -> Path:
    return small_demo[1].home.resolve() / "releases" / (small_demo[1].current() or "")


@pytest.fixture(scope="module")
def manifest(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_each_table_comes_in_all_forms(root: Path, manifest: dict[str, Any]) -> None:
    tables = set(manifest["tables"])
    assert {p.stem for p in (root / "parquet").iterdir()} == tables
    assert {p.stem for p in (root / "csv").glob("*.csv")} == tables
    described = {p.name.removesuffix(".csv-metadata.json") for p in (root / "csv").glob("*.json")}
    assert described == tables


def test_the_sums_are_over_all_files(root: Path) -> None:
    lines = (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stated = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert set(stated) == there - {"SHA256SUMS"}
    for name, digest in stated.items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest, name


def test_the_manifest_says_by_what_it_was_made(manifest: dict[str, Any]) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if head.returncode == 0:
        assert manifest["code_revision"].removesuffix("-dirty") == head.stdout.strip()
    else:
        assert manifest["code_revision"] is None
    assert manifest["parameters"]["interval_level"] == 0.95
    assert manifest["schema_version"] == "1.0.0"
    assert manifest["stack"]["duckdb"]


def test_csvw_describes_every_file(root: Path, tmp_path: Path) -> None:
    """Types, headings, required cells and primary keys, on the first rows of long files.

    A foreign key needs the whole of the other table; those that lead to a long one would not be
    met, and there are none. That all keys hold in all rows is for the check ``keys_hold``.
    """
    folder = shutil.copytree(root / "csv", tmp_path / "csv")
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            lines = list(itertools.islice(file, SHOWN_ROWS))
        path.chmod(0o644)
        path.write_text("".join(lines), encoding="utf-8")
    for path in sorted(folder.glob("*-metadata.json")):
        assert csvw_problems(path) == [], path.name


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("indicator_dimension", ""),  # a required cell is empty
        ("indicator_dimension", None),  # a key is there twice
    ],
)
def test_csvw_would_tell(root: Path, tmp_path: Path, name: str, row: str | None) -> None:
    for suffix in (".csv", ".csv-metadata.json"):
        shutil.copyfile(root / "csv" / f"{name}{suffix}", tmp_path / f"{name}{suffix}")
    path = tmp_path / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    width = len(next(csv.reader([lines[0]])))
    lines.append(lines[-1] if row is None else "," * (width - 1))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert csvw_problems(tmp_path / f"{name}.csv-metadata.json") != []


def csvw_problems(path: Path) -> list[str]:
    """What the library says of a metadata file and its tables; its validity alone skips cells."""
    from csvw.metadata import CSVW

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        described = CSVW(str(path), validate=True)
        try:
            for table in described.tables:
                for _ in table.iterdicts(strict=True):
                    pass
            return [] if described.is_valid else [str(w.message) for w in described.warnings]
        except ValueError as error:
            return [str(error)]


def graph_of(root: Path) -> Any:
    import rdflib

    return rdflib.Graph().parse(
        root / "catalogue.jsonld", format="json-ld", publicID=f"{BASE}catalogue.jsonld"
    )


def test_the_catalogue_is_of_dcat_ap_cz(root: Path, manifest: dict[str, Any]) -> None:
    import pyshacl
    import rdflib

    graph, shapes = graph_of(root), rdflib.Graph().parse(SHAPES)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, text
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(set(graph.subjects(rdflib.RDF.type, dcat.Dataset))) == len(manifest["tables"])
    for address in graph.objects(None, dcat.downloadURL):
        assert (root / str(address).removeprefix(BASE)).is_file(), address
    for missing in (
        dcat.keyword,
        dcat.downloadURL,
        rdflib.URIRef("http://purl.org/dc/terms/title"),
    ):
        poorer = graph_of(root)
        poorer.remove((None, missing, None))
        assert not pyshacl.validate(poorer, shacl_graph=shapes)[0], missing


def test_an_invented_country_is_not_put_on_the_map(root: Path) -> None:
    text = (root / "catalogue.jsonld").read_text(encoding="utf-8")
    assert "ruian" not in text
    for page in [root / "dictionary.html", *(root / "quality").glob("*.html")]:
        assert "DEMO" in page.read_text(encoding="utf-8"), page.name


def test_the_record_of_the_real_country_is_of_dcat_ap_cz_too(
    mirror_refreshed: tuple[Agis, Ended],
) -> None:
    import pyshacl
    import rdflib

    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    graph = graph_of(agis.home / "releases" / "current")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))
    assert conforms, text
    spatial = rdflib.URIRef("http://purl.org/dc/terms/spatial")
    places = {str(place) for place in graph.objects(None, spatial)}
    assert places == {"https://linked.cuzk.cz/resource/ruian/stat/1"}


def test_the_dictionary_has_every_column_in_both_languages(
    root: Path, manifest: dict[str, Any]
) -> None:
    from html import unescape

    page = unescape((root / "dictionary.html").read_text(encoding="utf-8"))
    for name, table in manifest["tables"].items():
        assert f'id="{name}"' in page
        for column in table["columns"]:
            assert f"<code>{column['name']}</code>" in page
            assert column["meta"]["label"]["cs"] in page
            assert column["meta"]["label"]["en"] in page


def test_the_declaration_as_tables_is_what_lies_there(
    small_demo: tuple[Path, Agis], manifest: dict[str, Any]
) -> None:
    agis = small_demo[1]
    differ = agis.sql(
        "with there as (select table_name, column_name, lower(data_type) as data_type "
        "from duckdb_columns() where not internal and schema_name = 'main' "
        "and table_name in (select table_name from published_table)), "
        "said as (select table_name, column_name, data_type from published_column) "
        "(from there except from said) union all (from said except from there)"
    )
    assert differ == ""
    assert agis.sql("select count(*) from published_table") == str(len(manifest["tables"]))
    assert agis.sql("select count(*) from published_column where label_cs = ''") == "0"
    keyless = "select table_name from published_table where key_columns is null order by all"
    assert agis.sql(keyless).splitlines() == [
        "explained_revision",
        "published_key",
        "source_column",
    ]


def test_each_source_has_a_report(root: Path, manifest: dict[str, Any]) -> None:
    used = {source["dataset"] for source in manifest["sources"]}
    assert {p.stem for p in (root / "quality").glob("*.html")} == used | {"index"}
    registry = load_registry()
    page = (root / "quality" / "asz__social_exclusion_index.html").read_text(encoding="utf-8")
    assert registry["asz__social_exclusion_index"].title.cs in page
    audit = json.loads((root / "audit.json").read_text(encoding="utf-8"))
    checks = [
        v for v in audit["verdicts"] if v["subject"].startswith("raw asz__social_exclusion_index,")
    ]
    passed = sum(v["outcome"] == "passed" for v in checks)
    assert checks
    assert f"Splněno {passed} z {len(checks)}" in page


def test_the_citation_names_release_and_sources(root: Path, manifest: dict[str, Any]) -> None:
    import yaml

    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert (cited["type"], cited["version"]) == ("dataset", manifest["release"])
    assert len(cited["references"]) == len({s["dataset"] for s in manifest["sources"]})


def test_an_older_client_opens_the_database(
    root: Path, manifest: dict[str, Any], tmp_path: Path
) -> None:
    lock = PROJECT / "tests" / "older-client.lock"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*install, "--target", str(tmp_path), "-r", str(lock)], check=True, timeout=300)
    program = (
        "import duckdb, json, sys\n"
        "db = duckdb.connect(sys.argv[1], read_only=True)\n"
        "names = [r[0] for r in db.execute('select table_name from published_table').fetchall()]\n"
        "rows = {n: db.execute(f'select count(*) from \"{n}\"').fetchone()[0] for n in names}\n"
        'macros = db.execute("select wilson_lower(5, 100, 0.95), (select count(*) from '
        "territory_at(date '2020-01-01')), (select count(*) from territory_current)\").fetchone()\n"
        "print(json.dumps([duckdb.__version__, rows, macros]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(root / "agis.duckdb")],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    version, rows, macros = json.loads(done.stdout)
    assert version == "1.1.3"
    assert rows == {name: table["rows"] for name, table in manifest["tables"].items()}
    assert macros[0] == pytest.approx(0.02154367915436797, abs=1e-12)
    assert macros[1] > 0 and macros[2] > 0


def test_pandas_and_polars_read_every_table(root: Path, manifest: dict[str, Any]) -> None:
    import pandas as pd
    import polars as pl

    for name, table in manifest["tables"].items():
        path = root / "parquet" / f"{name}.parquet"
        columns = [column["name"] for column in table["columns"]]
        for frame in (pd.read_parquet(path), pl.read_parquet(path)):
            assert (len(frame), list(frame.columns)) == (table["rows"], columns), name


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("agis")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_reads_every_table(root: Path, manifest: dict[str, Any], spark: Any) -> None:
    """All cells, by a hash over each row; one query, since each costs Spark a second."""
    tables = manifest["tables"]
    for name, table in tables.items():
        frame = spark.read.parquet(str(root / "parquet" / f"{name}.parquet"))
        assert frame.columns == [column["name"] for column in table["columns"]], name
        frame.createOrReplaceTempView(name)
    counts = " union all ".join(
        f"select '{name}', count(*), max(xxhash64(*)) is not null from {name}" for name in tables
    )
    found = {name: (rows, is_read) for name, rows, is_read in spark.sql(counts).collect()}
    assert found == {name: (t["rows"], t["rows"] > 0) for name, t in tables.items()}


def test_what_is_made_twice_is_equal_byte_for_byte(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    shutil.copytree(small_demo[1].home, tmp_path / "home", symlinks=True)
    home, registry = open_home(tmp_path / "home"), load_registry()
    wanted = builds.wanted(home)
    now = ledger.current(home)
    assert wanted and now
    again = candidate.export(wanted[0], registry)
    assert again.content_hash == now.content_hash
    staged = tmp_path / "staged"
    staged.mkdir()
    publish._write_contents(staged, now.id, wanted[0], again, registry)
    for folder in ("csv", "parquet"):
        made = {p.name: p.read_bytes() for p in (staged / folder).iterdir()}
        before = {p.name: p.read_bytes() for p in (now.root / folder).iterdir()}
        assert made.keys() == before.keys()
        assert [name for name in made if made[name] != before[name]] == []


def examples(page: str, language: str) -> list[str]:
    text = (PROJECT / "docs" / "use" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_queries_of_the_pages_run(small_demo: tuple[Path, Agis]) -> None:
    queries = examples("sql.md", "sql")
    assert len(queries) == 7
    for query in queries:
        assert small_demo[1].sql(query) != "", query


def test_the_programs_of_the_pages_run(root: Path) -> None:
    programs = examples("python.md", "python")
    assert len(programs) == 3
    for program in programs:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
