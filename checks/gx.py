"""Great Expectations: suites kept as YAML, and the one adapter that runs them.

A suite lies in ``checks/suites/raw/<dataset>.yml`` (judges the typed raw table of one edition)
or ``checks/suites/candidate/<table>.yml`` (judges a published table). Each expectation has an
``id``, a ``title``, a ``severity`` and a ``remedy`` beside its type and arguments, and gives
one verdict with the failing rows. Results come back in another order than the suite, so they
are matched by id; an internal error of the library is a crash and not failed data.
"""

import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assets.errors import AgisError
from assets.files import sha256_of, sha256_of_tree
from assets.home import WORLDS
from checks.verdict import SHOWN_ROWS, Severity, Verdict, crashed, plain

if TYPE_CHECKING:
    import pandas as pd

SUITES = Path(__file__).parent / "suites"
_KEYS = {"id", "type", "kwargs", "title", "severity", "remedy", "worlds"}


@dataclass(frozen=True)
class Expectation:
    """One line of a suite."""

    id: str
    type: str
    kwargs: dict[str, Any]
    title: str
    severity: Severity
    remedy: str
    worlds: tuple[str, ...] = ("demo", "real")


@dataclass(frozen=True)
class Suite:
    """The expectations on one raw dataset or published table."""

    name: str
    stage: str
    key: list[str]
    """Columns that name a failing row to a reader."""
    expectations: list[Expectation]
    version: str

    def declared(self, world: str) -> list[str]:
        """The check ids that must have a verdict in this world."""
        return [f"{self.stage}.{self.name}.{e.id}" for e in self.expectations if world in e.worlds]

    def columns(self, available: list[str]) -> list[str]:
        """Those of the available columns that the suite speaks of: a frame of all is large."""
        words = set(re.findall(r"\w+", repr([self.key, [e.kwargs for e in self.expectations]])))
        return [column for column in available if column in words]


def suites(stage: str) -> dict[str, Suite]:
    """All suites of a stage (``raw`` or ``candidate``) by the name of what they judge."""
    paths = sorted((SUITES / stage).glob("*.yml"))
    return {path.stem: load_suite(path) for path in paths}


