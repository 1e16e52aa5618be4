"""Small groups are never told apart, also not by subtracting."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain import Keeping
from participation.votes.domain.turnout import FEWEST_IN_CELL, FEWEST_VOTERS, are_too_few, broken_down


def counts(*numbers):
    return {f"区分{at}": number for at, number in enumerate(numbers)}


def test_few_voters_are_not_broken_down_at_all():
    assert broken_down(counts(9)) == ()
    assert broken_down(counts(4, 5)) == ()


def test_a_small_cell_takes_the_next_smallest_with_it():
    told = [cell.count for cell in broken_down(counts(3, 20, 8, 0))]
    assert told == [None, 20, None, 0]


def test_cells_that_are_large_enough_are_told():
    assert [cell.count for cell in broken_down(counts(5, 6, 7))] == [5, 6, 7]


@settings(max_examples=200)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_nobody_can_compute_a_small_cell_from_the_total(numbers):
    cells = broken_down(counts(*numbers))
    if not cells:
        return
    assert sum(numbers) >= FEWEST_VOTERS
    hidden = [number for number, cell in zip(numbers, cells, strict=True) if cell.count is None]
    told = [cell.count for cell in cells if cell.count is not None]
    assert all(count == 0 or count >= FEWEST_IN_CELL for count in told)
    # The rest of the total is spread over two cells or more, so each could be another number.
    assert not hidden or (len(hidden) >= 2 and sum(hidden) >= FEWEST_IN_CELL)


def test_few_secret_ballots_tell_nothing_but_their_number_and_signals_have_no_floor():
    assert [number for number in range(7) if are_too_few(Keeping.SECRET, number)] == [1, 2, 3, 4]
    assert not any(are_too_few(Keeping.SIGNAL, number) for number in range(7))
