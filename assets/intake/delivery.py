"""One delivery under an agreement: what its note must say, and whether all of it holds.

A delivery is a folder with data files and the note ``delivery.yml``, which is put there last:
without it the delivery is still under way. It is taken whole or refused with one sentence.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from assets.agreements import today
from assets.errors import AgisError
from assets.files import sha256_of
from assets.intake.identifiers import found_in
from assets.landing import Landing
from assets.raw import UNFORESEEN, read_into_raw
from assets.readers import BrokenInput, tables
from assets.registry import RegistryError, read_document
from assets.registry.agreement import Agreement, Months
from assets.registry.base import Entry
from assets.registry.model import Dataset

NOTE = "delivery.yml"
REFUSED = "refused.txt"
_MAX_NOTE_BYTES = 100_000


class DeliveryError(AgisError):
    """A delivery is not what its note or the agreement says."""


class DeliveredFile(Entry):
    """One data file: an edition, its months, and what it must amount to."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    edition: str
    period: Months
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(gt=0)]
    totals: dict[str, int]


class DeliveryNote(Entry):
    """The note that comes with a delivery."""

    dataset: str
    agreement: str
    delivered_on: dt.date
    delivered_by: str
    """The organisation, by the name that the agreement gives it."""
    files: Annotated[list[DeliveredFile], Field(min_length=1)]


def examine(folder: Path, dataset: Dataset, landing: Landing) -> DeliveryNote:
    """The note of a delivery of which everything holds; raises DeliveryError with one sentence."""
    terms = dataset.agreement
    assert terms is not None, f"{dataset.id} is not by agreement"
    note = _note(folder, dataset)
    _check_terms(note, terms)
    named = {NOTE, REFUSED, *(file.file for file in note.files)}
    others = sorted(p.name for p in folder.iterdir() if p.name not in named and not p.is_dir())
    _expect(not others, f"{NOTE}, field files", "every file beside it", f"no {', '.join(others)}")
    for file in note.files:
        _check_edition(file, dataset, terms)
        _check_order(note, file, dataset, landing)
        _check_bytes(folder, file, dataset)
        _check_persons(folder / file.file, dataset, file.edition)
        _check_content(folder / file.file, dataset, file, landing)
    return note


def headers_of(note: DeliveryNote, file: DeliveredFile) -> dict[str, str]:
    """What the receipt keeps of the note."""
    return {
        "agreement": note.agreement,
        "delivered-on": note.delivered_on.isoformat(),
        "delivered-by": note.delivered_by,
        "period": f"{file.period.first}/{file.period.last}",
        "rows": str(file.rows),
    } | {f"total-{name}": str(total) for name, total in sorted(file.totals.items())}


def _note(folder: Path, dataset: Dataset) -> DeliveryNote:
    path = folder / NOTE
    if not _is_plain_file(path) or path.stat().st_size > _MAX_NOTE_BYTES:
        raise DeliveryError(f"{NOTE}: expected a small text file, found something else.")
    try:
        note = read_document(path, DeliveryNote.model_validate, NOTE)
    except RegistryError as error:
        raise DeliveryError(str(error)) from error
    _expect(note.dataset == dataset.id, f"{NOTE}, field dataset", dataset.id, note.dataset)
    for field in ("file", "edition"):
        values = [getattr(file, field) for file in note.files]
        again = sorted({v for v in values if values.count(v) > 1})
        _expect(not again, f"{NOTE}, field files", f"each {field} once", ", ".join(again))
    return note


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _expect(holds: bool, where: str, expected: Any, found: Any) -> None:
    if not holds:
        raise DeliveryError(f"{where}: expected {expected}, found {found}.")


def _check_terms(note: DeliveryNote, terms: Agreement) -> None:
    day = today()
    _expect(
        note.agreement == terms.reference,
        f"{NOTE}, field agreement",
        terms.reference,
        note.agreement,
    )
    _expect(
        not terms.has_expired(day),
        f"agreement {terms.reference}",
        f"an agreement in force on {day}",
        f"one that expired on {terms.expires}",
    )
    _expect(
        terms.concluded <= note.delivered_on <= day,
        f"{NOTE}, field delivered_on",
        f"a day from {terms.concluded} (the agreement) to {day} (today)",
        note.delivered_on,
    )
    providers = [p.name for p in terms.parties if p.role == "provider"]
    _expect(
        any(note.delivered_by in (name.cs, name.en) for name in providers),
        f"{NOTE}, field delivered_by",
        " or ".join(name.cs for name in providers),
        note.delivered_by,
    )


