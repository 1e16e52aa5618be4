"""Discussion in words and numbers: kinds, limits, and the paths that keep a thread in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participation.consultations.domain import ModerationMode


class PostKind(StrEnum):
    """What a post is (投稿の種類)."""

    REASON = "reason"
    WORRY = "worry"
    PROPOSAL = "proposal"
    QUESTION = "question"


POST_KIND_NAMES = {
    PostKind.REASON: "理由",
    PostKind.WORRY: "心配",
    PostKind.PROPOSAL: "提案",
    PostKind.QUESTION: "質問",
}


class ReactionKind(StrEnum):
    """A reaction (反応): never sets the order of anything."""

    UNDERSTOOD = "understood"
    HELPFUL = "helpful"


REACTION_NAMES = {ReactionKind.UNDERSTOOD: "わかる", ReactionKind.HELPFUL: "参考になった"}


class ThreadOrder(StrEnum):
    """In which order a thread is read (並び順)."""

    OLDEST = "oldest"
    NEWEST = "newest"
    MOST_REPLIED = "most_replied"


ORDER_NAMES = {
    ThreadOrder.NEWEST: "新しい順",
    ThreadOrder.OLDEST: "古い順",
    ThreadOrder.MOST_REPLIED: "返信の多い順",
}

MOST_BODY = 1000
MOST_CLOSING_REASON = 300
MOST_TITLE = 60
MAX_DEPTH = 3

#: A post may be changed for so long, or until somebody answers it; older words stay readable.
EDIT_WINDOW = timedelta(minutes=15)

#: Limits of one account (reliability.md A-01).
PAUSE = timedelta(seconds=10)
POSTS_A_DAY = 30
POSTS_A_DAY_NEW = 10
NEW_ACCOUNT = timedelta(days=3)
SAME_BODY = timedelta(minutes=5)

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)

HELD_NEW = "登録して間もないため、区が確認してから表示します。"
HELD_ALL = "この話し合いでは、区が確認してから表示します。"
HELD_FLAGGED = "個人の情報らしいものがあるため、区が確認してから表示します。"
HELD_LINK = "はじめての投稿にリンクがあるため、区が確認してから表示します。"


@dataclass(frozen=True)
class PostDraft:
    """What somebody is about to post."""

    body: str
    kind: PostKind
    organisation_id: int | None = None


@dataclass(frozen=True)
class AuthorState:
    """What the limits need to know about an author."""

    person_id: int
    created_at: datetime
    is_confirmed: bool

    def is_new(self, at: datetime) -> bool:
        """Return whether the account is younger than three days or its address is unconfirmed."""
        return not self.is_confirmed or at - self.created_at < NEW_ACCOUNT


def has_link(text: str) -> bool:
    """Return whether a text contains the address of another site."""
    return _LINK.search(text) is not None


def reason_to_hold(
    mode: ModerationMode,
    author: AuthorState,
    at: datetime,
    *,
    is_first_link: bool,
    has_personal_data: bool = False,
) -> str:
    """Return why staff look at a post before it is shown, or an empty text.

    Names stand in many posts that answer another: only where the ward holds what is flagged do they wait.
    """
    if mode is ModerationMode.HOLD_ALL:
        return HELD_ALL
    if mode is ModerationMode.HOLD_NEW and author.is_new(at):
        return HELD_NEW
    if mode is ModerationMode.HOLD_FLAGGED and has_personal_data:
        return HELD_FLAGGED
    return HELD_LINK if is_first_link else ""


# ── Paths ───────────────────────────────────────────────────────────────────────────────────
#
# The place of a post in its thread is a path of fixed-width numbers: "000012" is the twelfth post
# of the thread, "000012000003" the third reply to it. Sorted as text (digits only, so that every
# collation agrees), paths give the tree in reading order, and one index scan gives a page of it.

WIDTH = 6
_TOP = 10**WIDTH - 1


def path_below(parent: str, number: int) -> str:
    """Return the path of the `number`-th post below `parent` (empty: of the thread itself)."""
    return f"{parent}{number:0{WIDTH}d}"


def newest_path(path: str) -> str:
    """Return the key under which newest-first keeps replies below their post, oldest first."""
    return f"{_TOP - int(path[:WIDTH]):0{WIDTH}d}{path[WIDTH:]}"


def depth_of(path: str) -> int:
    """Return 0 for a post to the thread, 1 to 3 for replies."""
    return len(path) // WIDTH - 1


def ancestors_of(path: str) -> list[str]:
    """Return the paths of the posts above, the nearest last."""
    return [path[:end] for end in range(WIDTH, len(path), WIDTH)]


def just_before(path: str) -> str:
    """Return a key that sorts before this path and after everything that comes earlier."""
    above, number = path[:-WIDTH], int(path[-WIDTH:])
    return path_below(above, number - 1) + "9" * (WIDTH * MAX_DEPTH)


def permalink(public_id: str) -> str:
    """Return the address that always leads to a post, on whatever page it stands."""
    return f"/talk/posts/{public_id}"


HIDDEN_TITLE = "（題名は表示していません）"
