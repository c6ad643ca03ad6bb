"""Checks on the candidate's tables that compare sets, sums and published figures.

Each is a query that returns the rows that should not be: none means passed. They read the
Parquet files of the candidate, from which every file of a release is made. The gaps that are
allowed for named real places stand in ``tolerances.yml``, not in the code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from checks import keys
from checks.verdict import SHOWN_ROWS, Severity, Verdict, guarded, plain

if TYPE_CHECKING:
    import duckdb

INDICATORS = (
    "distraint",
    "housing_allowance",
    "subsistence_allowance",
    "long_term_jobseekers",
    "early_leavers",
)

Query = Callable[["Tolerances"], str]
QueryOnTables = Callable[["Tolerances", "duckdb.DuckDBPyConnection"], str]


@dataclass(frozen=True)
class Tolerances:
    """What may differ from published figures in one world, and why."""

    index_differs: dict[str, str]
    """Municipality code → reason."""
    lq_absolute: float


@dataclass(frozen=True)
class TableCheck:
    """A query over the candidate's tables that returns what should not be."""

    id: str
    title: str
    subject: str
    severity: Severity
    expected: str
    remedy: str
    query: QueryOnTables


@cache
def tolerances(world: str) -> Tolerances:
    """The declared tolerances of a world."""
    path = Path(__file__).parent / "tolerances.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))[world]
    return Tolerances(content["index_differs"] or {}, content["lq_absolute"])


TABLE_CHECKS: list[TableCheck] = []


def _table_check(
    *, title: str, subject: str, severity: Severity = "error", expected: str, remedy: str
) -> Callable[[Query], Query]:
    def register(query: Query) -> Query:
        TABLE_CHECKS.append(
            TableCheck(
                f"tables.{query.__name__}",
                title,
                subject,
                severity,
                expected,
                remedy,
                lambda allowed, _: query(allowed),
            )
        )
        return query

    return register


@_table_check(
    title="Coverage",
    subject="social_exclusion_index",
    expected="every unit of the register on the reference date, and no other",
    remedy=(
        "Compare the index workbook with the register of municipalities of that date: a missing "
        "unit was lost in the workbook, an additional one is mistyped or newer than the register."
    ),
)
def coverage(_: Tolerances) -> str:
    """Sets, not numbers: ten lost and ten invented municipalities must not cancel out."""
    return """
        with years as (
            -- From the workbooks, not from the index: a year that was lost must be missed.
            select cast(edition as integer) as year, make_date(cast(edition as integer), 12, 31)
                as reference_date
            from source_edition where dataset_id = 'asz__social_exclusion_index'
        ),
        wanted as (
            select y.year, t.territory_code as municipality_code, t.territory_name as name
            from years as y
            join territory as t
                on t.territory_level = 'municipality'
                and t.valid_from <= y.reference_date
                and coalesce(t.valid_to, date '9999-12-31') >= y.reference_date
        )
        select
            coalesce(w.year, i.year) as year,
            coalesce(w.municipality_code, i.municipality_code) as municipality_code,
            coalesce(w.name, i.municipality_name) as municipality_name,
            case when i.municipality_code is null
                then 'missing from the index' else 'not in the register' end as problem
        from wanted as w
        full join social_exclusion_index as i
            on i.municipality_code = w.municipality_code and i.year = w.year
        where w.municipality_code is null or i.municipality_code is null
        order by all
    """


@_table_check(
    title="The index covers at least one year",
    subject="social_exclusion_index",
    expected="at least one row",
    remedy="See `agis status`: the index workbook was not obtainable from these sources.",
)
def index_not_empty(_: Tolerances) -> str:
    """An empty table would pass every other check."""
    return """
        select 'social_exclusion_index' as table_name, 'no rows' as problem
        where not exists (select 1 from social_exclusion_index)
    """


