"""How well a map knows the votes it has not seen (隠した票): a tenth is hidden, and expected from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from participation.opinion_map.domain.expecting import expected, expected_by_places
from participation.opinion_map.domain.factors import factorise
from participation.opinion_map.domain.projection import project
from participation.opinion_map.domain.statistics import Booleans
from participation.opinion_map.domain.votes import Floats, Votes

HIDDEN = 0.1


@dataclass(frozen=True)
class Areas:
    """How often an agreement is expected above a disagreement (area under the curve): 0.5 by chance, 1 always."""

    #: How many votes of agreement and disagreement were hidden.
    asked: int
    #: The map's model with the ties of statements, and its two dimensions alone.
    model: float
    dimensions: float
    #: Two principal components, as Polis draws them and with its stretched places.
    places: float
    stretched: float


def areas(votes: Votes, seed: int) -> Areas | None:
    """Hide every tenth vote by lot and return how well the hidden ones are expected; None: too few to say."""
    is_hidden = np.random.default_rng(seed).random(votes.count) < HIDDEN
    kept = ~is_hidden
    seen = Votes(
        votes.participants, votes.statements, votes.rows[kept], votes.columns[kept], votes.values[kept]
    )
    asked = is_hidden & (votes.values != 0)
    agrees = votes.values[asked] > 0
    if agrees.all() or not agrees.any():
        return None
    rows, columns = votes.rows[asked].astype(np.int64), votes.columns[asked].astype(np.int64)
    view = project(seen)
    factors = factorise(seen, view.components)
    return Areas(
        len(agrees),
        area(expected(seen, factors, rows, columns), agrees),
        area(factors.expected(rows, columns), agrees),
        area(expected_by_places(seen, view, rows, columns, stretched=False), agrees),
        area(expected_by_places(seen, view, rows, columns, stretched=True), agrees),
    )


def area(scores: Floats, is_agreement: Booleans) -> float:
    """Return how often an agreement scores above a disagreement; the same score counts half."""
    _, place, times = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place.reshape(-1)]
    count = int(is_agreement.sum())
    return float((ranks[is_agreement].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))
