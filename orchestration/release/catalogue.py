"""The catalogue in a release: what the registry says and what was really read, as tables.

``dataset`` and ``source_column`` are content: names of files, sheets and headings are facts of
the input. ``source_edition`` and ``source_file`` are receipts: they speak of bytes and times, so
that the content hash leaves them out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.files import read_json
from assets.intake import Input, input_path
from assets.landing import Landing, Receipt
from assets.readers import heading
from assets.registry.base import Label
from assets.registry.model import Column, Dataset, Layout
from orchestration.builds import Build
from orchestration.release.corrections import corrected_heading

RECEIPT_TABLES = ("source_edition", "source_file")

Row = dict[str, Any]


def write_tables(build: Build, registry: Mapping[str, Dataset]) -> None:
    """Write the four tables of the catalogue beside the marts of a build, sorted."""
    inputs = build.inputs()
    registry = {d.id: d for d in registry.values() if d.is_of(build.home.world)}
    landing = Landing(build.home)
    receipts = {item: _receipt(landing, item) for item in inputs}
    _write(build, "dataset", (_dataset(d, inputs) for d in registry.values()))
    _write(build, "source_column", _source_columns(build, registry, receipts))
    _write(build, "source_edition", (_source_edition(registry[i.dataset], i) for i in inputs))
    _write(build, "source_file", (_source_file(r) for r in receipts.values()))


def described() -> dict[str, dict[str, Any]]:
    """What the tables and their columns mean, in the form in which dbt describes its models."""
    return {
        name: {
            "description": about,
            "columns": {
                column: {"description": meaning, "meta": {"label": {"cs": cs, "en": en}}}
                for column, (_, cs, en, meaning) in columns.items()
            },
        }
        for name, (about, columns) in _TABLES.items()
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
    ending = getattr(dataset, "ending", None)
    if ending:
        return ending.reason, ending.successor
    return getattr(dataset, "unverified_because", None), None


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
        "corrected_heading": column and corrected_heading(world, dataset.id, column, text),
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


def _source_edition(dataset: Dataset, item: Input) -> Row:
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


def _write(build: Build, name: str, rows: Iterator[Row]) -> None:
    """Write one table, its columns and types as described, its rows sorted by all columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
    columns = _TABLES[name][1]
    schema = pa.schema([(column, types[kind]) for column, (kind, *_) in columns.items()])
    # Whether a cell is empty comes first, so that nothing is ever compared with a text.
    ordered = sorted(
        rows, key=lambda r: [(r[c] is None, "" if r[c] is None else r[c]) for c in columns]
    )
    table = pa.Table.from_pylist(ordered, schema=schema)
    pq.write_table(table, build.tables / f"{name}.parquet", compression="zstd")


Meaning = tuple[str, str, str, str]
"""Type, label in Czech and English, description."""

_DATASET_ID: Meaning = ("text", "Sada", "Dataset", "Dataset, as the registry names it.")
_EDITION: Meaning = ("text", "Vydání", "Edition", "Edition of the dataset.")
_ABOUT: dict[str, Meaning] = {
    "title_cs": ("text", "Název (česky)", "Title (Czech)", "Title in Czech."),
    "title_en": ("text", "Název (anglicky)", "Title (English)", "Title in English."),
    "producer": ("text", "Poskytovatel", "Producer", "Who publishes the dataset."),
    "landing_page": ("text", "Stránka sady", "Landing page", "Page of the dataset."),
    "licence": (
        "text",
        "Licence",
        "Licence",
        "Licence; not_stated where the producer names none, forbidden where it is kept out.",
    ),
    "attribution": ("text", "Uvedení zdroje", "Attribution", "How the source is to be named."),
    "status": (
        "text",
        "Stav sady",
        "Status of the dataset",
        "active, ended, withdrawn, unverified (origin not proven) or by_agreement.",
    ),
    "grain": ("text", "Zrno", "Grain", "What one row of the dataset is."),
}
_FILE_NAME: Meaning = ("text", "Soubor", "File", "Name of the file as it was received.")

