"""People on more axes than are drawn (見せない軸): two hold three groups apart, k groups need k - 1.

    vote ≈ mean of the statement + position · loading

The same way of fitting as the model of two axes, for any number: what is uncertain of a participant
is counted as uncertain when statements are fitted, and the reverse, and how much everything is pulled
to zero is learned from the votes. Who voted little stands near the middle and pulls no group to the rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from participation.opinion_map.domain.projection import principal_components
from participation.opinion_map.domain.votes import Floats, Votes

ROUNDS = 6
#: The loadings of more votes are fitted to every n-th participant.
MOST_VOTES = 400_000
#: Directions to begin with need not be exact, but the same whatever the statements are called.
_ACCURACY = 1e-9
_LEAST_VARIANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Axes:
    """What is known of the statements: enough to place anybody by their votes."""

    means: Floats
    #: statements × axes, and for each statement the covariance of its loadings, as one row.
    loadings: Floats
    squares: Floats
    noise: float
    pull: Floats
    #: The spread of the loadings of each axis: positions in units of the votes they change.
    scale: Floats

    def places(self, votes: Votes) -> Floats:
        """Return where these participants stand on every axis."""
        found, _ = _fit(*_tables(votes, self.means), self.loadings, self.squares, self.noise, self.pull)
        return np.asarray(found * self.scale)


def axes_of(votes: Votes, count: int, rounds: int = ROUNDS, accuracy: float = _ACCURACY) -> Axes | None:
    """Fit so many axes; None if the votes have not so many directions."""
    if votes.count > MOST_VOTES:
        votes = votes.of(np.arange(len(votes.participants))[:: -(-votes.count // MOST_VOTES)])
    values, given = _tables(votes, votes.means)
    if count > min(values.shape) or not values.nnz:
        return None
    directions, sums = principal_components(values, accuracy, count)
    if not sums.all():
        return None
    across, given_across = values.T.tocsr(), given.T.tocsr()
    noise = max(float(values.data.var()), _LEAST_VARIANCE)
    loadings, own = directions * np.sqrt(len(directions)), np.zeros((len(directions), count**2))
    pull_people, pull_texts = np.full(count, 4.0), np.ones(count)
    for _ in range(rounds):
        people, spread = _fit(values, given, loadings, own, noise, pull_people)
        pull_people = 1 / _variances(people, spread)
        loadings, own = _fit(across, given_across, people, spread, noise, pull_texts)
        pull_texts = 1 / _variances(loadings, own)
    return Axes(votes.means, loadings, own, noise, pull_people, np.sqrt((loadings**2).mean(axis=0)))


def _tables(votes: Votes, means: Floats) -> tuple[Any, Any]:
    return votes.table(votes.values - means[votes.columns]), votes.table(np.ones(votes.count))


def _fit(
    values: Any, given: Any, other: Floats, spread: Floats, noise: float, pull: Floats
) -> tuple[Floats, Floats]:
    """Fit one side to what is believed of the other: means, and covariances as rows."""
    count = other.shape[1]
    products = (other[:, :, None] * other[:, None, :]).reshape(len(other), -1) + spread
    known = np.asarray(given @ products).reshape(-1, count, count) / noise + np.diag(pull)
    covariance = np.asarray(np.linalg.inv(known), dtype=np.float64)
    heard = np.asarray(values @ other) / noise
    means = np.einsum("nij,nj->ni", covariance, heard)
    return np.asarray(means), np.asarray(covariance.reshape(-1, count**2))


def _variances(means: Floats, covariance: Floats) -> Floats:
    """The mean square of each axis, with what is uncertain of it."""
    count = means.shape[1]
    own = covariance[:, :: count + 1].mean(axis=0)
    return np.asarray(np.maximum((means**2).mean(axis=0) + own, _LEAST_VARIANCE))
