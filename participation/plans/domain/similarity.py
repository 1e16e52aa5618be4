"""Similarity (似た記述): how much two passages share, by pairs of letters (bigrams)."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from participation.plans.domain.folding import fold

LONGEST_COMPARED = 4000
#: Pairs of letters that stand in more than this share of all passages say nothing.
_COMMON = 0.25
#: No pair is followed into more passages than this: it bounds the time for a huge plan.
_MANY = 300
_SIGNS = frozenset("、。・，．（）()「」『』【】〈〉<>[]！？!?:;：；/-~～…○●◎■◆□◇⇒→※%％")


@dataclass(frozen=True)
class Relation:
    """Two passages that are alike, with a score from 0 to 1."""

    first: int
    second: int
    score: float


def bigrams(words: str) -> Counter[str]:
    """The pairs of letters in folded words; signs separate."""
    found: Counter[str] = Counter()
    folded = fold(words[:LONGEST_COMPARED])
    for first, second in itertools.pairwise(folded):
        if (
            first not in _SIGNS
            and second not in _SIGNS
            and not (_is_hiragana(first) and _is_hiragana(second))
        ):
            found[first + second] += 1
    return found


def _is_hiragana(sign: str) -> bool:
    return "\u3041" <= sign <= "\u309f"


def likeness(one: str, other: str) -> float:
    """How alike two texts are (Dice's measure of their bigrams)."""
    first, second = bigrams(one), bigrams(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def relate(
    passages: Mapping[int, str], groups: Mapping[int, int], *, most: int = 5, least: float = 0.1
) -> list[Relation]:
    """For every passage the likest ones of other groups (plans), best first.

    Cosine of bigrams weighted by rarity, over an inverted index: time grows with what is shared.
    """
    counted = {key: bigrams(words) for key, words in passages.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for key, pairs in counted.items():
        for pair in pairs:
            holders[pair].append(key)
    limit = min(_MANY, max(8, int(_COMMON * len(passages))))
    rarity = {
        pair: math.log(len(passages) / len(keys)) for pair, keys in holders.items() if 1 < len(keys) <= limit
    }
    weights = {
        key: {pair: (1 + math.log(times)) * rarity[pair] for pair, times in pairs.items() if pair in rarity}
        for key, pairs in counted.items()
    }
    # A passage's whole length counts, also the pairs that stand nowhere else.
    alone = math.log(max(2, len(passages)))
    lengths = {
        key: math.sqrt(
            sum(weight**2 for weight in weights[key].values())
            + sum((alone * 0.35) ** 2 for pair in counted[key] if len(holders[pair]) == 1)
        )
        for key in counted
    }
    found: list[Relation] = []
    for key, own in weights.items():
        if not lengths[key]:
            continue
        scores: dict[int, float] = defaultdict(float)
        for pair, weight in own.items():
            for other in holders[pair]:
                if groups[other] != groups[key]:
                    scores[other] += weight * weights[other][pair]
        best = sorted(
            ((score / (lengths[key] * lengths[other]), other) for other, score in scores.items()),
            key=lambda each: (-each[0], each[1]),
        )
        found.extend(Relation(key, other, round(score, 4)) for score, other in best[:most] if score >= least)
    return found
