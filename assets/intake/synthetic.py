"""Made-up test files never enter world ``real``.

Every file below ``tests/fixtures/synthetic`` carries a mark in its content, so that it is known
wherever it is copied and whatever it is called.
"""

import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from assets.errors import AgisError
from assets.files import sha256_of
from assets.home import World
from assets.readers.unpack import DAMAGED

MARK = b"AGIS-SYNTHETIC"
NO_ROOM_FOR_A_MARK = {
    "ec860f5fcc3d25a18efbfe7b811969a1fce5613bab6e85f11f3ff10f2387dd67",
    "c2d224bcda81181bed81d1758f6e8c685bf71f19d9e43715ead1d2e12dbd88ff",
}
"""SHA-256 of the made-up files that hold codes and numbers only."""
_CHUNK = 1 << 20


class SyntheticFile(AgisError):
    """A made-up file was offered as one of an official source."""


def refuse_synthetic(path: Path, world: World, where: str) -> None:
    """Raise SyntheticFile when a file with the mark is to land in world ``real``."""
    if world == "real" and is_synthetic(path):
        raise SyntheticFile(
            f"{where}: {path.name}: expected a file of the source, found a made-up test file (it "
            f"carries the mark {MARK.decode()}); such files stay in world »demo«."
        )


def is_synthetic(path: Path) -> bool:
    """Whether the mark stands in a file's bytes, or in a text packed in it."""
    if sha256_of(path) in NO_ROOM_FOR_A_MARK:
        return True
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if _marked(file):
            return True
    try:
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                return _marked(cast(IO[bytes], packed))
        if start == b"PK\x03\x04":
            return any(_member_marked(path, name) for name in _texts_of(path))
    except DAMAGED:
        return False  # its reader says what is wrong with it
    return False


def _texts_of(path: Path) -> Iterator[str]:
    """The files of a container; of a workbook the one that holds its texts."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    texts = [name for name in names if name.endswith("sharedStrings.xml")]
    yield from texts or names


def _member_marked(path: Path, name: str) -> bool:
    with zipfile.ZipFile(path) as archive, archive.open(name) as packed:
        return _marked(packed)


def _marked(file: IO[bytes]) -> bool:
    rest = b""
    while chunk := file.read(_CHUNK):
        if MARK in rest + chunk:
            return True
        rest = chunk[-len(MARK) :]
    return False