@cache
def load_suite(path: Path) -> Suite:
    """Read a suite; raises AgisError naming file and expectation."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    expectations = []
    for entry in content["expectations"]:
        unknown = sorted(set(entry) - _KEYS)
        missing = sorted(_KEYS - {"kwargs", "worlds"} - set(entry))
        if unknown or missing:
            raise AgisError(
                f"Suite {path.name}, expectation {entry.get('id', '?')}: unknown keys {unknown}, "
                f"missing keys {missing}."
            )
        worlds = tuple(entry.get("worlds", WORLDS))
        if entry["severity"] not in ("error", "warn") or not set(worlds) <= set(WORLDS):
            raise AgisError(
                f"Suite {path.name}, expectation {entry['id']}: severity is error or warn, worlds "
                f"are {' and '.join(WORLDS)}; found {entry['severity']}, {', '.join(worlds)}."
            )
        expectations.append(
            Expectation(**{**entry, "kwargs": entry.get("kwargs", {}), "worlds": worlds})
        )
    ids = [e.id for e in expectations]
    if len(set(ids)) != len(ids):
        raise AgisError(f"Suite {path.name}: an expectation id is written twice.")
    version = sha256_of(path)[:16] + _adapter_version()
    return Suite(path.stem, path.parent.name, content["key"], expectations, version)


@cache
def _adapter_version() -> str:
    return sha256_of_tree(Path(__file__).parent, ["gx.py", "verdict.py", "raw.py"])[:16]


def run_suite(
    read: Callable[[], "pd.DataFrame"], suite: Suite, subject: str, world: str
) -> list[Verdict]:
    """One verdict for each of the suite's expectations in this world, in the suite's order.

    ``read`` gives the table; a table that cannot be read is a crash of all of them.
    """
    wanted = [e for e in suite.expectations if world in e.worlds]
    try:
        frame = read()
        results = _validate(frame, suite, wanted)
    except Exception as error:  # noqa: BLE001 - a crash must reach the audit as a verdict
        return [crashed(_id(suite, e), subject, e.title, e.severity, error) for e in wanted]
    return [_verdict(frame, suite, e, subject, results.get(e.id)) for e in wanted]


def _id(suite: Suite, expectation: Expectation) -> str:
    return f"{suite.stage}.{suite.name}.{expectation.id}"


def _validate(frame: "pd.DataFrame", suite: Suite, wanted: list[Expectation]) -> dict[str, Any]:
    # Imported here: the library takes seconds and 190 MB, and most refreshes do not need it.
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.expectations.registry import get_expectation_impl

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        source = context.data_sources.add_pandas("frame")
        batch = (
            source.add_dataframe_asset("table")
            .add_batch_definition_whole_dataframe("all")
            .get_batch({"dataframe": frame})
        )
        gx_suite = gx.ExpectationSuite(name=suite.name)
        for e in wanted:
            implementation = get_expectation_impl(e.type)
            gx_suite.add_expectation(implementation(**e.kwargs, meta={"id": e.id}))
        outcome = batch.validate(
            gx_suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [],
                "return_unexpected_index_query": False,
            },
        )
    return {
        r.expectation_config.meta["id"]: r
        for r in outcome.results
        if r.expectation_config and r.expectation_config.meta
    }


def _verdict(
    frame: "pd.DataFrame", suite: Suite, e: Expectation, subject: str, result: Any
) -> Verdict:
    check = _id(suite, e)
    if result is None:
        missing = RuntimeError("the library returned no result for this expectation")
        return crashed(check, subject, e.title, e.severity, missing)
    exception = result.exception_info or {}
    if _raised(exception):
        return crashed(check, subject, e.title, e.severity, RuntimeError(_message(exception)))
    rows, count = _failing_rows(frame, suite, e, result.result or {})
    passed = bool(result.success)
    return Verdict(
        check=check,
        subject=subject,
        title=e.title,
        severity=e.severity,
        outcome="passed" if passed else "failed",
        expected=_expected(e),
        found=_found(result.result or {}, len(frame), count, passed),
        remedy=e.remedy,
        rows=[] if passed else rows,
        row_count=0 if passed else count,
    )


def _raised(info: dict[str, Any]) -> bool:
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(isinstance(v, dict) and v.get("raised_exception") for v in info.values())


def _message(info: dict[str, Any]) -> str:
    if "raised_exception" in info:
        return str(info.get("exception_message"))
    return "; ".join(str(v.get("exception_message")) for v in info.values() if isinstance(v, dict))


def _failing_rows(
    frame: "pd.DataFrame", suite: Suite, e: Expectation, result: dict[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    index = result.get("unexpected_index_list") or []
    labels = [entry if isinstance(entry, int) else entry.get("index") for entry in index]
    labels = [label for label in labels if label is not None]
    columns = [v for k, v in e.kwargs.items() if k.startswith("column") and isinstance(v, str)]
    columns += e.kwargs.get("column_list", [])
    shown = [c for c in dict.fromkeys([*suite.key, *columns]) if c in frame.columns]
    picked = frame.loc[labels[:SHOWN_ROWS], shown]
    rows = [{str(k): plain(v) for k, v in r.items()} for r in picked.to_dict("records")]
    return rows, int(result.get("unexpected_count") or len(labels))


def _expected(e: Expectation) -> str:
    arguments = ", ".join(f"{k}={v}" for k, v in e.kwargs.items())
    return f"{e.type.removeprefix('expect_').replace('_', ' ')} ({arguments})"


def _found(result: dict[str, Any], rows: int, failing: int, passed: bool) -> str:
    if passed:
        return f"as expected in {rows} rows"
    if "observed_value" in result:
        return f"{result['observed_value']}"
    examples = ", ".join(map(str, (result.get("partial_unexpected_list") or [])[:5]))
    return f"{failing} of {rows} rows otherwise" + (f", such as {examples}" if examples else "")
