"""Archives, unpacked within bounds: a small download must not fill the disk or the memory."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from assets.readers import BrokenInput, kind_of_content
from assets.registry.model import Layout

MAX_UNPACKED_BYTES = 1 << 30
MAX_RATIO = 250
MAX_MEMBERS = 10_000
MAX_CELLS = 20_000_000
"""Rows × columns that a sheet may span: its reader lays out all of them, empty or not."""
_CELL = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20


def unpacked(path: Path, layout: Layout) -> Iterator[Path]:
    """The files to read: the landed one, or what its layout says is packed in it.

    Unpacked to disk, not to memory, one after the other, each only while it is read; raises
    BrokenInput.
    """
    if layout.unpack is None:
        yield path
        return
    with TemporaryDirectory(prefix="agis-unpacked-") as folder:
        if layout.unpack == "zip":
            yield from extract(path, Path(folder), layout.members)
        else:
            yield extract_gz(path, Path(folder))


def open_archive(path: Path, what: str) -> zipfile.ZipFile:
    """Open a ZIP container; raises BrokenInput if it is none or is cut off."""
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        kind = kind_of_content(path)
        if kind == "a ZIP container":
            kind = "a ZIP container that is cut off or damaged"
        raise BrokenInput(f"{path.name}: expected {what}, found {kind}.") from error


def check_bounds(archive: zipfile.ZipFile, path: Path) -> None:
    """Unpack every member once, counting: sizes in the directory may lie.

    Raises BrokenInput when there are too many members, they unpack to too much, or one is
    damaged. A workbook of 1.5 MB takes about 50 ms.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise BrokenInput(
            f"{path.name}: expected at most {MAX_MEMBERS} files in the container, "
            f"found {len(members)}."
        )
    allowed, total = _allowed(path), 0
    for member in members:
        try:
            with archive.open(member) as file:
                total = _count(file, path, member.filename, total, allowed)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BrokenInput(
                f"{path.name}: its part {member.filename} is cut off or damaged ({error})."
            ) from error
        except (RuntimeError, NotImplementedError) as error:
            raise BrokenInput(
                f"{path.name}: its part {member.filename} cannot be unpacked ({error})."
            ) from error


def _allowed(path: Path) -> int:
    return min(MAX_UNPACKED_BYTES, max(path.stat().st_size * MAX_RATIO, 64 << 20))


def _count(file: IO[bytes], path: Path, member: str, total: int, allowed: int) -> int:
    return total + sum(len(chunk) for chunk in _chunks(file, path, member, allowed - total))


def _chunks(
    file: "IO[bytes] | gzip.GzipFile", path: Path, member: str, left: int
) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise BrokenInput(
                f"{path.name}: expected at most {_allowed(path) >> 20} MB when unpacked, found "
                f"more (stopped inside {member}); this looks like a ZIP bomb."
            )
        yield chunk


def check_span(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse a sheet that spans more cells than MAX_CELLS; raises BrokenInput.

    Two cells at opposite corners weigh nothing in bytes and fill the memory when read.
    """
    for member in archive.namelist():
        if not member.startswith("xl/worksheets/") or not member.endswith(".xml"):
            continue
        rows = columns = 0
        rest = b""
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                found = _CELL.findall(rest + chunk)
                # Few columns and rows recur in millions of cells: compare each once.
                rows = max(rows, *map(int, {digits for _, digits in found}), 0)
                columns = max(columns, *map(_column, {letters for letters, _ in found}), 0)
                rest = chunk[-24:]
        if rows * columns > MAX_CELLS:
            raise BrokenInput(
                f"{path.name}, {member}: expected a sheet of at most {MAX_CELLS:,} cells, found "
                f"one that spans {rows:,} rows and {columns:,} columns."
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error)
"""What reading a packed file raises where it is cut off or damaged."""


def _single(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) != 1:
        raise BrokenInput(f"{path.name}: expected one file in the container, found {len(members)}.")
    return members[0]


def extract(path: Path, into: Path, wanted: str | None) -> Iterator[Path]:
    """Write files of a ZIP below ``into``, one after the other; raises BrokenInput.

    Those whose whole name matches ``wanted``; without it there must be just one file.
    """
    with open_archive(path, "a ZIP container with one file") as archive:
        check_bounds(archive, path)
        members = [m for m in archive.infolist() if not m.is_dir()]
        if wanted is None:
            members = [_single(archive, path)]
        elif not any(re.fullmatch(wanted, m.filename) for m in members):
            raise BrokenInput(
                f"{path.name}: expected files named {wanted}, found "
                + ", ".join(m.filename for m in members[:10])
                + "."
            )
        for member in members:
            if wanted is None or re.fullmatch(wanted, member.filename):
                target = into / _plain_name(member.filename)
                with archive.open(member) as file, target.open("wb") as out:
                    while chunk := file.read(_CHUNK):
                        out.write(chunk)
                yield target
                target.unlink()


def _plain_name(name: str) -> str:
    """A file name for messages, whatever path a container gives; never another folder."""
    return Path(name).name.lstrip(".")[-100:] or "content"


def extract_gz(path: Path, into: Path) -> Path:
    """Write the content of a gzip file below ``into`` and return it; raises BrokenInput."""
    target = into / _plain_name(path.name.removesuffix(".gz"))
    try:
        with gzip.open(path) as file, target.open("wb") as out:
            for chunk in _chunks(file, path, target.name, _allowed(path)):
                out.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenInput(f"{path.name}: cut off or damaged, or no gzip file ({error}).") from error
    return target
