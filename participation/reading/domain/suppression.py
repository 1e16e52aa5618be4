"""Small cells (少数の秘匿): who was filtered by what they are is not shown in numbers that point at somebody."""

from __future__ import annotations

from collections.abc import Mapping

#: Fewer people than this are not told as a number.
LEAST_PEOPLE = 5


def hidden_cells(people: Mapping[int, int], *, least: int = LEAST_PEOPLE) -> frozenset[int]:
    """Return the cells not to be shown: small ones, and one more where a single one could be worked out from the sum.

    An empty cell is shown as empty only where nothing is hidden beside it that it would give away.
    """
    small = {cell for cell, count in people.items() if 0 < count < least}
    hidden_people = sum(people[cell] for cell in small)
    if small and (len(small) == 1 or hidden_people < least):
        others = sorted((count, cell) for cell, count in people.items() if cell not in small and count > 0)
        small |= {others[0][1]} if others else set()
    return frozenset(small)
