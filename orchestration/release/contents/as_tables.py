"""The declaration as published tables: ``published_table``, ``published_column``, ``_key``."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.release.contents.declaration import Described, first_sentence

Row = dict[str, Any]


def table_rows(described: Mapping[str, Described], receipts: tuple[str, ...]) -> Iterator[Row]:
    """The rows of ``published_table``."""
    for name, about in described.items():
        yield {
            "table_name": name,
            "label_cs": about["label"]["cs"],
            "label_en": about["label"]["en"],
            "grain": first_sentence(about["description"]),
            "description": about["description"].strip(),
            "key_columns": ", ".join(_identifying(about)) or None,
            "is_receipt": name in receipts,
            "source_datasets": ", ".join(about["sources"]) or None,
        }


def column_rows(described: Mapping[str, Described]) -> Iterator[Row]:
    """The rows of ``published_column``."""
    for name, about in described.items():
        for position, (column, said) in enumerate(about["columns"].items(), start=1):
            yield {
                "table_name": name,
                "position": position,
                "column_name": column,
                "data_type": said["data_type"],
                "label_cs": said["meta"]["label"]["cs"],
                "label_en": said["meta"]["label"]["en"],
                "description": said["description"].strip(),
                "unit": said["meta"].get("unit"),
                "is_required": said["required"],
                "is_key": column in _identifying(about),
            }


def key_rows(described: Mapping[str, Described]) -> Iterator[Row]:
    """The rows of ``published_key``."""
    for name, about in described.items():
        for key in about["keys"]:
            yield {
                "table_name": name,
                "kind": key["kind"],
                "key_columns": ", ".join(key["columns"]),
                "to_table": key["table"],
                "to_columns": ", ".join(key["to"]) or None,
            }


def _identifying(about: Described) -> list[str]:
    own = [key["columns"] for key in about["keys"] if key["kind"] in ("primary", "unique")]
    return list(own[0]) if own else []
