"""Which vote is to be expected of somebody on a statement they have not seen (票の予想).

Two dimensions do not hold everything: statements about one matter are answered alike far beyond what the
axes tell, above all where a conversation has few statements. So what the model leaves over is asked for
such ties (意見文どうしの結びつき). How far two statements go together is known from those who answered
both; what so many people would show by chance alone is estimated from the votes themselves, and each
tie is drawn towards nothing by just that (empirical Bayes). Nothing has to be chosen.

A person's leniency, position and what the ties tell are then found together, from all of that person's
votes at once: the expected value of a normal distribution, given what is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from participation.opinion_map.domain.factors import Factors
from participation.opinion_map.domain.projection import Projection
from participation.opinion_map.domain.votes import Floats, Ints, Votes

#: Of more statements than this, the ties are not asked for: there are too many pairs.
MOST_STATEMENTS = 2_000
_LEAST_NOISE = 0.3
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Ties:
    """How far the answers to two statements go together beside the axes, and what is left as noise."""

    #: statements × statements
    together: Floats
    noise: Floats


def ties_of(votes: Votes, factors: Factors) -> Ties:
    """Return the ties that the votes show beyond the model of two dimensions."""
    left_over = votes.values - factors.expected(votes.rows, votes.columns)
    left, squared = votes.table(left_over), votes.table(left_over**2)
    given = votes.table(np.ones(votes.count))
    both = (given.T @ given).toarray()
    products = (left.T @ left).toarray()
    usual = _mean(left_over**2)
    variances = (np.diag(products) + usual) / (np.diag(both) + 1)
    # What chance alone adds to the squares of the sums is the sum of the squares of their parts.
    surplus = products**2 - (squared.T @ squared).toarray()
    np.fill_diagonal(surplus, 0.0)
    pairs = both**2
    np.fill_diagonal(pairs, 0.0)
    spread = max(float(surplus.sum() / max(pairs.sum(), 1.0)), _NOTHING)
    found = products / (both + np.outer(variances, variances) / spread + _NOTHING)
    np.fill_diagonal(found, 0.0)
    strengths, directions = np.linalg.eigh(found)
    together = (directions * np.maximum(strengths, 0.0)) @ directions.T
    return Ties(together, np.maximum(variances - np.diag(together), _LEAST_NOISE * variances) + _NOTHING)


def expected(votes: Votes, factors: Factors, rows: Ints, columns: Ints) -> Floats:
    """Return the vote to be expected of each of these participants on each of these statements."""
    if not votes.count or len(votes.statements) > MOST_STATEMENTS:
        return factors.expected(rows, columns)
    ties = ties_of(votes, factors)
    sides = np.column_stack([np.ones(len(factors.intercepts)), factors.loadings])
    together = ties.together + (sides * factors.spread) @ sides.T
    usual = factors.mean + factors.intercepts
    away = votes.values - usual[votes.columns]
    starts = np.searchsorted(votes.rows, np.arange(len(votes.participants) + 1))
    result = usual[columns]
    order = np.argsort(rows, kind="stable")
    asked = np.split(order, np.flatnonzero(np.diff(rows[order])) + 1) if len(order) else []
    for which in asked:
        own = slice(starts[rows[which[0]]], starts[rows[which[0]] + 1])
        seen = votes.columns[own]
        inside = together[np.ix_(seen, seen)]
        inside[np.diag_indices(len(seen))] += ties.noise[seen]
        result[which] += together[np.ix_(columns[which], seen)] @ cho_solve(
            cho_factor(inside, overwrite_a=True), away[own]
        )
    return np.asarray(result)


def expected_by_places(
    votes: Votes, view: Projection, rows: Ints, columns: Ints, *, stretched: bool
) -> Floats:
    """Return the same from Polis's two principal components; its places are stretched by how few votes there are."""
    stretch = np.sqrt(len(votes.statements) / np.maximum(votes.per_participant, 1))[:, None]
    places = view.positions if stretched else view.positions / stretch
    return np.asarray(votes.means[columns] + (places[rows] * view.components[columns]).sum(axis=1))


def _mean(figures: Floats) -> float:
    return float(figures.mean()) if len(figures) else 0.0
