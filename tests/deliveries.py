"""Deliveries by agreement for tests: small tables with a note that fits them."""

import hashlib
import json
from pathlib import Path
from typing import Any

DATASET = "demo__benefit_month"
HEADER = "OBEC_KOD;MESIC;DAVKA;POCET_OSOB;POCET_DAVEK;CASTKA_KC"


def table(year: int = 2024, figures: tuple[int, int, int] = (30, 20, 90_000)) -> str:
    """Two municipalities, one benefit, twelve months."""
    rows = [
        f"{code};{year}-{month:02};PNB;{figures[0]};{figures[1]};{figures[2]}"
        for code in ("600011", "600029")
        for month in range(1, 13)
    ]
    return "\n".join([HEADER, *rows]) + "\n"


def deliver(folder: Path, text: str | None = None, year: int = 2024, **changes: Any) -> Path:
    """Write a delivery whose note fits it but for the changes, by the names of its fields."""
    text = table(year) if text is None else text
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    rows = [line.split(";") for line in text.splitlines()[1:]]
    file: dict[str, Any] = {
        "file": "figures.csv",
        "edition": str(year),
        "period": {"first": f"{year}-01", "last": f"{year}-12"},
        "sha256": hashlib.sha256((folder / "figures.csv").read_bytes()).hexdigest(),
        "rows": len(rows),
        "totals": {
            name: sum(int(row[at]) for row in rows if row[at].isdecimal())
            for at, name in enumerate(("persons", "benefits", "amount_czk"), start=3)
        },
    }
    note: dict[str, Any] = {
        "dataset": DATASET,
        "agreement": "DEMO-MPS-2021/0417",
        "delivered_on": f"{year + 1}-03-15",
        "delivered_by": "Smyšlené ministerstvo práce",
    }
    note |= {key: value for key, value in changes.items() if key in note}
    file |= {key: value for key, value in changes.items() if key in file}
    content = {**note, "files": [file]}
    (folder / "delivery.yml").write_text(json.dumps(content), encoding="utf-8")
    return folder
