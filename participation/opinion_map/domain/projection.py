"""The view that Polis draws: two principal components of the votes, missing ones taken as the statement's mean.

A missing vote that stands for the mean is exactly 0 after centring, so the table of deviations is
sparse and is never filled up. A participant's place is stretched by √(statements / own votes), so
that those who voted little are not drawn towards the middle only because of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.sparse import csr_matrix

from participation.foundation.lazily import lazily
from participation.opinion_map.domain.votes import Floats, Votes

# Only what computes needs it; every process of the site would carry it.
if TYPE_CHECKING:
    from scipy.sparse import linalg
else:
    linalg = lazily("scipy.sparse.linalg")

DIMENSIONS = 2
#: Up to so many statements the whole table of their products is solved directly.
_SMALL = 64
#: A component with less than this share of the first one's variance is rounding, not opinion.
_NOTHING = 1e-10
#: How closely a direction must fit, as a share of its variance.
_ACCURACY = 1e-11
#: How many directions are tried together: more find nearly equal ones sooner.
_BASIS = 40
#: Where they need not fit closely, fewer do.
_ROUGHLY, _SMALL_BASIS = 1e-4, 16


@dataclass(frozen=True, eq=False)
class Projection:
    """Places of participants, and what each statement weighs on each of the two axes."""

    #: participants × 2
    positions: Floats
    #: statements × 2
    components: Floats
    #: The variance along each axis.
    variances: Floats
    #: How far a vote of agreement alone would carry somebody from the middle, for each statement.
    extremity: Floats

    @property
    def dimensions(self) -> int:
        """How many axes there are in the votes: 0 when everybody voted alike."""
        return int(np.count_nonzero(self.variances))


def project(votes: Votes, accuracy: float = _ACCURACY) -> Projection:
    """Compute the view."""
    deviations = votes.table(votes.values - votes.means[votes.columns])
    seen = int(np.count_nonzero(votes.per_statement))
    components, variances = principal_components(deviations, accuracy)
    stretch = np.sqrt(seen / np.maximum(votes.per_participant, 1))
    positions = np.asarray(deviations @ components) * stretch[:, None]
    weight = np.where(votes.per_statement > 0, np.sqrt(seen) * (1 - votes.means), 0.0)
    extremity = np.abs(weight) * np.sqrt((components**2).sum(axis=1))
    return Projection(positions, components, variances / max(len(votes.participants) - 1, 1), extremity)


def principal_components(
    deviations: csr_matrix, accuracy: float = _ACCURACY, count: int = DIMENSIONS
) -> tuple[Floats, Floats]:
    """Return the strongest directions (statements × 2, or so many) and the sums of squares along them.

    What is not there is 0: votes that agree in everything have no direction.
    """
    width = deviations.shape[1]
    if width <= _SMALL or not deviations.data.any():
        found, vectors = _all_directions(deviations)
    else:
        try:
            found, vectors = _strongest_directions(deviations, accuracy, count)
        except linalg.ArpackError:  # Directions that are all equally strong: there the whole table is asked.
            found, vectors = _all_directions(deviations)
    order = np.argsort(found)[::-1][:count]
    sums, directions = np.zeros(count), np.zeros((width, count))
    sums[: len(order)] = np.maximum(found[order], 0.0)
    directions[:, : len(order)] = vectors[:, order]
    is_there = sums > max(_NOTHING * sums[0], 1e-12) if width else np.zeros(count, dtype=bool)
    return turned(directions * is_there), sums * is_there


def _all_directions(deviations: csr_matrix) -> tuple[Floats, Floats]:
    products = (deviations.T @ deviations).toarray()
    found, vectors = np.linalg.eigh(products)
    return found, vectors


def _strongest_directions(deviations: csr_matrix, accuracy: float, count: int) -> tuple[Floats, Floats]:
    width = deviations.shape[1]
    across = cast(csr_matrix, deviations.T.tocsr())
    products = linalg.LinearOperator(
        (width, width), matvec=lambda vector: across @ (deviations @ vector), dtype=np.float64
    )
    # A start that is the same in every run, and in which no direction is missing.
    chance = np.random.default_rng(0)
    start = chance.standard_normal(width)
    found, vectors = linalg.eigsh(
        products,
        k=count,
        v0=start,
        ncv=min(width, _BASIS if accuracy < _ROUGHLY else _SMALL_BASIS),
        tol=accuracy,
        which="LA",
        rng=chance,
    )
    return found, vectors


def turned(directions: Floats) -> Floats:
    """Give each direction the sign that does not depend on names or order: its sum of cubes is not negative."""
    cubes = (directions**3).sum(axis=0)
    strongest = np.abs(directions).argmax(axis=0) if len(directions) else np.zeros(directions.shape[1], int)
    for axis, cube in enumerate(cubes):
        leans = cube if abs(cube) > 1e-9 else (directions[strongest[axis], axis] if len(directions) else 0.0)
        if leans < 0:
            directions[:, axis] *= -1
    return directions