def _check_edition(file: DeliveredFile, dataset: Dataset, terms: Agreement) -> None:
    declared = dataset.editions.inbox
    assert declared is not None, f"{dataset.id} has no inbox"
    where = f"{NOTE}, {file.file}"
    _expect(
        re.fullmatch(declared.pattern, file.edition) is not None,
        f"{where}, field edition",
        f"an edition of the form {declared.pattern}",
        file.edition,
    )
    _expect(
        terms.periods.hold(file.period),
        f"{where}, field period",
        f"months from {terms.periods.first} to {terms.periods.last} as agreed",
        f"{file.period.first} to {file.period.last}",
    )
    _expect(
        set(file.totals) == set(declared.control_totals),
        f"{where}, field totals",
        ", ".join(sorted(declared.control_totals)),
        ", ".join(sorted(file.totals)) or "none",
    )


def _check_order(
    note: DeliveryNote, file: DeliveredFile, dataset: Dataset, landing: Landing
) -> None:
    """A delivery may replace an earlier one, never a later one."""
    for sighting in landing.seen(dataset.id):
        receipt = landing.receipt(dataset.id, sighting.edition, sighting.sha256)
        if receipt and sighting.edition == file.edition and sighting.sha256 != file.sha256:
            before = receipt.headers["delivered-on"]
            _expect(
                note.delivered_on.isoformat() >= before,
                f"{NOTE}, field delivered_on",
                f"{before} or later, since edition {file.edition} of that day is in force",
                note.delivered_on,
            )


def _check_bytes(folder: Path, file: DeliveredFile, dataset: Dataset) -> None:
    path = folder / file.file
    _expect(_is_plain_file(path), file.file, "a file beside its note", "none")
    size = path.stat().st_size
    _expect(
        size <= dataset.max_megabytes << 20,
        file.file,
        f"at most {dataset.max_megabytes} MB",
        f"{size >> 20} MB",
    )
    digest = sha256_of(path)
    _expect(digest == file.sha256, file.file, f"sha-256 {file.sha256} as in the note", digest)


def _check_persons(path: Path, dataset: Dataset, edition: str) -> None:
    for layout in dataset.layouts:
        numbers = {
            heading
            for name, heading in layout.columns.items()
            if dataset.columns[name].type in ("integer", "number")
        }
        try:
            signs = [found_in(table, numbers) for table in tables(path, layout, edition)]
        except (BrokenInput, *UNFORESEEN):
            continue  # not this layout; whether it is any is judged with the contract
        for sign in filter(None, signs):
            raise DeliveryError(f"{path.name}: expected no data on persons, found {sign}.")


def _check_content(path: Path, dataset: Dataset, file: DeliveredFile, landing: Landing) -> None:
    """Read the file under its contract, aside, and compare it with its note."""
    import duckdb

    declared = dataset.editions.inbox
    assert declared is not None
    with landing.workspace() as folder:
        try:
            raw = read_into_raw(path, folder / "raw.parquet", dataset, file.edition)
        except BrokenInput as error:
            raise DeliveryError(str(error)) from error
        sums = ", ".join(f'sum(cast("{name}" as hugeint))' for name in declared.control_totals)
        found = duckdb.execute(
            f"""
            select {sums}, min("{declared.period_column}"), max("{declared.period_column}")
            from read_parquet(?)
            """,
            [str(raw.path)],
        ).fetchone()
    assert found is not None
    _expect(raw.rows == file.rows, file.file, f"{file.rows} rows as in the note", raw.rows)
    for name, total in zip(declared.control_totals, found[:-2], strict=True):
        wanted = file.totals[name]
        _expect(total == wanted, file.file, f"a total of {name} of {wanted} as in the note", total)
    first, last = found[-2:]
    _expect(
        file.period.first <= first and last <= file.period.last,
        f"{file.file}, column {declared.period_column}",
        f"months from {file.period.first} to {file.period.last} as in the note",
        f"{first} to {last}",
    )
