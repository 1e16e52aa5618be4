"""Weights that make respondents as many, by age or by district, as the people are (ウエイト集計): raking.

Raking (レイキング, iterative proportional fitting) multiplies the weights of each category until its sum is the
published share, one variable after the other, round after round, until all hold at once.

Sources of the definitions:

* W. E. Deming & F. F. Stephan, On a least squares adjustment of a sampled frequency table when the expected marginal
  totals are known, Annals of Mathematical Statistics 11 (1940) 427–444. Where a solution exists the result is the
  one nearest to equal weights in the sense of Σ w·log w (Ireland & Kullback 1968): the tests compute that optimum
  in another way and compare.
* Trimming: weights beyond `most` times their mean are cut there, below `least` times raised there, and the rest is
  raked again, until margins and bounds hold together (as in the weighting of the American National Election Studies,
  DeBell & Krosnick 2009). Where no weights do both, the bounds win, and how far the margins are missed is said.

Weights have mean one over those who are weighted. Who gave no answer to a variable, or one for which no population
is published (答えたくない), cannot be weighted: they stay out of the weighted figures and are counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily
from participation.surveys.domain.margins import Margin

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")

MOST_ROUNDS = 2_000
#: The largest miss of any category, as a share of everybody, that still counts as reached.
TOLERANCE = 1e-9
#: Totals of two variables that differ by more are not of the same people.
MOST_APART = 0.005
#: No weight beyond five times the mean, and none below a fifth of it, if nothing else is said.
LEAST_WEIGHT, MOST_WEIGHT = 0.2, 5.0
FEWEST_WEIGHTED = 10


class CannotWeight(ValueError):
    """Why these answers cannot be weighted to these margins, in words for staff."""


@dataclass(frozen=True)
class Parameters:
    """How to weight: bounds as multiples of the mean weight (None: not trimmed), and when to stop."""

    least: float | None = LEAST_WEIGHT
    most: float | None = MOST_WEIGHT
    rounds: int = MOST_ROUNDS
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        if (self.least is not None and not 0 <= self.least < 1) or (self.most is not None and self.most <= 1):
            raise CannotWeight("重みの下限は1未満、上限は1より大きい数にしてください。")


@dataclass(frozen=True)
class Fit:
    """How well a category is met: its share in the population, among respondents, and after weighting."""

    variable: str
    category: str
    n: int
    population: float
    before: float
    after: float


@dataclass(frozen=True)
class Raked:
    """Weights by combination of categories, and a report of how they came about."""

    #: One weight for each combination, in the order of the categories' variables.
    weights: Mapping[tuple[str, ...], float]
    rounds: int
    #: The largest difference between a weighted share and the published one.
    worst: float
    weighted: int
    left_out: int
    effective: float
    trimmed: int
    smallest: float
    largest: float
    fits: tuple[Fit, ...]

    @property
    def design_effect(self) -> float:
        """Kish's design effect: how many times more people equal weights would have needed less."""
        return self.weighted / self.effective

    @property
    def meets_margins(self) -> bool:
        """Whether the margins hold to a thousandth of a point in spite of the trimming."""
        return self.worst <= 1e-5


def rake(
    people: Mapping[tuple[str, ...], int], margins: Sequence[Margin], parameters: Parameters | None = None
) -> Raked:
    """Return weights for people counted by combination of categories, one category of each margin in order.

    A combination with an empty category, or one that the margin does not know, is left out. Raises CannotWeight.
    """
    how = parameters or Parameters()
    known = {
        key: count
        for key, count in sorted(people.items())
        if count and all(part in margin.populations for part, margin in zip(key, margins, strict=True))
    }
    everybody = sum(known.values())
    _refuse_impossible(known, everybody, margins)
    keys = list(known)
    counts = np.array([known[key] for key in keys], dtype=float)
    steps = [_Step(keys, place, margin, everybody) for place, margin in enumerate(margins)]
    weights, rounds, worst = _fit(counts, np.ones(len(keys)), steps, how)
    if worst > how.tolerance * 10 and worst > 1e-6:
        raise CannotWeight(_not_reached(counts * weights, steps, rounds))
    trimmed = np.zeros(len(keys), dtype=bool)
    if how.least is not None or how.most is not None:
        weights, more, worst, trimmed = _trim(counts, weights, steps, how)
        rounds += more
    total, squares = float(counts @ weights), float(counts @ weights**2)
    return Raked(
        weights=dict(zip(keys, (float(weight) for weight in weights), strict=True)),
        rounds=rounds,
        worst=worst,
        weighted=everybody,
        left_out=sum(people.values()) - everybody,
        effective=total * total / squares,
        trimmed=int(counts[trimmed].sum()),
        smallest=float(weights.min()),
        largest=float(weights.max()),
        fits=tuple(fit for step in steps for fit in step.fits(counts, weights)),
    )


