"""An attack on hidden cells: how closely can each be told from all that is public?

Every hidden cell is an unknown count; whatever is public about sums of cells is a linear
condition. The least and the greatest value that the conditions leave for a cell are linear
programs, which HiGHS solves (through scipy). Cells that share no condition are problems of their
own, and one program asks for one cell of every problem at once. A solution is evidence for all
cells in it, so most cells are shown to be wide without being asked for.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Span = tuple[float, float]
"""The least and the greatest value."""

LARGEST = 1e7
"""No count is larger: what nothing bounds is as wide as this."""
_TOLERANCE = 1e-6
_RANDOM_PROGRAMS = 4
_SEED = 20


class Contradiction(ValueError):
    """No counts at all meet what is public, so nothing can be said of the hidden ones."""


@dataclass(frozen=True)
class Condition:
    """What is public of a sum: ``low <= sum(factor * cell) <= high``."""

    cells: Sequence[int]
    factors: Sequence[float]
    low: float
    high: float
    is_foreign: bool = False
    """Told by another table. Where such conditions contradict the others, none of them is
    believed with the rest, and each is believed alone."""


def exposed(widths: "Floats", conditions: Sequence[Condition]) -> dict[int, Span]:
    """The cells that can be told more closely than ``widths`` allows.

    ``widths``, shape (cells,), is the least width of the interval that must be left for each
    cell, 0 where none is asked for. Returns what can be told of those cells, by their index; raises
    Contradiction where no counts meet the conditions.
    """
    import numpy as np

    whole = list(_whole(conditions))
    group = _problems(len(widths), whole)
    torn = _torn(group, whole)
    trusted = [c for c in whole if not c.is_foreign or not torn[c.cells[0]]]
    found = _narrow(widths, trusted)
    for doubted in whole:
        if doubted.is_foreign and torn[doubted.cells[0]]:
            there = group[doubted.cells[0]]
            near = [c for c in trusted if group[c.cells[0]] == there]
            try:
                found.update(_narrow(np.where(group == there, widths, 0), [*near, doubted]))
            except Contradiction:
                continue  # not even alone does it fit: it speaks of other figures
    return found


def _whole(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """The conditions between whole numbers, since all factors and counts are whole."""
    for condition in conditions:
        low, high = math.ceil(condition.low - _TOLERANCE), math.floor(condition.high + _TOLERANCE)
        yield replace(condition, low=low, high=high)


def _torn(group: "NDArray[np.int32]", conditions: Sequence[Condition]) -> "Bools":
    """Cells of problems in which conditions of other tables contradict the rest."""
    import numpy as np

    cells = len(group)
    foreign = [number for number, c in enumerate(conditions) if c.is_foreign]
    if not foreign:
        return np.zeros(cells, dtype=bool)
    # Each foreign condition gets two unknowns by which it may be missed; what is missed is dear.
    above = {number: cells + 2 * at for at, number in enumerate(foreign)}
    elastic = [
        replace(
            c,
            cells=[*c.cells, above[number], above[number] + 1],
            factors=[*c.factors, -1.0, 1.0],
        )
        if c.is_foreign
        else c
        for number, c in enumerate(conditions)
    ]
    cost = np.zeros(cells + 2 * len(foreign))
    cost[cells:] = 1.0
    missed = _solve(cost, elastic)
    bad = [
        group[conditions[number].cells[0]]
        for number in foreign
        if missed[above[number]] + missed[above[number] + 1] > _TOLERANCE
    ]
    return np.isin(group, bad)


def _narrow(widths: "Floats", conditions: Sequence[Condition]) -> dict[int, Span]:
    """The cells that are narrower than their width, each by two programs of its own."""
    import numpy as np

    least, greatest = np.full(len(widths), np.inf), np.full(len(widths), -np.inf)
    group = _problems(len(widths), conditions)
    rng = np.random.default_rng(_SEED)
    waiting = widths > 0
    found: dict[int, Span] = {}
    for number in range(len(widths) + _RANDOM_PROGRAMS):
        waiting &= ~(greatest - least >= widths - _TOLERANCE)
        if not waiting.any():
            break
        _, first = np.unique(group[waiting], return_index=True)
        asked = np.flatnonzero(waiting)[first]
        cost = np.zeros(len(widths))
        cost[asked] = 1.0
        at_random = number < _RANDOM_PROGRAMS
        if at_random:
            cost = rng.choice([-1.0, 1.0], len(widths))
        part = _Part(np.isin(group, group[asked]), conditions)
        for sign in (1.0, -1.0):
            values = part.solve(sign * cost)
            least[part.cells] = np.minimum(least[part.cells], values)
            greatest[part.cells] = np.maximum(greatest[part.cells], values)
        if not at_random:
            waiting[asked] = False
            low = np.ceil(least[asked] - _TOLERANCE)
            high = np.floor(greatest[asked] + _TOLERANCE)
            near = high - low < widths[asked] - _TOLERANCE
            found |= {
                int(cell): (float(a), float(b))
                for cell, a, b in zip(asked[near], low[near], high[near], strict=True)
            }
    return found


class _Part:
    """Some of the problems, with their own numbering of cells."""

    def __init__(self, chosen: "Bools", conditions: Sequence[Condition]) -> None:
        import numpy as np

        self.cells = np.flatnonzero(chosen)
        number = {int(cell): at for at, cell in enumerate(self.cells)}
        self._conditions = [
            replace(c, cells=[number[cell] for cell in c.cells])
            for c in conditions
            if chosen[c.cells[0]]
        ]

    def solve(self, cost: "Floats") -> "Floats":
        """The counts that meet the conditions at the least cost; ``cost`` is for all cells."""
        return _solve(cost[self.cells], self._conditions)


def _solve(cost: "Floats", conditions: Sequence[Condition]) -> "Floats":
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = LinearConstraint(
        _matrix(len(cost), conditions),
        np.array([c.low for c in conditions]),
        np.array([c.high for c in conditions]),
    )
    answer = milp(cost, constraints=rows if conditions else None, bounds=Bounds(0, LARGEST))
    if answer.status == 2:
        raise Contradiction("no counts meet what the tables say of the sums of hidden cells")
    if not answer.success:
        raise ArithmeticError(f"HiGHS gave no solution: {answer.message}")
    return np.asarray(answer.x)


def _matrix(cells: int, conditions: Sequence[Condition]) -> Any:
    """The factors as a sparse matrix, shape (conditions, cells)."""
    import numpy as np
    from scipy.sparse import csr_array

    lengths = [len(c.cells) for c in conditions]
    return csr_array(
        (
            np.concatenate([np.empty(0), *[c.factors for c in conditions]]),
            np.concatenate([np.empty(0, dtype=int), *[c.cells for c in conditions]]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(int),
        ),
        shape=(len(conditions), cells),
    )


def _problems(cells: int, conditions: Sequence[Condition]) -> "NDArray[np.int32]":
    """The number of the problem to which each cell belongs."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    # Each condition ties its cells to its first one.
    tied = np.concatenate([np.empty(0, dtype=int), *[c.cells for c in conditions]])
    first = np.repeat([c.cells[0] for c in conditions], [len(c.cells) for c in conditions])
    graph = coo_array((np.ones(len(tied)), (first.astype(int), tied)), shape=(cells, cells))
    return np.asarray(connected_components(graph, directed=False)[1])
