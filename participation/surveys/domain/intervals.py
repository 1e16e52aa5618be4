"""How sure a share is: Wilson's interval, effective sample size, design effect (信頼区間・有効回答数・設計効果).

Everything here is exact arithmetic on counts and weights; nothing looks at a database.

Sources of the definitions:

* Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  JASA 22 (1927) 209–212. Unlike p ± 1.96·√(p(1−p)/n) it never leaves [0, 1] and is right for small n as well.
* Effective sample size and design effect of unequal weights: L. Kish, Weighting for unequal P_i,
  Journal of Official Statistics 8 (1992) 183–200: n_eff = (Σw)² / Σw², deff = n / n_eff.
* A weighted share takes n_eff where n stands in Wilson's formula (Korn & Graubard 1998, Survey Methodology 24).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: The standard normal quantile of 97.5%: two-sided 95%.
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """From where to where the share of all lies, with 95% confidence (信頼区間)."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of its length."""
        return (self.high - self.low) / 2

    def overlaps(self, other: Interval) -> bool:
        """Whether the two have a point in common."""
        return self.low <= other.high and other.low <= self.high


def wilson(count: float, n: float, *, z: float = Z95) -> Interval | None:
    """Return Wilson's interval of count/n; `n` may be an effective size (not whole). None without anybody.

    >>> found = wilson(10, 100)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0552, 0.1744)
    """
    if n <= 0:
        return None
    if not 0 <= count <= n * (1 + 1e-9):
        raise ValueError("a share lies between nobody and everybody")
    share = min(count / n, 1.0)
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(
        0.0 if share == 0.0 else max(0.0, centre - reach), 1.0 if share == 1.0 else min(1.0, centre + reach)
    )


def effective_size(total: float, squares: float) -> float:
    """Return Kish's effective sample size of weights with this sum and this sum of squares."""
    return total * total / squares if squares > 0 else 0.0


@dataclass(frozen=True)
class Mass:
    """How many people stand behind a figure: n, the sum of their weights, the sum of the squares.

    An unweighted count is the mass in which everybody weighs one.
    """

    n: int = 0
    weight: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, weights: Iterable[float]) -> Mass:
        """Return the mass of these weights."""
        kept = list(weights)
        return cls(len(kept), math.fsum(kept), math.fsum(weight * weight for weight in kept))

    @classmethod
    def plain(cls, count: int) -> Mass:
        """Return the mass of `count` people who weigh one each."""
        return cls(count, float(count), float(count))

    def __add__(self, other: Mass) -> Mass:
        return Mass(self.n + other.n, self.weight + other.weight, self.squares + other.squares)

    @property
    def effective(self) -> float:
        """Kish's effective size."""
        return effective_size(self.weight, self.squares)

    @property
    def design_effect(self) -> float | None:
        """Kish's design effect, n over the effective size: 1 where all weigh the same."""
        return self.n / self.effective if self.effective else None


@dataclass(frozen=True)
class Share:
    """A part of a whole with its interval (割合)."""

    part: Mass
    whole: Mass
    share: float
    interval: Interval


def share_of(part: Mass, whole: Mass) -> Share | None:
    """Return the (weighted) share of a part in its whole, with Wilson's interval by the effective size."""
    if whole.weight <= 0:
        return None
    share = min(max(part.weight / whole.weight, 0.0), 1.0)
    interval = wilson(share * whole.effective, whole.effective)
    if interval is None:  # pragma: no cover (a whole with weight has an effective size)
        return None
    return Share(part, whole, share, interval)
