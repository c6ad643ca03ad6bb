"""Data by agreement reaches a release only as its agreement allows; here it is checked.

What is built from it is told by dbt's lineage. Each mart so built says in ``meta.agis.agreement``
which of its columns are figures and how its cells are known; the terms come from the registry,
so a model cannot soften them. Whatever is not said or cannot be read blocks (a crash is a failed
verdict), and no waiver may ever cover these checks. Failing rows name cells, never figures.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from assets.intake import Input
from assets.landing import Receipt
from assets.registry.agreement import Disclosure
from assets.registry.base import Entry
from assets.registry.model import Dataset
from checks.bounds import told_too_closely
from checks.lineage import is_mart, origins
from checks.verdict import SHOWN_ROWS, Verdict, guarded

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]


class OtherTable(Entry):
    """A published table that tells sums of the same figures, from a source of its own."""

    table: str
    figure: str
    level: str
    code: str
    cell: dict[str, str]
    """Columns of the mart → the value that the sums speak of."""
    over: str
    """The column of the mart over whose values is summed, as long as they begin alike."""
    over_length: int
    """The length of that beginning: 4 for the year of a month."""
    period: str
    """The column of the other table that holds that beginning."""
    value: str
    multiplier: int
    """What a value is multiplied by to be a sum: 12 for a mean month."""
    margin: float
    """How far the sum may be off."""


class Declaration(Entry):
    """What a mart says of the figures that it publishes from one dataset by agreement."""

    dataset: str
    figures: list[str]
    conf_status: str
    level: str
    code: str
    cell: list[str]
    """Columns that, with the territory, tell one cell from another."""
    areas: dict[str, str]
    """Level → column with the code of the area of that level in which a row lies."""
    others: list[str]
    """Columns that describe and hold no figure."""
    edition: str
    """The column that names the delivery's edition."""
    other_tables: Annotated[list[OtherTable], Field(default_factory=list)]

    @property
    def columns(self) -> list[str]:
        """All columns that are accounted for."""
        named = [self.conf_status, self.level, self.code, *self.cell, *self.areas.values()]
        named.append(self.edition)
        return [*self.figures, *named, *self.others]


@dataclass(frozen=True)
class EarlierRelease:
    """A release that was made from some of the deliveries that the candidate is made from."""

    folder: Path
    editions: frozenset[tuple[str, str]]
    """Datasets and editions of which both read the same bytes."""


@dataclass(frozen=True)
class Evidence:
    """What a candidate is judged by."""

    manifest: Mapping[str, Any]
    tables: "duckdb.DuckDBPyConnection"
    inputs: list[Input]
    receipts: list[Receipt]
    registry: Mapping[str, Dataset]
    day: dt.date
    earlier: list["EarlierRelease"] = field(default_factory=list)

    def marts(self) -> Iterator[tuple[str, set[str], list[Declaration]]]:
        """Published tables with the datasets they are built from and what they declare."""
        built_from = origins(self.manifest, self.registry)
        for unique_id, node in sorted(self.manifest["nodes"].items()):
            if is_mart(node):
                meta = (node["config"].get("meta") or {}).get("agis", {}).get("agreement", [])
                declared = [Declaration.model_validate(entry) for entry in meta]
                yield node["alias"], built_from[unique_id], declared

    def ruled(self) -> Iterator[tuple[str, Declaration, Disclosure]]:
        """Tables and declarations to which a disclosure rule applies."""
        for table, _, declared in self.marts():
            for declaration in declared:
                terms = self.registry[declaration.dataset].agreement
                if terms and terms.disclosure:
                    yield table, declaration, terms.disclosure

    def ask(self, query: str) -> Rows:
        """The rows of a query as dictionaries of text."""
        cursor = self.tables.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class AgreementCheck:
    """A check that returns what should not be."""

    id: str
    title: str
    expected: str
    remedy: str
    find: Callable[[Evidence], Rows]


def judge(evidence: Evidence) -> list[Verdict]:
    """The verdicts of all checks on a candidate."""
    return [
        guarded(check.id, SUBJECT, check.title, "error", partial(_verdict, check, evidence))
        for check in AGREEMENT_CHECKS
    ]


