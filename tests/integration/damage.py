"""Ways to damage official files, and to see whether a home and its release are whole.

Each damage is a function of the path of a good file; it puts a bad one in its place. Rows of
workbooks are counted as a reader of the messages counts them: the heading is row 1.
"""

import hashlib
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.integration.conftest import Agis

Damage = Callable[[Path], None]
Rows = list[list[object]]

WORKBOOK = "asz/social_exclusion_index/2023.xlsx"
BOMB_BYTES = 200 << 20


class _Full(float):
    """A number that prints all its digits; XlsxWriter would cut it to 16, Excel keeps 17."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


# Whole files


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def replaced_by_a_page(path: Path) -> None:
    path.write_text("<!DOCTYPE html>\n<html><body>Údržba webu</body></html>\n", encoding="utf-8")


def made_a_bomb(path: Path) -> None:
    """One more part that unpacks to a thousand times its size."""
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w") as part,
    ):
        for _ in range(BOMB_BYTES >> 20):
            part.write(bytes(1 << 20))


def cut_inside_a_letter(path: Path) -> None:
    """Everything after the first byte of the last letter of two bytes is lost."""
    data = path.read_bytes()
    last = max(at for at, byte in enumerate(data) if byte >= 0xC0)
    path.write_bytes(data[: last + 1])


def saved_as_utf8(path: Path) -> None:
    path.write_bytes(path.read_bytes().decode("cp1250").encode("utf-8"))


def garbled(path: Path) -> None:
    """UTF-8 that somebody opened as cp1250 and saved again: valid bytes, letters lost."""
    read = path.read_bytes().decode("cp1250", errors="replace")
    path.write_text(read, encoding="utf-8", newline="")


# Workbooks


def edit_workbook(path: Path, change: Callable[[Rows], None]) -> None:
    """Change the cells of the first sheet; the rest is written again as it was."""
    with CalamineWorkbook.from_path(str(path)) as book:
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    change(next(iter(sheets.values())))
    path.unlink()  # a link to somebody else's file is replaced, never written through
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            _write(book.add_worksheet(name), rows)


def _write(sheet: xlsxwriter.worksheet.Worksheet, rows: Rows) -> None:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                whole = float(cell).is_integer()
                sheet.write_number(at, column, int(cell) if whole else _Full(cell))
            else:
                raise TypeError(f"row {at + 1}, column {column + 1}: {cell!r} cannot be kept")


def column(rows: Rows, heading: str) -> int:
    """The position of the only heading that begins so."""
    (at,) = [n for n, text in enumerate(rows[0]) if str(text).startswith(heading)]
    return at


def with_cell(heading: str, row: int, value: object) -> Damage:
    """Another value in one cell."""

    def change(rows: Rows) -> None:
        rows[row - 1][column(rows, heading)] = value

    return lambda path: edit_workbook(path, change)


def with_headings(change: Callable[[str], str]) -> Damage:
    """Other words in the heading."""

    def rename(rows: Rows) -> None:
        rows[0] = [change(str(text)) for text in rows[0]]

    return lambda path: edit_workbook(path, rename)


def without_column(heading: str) -> Damage:
    def change(rows: Rows) -> None:
        at = column(rows, heading)
        for row in rows:
            del row[at]

    return lambda path: edit_workbook(path, change)


def with_row_twice(row: int) -> Damage:
    return lambda path: edit_workbook(path, lambda rows: rows.insert(row, list(rows[row - 1])))


def without_rows(first: int, count: int) -> Damage:
    def change(rows: Rows) -> None:
        del rows[first - 1 : first - 1 + count]

    return lambda path: edit_workbook(path, change)


def with_codes(first: int, codes: list[int]) -> Damage:
    """Other codes in as many rows."""

    def change(rows: Rows) -> None:
        for row, code in zip(rows[first - 1 :], codes, strict=False):
            row[column(rows, "Kód obce")] = code

    return lambda path: edit_workbook(path, change)


def without_inhabitants(path: Path) -> None:
    """The municipality with most persons in distraint has no inhabitants, its cases stay."""

    def change(rows: Rows) -> None:
        cases = column(rows, "Počet osob v exekuci")
        row = max(rows[1:], key=lambda row: row[cases])
        row[column(rows, "Počet obyvyatel - starších 15 let")] = 0
        row[column(rows, "Počet obyvyatel - 15 až 64 let")] = 0

    edit_workbook(path, change)


def in_another_order(path: Path) -> None:
    """The same rows, shuffled: no damage at all."""

    def change(rows: Rows) -> None:
        data = rows[1:]
        random.Random(1).shuffle(data)
        rows[1:] = data

    edit_workbook(path, change)


def revised(sources: Path) -> None:
    """A change that a publisher makes: an edition of the demo country as it was at first."""
    shutil.copyfile(
        sources / "before_revision/asz/social_exclusion_index/2022.xlsx",
        sources / "asz/social_exclusion_index/2022.xlsx",
    )


# Whether things are whole


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class State:
    """What of a home must outlive any trouble."""

    current: str | None
    sums: str
    """SHA256SUMS of the current release, all of which hold."""
    landed: dict[str, str]
    """Every landed file and receipt with its hash."""


def state(agis: Agis) -> State:
    """The state of a home; fails where a file of the current release is not as its sum says."""
    release = agis.home / "releases" / "current"
    sums = (release / "SHA256SUMS").read_text(encoding="utf-8")
    for line in sums.splitlines():
        digest, name = line.split("  ", 1)
        assert sha256(release / name) == digest, f"{name} of release {agis.current()} is damaged"
    landing = agis.home / "landing"
    landed = {
        path.relative_to(landing).as_posix(): sha256(path)
        for path in sorted(landing.rglob("*"))
        if path.is_file() and path.name != "sightings.jsonl"
    }
    return State(agis.current(), sums, landed)


def leftovers(home: Path) -> list[str]:
    """Unfinished folders and files of landing and releases."""
    patterns = ("landing/.incoming-*", "landing/**/.part-*", "releases/.*")
    return sorted(str(path.relative_to(home)) for p in patterns for path in home.glob(p))


def unfinished_runs(home: Path) -> list[str]:
    """The runs that Dagster believes to be under way, with job and state."""
    path = home / "dagster" / "history" / "runs.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=30)) as runs:
        found = runs.execute("select pipeline_name, status from runs order by id").fetchall()
    return [f"{job}: {status}" for job, status in found if status not in ("SUCCESS", "FAILURE")]
