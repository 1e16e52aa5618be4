"""Drawing topics: a tree map (面積図) whose areas are numbers of opinions, and a scatter (散布図) of what lies near what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 420.0
#: A letter of a label takes so much; below that, a tile is too small for words.
_LETTER, _LINE = 14.0, 20.0
_MARGIN = 26.0


@dataclass(frozen=True)
class Tile:
    """A rectangle of the tree map: which of the given ones, where, and the words that fit into it."""

    place: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...] = ()


def tiles(
    sizes: Sequence[float],
    labels: Sequence[str] = (),
    *,
    box: tuple[float, float, float, float] = (0.0, 0.0, WIDTH, HEIGHT),
) -> list[Tile]:
    """Return a rectangle for each size above 0, areas in proportion, as square as may be (Bruls et al. 2000)."""
    order = sorted(
        (place for place, size in enumerate(sizes) if size > 0), key=lambda each: (-sizes[each], each)
    )
    x, y, width, height = box
    whole = sum(sizes[each] for each in order)
    if not whole or width <= 0 or height <= 0:
        return []
    scale = width * height / whole
    found: list[Tile] = []
    while order:
        row = _row([sizes[each] * scale for each in order], min(width, height))
        area = sum(sizes[each] for each in order[:row]) * scale
        thick = area / min(width, height)
        along = 0.0
        for each in order[:row]:
            length = sizes[each] * scale / thick
            at_x, at_y, wide, high = (
                (x, y + along, thick, length) if width >= height else (x + along, y, length, thick)
            )
            lines = _lines(labels[each] if labels else "", wide, high)
            found.append(Tile(each, round(at_x, 1), round(at_y, 1), round(wide, 1), round(high, 1), lines))
            along += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
        order = order[row:]
    return found


def _row(areas: Sequence[float], side: float) -> int:
    """Return how many of the areas make the best row along a side."""
    best, worst_before = 1, math.inf
    for count in range(1, len(areas) + 1):
        total = sum(areas[:count])
        thick = total / side
        worst = max(max(thick * thick / area, area / (thick * thick)) for area in areas[:count])
        if worst > worst_before:
            break
        best, worst_before = count, worst
    return best


def _lines(label: str, width: float, height: float) -> tuple[str, ...]:
    """Return the lines of a label that fit, the last one with … where something is left out."""
    letters, most = int((width - 12) / _LETTER), int((height - 12) / _LINE) - 1
    if letters < 3 or most < 1 or not label:
        return ()
    lines = [label[at : at + letters] for at in range(0, len(label), letters)]
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1][: letters - 1] + "…"
    return tuple(lines)


@dataclass(frozen=True)
class Scale:
    """Brings places of a reading onto the drawing, seen from the bulk of them: who lies far out stands at the rim."""

    middle: tuple[float, float]
    factor: tuple[float, float]

    def __call__(self, x: float, y: float) -> tuple[int, int]:
        """Return the place on the drawing."""
        spots = []
        for value, middle, factor, size in zip(
            (x, y), self.middle, self.factor, (WIDTH, HEIGHT), strict=True
        ):
            spots.append(round(min(max(size / 2 + (value - middle) * factor, _MARGIN), size - _MARGIN)))
        return spots[0], spots[1]


def scale_of(places: Sequence[tuple[float, float]]) -> Scale:
    """Return the scale in which all but the outermost hundredth fill the drawing."""
    middles, factors = [], []
    for axis, size in ((0, WIDTH), (1, HEIGHT)):
        values = sorted(each[axis] for each in places) or [0.0]
        cut = len(values) // 100
        low, high = values[cut], values[-1 - cut]
        middles.append((low + high) / 2)
        factors.append((size - 2 * _MARGIN) / (high - low) if high > low else 0.0)
    return Scale((middles[0], middles[1]), (factors[0], factors[1]))


def dots_path(spots: Sequence[tuple[int, int]]) -> str:
    """Return one path of dots (round caps make them visible), each place once: a page of a thousand stays light."""
    return "".join(f"M{x} {y}h0" for x, y in sorted(set(spots)))


def apart(
    spots: Sequence[tuple[int, int]], radii: Sequence[float], *, rounds: int = 60
) -> list[tuple[int, int]]:
    """Return places at which discs do not cover each other, as near as may be to where they belong."""
    at = [[float(x), float(y)] for x, y in spots]
    for _ in range(rounds):
        moved = False
        for one in range(len(at)):
            for other in range(one):
                dx, dy = at[one][0] - at[other][0], at[one][1] - at[other][1]
                distance = math.hypot(dx, dy)
                wanted = radii[one] + radii[other] + 2
                if distance >= wanted:
                    continue
                if distance < 1e-6:
                    angle = 2.4 * one  # Any direction will do, as long as it is always the same.
                    dx, dy, distance = math.cos(angle), math.sin(angle), 1.0
                push = (wanted - distance) / 2 / distance
                at[one][0] += dx * push
                at[one][1] += dy * push
                at[other][0] -= dx * push
                at[other][1] -= dy * push
                moved = True
        for each, radius in zip(at, radii, strict=True):
            each[0] = min(max(each[0], radius + 2), WIDTH - radius - 2)
            each[1] = min(max(each[1], radius + 2), HEIGHT - radius - 2)
        if not moved:
            break
    return [(round(x), round(y)) for x, y in at]
