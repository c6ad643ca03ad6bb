"""Small file habits used everywhere: hashing, atomic writes, append-only logs."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_of_tree(root: Path, patterns: Iterable[str]) -> str:
    """One hash over the names and bytes of all files below ``root`` that match."""
    paths = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(root)}\t{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that readers see the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically, readable and with sorted keys."""
    write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def close_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, or make one that is there so."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def read_json(path: Path) -> Any:
    """The content of a JSON file, or None where there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def append_line(path: Path, content: dict[str, Any]) -> None:
    """Append one entry to a log."""
    append_lines(path, [content])


def append_lines(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Append JSON lines to a log; a line that a kill cut off earlier is closed off first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(e, ensure_ascii=False, sort_keys=True) + "\n" for e in entries)
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = "\n" + text
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of an append-only log; a line that a kill cut off is passed over."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue
            yield entry


def versions_of(*distributions: str) -> str:
    """The installed versions of libraries that decide a result, as part of a hash."""
    return ";".join(f"{name}={metadata.version(name)}" for name in distributions)


def now_utc() -> str:
    """The present time in UTC, ISO 8601 with seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
