"""How a tie is decided (同点の決め方): by lot, drawn from a seed that was published before the vote.

The order of the lot is that of SHA-256(seed, colon, code of the option) in hexadecimal, smallest first.
Anybody can compute it, nobody can choose it once seed and options are public, and it does not depend
on the order in which options or ballots are listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

HOW_TIES_ARE_DECIDED = (
    "同点は、前もって公表した「くじの種」で決めます。種と選択肢の記号をつないだ文字（種:記号）の"
    "SHA-256を求め、小さいものから順に並べた順番を使います。だれが計算しても同じ順番になります。"
)


class Lot:
    """The one order in which ties of a vote are decided (くじの順番)."""

    def __init__(self, ranks: Sequence[int]) -> None:
        """Take the rank of each option, by its position."""
        self._ranks = tuple(ranks)

    @classmethod
    def drawn(cls, seed: str, codes: Sequence[str]) -> Lot:
        """Draw the lot from a seed."""
        order = sorted(range(len(codes)), key=lambda position: _draw(seed, codes[position]))
        ranks = [0] * len(codes)
        for rank, position in enumerate(order):
            ranks[position] = rank
        return cls(ranks)

    def rank(self, position: int) -> int:
        """Return the rank of an option in the lot."""
        return self._ranks[position]

    def first(self, tied: Iterable[int]) -> int:
        """Return which of the tied goes before the others."""
        return min(tied, key=self.rank)

    def last(self, tied: Iterable[int]) -> int:
        """Return which of the tied goes behind the others."""
        return max(tied, key=self.rank)

    def ordered(self, tied: Iterable[int]) -> list[int]:
        """Return the tied in the order of the lot."""
        return sorted(tied, key=self.rank)


def _draw(seed: str, code: str) -> str:
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()
