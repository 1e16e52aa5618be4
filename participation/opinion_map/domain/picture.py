"""The picture of a map (地図の見せ方): what a page shows, as plain data that can be frozen.

Everything is counted among those who voted: nowhere is there a share of residents. What fewer than five
people of a group answered is not shown for that group. Without enough votes there is no picture, only
the sentence that says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

from participation.opinion_map.domain.placing import Axes

WIDTH, HEIGHT, EDGE = 640, 420, 28
#: A page shows so many dots; of more people, every n-th.
MOST_DOTS = 600
LEAST_PEOPLE = 10
#: What fewer people of a group answered is not shown.
LEAST_SHOWN = 5
MOST_LISTED = 5
#: The share of what is told that may be chance.
FALSE_DISCOVERIES = 0.10
LETTERS = "ABCDE"
#: What the sentence about missing votes ended with in outlines that were kept earlier: a closed map waits no more.
_WAIT = "票が集まるまでお待ちください。"


@dataclass(frozen=True)
class Wording:
    """A statement as a page words it."""

    number: int
    text: str


def placed_of(found: Mapping[str, Any]) -> list[int]:
    """Return which people have enough votes for a place."""
    needed = _needed(found)
    return [place for place, votes in enumerate(found["participants"]["votes"]) if votes >= needed]


def outline_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a picture depends on the computed map alone, not on words: it is drawn once for each run."""
    people, placed = found["participants"], placed_of(found)
    scale = scale_of(people, placed)
    return {
        "voters": len(people["id"]),
        "needed": _needed(found),
        "placed": len(placed),
        "missing": _missing(found, len(placed)),
        "scale": scale,
        "dots": dots_of(people, placed, scale),
        "rings": rings_of(found, scale),
    }