def undeclared(evidence: Evidence) -> Rows:
    """Tables built from data by agreement that do not say so in full, or must not exist."""
    return [
        {"table": table, "problem": problem}
        for table, datasets, declared in evidence.marts()
        for problem in _problems(evidence, table, datasets, declared)
    ]


def _problems(
    evidence: Evidence, table: str, datasets: set[str], declared: list[Declaration]
) -> Iterator[str]:
    said = {declaration.dataset for declaration in declared}
    for dataset in sorted(datasets | said):
        terms = evidence.registry[dataset].agreement
        if terms is None or dataset not in datasets:
            yield f"declares {dataset}, which it is not built from or which needs no agreement"
        elif terms.access == "internal":
            yield f"is built from {dataset}, which is for internal use only"
        elif dataset not in said:
            yield f"is built from {dataset} and has no meta.agis.agreement for it"
    if not datasets:
        return
    found = [row["column_name"] for row in evidence.ask(f'describe select * from "{table}"')]
    named = {column for declaration in declared for column in declaration.columns}
    for column in sorted(set(found) ^ named):
        what = "is not named in" if column in found else "does not exist and is named in"
        yield f"column {column} {what} meta.agis.agreement"
    for declaration in declared:
        agreed = evidence.registry[declaration.dataset].agreement
        rule = agreed.disclosure if agreed else None
        for column in sorted(set(rule.counts if rule else []) - set(declaration.figures)):
            yield f"figures are published without {column}, by which small cells are known"
        for column in sorted(set(declaration.figures) - set(rule.columns if rule else [])):
            yield f"column {column} is no figure that the agreement's disclosure rule speaks of"


def small_counts(evidence: Evidence) -> Rows:
    """Published cells below the minimum, on a level not agreed, or not flagged as they are."""
    found: Rows = []
    for table, said, rule in evidence.ruled():
        levels = ", ".join(f"'{level}'" for level in rule.levels)
        small = " or ".join(
            f'(c."{name}" <> 0 and c."{name}" < {rule.minimum})' for name in rule.counts
        )
        filled = " or ".join(f'c."{name}" is not null' for name in said.figures)
        empty = " or ".join(f'c."{name}" is null' for name in said.figures)
        status = f'c."{said.conf_status}"'
        found += evidence.ask(
            f"""
            select '{table}' as table_name, {_key(said)},
                case
                    when c."{said.level}" not in ({levels}) then 'level is not agreed'
                    when {small} then 'count below the minimum of {rule.minimum}'
                    when {status} = 'C' then 'hidden cell with a figure'
                    else 'not flagged as hidden or free as its figures are'
                end as problem
            from "{table}" as c
            where c."{said.level}" is null or c."{said.level}" not in ({levels})
                or {small}
                or ({status} = 'C' and ({filled}))
                or ({status} = 'F' and ({empty}))
                or {status} is null or {status} not in ('C', 'F')
            order by all
            """
        )
    return found


def subtractable(evidence: Evidence) -> Rows:
    """Published areas from which hidden cells within them can be calculated."""
    found: Rows = []
    for table, said, rule in evidence.ruled():
        for whole, part in _PAIRS:
            if whole in said.areas or whole == "country":
                found += evidence.ask(_subtraction(table, said, rule, whole, part))
    return found


_PAIRS = (
    *(("orp", "municipality"), ("district", "municipality"), ("region", "municipality")),
    *(("region", "orp"), ("region", "district"), ("country", "region")),
    ("country", "municipality"),
)


def _subtraction(table: str, said: Declaration, rule: Disclosure, whole: str, part: str) -> str:
    """What a published whole leaves for its hidden parts: two municipalities, and the minimum."""
    area = "'all'" if whole == "country" else f'c."{said.areas[whole]}"'
    cell = ", ".join(f'c."{name}"' for name in said.cell)
    hidden = f"c.\"{said.conf_status}\" = 'C'"
    known = ", ".join(f'coalesce(sum(c."{n}"), 0) as "known_{n}"' for n in rule.counts)
    same_cell = " and ".join(f'c."{name}" = p."{name}"' for name in said.cell)
    same_area = "" if whole == "country" else f'and c."{said.code}" = p.area'
    rest = " or ".join(f'c."{n}" - p."known_{n}" < {rule.minimum}' for n in rule.counts)
    least = 2 if part == "municipality" else 1
    return f"""
        with parts as (
            select {area} as area, {cell}, {known}, count(*) filter ({hidden}) as hidden_parts
            from "{table}" as c where c."{said.level}" = '{part}' group by all
        )
        select '{table}' as table_name, {_key(said)},
            p.hidden_parts || ' hidden of level {part} can be calculated' as problem
        from "{table}" as c
        join parts as p on {same_cell} {same_area}
        where c."{said.level}" = '{whole}' and not ({hidden})
            and p.hidden_parts > 0 and (p.hidden_parts < {least} or {rest})
        order by all
    """


