"""The published table ``revision``: the revision log of the datasets that a build reads.

It is a receipt, not content: it holds times, and it grows by a line when a source saves the same
figures anew, which must not make a new release.
"""

from collections.abc import Iterator
from typing import Any

from assets.home import Home
from assets.landing import Landing
from assets.revisions import Revision, revisions, rows_read


def rows(home: Home, datasets: set[str]) -> Iterator[dict[str, Any]]:
    """The rows of the table, of these datasets."""
    return (_row(home, revision) for revision in revisions(home, datasets))


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
