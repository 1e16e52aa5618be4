"""In which ways people speak, and whether what they said may be shown."""

from __future__ import annotations

from enum import StrEnum


class ContributionKind(StrEnum):
    """In which way somebody spoke (発言の種類)."""

    OPINION = "opinion"
    POST = "post"
    SURVEY_TEXT = "survey_text"
    VOTE_REASON = "vote_reason"
    MAP_STATEMENT = "map_statement"
    PROPOSAL = "proposal"
    IDEA = "idea"
    COOPERATION = "cooperation"
    LOCAL_ISSUE = "local_issue"
    CONSENSUS_REASON = "consensus_reason"


KIND_NAMES = {
    ContributionKind.OPINION: "意見",
    ContributionKind.POST: "話し合いの投稿",
    ContributionKind.SURVEY_TEXT: "アンケートの自由記述",
    ContributionKind.VOTE_REASON: "投票の理由",
    ContributionKind.MAP_STATEMENT: "意見の地図の意見文",
    ContributionKind.PROPOSAL: "提案",
    ContributionKind.IDEA: "アイデア",
    ContributionKind.COOPERATION: "協力の募集",
    ContributionKind.LOCAL_ISSUE: "地域の課題",
    ContributionKind.CONSENSUS_REASON: "合意確認の理由",
}


class Visibility(StrEnum):
    """Whether a contribution may be shown (公開の状態).

    received: seen by its author and staff. held: staff look first. published: by everybody.
    withdrawn (by its author), hidden (by staff, with a reason): a tombstone stands in its place.
    erased: the words are gone for good.
    """

    RECEIVED = "received"
    HELD = "held"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ERASED = "erased"


VISIBILITY_NAMES = {
    Visibility.RECEIVED: "受け付けました",
    Visibility.HELD: "確認中",
    Visibility.PUBLISHED: "公開中",
    Visibility.WITHDRAWN: "取り下げ",
    Visibility.HIDDEN: "非表示",
    Visibility.ERASED: "消去",
}

#: Which state may follow which.
NEXT = {
    Visibility.RECEIVED: {
        Visibility.HELD,
        Visibility.PUBLISHED,
        Visibility.WITHDRAWN,
        Visibility.HIDDEN,
        Visibility.ERASED,
    },
    Visibility.HELD: {
        Visibility.RECEIVED,
        Visibility.PUBLISHED,
        Visibility.WITHDRAWN,
        Visibility.HIDDEN,
        Visibility.ERASED,
    },
    Visibility.PUBLISHED: {Visibility.HELD, Visibility.WITHDRAWN, Visibility.HIDDEN, Visibility.ERASED},
    Visibility.HIDDEN: {
        Visibility.RECEIVED,
        Visibility.PUBLISHED,
        Visibility.HELD,
        Visibility.WITHDRAWN,
        Visibility.ERASED,
    },
    Visibility.WITHDRAWN: {Visibility.ERASED},
    Visibility.ERASED: set(),
}


def may_follow(before: Visibility, after: Visibility) -> bool:
    """Return whether a contribution may go from one state to the other."""
    return after in NEXT[before]
