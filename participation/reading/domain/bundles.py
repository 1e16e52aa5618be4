"""Bundles of same and nearly same texts (同文の束) of a file: found by what the desk finds them by.

The search itself is `opinions.domain.alike`. Of what it finds, only what would be shown as one is a bundle here:
a text with words of its own, or one turned round by a word, stands by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b

from participation.opinions.domain import letters_of
from participation.opinions.domain.alike import Wording, clusters
from participation.reading.domain.texts import Text


def bundles_of(texts: Sequence[Text]) -> list[list[str]]:
    """Return ids that belong together, the largest bundle first; whoever stands alone is in none."""
    found = [sorted(each.folded) for each in clusters(_wordings(texts))]
    return [
        [texts[place].id for place in places]
        for places in sorted(found, key=lambda each: (-len(each), each[0]))
        if len(places) > 1
    ]


def _wordings(texts: Sequence[Text]) -> list[Wording]:
    """Return texts by their places, those with the same letters together; of texts without any, each alone."""
    found: dict[bytes, list[int]] = defaultdict(list)
    for place, each in enumerate(texts):
        letters = letters_of(each.words)
        key = blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found[key if letters else b"%d" % place].append(place)
    return [Wording(tuple(places), texts[places[0]].words) for places in found.values()]