class _Step:
    """One margin: which combination is of which category, and how many of them there should be."""

    def __init__(self, keys: Sequence[tuple[str, ...]], place: int, margin: Margin, everybody: int) -> None:
        self.variable = margin.variable
        self.categories = [name for name, population in margin.populations.items() if population]
        self.populations = np.array([margin.populations[name] for name in self.categories], dtype=float)
        self.wanted = self.populations / margin.total * everybody
        order = {name: number for number, name in enumerate(self.categories)}
        self.index = np.array([order[key[place]] for key in keys])

    def sums(self, masses: np.ndarray) -> np.ndarray:
        return np.bincount(self.index, weights=masses, minlength=len(self.categories))

    def fits(self, counts: np.ndarray, weights: np.ndarray) -> list[Fit]:
        n, after = self.sums(counts), self.sums(counts * weights)
        return [
            Fit(
                self.variable,
                name,
                int(n[place]),
                float(self.populations[place] / self.populations.sum()),
                float(n[place] / n.sum()),
                float(after[place] / after.sum()),
            )
            for place, name in enumerate(self.categories)
        ]


def _fit(
    counts: np.ndarray, start: np.ndarray, steps: Sequence[_Step], how: Parameters
) -> tuple[np.ndarray, int, float]:
    """Rake from these weights on; return weights, rounds, and the largest miss."""
    weights, everybody, worst = start.copy(), counts.sum(), math.inf
    for number in range(1, how.rounds + 1):
        for step in steps:
            sums = step.sums(counts * weights)
            weights *= (step.wanted / sums)[step.index]
        worst = _worst(counts * weights, steps, everybody)
        if worst <= how.tolerance:
            return weights, number, worst
    return weights, how.rounds, worst


def _worst(masses: np.ndarray, steps: Sequence[_Step], everybody: float) -> float:
    return max(float(np.abs(step.sums(masses) - step.wanted).max()) / everybody for step in steps)


def _trim(
    counts: np.ndarray, weights: np.ndarray, steps: Sequence[_Step], how: Parameters
) -> tuple[np.ndarray, int, float, np.ndarray]:
    """Cut, give what was cut to the others, rake again, until bounds and margins hold or no more is gained."""
    low = 0.0 if how.least is None else how.least
    high = math.inf if how.most is None else how.most
    everybody, rounds = counts.sum(), 0
    cut = np.zeros(len(weights), dtype=bool)
    for _ in range(200):
        outside = (weights < low * (1 - 1e-9)) | (weights > high * (1 + 1e-9))
        if not outside.any():
            break
        cut |= outside
        weights = np.clip(weights, low, high)
        for _ in range(20):
            for step in steps:
                weights *= (step.wanted / step.sums(counts * weights))[step.index]
        rounds += 20
    weights = _total_kept(counts, np.clip(weights, low, high), low, high)
    return weights, rounds, _worst(counts * weights, steps, everybody), cut


def _total_kept(counts: np.ndarray, weights: np.ndarray, low: float, high: float) -> np.ndarray:
    """Give what the last cut took to those with room, so that the mean is one and the bounds hold."""
    everybody = counts.sum()
    for _ in range(50):
        missing = everybody - float(counts @ weights)
        if abs(missing) <= 1e-12 * everybody:
            break
        free = weights < high if missing > 0 else weights > low
        room = float(counts[free] @ weights[free])
        if not room:
            break
        weights = weights.copy()
        weights[free] *= 1 + missing / room
        weights = np.clip(weights, low, high)
    return weights


def _refuse_impossible(
    known: Mapping[tuple[str, ...], int], everybody: int, margins: Sequence[Margin]
) -> None:
    if not margins:
        raise CannotWeight("重みづけに使う項目を1つ以上選んでください。")
    totals = [margin.total for margin in margins]
    if not min(totals):
        raise CannotWeight("人口の合計が0の項目があります。")
    if max(totals) - min(totals) > MOST_APART * max(totals):
        said = "、".join(f"{margin.variable}は{margin.total:,}人" for margin in margins)
        raise CannotWeight(
            f"項目ごとの人口の合計が合いません（{said}）。同じ時点・同じ範囲の表にそろえてください。"
        )
    if everybody < FEWEST_WEIGHTED:
        raise CannotWeight(
            f"重みを付けられる人が{everybody}人です。すべての項目に答えた人が{FEWEST_WEIGHTED}人以上のときに計算できます。"
        )
    for place, margin in enumerate(margins):
        there = {key[place] for key in known}
        for category, population in margin.populations.items():
            if population and category not in there:
                raise CannotWeight(
                    f"{margin.variable}の「{category}」は人口が{population:,}人いますが、答えた人がいません。"
                    "となりの区分とまとめた人口の表にしてください。"
                )
            if not population and category in there:
                raise CannotWeight(
                    f"{margin.variable}の「{category}」に答えた人がいますが、人口が0です。人口の表を確かめてください。"
                )


def _not_reached(masses: np.ndarray, steps: Sequence[_Step], rounds: int) -> str:
    missed, variable, category = max(
        (float(abs(found - wanted)), step.variable, name)
        for step in steps
        for found, wanted, name in zip(step.sums(masses), step.wanted, step.categories, strict=True)
    )
    return (
        f"{rounds:,}回くり返しても、すべての項目を同時に人口に合わせられませんでした"
        f"（{variable}の「{category}」が{missed / masses.sum() * 100:.2f}ポイント合いません）。"
        "答えた人のいない組み合わせが多いときに起こります。項目を減らすか、区分をまとめてください。"
    )
