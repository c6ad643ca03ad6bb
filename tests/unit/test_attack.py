"""The attack finds what can be told of hidden cells, and nothing that cannot."""

import itertools

import numpy as np
import pytest

from checks.attack import Condition, Contradiction, exposed


def told(widths: list[float], *conditions: Condition) -> dict[int, tuple[float, float]]:
    return exposed(np.array(widths, dtype=float), conditions)


def total(cells: list[int], figure: float, *, is_foreign: bool = False) -> Condition:
    return Condition(cells, [1.0] * len(cells), figure, figure, is_foreign)


def test_two_cells_guard_each_other_as_far_as_their_sum() -> None:
    assert told([10, 10], total([0, 1], 10)) == {}
    assert told([10, 10], total([0, 1], 9)) == {0: (0, 9), 1: (0, 9)}


def test_a_cell_alone_in_a_sum_is_told() -> None:
    assert told([1, 1, 1], total([0], 7), total([1, 2], 30)) == {0: (7, 7)}


def test_overlapping_sums_are_solved_together() -> None:
    # No sum holds a single cell, and still 0+1, 1+2 and 0+2 tell all three.
    sums = [total([0, 1], 13), total([1, 2], 19), total([0, 2], 16)]
    assert told([1, 1, 1], *sums) == {0: (5, 5), 1: (8, 8), 2: (11, 11)}


def test_nothing_is_asked_where_the_width_is_zero() -> None:
    assert told([0, 3], total([0], 7), total([1], 7)) == {1: (7, 7)}


def test_what_nothing_speaks_of_is_wide() -> None:
    assert told([1000]) == {}


def test_rounded_sums_leave_the_whole_numbers_between() -> None:
    assert told([3], Condition([0], [1.0], 6.6, 8.4)) == {0: (7, 8)}


def test_a_two_way_table_meets_frechets_bounds() -> None:
    """Rows and columns of a table are public; its cells have bounds in closed form."""
    rows, columns = [3, 20, 9], [7, 5, 12, 8]
    cells = {at: n for n, at in enumerate(itertools.product(range(3), range(4)))}
    sums = [total([cells[r, c] for c in range(4)], rows[r]) for r in range(3)]
    sums += [total([cells[r, c] for r in range(3)], columns[c]) for c in range(4)]
    found = told([1000] * 12, *sums)
    assert found == {
        n: (max(0, rows[r] + columns[c] - sum(rows)), min(rows[r], columns[c]))
        for (r, c), n in cells.items()
    }


def test_bounds_equal_those_of_trying_all_counts() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        counts = rng.integers(0, 5, 4)
        sums = [rng.choice(4, size=int(rng.integers(2, 4)), replace=False) for _ in range(2)]
        conditions = [total([int(c) for c in s], float(counts[s].sum())) for s in sums]
        fitting = [
            tried
            for tried in itertools.product(range(13), repeat=4)
            if all(sum(tried[c] for c in s) == counts[s].sum() for s in sums)
        ]
        touched = sorted({int(c) for s in sums for c in s})
        found = told([1000 if cell in touched else 0 for cell in range(4)], *conditions)
        for cell in touched:
            tried = [row[cell] for row in fitting]
            assert found[cell] == (min(tried), max(tried))


def test_tables_that_contradict_each_other_are_believed_one_by_one() -> None:
    area = total([0, 1], 50)
    torn = [Condition([0], [1.0], 20, 20, True), Condition([0], [1.0], 5, 5, True)]
    assert told([10, 10], area, *torn).keys() == {0, 1}
    impossible = Condition([0], [1.0], 55, 58, True)
    assert told([10, 10], area, impossible) == {}


def test_a_table_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(Contradiction):
        told([10, 10], total([0, 1], 50), total([0, 1], 49))
