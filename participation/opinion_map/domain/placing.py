"""Where somebody stands on a map that is computed already (自分の位置), from their own votes alone.

The same sum as in the projection, over one person's votes: a place is known with the vote that makes it,
and nothing has to be computed anew. Numbers only, no arrays: this runs with every page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt


@dataclass(frozen=True)
class Axes:
    """What a computed map knows of the statements, by number: the mean vote, and the two weights."""

    means: Mapping[int, float]
    components: Mapping[int, tuple[float, float]]
    #: For each group, for each statement: agrees, disagrees, seen.
    counts: Sequence[Mapping[int, tuple[int, int, int]]]
    sizes: Sequence[int]
    least_votes: int


@dataclass(frozen=True)
class ModelAxes:
    """What the model of two dimensions knows of the statements, by number, and of votes at large."""

    mean: float
    intercepts: Mapping[int, float]
    loadings: Mapping[int, tuple[float, float]]
    #: The variance of single votes, and those of leniency and of both positions.
    noise: float
    spread: tuple[float, float, float]


@dataclass(frozen=True)
class ModelStanding:
    """Where somebody stands on the model's two axes, in units of the spread of all, and how surely."""

    x: float
    y: float
    x_error: float
    y_error: float


@dataclass(frozen=True)
class Standing:
    """Where somebody stands."""

    x: float
    y: float
    votes: int
    #: None: too few votes, or no groups.
    group: int | None
    #: How surely, from 0 to 1.
    confidence: float
    #: How many more votes are needed for a place; 0: it is there.
    missing: int


def place(votes: Mapping[int, int], axes: Axes) -> Standing:
    """Return where somebody stands who voted so. Votes on what the map does not know count nowhere."""
    known = {number: value for number, value in votes.items() if number in axes.components}
    stretch = sqrt(len(axes.components) / max(len(known), 1))
    x = y = 0.0
    for number, value in known.items():
        away = value - axes.means[number]
        x += away * axes.components[number][0]
        y += away * axes.components[number][1]
    missing = max(min(axes.least_votes, len(axes.components)) - len(known), 0)
    group, confidence = (None, 0.0) if missing or len(axes.counts) < 2 else belonging(known, axes)
    return Standing(x * stretch, y * stretch, len(known), group, confidence, missing)


def place_on_model(votes: Mapping[int, int], axes: ModelAxes) -> ModelStanding:
    """Return where somebody stands on the model who voted so: few votes move little from the middle."""
    n, x, y = 1 / axes.spread[0], 0.0, 0.0
    xx, xy, yy = 1 / axes.spread[1], 0.0, 1 / axes.spread[2]
    p = q = r = 0.0
    for number, value in votes.items():
        if number not in axes.loadings:
            continue
        first, second = axes.loadings[number]
        away = (value - axes.mean - axes.intercepts[number]) / axes.noise
        n += 1 / axes.noise
        x, y = x + first / axes.noise, y + second / axes.noise
        xx += first * first / axes.noise
        xy += first * second / axes.noise
        yy += second * second / axes.noise
        p, q, r = p + away, q + away * first, r + away * second
    # The leniency is taken out; what is left are two equations.
    xx, xy, yy = xx - x * x / n, xy - x * y / n, yy - y * y / n
    q, r = q - x * p / n, r - y * p / n
    whole = xx * yy - xy * xy
    return ModelStanding(
        (yy * q - xy * r) / whole, (xx * r - xy * q) / whole, sqrt(yy / whole), sqrt(xx / whole)
    )


def belonging(votes: Mapping[int, int], axes: Axes) -> tuple[int, float]:
    """Return the group in which such votes are most likely, and how likely it is among all groups."""
    everybody = sum(axes.sizes)
    scores = []
    for counts, size in zip(axes.counts, axes.sizes, strict=True):
        score = log((size + 1) / (everybody + len(axes.sizes)))
        for number, value in votes.items():
            agree, disagree, seen = counts.get(number, (0, 0, 0))
            given = agree if value > 0 else disagree if value < 0 else seen - agree - disagree
            score += log((given + 1) / (seen + 3))
        scores.append(score)
    best = max(scores)
    chances = [exp(score - best) for score in scores]
    group = max(range(len(chances)), key=lambda each: (chances[each], -each))
    return group, chances[group] / sum(chances)
