"""Puts the demo country together and writes it, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from assets.demo import (
    GENERATOR_VERSION,
    DemoCountry,
    DemoError,
    deliveries,
    funding,
    lists,
    records,
    ruian,
    services,
    workbooks,
)
from assets.demo.building import build
from assets.demo.country import INDEX_YEARS, Country
from assets.demo.figures import draw
from assets.demo.plan import LARGEST_SCALE, SMALLEST_SCALE
from assets.demo.published_index import compute
from assets.demo.revision import REVISED_YEAR, first_version

MARKER = "demo.json"
INDEX_FOLDER = "asz/social_exclusion_index"
NOTICE = {
    "notice_cs": "Všechno v této složce je vymyšlené: země, obce, kódy i čísla. Nic z toho"
    " nevypovídá o žádném skutečném místě.",
    "notice_en": "Everything in this folder is invented: the country, its municipalities, codes"
    " and figures. None of it says anything about a real place.",
}


def write_demo(out: Path, *, scale: float, seed: int) -> DemoCountry:
    """Write the country below ``out`` unless the same one already lies there."""
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise DemoError(
            f"The demo country cannot be made at scale {scale}: expected a number from"
            f" {SMALLEST_SCALE} to {LARGEST_SCALE:g}."
        )
    if seed < 0:
        raise DemoError(f"The demo country needs a seed of 0 or more, {seed} was given.")
    found = _existing(out)
    wanted = {"world": "demo", "seed": seed, "scale": scale, "generator": GENERATOR_VERSION}
    if found is not None and wanted.items() <= found.items() and _complete(out, found):
        return _summary(out, found["counts"], written=False)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.parent / f".{out.name}.partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        counts = _write_files(partial, scale, seed)
        marker = {**wanted, **NOTICE, "counts": counts, "files": _sizes(partial)}
        _write_json(partial / MARKER, marker)
        _swap(partial, out)
    except OSError as error:
        raise DemoError(f"The demo country could not be written to {out}: {error}") from error
    except ValueError as error:
        raise DemoError(
            f"The demo country could not be made with scale {scale} and seed {seed}: {error}."
            " Expected a country; try a larger scale or another seed."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return _summary(out, counts, written=True)


def _existing(out: Path) -> dict[str, Any] | None:
    """The marker of the demo in ``out``, or None where nothing lies there."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        marker = json.loads((out / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        marker = None
    if not isinstance(marker, dict) or marker.get("world") != "demo":
        raise DemoError(
            f"{out} holds something other than a demo country (no {MARKER} of the world 'demo')."
            " Nothing was written; give an empty or a new folder."
        )
    return marker


def _complete(out: Path, marker: dict[str, Any]) -> bool:
    """Whether every file the marker names is there in its full size."""
    files = marker.get("files", {})
    return bool(files) and all(
        (out / name).is_file() and (out / name).stat().st_size == size
        for name, size in files.items()
    )


def _sizes(folder: Path) -> dict[str, int]:
    """Sizes in bytes of all files below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _swap(partial: Path, out: Path) -> None:
    """Put the finished folder in its place; an older demo goes only after that."""
    old = partial.with_name(partial.name + "-old")
    if out.exists():
        out.rename(old)
    try:
        partial.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_bytes((text + "\n").encode("utf-8"))


def _write_files(folder: Path, scale: float, seed: int) -> dict[str, int]:
    """Everything but the marker; returns the numbers of areas."""
    country = build(scale, seed)
    figures = draw(country)
    first, corrections = first_version(country, figures)
    published = {year: compute(figures.inputs[year]) for year in INDEX_YEARS}
    first_published = compute(first)
    for year in INDEX_YEARS:
        state, inputs = figures.states[year], figures.inputs[year]
        rows = workbooks.index_rows(country, state, inputs, published[year])
        workbooks.write_index(folder / INDEX_FOLDER / f"{year}.xlsx", year, rows)
    rows = workbooks.index_rows(country, figures.states[REVISED_YEAR], first, first_published)
    before = folder / "before_revision" / INDEX_FOLDER / f"{REVISED_YEAR}.xlsx"
    workbooks.write_index(before, REVISED_YEAR, rows)
    workbooks.write_structure(folder / "csu/territory_structure/2016-2019.xlsx", country)
    lists.write_lists(folder / "csu/code_lists", country)
    ruian.write_list(folder / "cuzk/ruian/UI_OBEC_2026-07.csv", country)
    ruian.write_points(folder / "cuzk/ruian", country)
    deliveries.write(folder / "inbox", country, figures)
    services.write(folder, country)
    funding.write(folder, country)
    planted = records.planted(
        country, figures, corrections, first_published, published[REVISED_YEAR]
    )
    _write_json(folder / "planted.json", {**NOTICE, "planted": planted})
    years = {str(y): records.year_record(figures.inputs[y], published[y]) for y in INDEX_YEARS}
    _write_json(
        folder / "expectations.json",
        {
            **NOTICE,
            "years": years,
            "before_revision": {str(REVISED_YEAR): records.year_record(first, first_published)},
            "differences": records.differences(country, figures),
        },
    )
    last = years[str(INDEX_YEARS[-1])]
    return _counts(country, last)


def _counts(country: Country, last: dict[str, Any]) -> dict[str, int]:
    return {
        "units": last["units"],
        "municipalities": last["municipalities"],
        "regions": len(country.regions),
        "districts": len(country.districts),
        "orps": len(country.orps),
        "pous": len(country.pous),
        "schools": last["schools"],
    }


def _summary(out: Path, counts: dict[str, int], *, written: bool) -> DemoCountry:
    return DemoCountry(folder=out, written=written, **counts)
