"""How alike two short texts are, by the pairs of letters they share: quick enough to ask while somebody types."""

from __future__ import annotations

import itertools

from participation.foundation.text import fold


def pairs_of_letters(words: str) -> frozenset[str]:
    """Return the pairs of letters in folded words, without those of hiragana only: they say little."""
    folded = fold(words)
    return frozenset(
        first + second
        for first, second in itertools.pairwise(folded)
        if first.isalnum() and second.isalnum() and not ("ぁ" <= first <= "ん" and "ぁ" <= second <= "ん")
    )


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two sets of pairs are, from 0 to 1: the share of the smaller one that is in the other."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0
