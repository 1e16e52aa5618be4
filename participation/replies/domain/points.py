"""Points (論点): what changes in them, which opinions belong to none, how like two texts are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participation.foundation.text import fold


class PointChangeKind(StrEnum):
    """What happened to a point (論点の動き)."""

    GATHERED = "gathered"
    RETITLED = "retitled"
    ADDED = "added"
    REMOVED = "removed"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    ASSIGNED = "assigned"


CHANGE_NAMES = {
    PointChangeKind.GATHERED: "論点を作りました",
    PointChangeKind.RETITLED: "題名・要旨を直しました",
    PointChangeKind.ADDED: "意見を入れました",
    PointChangeKind.REMOVED: "意見を外しました",
    PointChangeKind.SPLIT_OFF: "一部を別の論点に分けました",
    PointChangeKind.SPLIT_FROM: "別の論点から分かれました",
    PointChangeKind.MERGED_INTO: "別の論点にまとめました",
    PointChangeKind.MERGED_FROM: "別の論点をまとめ入れました",
    PointChangeKind.ASSIGNED: "担当課・期限を決めました",
}


class NoPointReason(StrEnum):
    """Why an opinion belongs to no point (論点なし)."""

    IMPRESSION = "impression"
    OUTSIDE = "outside"
    OTHER_PROCEDURE = "other_procedure"
    EMPTY = "empty"
    OTHER = "other"


NO_POINT_NAMES = {
    NoPointReason.IMPRESSION: "感想・応援",
    NoPointReason.OUTSIDE: "募集した内容と関わりがない",
    NoPointReason.OTHER_PROCEDURE: "別の窓口・制度に案内した",
    NoPointReason.EMPTY: "内容がない（「特になし」など）",
    NoPointReason.OTHER: "そのほか",
}
#: A text is compared by its beginning: the likeness of long letters is decided there, and the cost is bounded.
COMPARED_LENGTH = 400


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in a text, folded, without spaces and punctuation."""
    plain = "".join(c for c in fold(text[:COMPARED_LENGTH]) if c.isalnum())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two texts are (Jaccard): 0 nothing in common, 1 the same pairs."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def likeness_to_point(text: frozenset[str], heads: Iterable[frozenset[str]]) -> float:
    """Return how alike a text is to a point: to its most alike title, summary or member."""
    return max((likeness(text, head) for head in heads), default=0.0)


def likeness_word(value: float) -> str:
    """Return the likeness in words: a number would promise a precision that it does not have."""
    if value >= 0.4:
        return "高い"
    if value >= 0.2:
        return "ややある"
    return "低い"


MAX_TITLE = 120
MAX_SUMMARY = 1000


@dataclass(frozen=True)
class PointDraft:
    """A point before it is made: opinions by their public ids; `about` is a subject's public id.

    Without `about` the point is about what its first opinion is about.
    """

    consultation_code: str
    title: str
    summary: str = ""
    opinions: tuple[str, ...] = ()
    about: str | None = None
    section_code: str | None = None
    due_on: date | None = None


def point_words_seal(title: str, summary: str) -> str:
    """Return a hash of a point's title and 要旨: what somebody saw who changes them."""
    return hashlib.sha256(f"{title}\0{summary}".encode()).hexdigest()[:32]