@_table_check(
    title="Index equals the published one",
    subject="social_exclusion_index",
    expected="the published points in every unit but those declared in checks/tolerances.yml",
    remedy=(
        "See the points by indicator of the units listed. A new difference means that the source, "
        "the register or the rule has changed; declare it only with a reason."
    ),
)
def index_reconciled(allowed: Tolerances) -> str:
    """The reconstruction stands or falls with the published figures."""
    codes = ", ".join(f"'{code}'" for code in sorted(allowed.index_differs)) or "''"
    return f"""
        select year, municipality_code, municipality_name, index_points, published_index_points
        from social_exclusion_index
        where index_points is distinct from published_index_points
            and index_reason is null
            and municipality_code not in ({codes})
        order by all
    """


@_table_check(
    title="Declared differences still exist",
    subject="checks/tolerances.yml",
    severity="warn",
    expected="each declared unit to differ in at least one year",
    remedy="Remove the unit from checks/tolerances.yml: it agrees now.",
)
def tolerances_needed(allowed: Tolerances) -> str:
    """A tolerance that is no longer needed would hide the next difference."""
    values = ", ".join(f"('{code}')" for code in sorted(allowed.index_differs))
    if not values:
        return "select 1 where false"
    return f"""
        select d.municipality_code
        from (values {values}) as d(municipality_code)
        where not exists (
            select 1 from social_exclusion_index as i
            where i.municipality_code = d.municipality_code
                and i.index_points is distinct from i.published_index_points
        )
        order by all
    """


@_table_check(
    title="Location quotients equal the published ones",
    subject="social_exclusion_index",
    expected="the published LQ wherever the base is above 0 (0 where nothing can be divided)",
    remedy=(
        "Look at the pooled shares of the region and of the country first: one wrong base there "
        "shifts all LQs of the region."
    ),
)
def lq_reconciled(allowed: Tolerances) -> str:
    """Shares and LQs are compared as numbers; only points are integers."""
    parts = [
        f"""
        select year, municipality_code, municipality_name, '{name}' as indicator_id,
            {name}_isv_lq as computed, published_{name}_isv_lq as published
        from social_exclusion_index
        where abs(coalesce({name}_isv_lq, 0) - published_{name}_isv_lq) > {allowed.lq_absolute}
            or (published_{name}_isv_lq is null and {name}_isv_lq is not null)
        """
        for name in INDICATORS
    ]
    return " union all ".join(parts) + " order by all"


@_table_check(
    title="Parts sum to wholes",
    subject="indicator_value",
    expected="municipalities to sum to each higher area, and areas of a level to the country",
    remedy="A municipality without a parent at that level, or counted in two, breaks the sum.",
)
def parts_equal_wholes(_: Tolerances) -> str:
    """Numerators and denominators of every level against the country's, where that is a sum."""
    return """
        with sums as (
            select territory_level, indicator_id, dimension, period,
                min(reference_date) as reference_date,
                sum(numerator) as numerator, sum(denominator) as denominator,
                -- What a source gives for the country itself need not be the sum of its parts.
                bool_and(value_origin = 'sum') as is_sum
            from indicator_value
            group by territory_level, indicator_id, dimension, period
        ),
        ledger as (
            select territory_level, min(valid_from) as level_start from territory
            group by territory_level
        )
        select level.territory_level, whole.indicator_id, whole.period,
            part.numerator, whole.numerator as country_numerator,
            part.denominator, whole.denominator as country_denominator
        from sums as whole
        cross join (
            values ('municipality'), ('pou'), ('orp'), ('district'), ('region')
        ) as level(territory_level)
        left join ledger on ledger.territory_level = level.territory_level
        left join sums as part
            on part.territory_level = level.territory_level
            and part.indicator_id = whole.indicator_id
            and part.dimension = whole.dimension and part.period = whole.period
        where whole.territory_level = 'country' and whole.is_sum
            -- Before a source states the areas of a level there are none.
            and (
                level.territory_level = 'municipality'
                or ledger.level_start is null
                or whole.reference_date >= ledger.level_start
            )
            and (
                round(part.numerator, 6) is distinct from round(whole.numerator, 6)
                or part.denominator is distinct from whole.denominator
            )
        order by all
    """


