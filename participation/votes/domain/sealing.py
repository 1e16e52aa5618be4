"""What makes later changes visible (改ざんを見つけるしくみ): seals of ballots, receipts, the chain and the trees.

A seal (票の封印) is the SHA-256 of a random salt and the ballot: published, it says nothing of the ballot;
with the salt, which is published after the closing, everybody can compute it. A receipt (控えの番号) is a
random code that only the voter has; its SHA-256 is published after the closing. Seal and receipt are two
lists, each sorted by itself: nobody can show with a receipt what stands on a ballot.

Every day the seals that came in are put into the chain (記録の鎖): the head of a day is the hash of the head
before and of the seals put in and taken out. After the closing both lists become a tree as in RFC 6962.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: What the first head stands on.
BEGINNING = "0" * 64
#: So many seals at least are put into the chain together, and as many stay back for the next time, by lot:
#: whoever knows on which day somebody voted does not know which ballot came in.
FEWEST_TOGETHER = 10
RECEIPT_LENGTH = 28


def seal_of(salt: str, content: str) -> str:
    """Return the seal of a ballot."""
    return hashlib.sha256(f"{salt}:{content}".encode()).hexdigest()


def receipt_hash(code: str) -> str:
    """Return what is kept and published of a receipt's code, however the voter types it."""
    return hashlib.sha256(plain_receipt(code).encode()).hexdigest()


def plain_receipt(code: str) -> str:
    """Return a receipt's code without spaces, dashes and capitals."""
    return "".join(filter(str.isalnum, code.lower()))[:100]


def printed_receipt(code: str) -> str:
    """Return a receipt's code in groups of four, to be read and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def seed_hash(seed: str) -> str:
    """Return what is published of a seed before the vote (くじの種の封印)."""
    return hashlib.sha256(seed.encode()).hexdigest()


@dataclass(frozen=True)
class Link:
    """One day in the chain of a vote (記録の鎖の一日分)."""

    vote: str
    number: int
    day: str
    previous: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def head(self) -> str:
        """The hash that is published on the day."""
        said = {
            "vote": self.vote,
            "number": self.number,
            "day": self.day,
            "previous": self.previous,
            "added": sorted(self.added),
            "removed": sorted(self.removed),
        }
        written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


# ── RFC 6962 ────────────────────────────────────────────────────────────────────────────────


class Tree:
    """A Merkle tree as in RFC 6962 over entries, given as hexadecimal text, in the order given."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Hash the leaves and all levels above them once."""
        leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(entry)).digest() for entry in entries]
        self.size = len(leaves)
        self._levels = [leaves]
        while len(self._levels[-1]) > 1:
            self._levels.append(_level_above(self._levels[-1]))

    @property
    def root(self) -> str:
        """The hash of the whole tree; of nothing, that of an empty text."""
        return self._levels[-1][0].hex() if self.size else hashlib.sha256(b"").hexdigest()

    def proof(self, index: int) -> list[str]:
        """Return the audit path of a leaf: the hashes that lead from it to the root, nearest first."""
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside].hex())
            index //= 2
        return path


def root_from(entry: str, index: int, size: int, proof: Sequence[str]) -> str | None:
    """Return the root that a proof leads to (RFC 9162, 2.1.3.2), or None for a proof of another length."""
    at, last = index, size - 1
    node = hashlib.sha256(b"\x00" + bytes.fromhex(entry)).digest()
    for beside in map(bytes.fromhex, proof):
        if last == 0:
            return None
        if at % 2 or at == last:
            node = hashlib.sha256(b"\x01" + beside + node).digest()
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + beside).digest()
        at, last = at // 2, last // 2
    return node.hex() if last == 0 else None


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Pair nodes; one left over moves up as it is: that is the split at the largest power of two."""
    above = [
        hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)
    ]
    return [*above, level[-1]] if len(level) % 2 else above
