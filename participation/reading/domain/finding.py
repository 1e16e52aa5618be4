"""Opinions that are like another (似た意見): by the pairs of letters they share, rare pairs weighing more.

The pairs of every opinion are kept in a table by numbers, so nothing has to be read again to find what is
like it. Likeness of letters finds what speaks of the same in the same words; who says the same in others, or
the opposite, is not told apart: it is a hint for whoever reads.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

#: So many pairs of a text are kept at most: those with the smallest mixed numbers, so that two texts keep the same.
MOST_PAIRS = 96
#: Candidates are looked for by so many of a text's rarest pairs.
ASKED_PAIRS = 28
#: So many candidates are read and compared.
COMPARED = 80
#: Below this two opinions have little more in common than everyday words.
LEAST = 0.12
#: From here on somewhat, much alike.
SOMEWHAT, MUCH = 0.2, 0.35
#: Two texts that have fewer pairs in common are not alike, however short they are, unless they are the same.
LEAST_COMMON = 3
_TERM = re.compile(r"[一-龠々]{2,8}|[ァ-ヶー]{3,12}")
MOST_TERMS = 5


class Degree(StrEnum):
    """How alike two opinions are (似ている度合い): a number would promise a precision that it does not have."""

    MUCH = "much"
    SOMEWHAT = "somewhat"
    LITTLE = "little"


DEGREE_NAMES = {Degree.MUCH: "高い", Degree.SOMEWHAT: "ややある", Degree.LITTLE: "低い"}


def degree_of(value: float) -> Degree:
    """Return a likeness in words."""
    return Degree.MUCH if value >= MUCH else Degree.SOMEWHAT if value >= SOMEWHAT else Degree.LITTLE


def numbers_of(text: str) -> frozenset[int]:
    """Return the pairs of letters of a text, each as a number: kanji, katakana, letters and digits.

    Hiragana mostly tell how something is said. Without them opinions of one point are told from those of
    others clearly better than with the pairs of `foundation.likeness`, which are for a few typed words.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(
        (ord(first) << 21) | ord(second)
        for first, second in itertools.pairwise(plain)
        if _tells(first) and _tells(second)
    )


def _tells(letter: str) -> bool:
    return letter.isalnum() and not "ぁ" <= letter <= "ん"


def kept_of(numbers: frozenset[int]) -> list[int]:
    """Return the pairs that are kept of a text, always the same ones."""
    return sorted(numbers, key=_mixed)[:MOST_PAIRS]


def asked_of(counts: Mapping[int, int]) -> list[int]:
    """Return by which pairs others are looked for: the rarest that some other text has too."""
    shared = [pair for pair, count in counts.items() if count > 1]
    return sorted(shared, key=lambda pair: (counts[pair], pair))[:ASKED_PAIRS]


def alike(own: frozenset[int], other: frozenset[int], counts: Mapping[int, int], total: int) -> float:
    """How alike a text is to its own, from 0 to 1; `counts` says in how many of all texts a pair of `own` stands."""
    common = own & other
    if not common or (len(common) < LEAST_COMMON and own != other):
        return 0.0
    whole = sum(_weight(counts.get(pair, 1), total) for pair in own)
    part = sum(_weight(counts.get(pair, 1), total) for pair in common)
    # Of the one by weight, of the other by number: a short text inside a long one is alike, but not the same.
    return math.sqrt(part / whole * len(common) / len(other))


def common_terms(one: str, other: str) -> list[str]:
    """Return words that both have, the longest first: why they are called alike."""
    found = dict.fromkeys(term for term in _TERM.findall(one) if term in other)
    return sorted(found, key=lambda term: -len(term))[:MOST_TERMS]


def _weight(count: int, total: int) -> float:
    return math.log(1 + total / max(count, 1))


def _mixed(number: int) -> int:
    """The finishing steps of SplitMix64: neighbouring numbers come out far apart."""
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return number ^ (number >> 31)
