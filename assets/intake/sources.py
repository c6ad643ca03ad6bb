"""Which source a name means: ``demo``, ``live``, a folder, or a web address that mirrors one."""

import re
from pathlib import Path

from assets.home import Home, world_of
from assets.intake.folder import FolderSource
from assets.intake.offers import Source, SourceError


def open_source(sources: str, home: Home) -> Source:
    """The source that ``--sources`` or AGIS_SOURCES names; raises SourceError.

    A demo country also hands over what it has by agreement: its deliveries go to the inbox.
    """
    if sources == "demo":
        from assets.demo import generate

        generate(home.demo_sources)
        return _demo(home.demo_sources, home)
    if sources == "live" or re.match(r"https?://", sources):
        from assets.intake.web import WebSource
        from assets.landing import PARTS

        base = None if sources == "live" else sources.rstrip("/") + "/"
        return WebSource(base, parts=home.landing / PARTS)
    folder = folder_of(sources)
    return _demo(folder, home) if world_of(str(folder)) == "demo" else FolderSource(folder)


def _demo(folder: Path, home: Home) -> FolderSource:
    from assets.intake.inbox import put_in

    put_in(home, folder)
    return FolderSource(folder)


def check_sources(sources: str) -> None:
    """Refuse a name that means no source, before a home is made for it; raises SourceError."""
    if sources not in ("demo", "live") and not re.match(r"https?://", sources):
        folder_of(sources)


def folder_of(sources: str) -> Path:
    """The folder that ``sources`` names; raises SourceError if there is none."""
    folder = Path(sources).expanduser()
    if not folder.is_dir():
        raise SourceError(
            f"Sources »{sources}«: expected demo, live, a folder or an http(s) address; "
            f"there is no folder {folder.absolute()}."
        )
    return folder.absolute()
