"""Groups (グループ): people who stand near each other on the map, found by k-means.

How many groups there are is the number with the best silhouette, as in Polis. Points are put in order
of their places first, so the result does not depend on the order of people or on their names.
Where people are many, near neighbours are taken together at first, and only at the end each is asked
for himself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from participation.opinion_map.domain.votes import Floats, Ints

MOST_GROUPS = 5
#: How often k-means begins anew; the best counts.
STARTS = 8
#: So many people are grouped one by one; of more, near neighbours are taken together.
ONE_BY_ONE = 900
#: Up to so many people, the silhouette is computed over every pair of them.
EXACT_SILHOUETTE = 1_000
_STRIPS = 30
_ROUNDS = 60
_STANDS_STILL = 1e-7
_POLISH = 30


@dataclass(frozen=True, eq=False)
class Grouping:
    """People in groups: 0 is the largest."""

    labels: Ints
    #: groups × dimensions
    centres: Floats
    silhouette: float
    #: The sum of squared distances to the centres.
    inertia: float

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.centres)


def candidates(points: Floats, seed: int, most: int = MOST_GROUPS) -> list[Grouping]:
    """Return groupings into 2, 3, … groups, that with the best silhouette first."""
    order = np.lexsort(points.T[::-1])
    points = points[order]
    distinct = len(np.unique(points.round(9), axis=0))
    most = min(most, 2 + min(distinct, 100) // 12, distinct)
    if most < 2:
        return []
    centres, weights = _neighbourhoods(points)
    grouped = []
    for count in range(2, most + 1):
        found = _k_means(centres, weights, count, np.random.default_rng([seed, count]))
        grouped.append(_polish(points, found))
    if len(points) <= EXACT_SILHOUETTE:
        silhouettes = _silhouettes(points, np.ones(len(points)), [labels for labels, _ in grouped])
    else:
        near = [_nearest(centres, middle) for _, middle in grouped]
        silhouettes = _silhouettes(centres, weights, near)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    found_all = [
        Grouping(labels[back], middle, float(silhouette), _inertia(points, labels, middle))
        for (labels, middle), silhouette in zip(grouped, silhouettes, strict=True)
        if len(middle) > 1
    ]
    return sorted(found_all, key=lambda each: (-round(each.silhouette, 9), -each.count))


def group_into(points: Floats, count: int, seed: int, starts: int = STARTS) -> Grouping | None:
    """Return the grouping into so many groups; None if there are not so many different places."""
    order = np.lexsort(points.T[::-1])
    ordered = points[order]
    centres, weights = _neighbourhoods(ordered)
    if len(centres) < count:
        return None
    found = _k_means(centres, weights, count, np.random.default_rng([seed, count]), starts)
    labels, middle = _polish(ordered, found)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return Grouping(labels[back], middle, 0.0, _inertia(ordered, labels, middle))


def nearest(points: Floats, centres: Floats) -> Ints:
    """Return the group whose centre is nearest to each point."""
    return _nearest(points, centres)


def _nearest(points: Floats, centres: Floats) -> Ints:
    # |p - c|² without |p|², which is the same for every centre.
    return np.asarray(((centres**2).sum(axis=1) - 2 * (points @ centres.T)).argmin(axis=1))


def _inertia(points: Floats, labels: Ints, centres: Floats) -> float:
    return float(((points - centres[labels]) ** 2).sum())


def _neighbourhoods(points: Floats) -> tuple[Floats, Floats]:
    """Return the middles of strips of equally many people, cut again across, and how many stand in each.

    On more than two axes: some people in the place of all.
    """
    if len(points) <= ONE_BY_ONE:
        return points, np.ones(len(points))
    count = len(points)
    if points.shape[1] > 2:
        # Cells of two axes would blur a third: every n-th stands for those beside, as all are asked at the end.
        some = points[:: -(-count // ONE_BY_ONE)]
        return some, np.ones(len(some))
    across = np.empty(count, dtype=np.int64)
    across[np.argsort(points[:, 0], kind="stable")] = np.arange(count) * _STRIPS // count
    along = np.lexsort((points[:, 1], across))
    strip = across[along]
    starts = np.searchsorted(strip, np.arange(_STRIPS + 1))
    within = np.arange(count) - starts[strip]
    cell = strip * _STRIPS + within * _STRIPS // (starts[strip + 1] - starts[strip])
    weights = np.bincount(cell, minlength=_STRIPS**2).astype(np.float64)
    sums = [
        np.bincount(cell, weights=points[along, axis], minlength=_STRIPS**2)
        for axis in range(points.shape[1])
    ]
    full = weights > 0
    return np.column_stack(sums)[full] / weights[full, None], weights[full]


def _k_means(
    points: Floats, weights: Floats, count: int, chance: np.random.Generator, starts: int = STARTS
) -> Floats:
    """Return the best centres of several starts, all moved at once."""
    centres = np.concatenate([_first_centres(points, weights, count, chance) for _ in range(starts)])
    weighted = points * weights[:, None]
    offsets = np.arange(starts) * count
    masses = np.repeat(weights, starts)
    axes = [np.repeat(weighted[:, axis], starts) for axis in range(points.shape[1])]
    for _ in range(_ROUNDS):
        # points × starts × centres, without what is the same for every centre
        distances = ((centres**2).sum(axis=1) - 2 * (points @ centres.T)).reshape(-1, starts, count)
        flat = (distances.argmin(axis=2) + offsets).ravel()
        mass = np.bincount(flat, masses, starts * count)
        sums = np.column_stack([np.bincount(flat, axis, starts * count) for axis in axes])
        moved = np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-300)[:, None], centres)
        change = np.abs(moved - centres).max()
        centres = moved
        if change < _STANDS_STILL:
            break
    distances = ((centres**2).sum(axis=1) - 2 * (points @ centres.T)).reshape(-1, starts, count)
    spread = weights @ distances.min(axis=2)
    best = int(spread.round(9).argmin())
    return centres[best * count : (best + 1) * count]


def _first_centres(points: Floats, weights: Floats, count: int, chance: np.random.Generator) -> Floats:
    """Choose points far from each other (k-means++)."""
    chosen = [points[_draw(weights, chance)]]
    distances = ((points - chosen[0]) ** 2).sum(axis=1)
    for _ in range(count - 1):
        chosen.append(points[_draw(weights * distances, chance)])
        distances = np.minimum(distances, ((points - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def _draw(masses: Floats, chance: np.random.Generator) -> int:
    steps = np.cumsum(masses)
    return min(int(np.searchsorted(steps, chance.random() * steps[-1], side="right")), len(masses) - 1)


def _polish(points: Floats, centres: Floats) -> tuple[Ints, Floats]:
    """Let everybody choose the nearest centre, move the centres, again; number the groups by their size."""
    for _ in range(_POLISH):
        labels = _nearest(points, centres)
        mass = np.bincount(labels, minlength=len(centres))
        sums = np.column_stack(
            [np.bincount(labels, points[:, axis], len(centres)) for axis in range(points.shape[1])]
        )
        moved = sums[mass > 0] / mass[mass > 0, None]
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 1e-10:
            break
        centres = moved
    labels = _nearest(points, centres)
    sizes = np.bincount(labels, minlength=len(centres))
    order = np.lexsort((centres[:, 1], centres[:, 0], -sizes))
    order = order[sizes[order] > 0]
    number = np.empty(len(centres), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[labels], centres[order]


def _silhouettes(points: Floats, weights: Floats, labellings: list[Ints]) -> list[float]:
    """Return the mean silhouette of each labelling; one who is alone in a group counts 0."""
    tables = []
    for labels in labellings:
        member = np.zeros((len(points), int(labels.max()) + 1))
        member[np.arange(len(points)), labels] = weights
        tables.append(member)
    members = np.concatenate(tables, axis=1)
    sums = np.empty(members.shape)
    squares = (points**2).sum(axis=1)
    for start in range(0, len(points), 256):
        part = slice(start, start + 256)
        distances = squares[part, None] + squares - 2 * (points[part] @ points.T)
        sums[part] = np.sqrt(np.maximum(distances, 0.0, out=distances), out=distances) @ members
    found, begin = [], 0
    for labels, member in zip(labellings, tables, strict=True):
        to_each = sums[:, begin : begin + member.shape[1]]
        begin += member.shape[1]
        mass = member.sum(axis=0)
        everybody = np.arange(len(points))
        own_mass = mass[labels]
        own = to_each[everybody, labels] / np.maximum(own_mass - 1, 1)
        others = to_each / mass
        others[everybody, labels] = np.inf
        other = others.min(axis=1)
        widest = np.maximum(own, other)
        each = np.where((own_mass > 1) & (widest > 0), (other - own) / np.maximum(widest, 1e-300), 0.0)
        found.append(float(each @ weights / weights.sum()))
    return found
