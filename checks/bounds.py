"""Hidden cells of tables by agreement as the unknowns of an attack.

Public are the other cells of the table, what other tables say of sums of the same figures
(``other_tables`` of the mart's declaration) and the cells that earlier releases showed of the
very bytes that are published now.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assets.registry.agreement import Disclosure
from checks.attack import Condition, exposed

if TYPE_CHECKING:
    from checks.agreements import Declaration, Evidence, OtherTable, Rows

FINEST = "municipality"
_FROM_FINE_TO_COARSE = ("pou", "orp", "district", "region", "country")

Name = tuple[str, str, tuple[str, ...]]
"""Level, code and the further columns that name a cell."""


@dataclass
class _Unknowns:
    """The hidden cells with what is known of them."""

    number: dict[Name, int] = field(default_factory=dict)
    widths: list[float] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    def add(self, name: Name, width: float) -> None:
        self.number[name] = len(self.widths)
        self.widths.append(width)

    def sum_of(self, parts: list[int], total: float, whole: int | None = None) -> None:
        """The parts add up to ``total``, or to it and the hidden cell ``whole``."""
        cells = [*parts, *([] if whole is None else [whole])]
        factors = [*([1.0] * len(parts)), *([] if whole is None else [-1.0])]
        if cells:
            self.conditions.append(Condition(cells, factors, total, total))


def told_too_closely(evidence: "Evidence") -> "Rows":
    """Hidden cells of which an attack leaves fewer values than the agreement asks for."""
    import numpy as np

    found: Rows = []
    for table, said, rule in evidence.ruled():
        for figure in rule.counts:
            cells = _cells(evidence, table, said, figure)
            unknowns = _unknowns(cells, rule)
            if not unknowns.widths:
                continue
            unknowns.conditions += _limits(evidence, said, figure, cells, unknowns)
            for name, value in _shown_before(evidence, table, said, figure):
                unknowns.conditions.append(
                    Condition([unknowns.number[name]], [1.0], value, value, is_foreign=True)
                )
            narrow = exposed(np.array(unknowns.widths), unknowns.conditions)
            names = list(unknowns.number)
            found += [
                _row(table, said, figure, names[number])
                for number, (_, greatest) in sorted(narrow.items())
                # An area is hidden to guard its parts; of itself only a small count is secret.
                if names[number][0] == FINEST or greatest < rule.minimum
            ]
    return found


def _row(table: str, said: "Declaration", figure: str, name: Name) -> dict[str, Any]:
    level, code, cell = name
    return {
        "table_name": table,
        said.level: level,
        said.code: code,
        **dict(zip(said.cell, cell, strict=True)),
        "problem": f"{figure} can be told too closely",
    }


@dataclass(frozen=True)
class _Cell:
    """One row of the table."""

    level: str
    code: str
    figure: int | None
    areas: Mapping[str, str | None]
    """Level → code of the area of that level in which the row lies."""


Cells = dict[tuple[str, ...], list[_Cell]]
"""The rows of a table by the columns that, beside the territory, name a cell."""


def _cells(evidence: "Evidence", table: str, said: "Declaration", figure: str) -> Cells:
    names = ", ".join(f'"{name}"' for name in said.cell)
    areas = "".join(f', "{column}"' for column in said.areas.values())
    rows = evidence.tables.execute(
        f'select "{said.level}", "{said.code}", "{figure}" {areas}, {names} from "{table}" '
        "order by all"
    ).fetchall()
    found: Cells = defaultdict(list)
    for level, code, value, *rest in rows:
        lies_in = dict(zip(said.areas, rest, strict=False)) | {"country": "all"}
        found[tuple(map(str, rest[len(said.areas) :]))].append(_Cell(level, code, value, lies_in))
    return found


def _unknowns(cells: Cells, rule: Disclosure) -> _Unknowns:
    """What the table itself says of its hidden cells."""
    unknowns = _Unknowns()
    for cell, rows in cells.items():
        for row in rows:
            if row.figure is None:
                unknowns.add((row.level, row.code, cell), rule.width)
        _add_sums(unknowns, cell, rows)
    return unknowns


def _add_sums(unknowns: _Unknowns, cell: tuple[str, ...], rows: list[_Cell]) -> None:
    """Each area is the sum of its municipalities.

    What the areas within it already say is taken off, so that problems stay small: what is left
    of the country beside its regions is mostly nothing.
    """
    members: dict[tuple[str, str | None], list[_Cell]] = defaultdict(list)
    for row in rows:
        if row.level == FINEST:
            for lies_in in row.areas.items():
                members[lies_in].append(row)
    said: dict[int, list[tuple[frozenset[int], float]]] = defaultdict(list)
    for level in _FROM_FINE_TO_COARSE:
        for area in (row for row in rows if row.level == level):
            parts = members["country", "all"] if level == "country" else members[level, area.code]
            known = float(sum(part.figure or 0 for part in parts))
            hidden = {
                unknowns.number[part.level, part.code, cell]
                for part in parts
                if part.figure is None
            }
            open_cells, told = _beside(hidden, said)
            if area.figure is None:
                whole = unknowns.number[area.level, area.code, cell]
                unknowns.sum_of(sorted(open_cells), -(known + told), whole)
            elif hidden:
                rest = area.figure - known
                unknowns.sum_of(sorted(open_cells), rest - told)
                for number in hidden:
                    said[number].append((frozenset(hidden), rest))


def _beside(
    hidden: set[int], said: Mapping[int, list[tuple[frozenset[int], float]]]
) -> tuple[set[int], float]:
    """The hidden cells of an area that no area within it speaks of, and the sum of the others."""
    open_cells, told = set(hidden), 0.0
    for number in sorted(hidden):
        for group, total in sorted(said.get(number, []), key=lambda g: -len(g[0])):
            if number in open_cells and group <= open_cells:
                open_cells -= group
                told += total
    return open_cells, told


def _limits(
    evidence: "Evidence", said: "Declaration", figure: str, cells: Cells, unknowns: _Unknowns
) -> list[Condition]:
    """What other tables say of sums of the cells; they also lower the width that can be asked.

    What the source itself has published limits a cell without our table: no more than that can be
    kept.
    """
    conditions = []
    for other in (other for other in said.other_tables if other.figure == figure):
        meant = _meant(cells, said, other)
        for code, period, total in _sums(evidence, other):
            names = meant.get((code, period), [])
            hidden = [unknowns.number[name] for name, value in names if value is None]
            if not hidden:
                continue
            rest = total - sum(value or 0 for _, value in names)
            least, most = rest - other.margin, rest + other.margin
            conditions.append(Condition(hidden, [1.0] * len(hidden), least, most, is_foreign=True))
            for number in hidden:
                unknowns.widths[number] = max(0.0, min(unknowns.widths[number], rest))
    return conditions


def _sums(evidence: "Evidence", other: "OtherTable") -> list[tuple[str, str, float]]:
    """Code, period and sum of each row of another table."""
    return evidence.tables.execute(
        f'select "{other.code}", cast("{other.period}" as varchar), '
        f'cast("{other.value}" as double) * {other.multiplier} from "{other.table}" '
        f'where "{other.value}" is not null order by all'
    ).fetchall()


def _meant(
    cells: Cells, said: "Declaration", other: "OtherTable"
) -> dict[tuple[str, str], list[tuple[Name, int | None]]]:
    """The cells that a row of another table sums, by its code and period."""
    found: dict[tuple[str, str], list[tuple[Name, int | None]]] = defaultdict(list)
    for cell, rows in cells.items():
        named = dict(zip(said.cell, cell, strict=True))
        if any(named[column] != value for column, value in other.cell.items()):
            continue
        period = named[other.over][: other.over_length]
        for row in rows:
            if row.level == other.level:
                found[row.code, period].append(((row.level, row.code, cell), row.figure))
    return found


def _shown_before(
    evidence: "Evidence", table: str, said: "Declaration", figure: str
) -> Iterator[tuple[Name, int]]:
    """Figures that earlier releases showed of the bytes that are published now, hidden now."""
    columns = [said.level, said.code, *said.cell]
    named = ", ".join(f'"{column}"' for column in columns)
    for release in evidence.earlier:
        path = release.folder / "parquet" / f"{table}.parquet"
        editions = [edition for dataset, edition in release.editions if dataset == said.dataset]
        if not path.exists() or not editions:
            continue
        rows = evidence.tables.execute(
            f'select {named}, earlier."{figure}" from read_parquet(?) as earlier '
            f'join "{table}" as now using ({named}) '
            f'where earlier."{figure}" is not null and now."{figure}" is null '
            f'and now."{said.edition}" in (select unnest(?))',
            [str(path), editions],
        ).fetchall()
        for level, code, *cell, value in rows:
            yield (level, code, tuple(map(str, cell))), int(value)
