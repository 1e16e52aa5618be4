"""The second view of a map (橋渡しの見方): people on the model's two axes, and what finds agreement whatever the axes.

The model takes apart what divides – two axes – from what does not: each statement's own intercept. That
intercept is its bridging score (橋渡しの度合い): the agreement it finds among people of any position, beside
what is usual for all statements. It needs no groups, and comes with the error that few votes leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from participation.opinion_map.domain.picture import (
    LEAST_SHOWN,
    MOST_LISTED,
    dots_of,
    placed_of,
    rings_of,
    scale_of,
)
from participation.opinion_map.domain.placing import ModelAxes, ModelStanding

X, Y = "model_x", "model_y"
#: Weaker weights say nothing of an axis.
_LEAST_WEIGHT = 0.15
_MOST_SAID = 3
#: How many errors a position must be from the middle to be called a side.
_SURE = 1.0


def model_outline(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the second view draws of people; None: the run did not tell enough of its model.

    On an axis of which nothing was learnt everybody stands in the middle; of two such, nobody is drawn.
    """
    if found["method"].get("noise") is None:
        return None
    placed, told = placed_of(found), found["participants"]
    unknown = [axis for axis in (X, Y) if None in told[axis]]
    people = {**told, **{axis: [0.0] * len(told["id"]) for axis in unknown}}
    scale = scale_of(people, placed, X, Y)
    return {
        "scale": scale,
        "dots": dots_of(people, placed, scale, X, Y) if len(unknown) < len((X, Y)) else [],
        "rings": rings_of({**found, "participants": people}, scale, X, Y),
    }


def draw_model(
    found: Mapping[str, Any], outline: Mapping[str, Any], picture: Mapping[str, Any], shown: frozenset[int]
) -> dict[str, Any]:
    """Return the second view: what a page shows, as plain data that can be frozen."""
    told = [
        {
            "number": int(each["id"]),
            "bridging": each["bridging"],
            "error": each["bridging_error"],
            "weights": each["loadings"],
        }
        for each in found["statements"]
        if int(each["id"]) in shown and each["bridging"] is not None and each["seen"] >= LEAST_SHOWN
    ]
    return {
        "mean": found["method"]["mean_vote"],
        "scale": outline["scale"],
        "dots": outline["dots"],
        "shown_dots": len(outline["dots"]),
        "placed": picture["placed"],
        "groups": [
            {**group, **ring} for group, ring in zip(picture["groups"], outline["rings"], strict=True)
        ],
        "axes": [_axis(told, axis) for axis in range(2)],
        "bridges": _surely(told, 1.0),
        "against": _surely(told, -1.0),
        "statements": sorted(told, key=lambda each: (-each["bridging"], each["number"])),
    }


def model_axes_of(found: Mapping[str, Any]) -> ModelAxes | None:
    """Return what is needed to place one more person on the model's axes; None: the run does not tell.

    On an axis of which nothing was learnt no vote moves anybody.
    """
    method = found["method"]
    if method.get("noise") is None or method.get("axes") == 0:
        return None
    known = [each for each in found["statements"] if each["bridging"] is not None]
    spread = [1.0 if each is None else float(each) for each in method["spread"]]
    return ModelAxes(
        mean=method["mean_vote"],
        intercepts={int(each["id"]): each["bridging"] for each in known},
        loadings={
            int(each["id"]): (each["loadings"][0] or 0.0, each["loadings"][1] or 0.0) for each in known
        },
        noise=method["noise"],
        spread=(spread[0], spread[1], spread[2]),
    )


def sides_of(standing: ModelStanding) -> tuple[str, str]:
    """Return in words on which side of each axis somebody stands."""
    return (
        _side(standing.x, standing.x_error, "右", "左"),
        _side(standing.y, standing.y_error, "上", "下"),
    )


def _side(place: float, error: float, more: str, less: str) -> str:
    if abs(place) < max(_SURE * error, 0.3):
        return "まん中あたり"
    return more if place > 0 else less


def _axis(told: Sequence[Mapping[str, Any]], axis: int) -> dict[str, list[int]]:
    """Return what those on the far side (right, above) agree to, and what they disagree with, more than others."""
    known = [each for each in told if each["weights"][axis] is not None]
    ranked = sorted(known, key=lambda each: (-abs(each["weights"][axis]), each["number"]))
    strong = [each for each in ranked if abs(each["weights"][axis]) >= _LEAST_WEIGHT]
    return {
        "agrees": [each["number"] for each in strong if each["weights"][axis] > 0][:_MOST_SAID],
        "disagrees": [each["number"] for each in strong if each["weights"][axis] < 0][:_MOST_SAID],
    }


def _surely(told: Sequence[Mapping[str, Any]], sign: float) -> list[int]:
    """Return the statements that surely score above (or below) what is usual, the surest first."""
    ranked = sorted(told, key=lambda each: (each["error"] - sign * each["bridging"], each["number"]))
    return [each["number"] for each in ranked if sign * each["bridging"] > 2 * each["error"]][:MOST_LISTED]
