"""Further releases of a home, made from its newest in a moment and marked with their own ids.

Three published tables say in each row, and the table ``release`` says too, which release they
are from, so that a query over several of them shows whether it read one release or two.
"""

import json
import shutil
from pathlib import Path

import duckdb

from assets.home import open_home
from orchestration.release import ledger

MARKED = {"dataset": "title_en", "source_edition": "title_en", "indicator": "name_en"}
SAME_RELEASE = """
    select count(*), min(least(d.title_en, e.title_en, i.name_en, r.release)),
        max(greatest(d.title_en, e.title_en, i.name_en, r.release))
    from {0}release r
    cross join {0}dataset d
    join {0}source_edition e on e.dataset_id = d.dataset_id
    cross join {0}indicator i
"""
"""Two equal ids if all tables are of one release."""


def publish_another(home_folder: Path) -> str:
    """Publish a copy of the newest release under the next id; returns that id."""
    home = open_home(home_folder)
    newest = ledger.releases(home)[-1]
    release_id = ledger.next_id(home, newest.id.replace(".", "-"))
    hidden = home.releases / f".making-{release_id}"
    shutil.copytree(newest.root, hidden)
    for path in hidden.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    manifest = newest.manifest | {
        "release": release_id,
        "content_hash": newest.content_hash[:48] + release_id.replace(".", "").rjust(16, "0"),
    }
    (hidden / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    _mark(hidden, release_id)
    hidden.rename(home.releases / release_id)
    published = ledger.find(home, release_id)
    ledger.record(home, "published", release=release_id, content_hash=published.content_hash)
    ledger.point_to(home, published)
    return release_id


def _mark(root: Path, release_id: str) -> None:
    with duckdb.connect(str(root / "agis.duckdb")) as db:
        db.execute("update release set release = ?", [release_id])
        for table, column in MARKED.items():
            db.execute(f'update "{table}" set {column} = ?', [release_id])
            parquet = root / "parquet" / f"{table}.parquet"
            db.execute(f"copy (select * from \"{table}\") to '{parquet}' (format parquet)")
