"""Whether groups would be the same had other people come (安定度): a bootstrap of halves.

Again and again half of the participants is drawn, the map and its groups are made from their votes
alone, and everybody is asked where he would stand on that map. Half of the people varies as much as a
bootstrap of all does, at half the cost. How often somebody finds himself in his own group is the
confidence of his membership; how well the groups as a whole are found again is their stability.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from participation.opinion_map.domain.axes import axes_of
from participation.opinion_map.domain.groups import Grouping, candidates, group_into, nearest
from participation.opinion_map.domain.projection import principal_components, project
from participation.opinion_map.domain.votes import Floats, Ints, Votes

DRAWS = 10
#: From here on groups are found again so well that they may be shown without reserve.
STABLE = 0.6
#: So much better than those of shuffled votes must groups be found again; else they may be mere chance.
BETTER_THAN_CHANCE = 0.1
_SHUFFLES = 3
#: Of more votes than this, every n-th participant's are shuffled.
_VOTES_TO_SHUFFLE = 120_000
#: A draw has at most so many votes: the groups of more are no harder to find again.
VOTES_OF_A_DRAW = 300_000
VOTES_OF_A_DRAW_ON_AXES = 100_000
_ROUNDS_OF_A_DRAW = 3
_ACCURACY = 1e-3

#: Given the participants who were drawn: the group of everybody who is placed, None if there are too few.
Regroup = Callable[[Ints], Ints | None]


@dataclass(frozen=True, eq=False)
class Stability:
    """How well groups were found again."""

    #: The mean agreement (adjusted Rand index) of the draws: 1 the same, 0 no better than by chance.
    agreement: float
    #: For each who is in a group: how often he was found in his own.
    confidence: Floats

    @property
    def is_stable(self) -> bool:
        """Whether groups may be shown without reserve."""
        return self.agreement >= STABLE


def stability_of_places(votes: Votes, placed: Ints, labels: Ints, seed: int) -> Stability:
    """Draw again and again, and group by the places that the draw's own map gives."""
    count = int(labels.max()) + 1
    signs = votes.table(votes.values.astype(np.float64))
    given = votes.table(np.ones(votes.count))
    stretch = np.sqrt(votes.per_participant.mean() / np.maximum(votes.per_participant, 1))
    is_placed = np.zeros(len(votes.participants), dtype=bool)
    is_placed[placed] = True

    def regroup(half: Ints) -> Ints | None:
        part = signs[half]
        seen = np.bincount(part.indices, minlength=part.shape[1])
        means = np.bincount(part.indices, weights=part.data, minlength=part.shape[1]) / np.maximum(seen, 1)
        part.data = part.data - means[part.indices]
        directions, _ = principal_components(part, _ACCURACY)
        # v·u summed over the votes, less μ·u summed over the same votes.
        places = np.asarray(signs @ directions) - np.asarray(given @ (means[:, None] * directions))
        places *= stretch[:, None]
        found = group_into(places[half[is_placed[half]]], count, seed, starts=3)
        return None if found is None else nearest(places[placed], found.centres)

    return _stability(labels, regroup, halves(votes, seed, VOTES_OF_A_DRAW))


