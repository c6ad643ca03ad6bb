"""What may disappear: editions that a source no longer offers and somebody has acknowledged.

The register is ``acknowledged.yml`` beside this file, and one of the same name in the folder
that AGIS_REGISTRY_EXTRA names.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from assets.registry import REGISTRY_DIR, extra_folder, read_document
from assets.registry.base import Entry

FILE = "acknowledged.yml"


class Acknowledged(Entry):
    """One edition of a dataset, or all of them, that releases may do without."""

    world: Literal["real", "demo"]
    dataset: str
    edition: str
    """Its name, or ``all``."""
    reason: Annotated[str, Field(min_length=1)]
    acknowledged_on: dt.date

    def covers(self, dataset: str, edition: str) -> bool:
        """Whether this is about that edition."""
        return self.dataset == dataset and self.edition in (edition, "all")


def acknowledged(world: str) -> list[Acknowledged]:
    """What is acknowledged in a world; raises RegistryError naming file and field."""
    folders = [REGISTRY_DIR, *filter(None, [extra_folder()])]
    files = [folder / FILE for folder in folders if (folder / FILE).exists()]
    return [entry for file in files for entry in _read(file) if entry.world == world]


def _read(path: Path) -> list[Acknowledged]:
    return read_document(path, lambda said: _REGISTER.validate_python(said or []), str(path))


_REGISTER = TypeAdapter(list[Acknowledged])
