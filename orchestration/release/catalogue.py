"""The catalogue in a release: what the registry says and what was really read, as tables.

``dataset`` and ``source_column`` are content: names of files, sheets and headings are facts of
the input. ``source_edition``, ``source_file`` and ``revision`` are receipts: they speak of bytes
and times, so that the content hash leaves them out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assets.files import read_json
from assets.intake import Input, input_path
from assets.landing import Landing, Receipt
from assets.readers import heading
from assets.registry.base import Label
from assets.registry.model import Column, Dataset, Layout
from orchestration.builds import Build
from orchestration.release import corrections, revisions
from orchestration.release.catalogue_keys import ALL_TABLES, FOREIGN_KEYS, LABELS, PRIMARY_KEYS
from orchestration.release.citation import citation
from orchestration.release.contents import as_tables
from orchestration.release.contents.declaration import Described, foreign_key, own_key

RECEIPT_TABLES = ("source_edition", "source_file", "revision", "explained_revision")

Row = dict[str, Any]
_SQL_TYPES = {
    "text": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
}


def write_tables(build: Build, registry: Mapping[str, Dataset]) -> None:
    """Write the tables of the catalogue beside the marts of a build, sorted."""
    inputs = build.inputs()
    registry = {d.id: d for d in registry.values() if d.is_of(build.home.world)}
    landing = Landing(build.home)
    receipts = {item: _receipt(landing, item) for item in inputs}
    _write(build, "dataset", (_dataset(d, inputs) for d in registry.values()))
    _write(build, "source_column", _source_columns(build, registry, receipts))
    _write(
        build,
        "source_edition",
        (_source_edition(build.home.world, registry[i.dataset], i) for i in inputs),
    )
    _write(build, "source_file", (_source_file(r) for r in receipts.values()))
    _write(build, "correction", corrections.rows(build))
    _write(build, "revision", revisions.rows(build.home, {i.dataset for i in inputs}))
    write_explained(build, [])


def write_explained(build: Build, rows: Iterable[Row]) -> None:
    """Write the log of what each release changed; empty until it is known."""
    _write(build, "explained_revision", rows)


def write_declaration(build: Build, described: Mapping[str, Described]) -> None:
    """Write the tables that describe all tables, themselves among them."""
    _write(build, "published_table", as_tables.table_rows(described, RECEIPT_TABLES))
    _write(build, "published_column", as_tables.column_rows(described))
    _write(build, "published_key", as_tables.key_rows(described))


def described() -> dict[str, Described]:
    """The tables of the catalogue in the form in which published models are described."""
    return {name: _described(name) for name in ALL_TABLES}


def _described(name: str) -> Described:
    about, columns = ALL_TABLES[name]
    key = PRIMARY_KEYS.get(name, [])
    leads = [foreign_key(*FOREIGN_KEYS[name])] if name in FOREIGN_KEYS else []
    cs, en = LABELS[name]
    return {
        "description": about,
        "label": {"cs": cs, "en": en},
        "columns": {
            column: {
                "description": meaning,
                "data_type": _SQL_TYPES[kind],
                "meta": {"label": {"cs": label_cs, "en": label_en}},
                "required": column in key,
            }
            for column, (kind, label_cs, label_en, meaning) in columns.items()
        },
        "keys": [*([own_key(key)] if key else []), *leads],
        "sources": [],
    }


def _receipt(landing: Landing, item: Input) -> Receipt:
    receipt = landing.receipt(item.dataset, item.edition, item.sha256)
    assert receipt is not None, f"{item.dataset} {item.edition} has no receipt"
    return receipt


def _dataset(dataset: Dataset, inputs: list[Input]) -> Row:
    editions = sorted(item.edition for item in inputs if item.dataset == dataset.id)
    reason, successor = _why_not_active(dataset)
    return {
        "dataset_id": dataset.id,
        "title_cs": dataset.title.cs,
        "title_en": dataset.title.en,
        "producer": dataset.producer,
        "theme": dataset.theme,
        "grain": dataset.grain,
        "landing_page": dataset.landing_page,
        "licence": dataset.licence.id,
        "attribution": dataset.licence.attribution,
        "status": dataset.status,
        "status_reason_cs": reason.cs if reason else None,
        "status_reason_en": reason.en if reason else None,
        "successor": successor,
        "cadence": dataset.calendar.cadence,
        "expected_day": dataset.calendar.expected,
        "has_data": bool(editions),
        "editions": len(editions),
        "first_edition": editions[0] if editions else None,
        "last_edition": editions[-1] if editions else None,
    }


def _why_not_active(dataset: Dataset) -> tuple[Label | None, str | None]:
    """Why a dataset has ended or is not trusted, and what follows it, if its entry says so."""
    if dataset.ending:
        return dataset.ending.reason, dataset.ending.successor
    return dataset.unverified_because, None


def _source_columns(
    build: Build, registry: Mapping[str, Dataset], receipts: Mapping[Input, Receipt]
) -> Iterator[Row]:
    """The headings of every file that was read, then those of layouts that no file had."""
    used: set[tuple[str, str]] = set()
    for item, receipt in receipts.items():
        dataset = registry[item.dataset]
        note = read_json(input_path(build.home, item).with_suffix(".json"))
        used.add((dataset.id, note["layout"]))
        sheets: dict[tuple[str | None, str], list[str | None]] = {}
        for table in note["tables"]:
            for key in [*table["columns"].items(), *((None, text) for text in table["not_taken"])]:
                sheets.setdefault(key, []).append(table["sheet"])
        for (column, text), on in sheets.items():
            yield _source_column(build.home.world, dataset, note["layout"], column, text) | {
                "is_read": True,
                "edition": item.edition,
                "file_name": receipt.file,
                "sheets": "; ".join(filter(None, on)) or None,
            }
    for dataset in registry.values():
        for layout in dataset.layouts:
            if (dataset.id, layout.name) not in used:
                yield from _declared_columns(build.home.world, dataset, layout)


def _declared_columns(world: str, dataset: Dataset, layout: Layout) -> Iterator[Row]:
    names = [*layout.columns, *(None for _ in layout.ignored)]
    texts = [*layout.columns.values(), *layout.ignored]
    for column, text in zip(names, texts, strict=True):
        row = _source_column(world, dataset, layout.name, column, heading(text))
        yield row | {"is_read": False, "edition": None, "file_name": None, "sheets": None}


def _source_column(world: str, dataset: Dataset, layout: str, column: str | None, text: str) -> Row:
    about = dataset.columns[column] if column else None
    return {
        "dataset_id": dataset.id,
        "layout": layout,
        "source_heading": text,
        "corrected_heading": column
        and corrections.corrected_heading(world, dataset.id, column, text),
        "column_name": column,
        "type": about.type if about else None,
        "unit": about.unit if about else None,
        "declared_values_cs": _declared_values(about, "cs"),
        "declared_values_en": _declared_values(about, "en"),
    }


def _declared_values(column: Column | None, language: str) -> str | None:
    """What a text in place of a value means: ``no_school »…«: …``, one line each."""
    declared = column.values if column else {}
    lines = [f"{n} »{v.text}«: {getattr(v.meaning, language)}" for n, v in declared.items()]
    return "\n".join(lines) or None


def _source_edition(world: str, dataset: Dataset, item: Input) -> Row:
    citation_cs, citation_en = citation(dataset, item.edition, world)
    return {
        "dataset_id": dataset.id,
        "edition": item.edition,
        "title_cs": dataset.title.cs,
        "title_en": dataset.title.en,
        "producer": dataset.producer,
        "landing_page": dataset.landing_page,
        "licence": dataset.licence.id,
        "attribution": dataset.licence.attribution,
        "status": dataset.status,
        "grain": dataset.grain,
        "citation_cs": citation_cs,
        "citation_en": citation_en,
    }


def _source_file(receipt: Receipt) -> Row:
    return {
        "dataset_id": receipt.dataset,
        "edition": receipt.edition,
        "file_name": receipt.file,
        "sha256": receipt.sha256,
        "size_bytes": receipt.size,
        "retrieved_from": receipt.url,
        "retrieved_at": receipt.retrieved_at,
    }


def _write(build: Build, name: str, rows: Iterable[Row]) -> None:
    """Write one table, its columns and types as described, its rows sorted by all columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "number": pa.float64(),
    }
    columns = ALL_TABLES[name][1]
    schema = pa.schema([(column, types[kind]) for column, (kind, *_) in columns.items()])
    # Whether a cell is empty comes first, so that nothing is ever compared with a text.
    ordered = sorted(
        rows, key=lambda r: [(r.get(c) is None, "" if r.get(c) is None else r[c]) for c in columns]
    )
    table = pa.Table.from_pylist(ordered, schema=schema)
    pq.write_table(table, build.tables / f"{name}.parquet", compression="zstd")