def agreement_by_chance(votes: Votes, seed: int, least_votes: int, count: int | None = None) -> float:
    """Return how well groups are found again where there are none: the most of several shuffles.

    Groups by places; with a count, so many on their axes.

    Every statement keeps its votes and every participant his statements; only who said what is drawn anew.
    """
    step = -(-votes.count // _VOTES_TO_SHUFFLE)
    if step > 1:
        votes = votes.of(np.arange(len(votes.participants))[::step])
    placed = np.flatnonzero(votes.per_participant >= least_votes)
    chance = np.random.default_rng([seed, 11])
    found = 0.0
    for _ in range(_SHUFFLES):
        shuffled = _shuffled(votes, chance)
        if count is None:
            tried = candidates(project(shuffled, _ACCURACY).positions[placed], seed)
            stability, grouped = stability_of_places, tried[0] if tried else None
        else:
            stability, grouped = stability_on_axes, grouped_on_axes(shuffled, placed, count, seed)
        if grouped is not None:
            found = max(found, stability(shuffled, placed, grouped.labels, seed).agreement)
    return found


def _shuffled(votes: Votes, chance: np.random.Generator) -> Votes:
    values = np.empty_like(votes.values)
    values[np.argsort(votes.columns, kind="stable")] = votes.values[
        np.lexsort((chance.random(votes.count), votes.columns))
    ]
    return Votes(votes.participants, votes.statements, votes.rows, votes.columns, values)


def grouped_on_axes(votes: Votes, placed: Ints, count: int, seed: int) -> Grouping | None:
    """Return so many groups of people near each other on one axis fewer; None if the votes have not so many."""
    axes = axes_of(votes, count - 1)
    found = None if axes is None else group_into(axes.places(votes)[placed], count, seed)
    return found if found is not None and found.count == count else None


def stability_on_axes(votes: Votes, placed: Ints, labels: Ints, seed: int) -> Stability:
    """Draw again and again, and group on the axes – one fewer than groups – that the draw's own votes give."""
    count = int(labels.max()) + 1
    is_placed = np.zeros(len(votes.participants), dtype=bool)
    is_placed[placed] = True
    asked = votes.of(placed)

    def regroup(half: Ints) -> Ints | None:
        drawn = votes.of(half)
        axes = axes_of(drawn, count - 1, _ROUNDS_OF_A_DRAW, _ACCURACY)
        found = group_into(axes.places(drawn)[is_placed[half]], count, seed, starts=3) if axes else None
        return nearest(axes.places(asked), found.centres) if axes and found else None

    return _stability(labels, regroup, halves(votes, seed, VOTES_OF_A_DRAW_ON_AXES))


def _stability(labels: Ints, regroup: Regroup, drawn: list[Ints]) -> Stability:
    count = int(labels.max()) + 1
    own = np.zeros(len(labels))
    agreements = []
    for half in drawn:
        found = regroup(half)
        if found is None:
            agreements.append(0.0)
            continue
        agreements.append(adjusted_rand(labels, found))
        own += matched(labels, found, count) == labels
    return Stability(float(np.mean(agreements)), own / len(drawn))


def halves(votes: Votes, seed: int, most_votes: int) -> list[Ints]:
    """Return halves of all participants, each followed by the half it leaves out."""
    everybody = np.arange(len(votes.participants))
    chance = np.random.default_rng([seed, 7])
    size = min(len(everybody) // 2, max(200, int(most_votes * len(everybody) / max(votes.count, 1))))
    found: list[Ints] = []
    while len(found) < DRAWS:
        shuffled = chance.permutation(everybody)
        found += [np.sort(shuffled[:size]), np.sort(shuffled[size : 2 * size])]
    return found[:DRAWS]


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Return how far two groupings agree beyond chance (Hubert and Arabie 1985)."""
    table = np.bincount(one * (int(other.max()) + 1) + other).astype(np.float64)
    together = _pairs(table)
    in_one, in_other = _pairs(np.bincount(one)), _pairs(np.bincount(other))
    everything = _pairs(np.array([len(one)]))
    by_chance = in_one * in_other / everything if everything else 0.0
    most = (in_one + in_other) / 2
    return 1.0 if most == by_chance else float((together - by_chance) / (most - by_chance))


def _pairs(sizes: Ints | Floats) -> float:
    return float((sizes * (sizes - 1.0) / 2).sum())


def matched(labels: Ints, found: Ints, count: int) -> Ints:
    """Give the groups that were found the numbers of those they share most people with, each number once."""
    table = np.bincount(labels * count + found, minlength=count * count)
    table = table.reshape(count, count).astype(np.float64)
    number = np.zeros(count, dtype=np.int64)
    for _ in range(count):
        own, other = np.unravel_index(int(table.argmax()), table.shape)
        number[other] = own
        table[own, :] = -1
        table[:, other] = -1
    return np.asarray(number[found])