def _key(said: Declaration) -> str:
    return ", ".join(f'c."{name}"' for name in (said.level, said.code, *said.cell))


def not_in_force(evidence: Evidence) -> Rows:
    """Data read under an agreement that does not allow its publication on this day."""
    return [
        {"dataset": item.dataset, "edition": item.edition, "problem": problem}
        for item in evidence.inputs
        for problem in _forbids(evidence, item)
    ]


def _forbids(evidence: Evidence, item: Input) -> Iterator[str]:
    terms = evidence.registry[item.dataset].agreement
    if terms is None:
        return
    left_out = terms.is_left_out(evidence.day)
    if left_out:
        yield left_out
    receipt = next((r for r in evidence.receipts if _is_of(r, item)), None)
    if receipt is None or receipt.headers.get("agreement") != terms.reference:
        yield f"it was not handed over under agreement {terms.reference}"
    elif terms.has_expired(dt.date.fromisoformat(receipt.retrieved_at[:10])):
        yield f"it was received after agreement {terms.reference} expired on {terms.expires}"


def _is_of(receipt: Receipt, item: Input) -> bool:
    return (receipt.dataset, receipt.edition, receipt.sha256) == (
        item.dataset,
        item.edition,
        item.sha256,
    )


SUBJECT = "tables by agreement"
AGREEMENT_CHECKS = [
    AgreementCheck(
        "tables.agreement_declared",
        "Tables built from data by agreement say what they publish of it",
        "each such table to name all its columns in meta.agis.agreement",
        "Declare the table's columns in its YAML, or do not build it from that dataset; what is "
        "for internal use only is never published.",
        undeclared,
    ),
    AgreementCheck(
        "tables.agreement_small_counts",
        "Small counts by agreement are hidden",
        "no count above 0 and below the agreed minimum, on agreed levels only",
        "The model that hides cells is passed by: hide before publishing.",
        small_counts,
    ),
    AgreementCheck(
        "tables.agreement_subtraction",
        "Hidden counts by agreement cannot be calculated by subtraction",
        "what a published area leaves for the hidden parts to be of at least two municipalities "
        "and at least the agreed minimum",
        "Hide a further part or the area itself.",
        subtractable,
    ),
    AgreementCheck(
        "tables.agreement_bounds",
        "Hidden counts by agreement cannot be told closely from all that is public",
        "an attack with areas, other tables and earlier releases to leave every hidden count an "
        "interval of at least the agreed width, or as wide as the source's own figures leave it",
        "Hide a further part or the area itself. If an earlier release shows what is hidden now, "
        "agree with the provider first whether that release may stay.",
        told_too_closely,
    ),
    AgreementCheck(
        "tables.agreement_in_force",
        "Agreements allow publication on this day",
        "data read under an agreement in force, received under its number",
        "Refresh again: what an expired agreement covered is then left out. A new agreement is a "
        "new block in the registry.",
        not_in_force,
    ),
]


def _verdict(check: AgreementCheck, evidence: Evidence) -> Verdict:
    rows = check.find(evidence)
    first = ", ".join(f"{name} {value}" for name, value in rows[0].items()) if rows else ""
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    return Verdict(
        check=check.id,
        subject=SUBJECT,
        title=check.title,
        severity="error",
        outcome="failed" if rows else "passed",
        expected=check.expected,
        found=f"{len(rows)} otherwise: {first}{more}" if rows else "as expected",
        remedy=check.remedy,
        rows=rows[:SHOWN_ROWS],
        row_count=len(rows),
    )