def draw(
    found: Mapping[str, Any],
    wordings: Sequence[Wording],
    names: Mapping[int, tuple[str, str]],
    outline: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the picture of a computed map; `names` are (name, note) of groups by their number."""
    outline = outline or outline_of(found)
    texts = {each.number: each.text for each in wordings}
    statements = [
        _statement(each, texts[int(each["id"])]) for each in found["statements"] if int(each["id"]) in texts
    ]
    missing = outline["missing"].removesuffix(_WAIT)
    picture: dict[str, Any] = {
        "voters": outline["voters"],
        "votes": found["method"]["votes"],
        "placed": outline["placed"],
        "needed": outline["needed"],
        "missing": missing,
        "is_stable": found["stability"]["is_stable"],
        "agreement": found["stability"]["agreement"],
        "warnings": [] if missing else list(found["warnings"]),
        "scale": outline["scale"],
        "groups": [],
        "dots": [],
        "shown_dots": 0,
        "unites": _unites(found, statements),
        "divides": _divides(statements),
        "statements": statements,
    }
    if not missing:
        picture["groups"] = _groups(found, texts, names, outline["rings"])
        picture["dots"] = outline["dots"]
        picture["shown_dots"] = len(picture["dots"])
    return picture


def axes_of(found: Mapping[str, Any]) -> Axes:
    """Return what is needed to place one more person on this map."""
    seen = [each for each in found["statements"] if each["seen"]]
    groups = found["groups"]
    return Axes(
        means={int(each["id"]): each["mean"] for each in seen},
        components={int(each["id"]): (each["components"][0], each["components"][1]) for each in seen},
        counts=[
            {
                int(each["id"]): (part["agree"], part["disagree"], part["seen"])
                for each in seen
                for part in [each["by_group"][number]]
            }
            for number in range(len(groups))
        ],
        sizes=[each["size"] if "size" in each else len(each["members"]) for each in groups],
        least_votes=found["method"]["least_votes"],
    )


def spot(x: float, y: float, scale: float) -> tuple[float, float]:
    """Return the place in the drawing, kept inside its frame."""
    across, down = WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale
    return (
        round(min(max(across, EDGE), WIDTH - EDGE), 1),
        round(min(max(down, EDGE), HEIGHT - EDGE), 1),
    )


def in_words(confidence: float) -> str:
    """Return in words how surely somebody belongs to a group."""
    if confidence >= 0.9:
        return "ほぼ確かです"
    return "おおよそ確かです" if confidence >= 0.7 else "まだはっきりしません"


def _needed(found: Mapping[str, Any]) -> int:
    seen = sum(1 for each in found["statements"] if each["seen"])
    return max(1, min(int(found["method"]["least_votes"]), seen))


def _missing(found: Mapping[str, Any], placed: int) -> str:
    """Say why there is no picture yet; empty: there is one."""
    if placed < LEAST_PEOPLE:
        return (
            f"地図を描くには、{_needed(found)}件以上に答えた人が{LEAST_PEOPLE}人要ります（今は{placed}人）。"
        )
    if not any(each["components"][0] for each in found["statements"]):
        return "どの人の答えも同じで、立場の違いが見えません。"
    return ""


def scale_of(people: Mapping[str, Any], placed: Sequence[int], x: str = "x", y: str = "y") -> float:
    """Return how many points of the drawing one unit of the map is: nearly everybody is inside."""
    across = sorted(abs(people[x][each]) for each in placed)
    down = sorted(abs(people[y][each]) for each in placed)
    if not across:
        return 1.0
    last = int((len(across) - 1) * 0.98)
    wide = (WIDTH / 2 - EDGE) / max(float(across[last]), 1e-6)
    high = (HEIGHT / 2 - EDGE) / max(float(down[last]), 1e-6)
    return round(min(wide, high, 1e6), 4)


def _statement(each: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {
        "number": int(each["id"]),
        "text": text,
        "agree": each["agree"],
        "disagree": each["disagree"],
        "seen": each["seen"],
        "bridging": each["bridging"],
        "by_group": [
            {"agree": part["agree"], "disagree": part["disagree"], "seen": part["seen"]}
            if part["seen"] >= LEAST_SHOWN
            else None
            for part in each["by_group"]
        ],
        "likely": [part["agree_probability"] for part in each["by_group"]],
        "unlikely": [part["disagree_probability"] for part in each["by_group"]],
        "is_distinctive": any(part["is_distinctive"] for part in each["by_group"]),
    }


def _unites(found: Mapping[str, Any], statements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What most people of every group say: the least convinced group decides the order."""
    if found["groups"]:
        ranked = [
            (min(each[side]), each["number"], side == "likely")
            for each in statements
            for side in ("likely", "unlikely")
            if all(each["by_group"]) and min(each[side]) > 0.5
        ]
        ranked.sort(key=lambda each: (-each[0], each[1]))
        return [{"number": number, "agrees": agrees} for _, number, agrees in ranked[:MOST_LISTED]]
    ranked = [
        (each[side] / each["seen"], each["number"], side == "agree")
        for each, side in _beyond_chance(
            [
                (each, side)
                for each in statements
                if each["seen"] >= LEAST_SHOWN
                for side in ("agree", "disagree")
            ]
        )
    ]
    ranked.sort(key=lambda each: (-each[0], each[1]))
    return [{"number": number, "agrees": agrees} for _, number, agrees in ranked[:MOST_LISTED]]


def _beyond_chance(
    asked: Sequence[tuple[Mapping[str, Any], str]],
) -> list[tuple[Mapping[str, Any], str]]:
    """Return what more than half of everybody says, with the share of chance finds held (Benjamini–Hochberg)."""
    chances = [
        1 - NormalDist().cdf(2 * sqrt(each["seen"] + 1) * ((each[side] + 1) / (each["seen"] + 1) - 0.5))
        for each, side in asked
    ]
    holds = [
        chance
        for place, chance in enumerate(sorted(chances), start=1)
        if chance <= FALSE_DISCOVERIES * place / len(chances)
    ]
    least = max(holds, default=-1.0)
    return [one for one, chance in zip(asked, chances, strict=True) if chance <= least]


def _divides(statements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What groups answer most differently, where that is no chance."""
    ranked = [
        (max(each["likely"]) - min(each["likely"]), each["number"])
        for each in statements
        if each["is_distinctive"] and len(each["by_group"]) > 1 and all(each["by_group"])
    ]
    ranked.sort(key=lambda each: (-each[0], each[1]))
    return [{"number": number} for gap, number in ranked[:MOST_LISTED] if gap >= 0.25]


def rings_of(found: Mapping[str, Any], scale: float, x: str = "x", y: str = "y") -> list[dict[str, Any]]:
    """Return for each group where its people stand, how many they are, and how surely."""
    people = found["participants"]
    inside: list[list[int]] = [[] for _ in found["groups"]]
    for who, group in enumerate(people["group"]):
        if group is not None:
            inside[group].append(who)
    rings = []
    for members in inside:
        across, rx = _middle([people[x][who] for who in members])
        down, ry = _middle([people[y][who] for who in members])
        middle = spot(across, down, scale)
        rings.append(
            {
                "size": len(members),
                "x": middle[0],
                "y": middle[1],
                "rx": round(min(max(rx * scale * 1.6, 24.0), WIDTH / 2), 1),
                "ry": round(min(max(ry * scale * 1.6, 24.0), HEIGHT / 2), 1),
                "confidence": _usual([people["confidence"][who] or 0.0 for who in members]),
            }
        )
    return rings


def _groups(
    found: Mapping[str, Any],
    texts: Mapping[int, str],
    names: Mapping[int, tuple[str, str]],
    rings: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    counts = {int(each["id"]): each for each in found["statements"]}
    groups = []
    for place, each in enumerate(found["groups"]):
        name, note = names.get(place + 1, ("", ""))
        groups.append(
            {
                "number": place + 1,
                "letter": LETTERS[place],
                "name": name,
                "note": note,
                **rings[place],
                "says": [
                    {
                        "number": int(said["id"]),
                        "agrees": said["agrees"],
                        "count": counts[int(said["id"])]["by_group"][place][
                            "agree" if said["agrees"] else "disagree"
                        ],
                        "seen": counts[int(said["id"])]["by_group"][place]["seen"],
                    }
                    for said in each["representative"]
                    # Of many comparisons some always succeed by chance: those are left out.
                    if int(said["id"]) in texts
                    and counts[int(said["id"])]["by_group"][place]["is_distinctive"]
                    and counts[int(said["id"])]["by_group"][place]["seen"] >= LEAST_SHOWN
                ],
            }
        )
    return groups


def dots_of(
    people: Mapping[str, Any], placed: Sequence[int], scale: float, x: str = "x", y: str = "y"
) -> list[list[float]]:
    """Return places with the group's number, 0 without; in an order that tells nothing of when they came."""
    spots = sorted(
        [
            *spot(people[x][each], people[y][each], scale),
            (people["group"][each] + 1) if people["group"][each] is not None else 0,
        ]
        for each in placed
    )
    step = -(-len(spots) // MOST_DOTS)
    return spots[:: max(step, 1)]


def _middle(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / max(len(values), 1)
    return mean, sqrt(sum((each - mean) ** 2 for each in values) / max(len(values), 1))


def _usual(values: Sequence[float]) -> float:
    """Return the value in the middle."""
    ordered = sorted(values)
    return round(ordered[len(ordered) // 2], 3) if ordered else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of people that two groups have in common, among all in either."""
    return len(one & other) / max(len(one | other), 1)
