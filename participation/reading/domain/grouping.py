"""Grouping vectors: finely by k-means, the fine groups merged into topics (Ward), and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from participation.foundation.lazily import lazily
from participation.opinion_map.domain.stability import adjusted_rand

# Every process of the site would carry it, and only grouping needs it.
if TYPE_CHECKING:
    from scipy import sparse
    from scipy.cluster import hierarchy
else:
    sparse = lazily("scipy.sparse")
    hierarchy = lazily("scipy.cluster.hierarchy")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STARTS = 4
ROUNDS = 25
DRAWS = 4
MOST_TOPICS, MOST_FINE = 20, 120
#: Placed by its words, a sentence less like the middle of its topic than this fits nowhere.
FITS = 0.2
#: Of the way from the worst number of topics to the best, so much is enough.
ENOUGH = 0.8
#: k-means begins with so many vectors; all are asked in the end.
_SAMPLE = 12_000
_JUDGED = 2_500


@dataclass(frozen=True, eq=False)
class Grouped:
    """Vectors in topics and, finer, in subtopics."""

    #: For each vector its topic, -1: none.
    labels: Ints
    #: How like it is to the middle of its topic.
    nearness: Floats
    #: The fine group of each.
    fine: Ints
    #: topics × dimensions, each of length 1.
    centres: Floats

    @property
    def count(self) -> int:
        """How many topics there are."""
        return len(self.centres)


def group(vectors: Floats, weights: Floats, texts: int, seed: int, fits: float = FITS) -> Grouped:
    """Group vectors of length 1; those of length 0, and those like no middle, are in no group."""
    there = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 0.5)
    points, mass = vectors[there], weights[there]
    distinct = len(np.unique(points.round(6), axis=0))
    fine_count = int(min(MOST_FINE, max(2, round(texts ** (2 / 3))), max(distinct, 1)))
    rng = np.random.default_rng([seed, 1])
    fine_centres = _k_means(points, mass, fine_count, rng)
    fine, _ = nearest(points, fine_centres)
    merged = _merge(points, mass, fine, len(fine_centres), texts)
    labels = merged[fine]
    centres = _middles(points, mass, labels, int(labels.max()) + 1)
    labels, nearness = nearest(points, centres)
    all_labels = np.full(len(vectors), -1, dtype=np.int64)
    all_near = np.zeros(len(vectors))
    all_fine = np.full(len(vectors), -1, dtype=np.int64)
    all_labels[there] = np.where(nearness >= fits, labels, -1)
    all_near[there], all_fine[there] = nearness, fine
    return Grouped(all_labels, all_near, all_fine, centres)


def nearest(points: Floats, centres: Floats) -> tuple[Ints, Floats]:
    """Return for each point the most alike centre, and how alike it is."""
    labels = np.empty(len(points), dtype=np.int64)
    near = np.empty(len(points))
    for start in range(0, len(points), 20_000):
        likeness = points[start : start + 20_000] @ centres.T
        labels[start : start + 20_000] = likeness.argmax(axis=1)
        near[start : start + 20_000] = likeness.max(axis=1)
    return labels, near


def stability_of(vectors: Floats, weights: Floats, grouped: Grouped, seed: int) -> float | None:
    """Return how well topics are found again from half of the sentences, compared over all (adjusted Rand)."""
    there = np.flatnonzero(grouped.labels >= 0)
    if len(there) < 20 or grouped.count < 2:
        return None
    found = []
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, 7, draw])
        half = np.sort(rng.permutation(there)[: min(len(there) // 2, _SAMPLE // 2)])
        fine_count = min(len(np.unique(grouped.fine[there])), max(len(half) // 2, 1))
        fine_centres = _k_means(vectors[half], weights[half], fine_count, rng, starts=1)
        fine, _ = nearest(vectors[half], fine_centres)
        sizes = np.bincount(fine, minlength=len(fine_centres))
        merged = _cut(_tree(fine_centres, sizes), min(grouped.count, len(fine_centres)))
        centres = _middles(vectors[half], weights[half], merged[fine], int(merged.max()) + 1)
        again, _ = nearest(vectors[there], centres)
        found.append(adjusted_rand(grouped.labels[there], again))
    return float(np.mean(found))


def _merge(points: Floats, mass: Floats, fine: Ints, count: int, texts: int) -> Ints:
    """Return the topic of each fine group; the number of topics is that at which they stand best apart."""
    if count < 3:
        return np.arange(count)
    usual = max(2, round(texts ** (1 / 3)))
    least, most = max(2, usual // 2), min(MOST_TOPICS, 2 * usual, count)
    centres = _middles(points, mass, fine, count)
    tree = _tree(centres, np.bincount(fine, minlength=count))
    step = -(-len(points) // _JUDGED)
    tried = []
    for wanted in range(least, most + 1):
        merged = _cut(tree, wanted)
        middles = _middles(points, mass, merged[fine], int(merged.max()) + 1)
        tried.append((_apartness(points[::step], merged[fine[::step]], middles), merged))
    worths = [worth for worth, _ in tried]
    # More topics nearly always stand a little further apart: the first that is nearly as good is easier to read.
    enough = min(worths) + ENOUGH * (max(worths) - min(worths))
    return next(merged for worth, merged in tried if worth >= enough - 1e-9)


def _tree(centres: Floats, sizes: Ints) -> Floats:
    """Return how centres merge (Ward): larger groups stand further apart, as if all their points were there."""
    weight = np.sqrt(np.maximum(sizes, 1))[:, None]
    # Ward's distance of two centres is |a-b|²·nm/(n+m); of equal sizes it is plain distance.
    scaled = centres * (weight / weight.mean()) ** 0.5
    return np.asarray(hierarchy.linkage(scaled, method="ward"))


def _cut(tree: Floats, count: int) -> Ints:
    labels = hierarchy.fcluster(tree, count, criterion="maxclust")
    _, first = np.unique(labels, return_index=True)
    number = np.empty(labels.max() + 1, dtype=np.int64)
    number[labels[np.sort(first)]] = np.arange(len(first))
    return np.asarray(number[labels])


def _apartness(points: Floats, labels: Ints, centres: Floats) -> float:
    """Return how much nearer points are to their own middle than to the next one (simplified silhouette)."""
    away = np.maximum(1 - points @ centres.T, 1e-9)
    everybody = np.arange(len(points))
    own = away[everybody, labels]
    away[everybody, labels] = np.inf
    other = away.min(axis=1)
    return float(((other - own) / np.maximum(other, own)).mean())


def sums_of(rows: Floats, labels: Ints, count: int) -> Floats:
    """Return the sum of the rows of each label, added up in their order, as `numpy.add.at` would, eight times as fast."""
    ones, starts = np.ones(len(rows)), np.arange(len(rows) + 1)
    return np.asarray(sparse.csc_array((ones, labels, starts), shape=(count, len(rows))) @ rows)


def _middles(points: Floats, mass: Floats, labels: Ints, count: int) -> Floats:
    sums = sums_of(points * mass[:, None], labels, count)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12))


def _k_means(
    points: Floats, mass: Floats, count: int, rng: np.random.Generator, starts: int = STARTS
) -> Floats:
    """Return centres of length 1: the best of several beginnings, over a part of very many points."""
    if len(points) > _SAMPLE:
        some = np.sort(rng.permutation(len(points))[:_SAMPLE])
        points, mass = points[some], mass[some]
    count = min(count, len(points))
    best, best_worth = points[:count], -np.inf
    for _ in range(starts):
        centres = _begin(points, mass, count, rng)
        before = None
        for _ in range(ROUNDS):
            labels, near = nearest(points, centres)
            if before is not None and np.array_equal(labels, before):
                break
            before = labels
            sums = sums_of(points * mass[:, None], labels, len(centres))
            lengths = np.linalg.norm(sums, axis=1, keepdims=True)
            # A centre that lost all its points stays where it was.
            centres = np.where(lengths > 1e-12, sums / np.maximum(lengths, 1e-12), centres)
        worth = round(float((near * mass).sum()), 6)
        if worth > best_worth:
            best, best_worth = centres, worth
    return best


def _begin(points: Floats, mass: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Choose points far from each other (k-means++)."""
    chosen = [int(rng.choice(len(points), p=mass / mass.sum()))]
    away = np.maximum(1 - points @ points[chosen[0]], 0.0)
    for _ in range(1, count):
        chance = away * mass
        total = chance.sum()
        following = (
            int(rng.choice(len(points), p=chance / total)) if total > 1e-9 else int(rng.integers(len(points)))
        )
        chosen.append(following)
        away = np.minimum(away, np.maximum(1 - points @ points[following], 0.0))
    return points[chosen].copy()
