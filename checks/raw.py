"""Checks on raw tables: one suite per dataset, and the totals that the registry declares.

Verdicts lie beside the raw file they judge, bound to its hash and to the version of the rules,
so that an edition is judged once however many builds use it.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assets.agreements import private_files
from assets.home import Home
from assets.intake import Input, input_path
from assets.registry.model import Dataset
from checks import gx
from checks.verdict import Verdict, guarded, read_verdicts, without_cells, write_verdicts

if TYPE_CHECKING:
    import pandas as pd


def declared(dataset: Dataset, edition: str, world: str) -> list[str]:
    """The check ids that must have a verdict for one edition of a dataset."""
    suite = gx.suites("raw").get(dataset.id)
    ids = suite.declared(world) if suite else []
    return ids + [_total_id(dataset, column) for column in _totals(dataset, edition, world)]


def stored(home: Home, dataset: Dataset, item: Input) -> list[Verdict] | None:
    """The verdicts on an input under the present rules; None if it was not judged by them.

    A crash is no judgement: what crashed is tried again.
    """
    verdicts = read_verdicts(_path(home, item), _judged(home, dataset, item))
    if verdicts is None or any(v.outcome == "crashed" for v in verdicts):
        return None
    return verdicts


def judge(home: Home, dataset: Dataset, item: Input) -> list[Verdict]:
    """The verdicts on an input, from its file or, where the rules changed, made now."""
    known = stored(home, dataset, item)
    if known is not None:
        return known
    subject = f"raw {dataset.id}, edition {item.edition}"
    verdicts: list[Verdict] = []
    if declared(dataset, item.edition, home.world):
        frame = typed_frame(input_path(home, item), dataset)
        suite = gx.suites("raw").get(dataset.id)
        if suite:
            verdicts += gx.run_suite(lambda: frame, suite, subject, home.world)
        for column, expected in _totals(dataset, item.edition, home.world).items():
            verdicts.append(
                guarded(
                    _total_id(dataset, column),
                    subject,
                    f"Total of {column}",
                    "error",
                    partial(_total, dataset, frame, column, expected, subject),
                )
            )
    if dataset.is_confidential:
        verdicts = [without_cells(verdict) for verdict in verdicts]
    with private_files(dataset):
        write_verdicts(_path(home, item), _judged(home, dataset, item), verdicts)
    return verdicts


def typed_frame(path: Path, dataset: Dataset) -> "pd.DataFrame":
    """A raw table with its contract's types; declared values (``no_school``) become missing."""
    import pandas as pd

    frame = pd.read_parquet(path)
    for name, column in dataset.columns.items():
        if column.type in ("integer", "number"):
            values = frame[name]
            if column.values:
                values = values.where(frame[f"{name}__declared"].isna())
            frame[name] = pd.to_numeric(values).astype("float64")
    return frame


def _totals(dataset: Dataset, edition: str, world: str) -> dict[str, float]:
    """Published totals of this edition; they speak of the real country only."""
    if world != "real":
        return {}
    return {c: by[edition] for c, by in dataset.totals.items() if edition in by}


def _total_id(dataset: Dataset, column: str) -> str:
    return f"raw.{dataset.id}.total_{column}"


def _total(
    dataset: Dataset, frame: "pd.DataFrame", column: str, expected: float, subject: str
) -> Verdict:
    found = float(frame[column].sum())
    return Verdict(
        check=_total_id(dataset, column),
        subject=subject,
        title=f"Total of {column}",
        severity="error",
        outcome="passed" if found == expected else "failed",
        expected=f"{expected:,.0f} as published",
        found=f"{found:,.0f}",
        remedy="Compare the file with the publisher's; a revision is a new total in the registry.",
    )


def _path(home: Home, item: Input) -> Path:
    return input_path(home, item).with_suffix(".verdicts.json")


def _judged(home: Home, dataset: Dataset, item: Input) -> dict[str, str]:
    suite = gx.suites("raw").get(dataset.id)
    return {
        "sha256": item.sha256,
        "reading": item.reading,
        "rules": suite.version if suite else "no suite",
        "world": home.world,
    }
