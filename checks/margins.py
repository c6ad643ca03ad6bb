"""Bounds of hidden cells in closed form: of one sum, and of a table whose margins are public.

A cell of a sum lies between 0 and the sum. A cell of a table of rows by columns lies between
``row + column - total`` (or 0) and the smaller of row and column: Fréchet's bounds, which are
reached. Everything else is for the solver in ``checks/attack.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Span = tuple[float, float]
"""The least and the greatest value."""

_TOLERANCE = 1e-6


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


class Margins:
    """The problems among all that are one sum, or a table whose columns another table tells."""

    def __init__(self, conditions: Sequence[Condition], group: "NDArray[np.int32]") -> None:
        """``group``, shape (cells,), is the number of the problem of each cell."""
        import numpy as np

        cells, problems = len(group), int(group.max(initial=-1)) + 1
        plain = np.ones(problems, dtype=bool)
        place = np.zeros(cells)
        margin = {kind: np.full(cells, np.nan) for kind in (False, True)}
        total = {kind: np.zeros(problems) for kind in (False, True)}
        count = {kind: np.zeros(problems, dtype=int) for kind in (False, True)}
        for number, c in enumerate(conditions):
            problem, own = group[c.cells[0]], list(c.cells)
            is_second = not np.isnan(margin[c.is_foreign][own]).all()
            if c.low != c.high or is_second or any(factor != 1 for factor in c.factors):
                plain[problem] = False
            place[own] += number * (len(conditions) if c.is_foreign else 1)
            margin[c.is_foreign][own] = c.low
            total[c.is_foreign][problem] += c.low
            count[c.is_foreign][problem] += 1
        size = np.bincount(group, minlength=problems)
        covered = {kind: _all(group, ~np.isnan(margin[kind]), problems) for kind in margin}
        is_sum = plain & covered[False] & (count[False] == 1) & (count[True] == 0)
        # In a table every pair of row and column meets in one cell, and both add up to the same.
        is_table = plain & covered[False] & covered[True] & (total[False] == total[True])
        is_table &= (size == count[False] * count[True]) & _all(group, _is_first(place), problems)
        self.are_all: Bools = (is_sum | is_table)[group]
        is_alone = (is_sum & (size == 1))[group]
        row, column, whole = margin[False], margin[True], total[False][group]
        in_table = is_table[group]
        self._least = np.where(
            in_table, np.maximum(0, row + column - whole), np.where(is_alone, row, 0)
        )
        self._greatest = np.where(in_table, np.minimum(row, column), row)
        if (self._greatest[self.are_all] < 0).any():
            raise Contradiction("what the tables say of a sum of hidden cells is below 0")

    def narrow(self, widths: "Floats") -> dict[int, Span]:
        """The cells of these problems that are narrower than ``widths``, shape (cells,)."""
        import numpy as np

        is_narrow = self.are_all & (self._greatest - self._least < widths - _TOLERANCE)
        return {
            int(n): (float(self._least[n]), float(self._greatest[n]))
            for n in np.flatnonzero(is_narrow)
        }


def _all(group: "NDArray[np.int32]", holds: "Bools", problems: int) -> "Bools":
    """Whether it holds for all cells of each problem."""
    import numpy as np

    result = np.ones(problems, dtype=bool)
    result[group[~holds]] = False
    return result


def _is_first(values: "Floats") -> "Bools":
    """Whether a value stands there for the first time."""
    import numpy as np

    result = np.zeros(len(values), dtype=bool)
    result[np.unique(values, return_index=True)[1]] = True
    return result
