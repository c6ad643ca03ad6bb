"""Small homes with releases that are complete as files, made without a refresh."""

import hashlib
from pathlib import Path

from assets.files import write_json
from assets.home import Home, home_for
from orchestration.release import ledger


def new_home(root: Path, world: str = "demo") -> Home:
    """An empty home of a world."""
    return home_for("demo" if world == "demo" else "live", {"AGIS_HOME": str(root)})


def add_release(home: Home, release_id: str, text: str = "") -> None:
    """A release of two files, with its sums, its event and the pointer on it."""
    root = home.releases / release_id
    root.mkdir(parents=True)
    (root / "NOTES.md").write_text(f"# AGIS {release_id}\n{text}\n", encoding="utf-8")
    content = hashlib.sha256(f"{release_id}{text}".encode()).hexdigest()
    write_json(
        root / "manifest.json",
        {
            "release": release_id,
            "world": home.world,
            "content_hash": content,
            "published_at": "2026-11-01T04:30:00Z",
            "tables": {"territory": {"rows": 7, "columns": []}, "series": {"rows": 3}},
            "sources": [],
        },
    )
    names = ("NOTES.md", "manifest.json")
    sums = [f"{hashlib.sha256((root / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (root / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    ledger.record(home, "published", release=release_id, content_hash=content)
    ledger.point_to(home, ledger.find(home, release_id))
