"""The published table ``revision``: the revision log of the datasets that a build reads.

It is a receipt, not content: it holds times, and it grows by a line when a source saves the same
figures anew, which must not make a new release.
"""

from pathlib import Path
from typing import Any

from assets.home import Home
from assets.landing import Landing
from assets.revisions import Revision, revisions, rows_read

NAME = "revision"
DESCRIPTION = (
    "One row per dataset, edition and change of its bytes: new editions, and new vintages under "
    "an address that was seen before, with receipt, size and rows before and after."
)
_NUMBERS = ("size_bytes", "previous_size_bytes", "row_count", "previous_row_count")
_TEXTS = (
    "dataset_id",
    "edition",
    "kind",
    "seen_at",
    "sha256",
    "previous_edition",
    "previous_sha256",
    "file_name",
    "retrieved_from",
    "retrieved_at",
)


def write_revisions(home: Home, datasets: set[str], folder: Path) -> None:
    """Write the table into a folder of Parquet files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [(name, pa.string()) for name in _TEXTS] + [(name, pa.int64()) for name in _NUMBERS]
    )
    rows = [_row(home, revision) for revision in revisions(home, datasets)]
    rows.sort(key=lambda row: (row["dataset_id"], row["edition"]))  # stable: then as it happened
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, folder / f"{NAME}.parquet", compression="zstd")


def _row(home: Home, revision: Revision) -> dict[str, Any]:
    landing = Landing(home)
    dataset, edition, sha256 = revision.dataset, revision.edition, revision.sha256
    receipt = landing.receipt(dataset, edition, sha256)
    assert receipt is not None, f"{dataset} {edition}: seen but not landed"
    row: dict[str, Any] = {
        "dataset_id": dataset,
        "edition": edition,
        "kind": revision.kind,
        "seen_at": revision.seen_at,
        "sha256": sha256,
        "previous_edition": revision.previous_edition,
        "previous_sha256": revision.previous_sha256,
        "file_name": receipt.file,
        "retrieved_from": receipt.url,
        "retrieved_at": receipt.retrieved_at,
        "size_bytes": receipt.size,
        "row_count": rows_read(home, dataset, edition, sha256),
    }
    if revision.previous_edition and revision.previous_sha256:
        before = (dataset, revision.previous_edition, revision.previous_sha256)
        earlier = landing.receipt(*before)
        row["previous_size_bytes"] = earlier.size if earlier else None
        row["previous_row_count"] = rows_read(home, *before)
    return row
