"""The model of votes: a bias of each participant and of each statement, and two dimensions (行列分解).

    vote ≈ mean + leniency of the participant + intercept of the statement + position · loading

Only votes that were given are fitted. Each participant and each statement is known only as far as its
votes tell: what is uncertain of one is counted as uncertain when the other is fitted (variational
Bayes), and how much everything is pulled to zero is learned from the votes themselves. So nothing has
to be chosen, few votes move little, and every position comes with its error.

The intercept is the agreement that a statement finds when the two dimensions are taken out: among
people of any position. That is its bridging score (橋渡しの度合い).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from participation.opinion_map.domain.projection import turned
from participation.opinion_map.domain.votes import Floats, Votes

#: Rounds of fitting at most, and the change of the noise at which it is done.
ROUNDS = 15
SETTLED = 1e-3
_LEAST_VARIANCE = 1e-4
#: On an axis whose positions are uncertain by more than so many times their own spread, nothing was learnt.
MOST_UNSURE = 10.0


@dataclass(frozen=True, eq=False)
class Factors:
    """The fitted model."""

    mean: float
    #: One for each participant.
    leniency: Floats
    #: One for each statement: the bridging score, and its standard error.
    intercepts: Floats
    errors: Floats
    #: participants × 2, in units of their own spread, and the standard error of each.
    positions: Floats
    position_errors: Floats
    #: statements × 2
    loadings: Floats
    #: The variance of single votes about what is expected.
    noise: float
    #: How far participants differ: the variances of leniency and of both positions.
    spread: Floats
    #: Of which axes the votes tell anything: the figures of the others have no unit, and mean nothing.
    learnt: tuple[bool, bool]

    def expected(self, rows: Any, columns: Any) -> Floats:
        """Return the vote to be expected of participants on statements."""
        both = (self.positions[rows] * self.loadings[columns]).sum(axis=1)
        return np.asarray(self.mean + self.leniency[rows] + self.intercepts[columns] + both)


@dataclass(frozen=True, eq=False)
class _Side:
    """What is believed of all participants, or of all statements: bias and two factors, with covariances."""

    #: each × 3
    means: Floats
    #: each × 6: (bias, bias), (bias, 1), (bias, 2), (1, 1), (1, 2), (2, 2)
    spread: Floats

    @property
    def variances(self) -> Floats:
        """The mean square of bias and factors, over all of this side."""
        own = self.spread[:, [0, 3, 5]]
        return np.asarray(
            np.maximum((self.means**2 + own).sum(axis=0) / max(len(self.means), 1), _LEAST_VARIANCE)
        )


def factorise(votes: Votes, directions: Floats, rounds: int = ROUNDS) -> Factors:
    """Fit the model, beginning with the statements' principal components."""
    mean = float(votes.values.mean()) if votes.count else 0.0
    given = votes.table(np.ones(votes.count))
    values = votes.table(votes.values.astype(np.float64) - mean)
    given_across, values_across = given.T.tocsr(), values.T.tocsr()
    seen = max(int(np.count_nonzero(votes.per_statement)), 1)
    bias = np.where(votes.per_statement > 0, votes.means - mean, 0.0)
    texts = _Side(np.column_stack([bias, directions * np.sqrt(seen)]), np.zeros((len(votes.statements), 6)))
    squares = float(((votes.values - mean) ** 2).sum())
    noise = max(squares / max(votes.count, 1) / 2, _LEAST_VARIANCE)
    pull_people, pull_texts = np.full(3, 4.0), np.array([4.0, 1.0, 1.0])
    for turn in range(rounds):
        people, misfit = _fit(given, values, texts, noise, pull_people)
        if turn:
            before, noise = noise, max((squares + misfit) / max(votes.count, 1), _LEAST_VARIANCE)
            settled = abs(noise - before) < SETTLED * before
        texts, _ = _fit(given_across, values_across, people, noise, pull_texts)
        if turn:
            pull_people, pull_texts = 1 / people.variances, 1 / texts.variances
            if settled:
                break
    return _as_factors(mean, people, texts, noise, 1 / pull_people)