@_table_check(
    title="Units by area sum to the index",
    subject="social_exclusion_by_area",
    expected="units and inhabitants 15+ of all areas of a level to equal those of the index",
    remedy="A unit without ORP, district or region in the register is missing from that level.",
)
def areas_equal_index(_: Tolerances) -> str:
    """No unit may fall between areas."""
    return """
        with whole as (
            select year, count(*) as units, sum(population_15plus) as population_15plus
            from social_exclusion_index group by year
        ),
        parts as (
            select area_level, year, sum(units) as units,
                sum(population_15plus) as population_15plus
            from social_exclusion_by_area group by area_level, year
        )
        select p.area_level, p.year, p.units, w.units as units_of_index,
            p.population_15plus, w.population_15plus as population_15plus_of_index
        from parts as p join whole as w on w.year = p.year
        where p.units <> w.units or p.population_15plus <> w.population_15plus
        order by all
    """


@_table_check(
    title="Values of few cases are not judged",
    subject="indicator_comparison",
    expected="no word, fifth or place on a list under the indicator's minimum numerator",
    remedy="The model gives a word or rank before it looks at `minimum_numerator`: mend it there.",
)
def few_cases_are_not_judged(_: Tolerances) -> str:
    """A figure of three households stays, flagged; a rank or a word would point at them."""
    return """
        select 'indicator_comparison' as table_name, c.territory_level, c.territory_code,
            c.indicator_id, c.period
        from indicator_comparison as c
        join indicator as i on i.indicator_id = c.indicator_id
        where c.numerator < i.minimum_numerator
            and (c.fifth is not null or c.result is distinct from 'cannot_tell')
            and c.reason is distinct from 'own_benchmark'
        union all
        select 'indicator_outlier_list', 'municipality', l.municipality_code,
            l.indicator_id, l.period
        from indicator_outlier_list as l
        join indicator as i on i.indicator_id = l.indicator_id
        where l.numerator < i.minimum_numerator
        order by all
    """


TABLE_CHECKS.append(
    TableCheck(
        "tables.keys_hold",
        title="Keys hold",
        subject="published_key",
        severity="error",
        expected="no key twice or partly empty, and every relation to lead somewhere",
        remedy=(
            "A doubled key comes from a join or a source that doubles rows; a relation that leads "
            "nowhere from a value that the other table does not know."
        ),
        query=lambda _, tables: keys.query(tables),
    )
)


@_table_check(
    title="Differences from the current release are explained",
    subject="explained_revision",
    expected="a reason for each difference that goes beyond new and changed editions",
    remedy=(
        "Look at `agis diff` and at the table. If the difference is right, say why in "
        "checks/revisions.yml; if it is not, mend what caused it."
    ),
)
def revisions_are_explained(_: Tolerances) -> str:
    """The limits of each world stand in ``revisions.yml``; the table is written by them."""
    return """
        select table_name, indicator_id, compared_with, needs_reason_for, causes,
            rows_added, rows_removed, rows_changed, values_beyond_precision, bands_changed
        from explained_revision
        where needs_reason_for is not null and reason_en is null
        order by all
    """


def run(check: TableCheck, connection: "duckdb.DuckDBPyConnection", world: str) -> Verdict:
    """Run one check on a connection that shows the candidate's tables."""

    def judge() -> Verdict:
        cursor = connection.execute(check.query(tolerances(world), connection))
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        return Verdict(
            check=check.id,
            subject=check.subject,
            title=check.title,
            severity=check.severity,
            outcome="failed" if rows else "passed",
            expected=check.expected,
            found=_found(names, rows),
            remedy=check.remedy,
            rows=[dict(zip(names, map(plain, row), strict=True)) for row in rows[:SHOWN_ROWS]],
            row_count=len(rows),
        )

    return guarded(check.id, check.subject, check.title, check.severity, judge)


def _found(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return "as expected"
    first = ", ".join(f"{name} {value}" for name, value in zip(names, rows[0], strict=True))
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    return f"{len(rows)} rows otherwise: {first}{more}"
