"""Bursts (短い間の集中): many opinions within an hour, more than chance would bring. A hint, not a reproach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
#: Fewer than this in an hour are none.
LEAST = 5
#: So rarely would chance bring as many, in any hour of the whole time.
_RARE = 0.001


@dataclass(frozen=True)
class Burst:
    """A time in which many came."""

    begins_at: datetime
    ends_at: datetime
    count: int


def bursts_in(times: Sequence[datetime]) -> list[Burst]:
    """Return the times, each within an hour of the next, in which more came than an even flow would bring."""
    ordered = sorted(times)
    if len(ordered) < LEAST:
        return []
    hours = max((ordered[-1] - ordered[0]) / HOUR, 1.0)
    # An even flow over at least a week: what all came in one evening is a burst too.
    usual = len(ordered) / max(hours, 24 * 7)
    many = _many(usual, max(hours, 24 * 7))
    found: list[tuple[int, int]] = []
    first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] > HOUR:
            first += 1
        if last - first + 1 >= many:
            if found and first <= found[-1][1]:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    return [Burst(ordered[begin], ordered[end], end - begin + 1) for begin, end in found]


def _many(usual: float, hours: float) -> int:
    """Return how many in an hour are more than chance would bring in any of so many hours (Poisson)."""
    count, below, term = 0, 0.0, math.exp(-usual)
    # Beyond 700 an hour no number is small enough for the first term: so many are always a matter of their spread.
    if not term:
        return math.ceil(usual + 6 * math.sqrt(usual))
    while count < LEAST or max(1.0 - below, 0.0) * hours >= _RARE:
        below += term
        count += 1
        term *= usual / count
    return count
