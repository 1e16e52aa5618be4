"""Drawing who is invited (無作為抽出) from a list of numbers: anybody who has list and seed draws the same.

The order of the lot is the one of votes (SHA-256 of seed, colon, number); by strata, each gets its share of
the places by the largest remainder, ties between strata decided by the same lot.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from participation.foundation.errors import Refused
from participation.surveys.domain.inviting import Invitee
from participation.votes.domain.tie_breaking import Lot

#: Longest list out of which is drawn.
MOST_LISTED = 300_000
#: Most that are drawn at once: each gets a letter.
MOST_DRAWN = 5_000
HOW_IT_IS_DRAWN = (
    "「種:番号」という文字のSHA-256を番号ごとに求め、小さいものから順に選びます。"
    "層（地区・年代など）に分けるときは、名簿の人数に合わせて層ごとの人数を決め（最大剰余法）、層の中で同じように選びます。"
    "種と番号の一覧があれば、だれが計算しても同じ結果になります。"
)


@dataclass(frozen=True)
class Stratum:
    """One part of the list (層): its name, how many are in it, how many were drawn."""

    name: str
    listed: int
    drawn: int


@dataclass(frozen=True)
class Drawn:
    """What a draw gave: who, and how many of each stratum."""

    invitees: tuple[Invitee, ...]
    strata: tuple[Stratum, ...]


def draw(invitees: Sequence[Invitee], count: int, seed: str) -> Drawn:
    """Draw so many of a list, in the order of the lot; in equal shares of its strata. Raises Refused."""
    if not seed.strip():
        raise Refused("くじの種を書いてください。", field="seed")
    if not 0 < count <= min(MOST_DRAWN, len(invitees)):
        most = min(MOST_DRAWN, len(invitees))
        raise Refused(f"選ぶ人数は1人から{most:,}人までにしてください。", field="count")
    parts: dict[str, list[Invitee]] = defaultdict(list)
    for invitee in invitees:
        parts[stratum_of(invitee)].append(invitee)
    places = shares({name: len(part) for name, part in parts.items()}, count, seed)
    chosen: list[Invitee] = []
    for name in sorted(parts):
        part = parts[name]
        lot = Lot.drawn(seed, [each.number for each in part])
        chosen += [part[place] for place in lot.ordered(range(len(part)))[: places[name]]]
    numbers = [each.number for each in chosen]
    lot = Lot.drawn(seed, numbers)
    return Drawn(
        tuple(chosen[place] for place in lot.ordered(range(len(chosen)))),
        tuple(Stratum(name, len(parts[name]), places[name]) for name in sorted(parts)),
    )


def shares(sizes: dict[str, int], count: int, seed: str) -> dict[str, int]:
    """Divide `count` places among strata by their sizes (最大剰余法); the lot decides between equal remainders."""
    total = sum(sizes.values())
    places = {name: size * count // total for name, size in sizes.items()}
    names = sorted(sizes)
    lot = Lot.drawn(seed, names)
    by_remainder = sorted(
        range(len(names)), key=lambda place: (-(sizes[names[place]] * count % total), lot.rank(place))
    )
    for place in by_remainder[: count - sum(places.values())]:
        places[names[place]] += 1
    return places


def stratum_of(invitee: Invitee) -> str:
    """Return the name of the part of the list in which somebody stands."""
    return "・".join(invitee.strata.values())


def list_hash(invitees: Sequence[Invitee]) -> str:
    """Return the SHA-256 of the list as it was drawn from: its lines in the order of the numbers."""
    lines = sorted(f"{each.number},{stratum_of(each)}" for each in invitees)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
