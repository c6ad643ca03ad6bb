"""A place elsewhere, by an fsspec address: files are put there, read again and hashed.

What an address holds of passwords is never printed.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assets.errors import AgisError

_CHUNK = 1 << 20


class CopyError(AgisError):
    """A copy could not be made or is not what it says."""


class Store:
    """The folder that an address names."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.shown = re.sub(r"(?<=://)[^/@]*@", "…@", url)
        self._secret = match.group() if (match := re.search(r"(?<=://)[^/@]+(?=@)", url)) else ""
        local = {"auto_mkdir": True} if "://" not in url or url.startswith("file:") else {}
        self._is_local = bool(local)
        with self._sentences("the address"):
            # Listings must be true now, and credentials those of now.
            self.fs, self.root = fsspec.url_to_fs(url, skip_instance_cache=True, **local)
            self.root = self.root.rstrip("/")

    def sizes(self) -> dict[str, int]:
        """Every file there with its size."""
        with self._sentences("the folder"):
            self.fs.invalidate_cache()
            found = self.fs.find(self.root, detail=True) if self.fs.exists(self.root) else {}
        start = len(self.root) + 1
        return {name[start:]: int(info["size"]) for name, info in found.items()}

    def read(self, name: str) -> bytes | None:
        """The bytes of a small file, None where there is none."""
        with self._sentences(name):
            try:
                return bytes(self.fs.cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def put(self, name: str, content: Path | bytes, sha256: str) -> None:
        """Write a file and read it again; raises CopyError if it is not what was to be written."""
        with self._sentences(name):
            if isinstance(content, bytes):
                self.fs.pipe_file(self._at(name), content)
            else:
                self.fs.put_file(str(content), self._at(name))
        found = self.sha256(name)
        if found != sha256:
            raise CopyError(
                f"{self.shown}: {name} does not have the bytes that it should have: expected "
                f"sha-256 {sha256[:12]}, found {found[:12]}."
            )

    def replace(self, name: str, content: bytes) -> None:
        """Put a small file in the place of another, so that readers see the one or the other."""
        with self._sentences(name):
            if self._is_local:  # a store of objects replaces whole objects anyway
                self.fs.pipe_file(self._at(f".{name}.next"), content)
                self.fs.mv(self._at(f".{name}.next"), self._at(name))
            else:
                self.fs.pipe_file(self._at(name), content)

    def sha256(self, name: str) -> str:
        """The hash of a file as it is read there now."""
        return self._stream(name, None)

    def fetch(self, name: str, target: Path) -> str:
        """Read a file into a local one; returns the hash of what came."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            return self._stream(name, file)

    def _stream(self, name: str, target: IO[bytes] | None) -> str:
        digest = hashlib.sha256()
        with self._sentences(name), self.fs.open(self._at(name), "rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                if target:
                    target.write(chunk)
        return digest.hexdigest()

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}"

    @contextmanager
    def _sentences(self, what: str) -> Iterator[Any]:
        try:
            yield
        except (AgisError, FileNotFoundError) as error:
            if isinstance(error, AgisError):
                raise
            raise CopyError(f"{self.shown}: {what} is missing.") from error
        except Exception as error:
            text = str(error).replace(self._secret, "…") if self._secret else str(error)
            first = (text.splitlines() or [""])[0]
            raise CopyError(f"{self.shown}: {what}: {type(error).__name__}: {first}") from error