_TABLES: dict[str, tuple[str, dict[str, Meaning]]] = {
    "dataset": (
        "One row per dataset of the registry, also those that this release has no data of.",
        {
            "dataset_id": _DATASET_ID,
            **_ABOUT,
            "status_reason_cs": (
                "text",
                "Proč (česky)",
                "Why (Czech)",
                "Why it goes on no more or is not trusted, in Czech; empty where not stated.",
            ),
            "status_reason_en": (
                "text",
                "Proč (anglicky)",
                "Why (English)",
                "Why it goes on no more or is not trusted, in English; empty where not stated.",
            ),
            "successor": (
                "text",
                "Nástupce",
                "Successor",
                "The dataset that goes on where this one ended; empty where none is known.",
            ),
            "theme": ("text", "Téma", "Theme", "Theme of the dataset."),
            "cadence": (
                "text",
                "Jak často vychází",
                "Cadence",
                "How often editions come out: daily, monthly, quarterly, yearly, on_change, once.",
            ),
            "expected_day": (
                "text",
                "Obvyklý den vydání",
                "Usual day",
                "Month and day by which a yearly edition comes out; empty where none is known.",
            ),
            "has_data": (
                "boolean",
                "Má data",
                "Has data",
                "Whether this release was made with at least one edition of the dataset.",
            ),
            "editions": ("integer", "Počet vydání", "Editions", "Editions used in this release."),
            "first_edition": ("text", "První vydání", "First edition", "First edition used."),
            "last_edition": ("text", "Poslední vydání", "Last edition", "Last edition used."),
        },
    ),
    "source_column": (
        "One row per dataset, edition and heading of its file: which column of ours it feeds. "
        "Layouts that no file of this release has stand without an edition, as declared.",
        {
            "dataset_id": _DATASET_ID,
            "edition": (*_EDITION[:3], "Edition of the dataset; empty where none was read."),
            "layout": ("text", "Rozvržení", "Layout", "Layout by which the file was read."),
            "file_name": _FILE_NAME,
            "sheets": (
                "text",
                "Listy",
                "Sheets",
                "Sheets with this heading, divided by semicolons; empty where files have none.",
            ),
            "source_heading": (
                "text",
                "Záhlaví v souboru",
                "Heading in the file",
                "The heading as it stood in the file, spaces evened out, the rows of a heading "
                "joined by slashes; as declared where no file was read.",
            ),
            "corrected_heading": (
                "text",
                "Opravené záhlaví",
                "Corrected heading",
                "What the heading should say where it is known to be wrong (table correction).",
            ),
            "column_name": (
                "text",
                "Náš sloupec",
                "Our column",
                "Column of the raw table; empty where the heading is known and not taken in.",
            ),
            "type": ("text", "Typ", "Type", "text, integer, number or date."),
            "unit": ("text", "Jednotka", "Unit", "Unit of the column."),
            "declared_values_cs": (
                "text",
                "Význam textů (česky)",
                "Meaning of texts (Czech)",
                "Texts that stand in place of a value and what they mean, in Czech.",
            ),
            "declared_values_en": (
                "text",
                "Význam textů (anglicky)",
                "Meaning of texts (English)",
                "Texts that stand in place of a value and what they mean, in English.",
            ),
            "is_read": (
                "boolean",
                "Čteno",
                "Is read",
                "Whether a file with this heading was read for this release.",
            ),
        },
    ),
    "source_edition": (
        "One row per dataset and edition used: title, producer, licence, status.",
        {"dataset_id": _DATASET_ID, "edition": _EDITION, **_ABOUT},
    ),
    "source_file": (
        "One row per source file used: its bytes, where and when they were received.",
        {
            "dataset_id": _DATASET_ID,
            "edition": _EDITION,
            "file_name": _FILE_NAME,
            "sha256": ("text", "SHA-256", "SHA-256", "Hash of the bytes."),
            "size_bytes": ("integer", "Velikost", "Size", "Size in bytes."),
            "retrieved_from": ("text", "Odkud", "Retrieved from", "Address after redirects."),
            "retrieved_at": ("text", "Kdy (UTC)", "Retrieved at", "When it was received (UTC)."),
        },
    ),
}