def _as_factors(mean: float, people: _Side, texts: _Side, noise: float, variances: Floats) -> Factors:
    """The strongest axis first, positions in units of their spread, and signs that no order changes."""
    count = max(len(people.means), 1)
    squares = (people.means[:, 1:] ** 2).sum(axis=0) / count
    unsure = people.spread[:, [3, 5]].sum(axis=0) / count
    spread = np.sqrt(np.maximum(squares, 1e-12))
    loadings = texts.means[:, 1:] * spread
    axes = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    facing = turned(loadings[:, axes].copy())
    learnt = (unsure < MOST_UNSURE**2 * squares)[axes].tolist()
    signs = np.where((facing * loadings[:, axes]).sum(axis=0) < 0, -1.0, 1.0)
    return Factors(
        mean=mean,
        leniency=people.means[:, 0],
        intercepts=texts.means[:, 0],
        errors=np.sqrt(texts.spread[:, 0]),
        positions=(people.means[:, 1:] / spread)[:, axes] * signs,
        position_errors=(np.sqrt(people.spread[:, [3, 5]]) / spread)[:, axes],
        loadings=facing,
        noise=noise,
        spread=np.concatenate([variances[:1], (variances[1:] / spread**2)[axes]]),
        learnt=(learnt[0], learnt[1]),
    )


def _fit(given: Any, values: Any, other: _Side, noise: float, pull: Floats) -> tuple[_Side, float]:
    """Fit one side to what is believed of the other: three unknowns each, solved for all at once.

    Also returns what the fit takes off the sum of squares of the votes.
    """
    bias, first, second = other.means.T
    own = other.spread
    known = np.column_stack(
        [
            np.ones_like(bias),
            first,
            second,
            first * first + own[:, 3],
            first * second + own[:, 4],
            second * second + own[:, 5],
            bias,
            bias * first + own[:, 1],
            bias * second + own[:, 2],
            bias * bias + own[:, 0],
        ]
    )
    sums = np.asarray(given @ known)
    heard = np.asarray(values @ np.column_stack([known[:, :3], bias]))
    wanted = heard[:, :3] - sums[:, 6:9]
    n, x, y, xx, xy, yy = sums[:, :6].T / noise
    inverse = _inverse(n + pull[0], x, y, xx + pull[1], xy, yy + pull[2])
    a, b, c, d, e, f = inverse.T
    p, q, r = wanted.T / noise
    means = np.column_stack([a * p + b * q + c * r, b * p + d * q + e * r, c * p + e * q + f * r])
    side = _Side(means, inverse)
    products = np.column_stack(
        [
            means[:, 0] ** 2 + a,
            2 * (means[:, 0] * means[:, 1] + b),
            2 * (means[:, 0] * means[:, 2] + c),
            means[:, 1] ** 2 + d,
            2 * (means[:, 1] * means[:, 2] + e),
            means[:, 2] ** 2 + f,
        ]
    )
    misfit = (
        (products * sums[:, :6]).sum() - 2 * (means * wanted).sum() + (sums[:, 9] - 2 * heard[:, 3]).sum()
    )
    return side, float(misfit)


def _inverse(n: Floats, x: Floats, y: Floats, xx: Floats, xy: Floats, yy: Floats) -> Floats:
    """Invert symmetric 3 × 3 matrices by Cramer's rule; the pull keeps their determinants above zero."""
    a, b, c = xx * yy - xy * xy, xy * y - x * yy, x * xy - xx * y
    d, e, f = n * yy - y * y, x * y - n * xy, n * xx - x * x
    scale = 1.0 / (n * a + x * b + y * c)
    return np.column_stack([a, b, c, d, e, f]) * scale[:, None]
