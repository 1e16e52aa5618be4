"""Drawing topics: a tree map (面積図) whose areas are numbers of opinions, and a scatter (散布図) of what lies near what."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 420.0
#: A letter of a label takes so much; below that, a tile is too small for words.
_LETTER, _LINE = 14.0, 20.0
_MARGIN = 26.0
#: The scale of a scatter is straight between so many parts of what is drawn.
_KNOTS = 16


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
    lines = []
    rest = label
    while rest:
        # Words stay whole where they can; no line begins with a dot.
        end = rest.rfind("・", 0, letters) + 1 if len(rest) > letters else len(rest)
        end = end or letters
        lines.append(rest[:end])
        rest = rest[end:]
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1][: letters - 1] + "…"
    return tuple(lines)


@dataclass(frozen=True)
class Scale:
    """Brings places of a reading onto the drawing, seen from the bulk of them: who lies far out stands at the rim."""

    #: For each of the two axes: values, rising, and where on the drawing each of them is.
    axes: tuple[tuple[Sequence[float], Sequence[float]], tuple[Sequence[float], Sequence[float]]]

    def __call__(self, x: float, y: float) -> tuple[int, int]:
        """Return the place on the drawing."""
        return round(_between(x, *self.axes[0])), round(_between(y, *self.axes[1]))


def scale_of(places: Sequence[tuple[float, float]]) -> Scale:
    """Return the scale in which all but the outermost hundredth fill the drawing.

    Half of a distance on it is the distance itself, half is how many lie between: a few that are far from all
    the others do not press these into a corner, and who is nearer stays nearer on each axis.
    """
    return Scale((_axis([x for x, _ in places], WIDTH), _axis([y for _, y in places], HEIGHT)))


def _axis(values: Sequence[float], size: float) -> tuple[list[float], list[float]]:
    ordered = sorted(values) or [0.0]
    cut = len(ordered) // 100
    ordered = ordered[cut : len(ordered) - cut]
    low, high = ordered[0], ordered[-1]
    if high <= low:
        return [low], [size / 2]
    knots: dict[float, float] = {}
    for step in range(_KNOTS + 1):
        value = ordered[round(step / _KNOTS * (len(ordered) - 1))]
        passed = (bisect_left(ordered, value) + bisect_right(ordered, value) - 1) / 2 / (len(ordered) - 1)
        share = 0.0 if value == low else 1.0 if value == high else passed
        knots[value] = _MARGIN + (size - 2 * _MARGIN) * ((value - low) / (high - low) + share) / 2
    return list(knots), list(knots.values())


def _between(value: float, values: Sequence[float], spots: Sequence[float]) -> float:
    at = bisect_right(values, value)
    if at == 0 or at == len(values):
        return spots[min(at, len(values) - 1)]
    share = (value - values[at - 1]) / (values[at] - values[at - 1])
    return spots[at - 1] + share * (spots[at] - spots[at - 1])


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
