"""What an opinion map is to the people who use it: its state, who may vote, and the words about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from participation.consultations.domain import State
from participation.opinion_map.domain.answers import AGREE, DISAGREE, PASS

MOST_STATEMENT = 140
LEAST_STATEMENT = 5
#: So many statements can be seeded at once, and offered by one voter.
MOST_SEEDS = 100
MOST_OFFERED = 10
MOST_STATEMENTS = 1_000
#: Said wherever a map or its figures are shown.
NOT_THE_WHOLE = "自分から投票した人の集まりです。区民全体の割合ではありません。"
ADVISORY = "ひとつずつ意見文を読んで、賛成・反対・パスで答えます。どの考えで分かれ、どの考えで重なるかを地図にします。"


class MapStatus(StrEnum):
    """Where a map stands (意見の地図の状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may vote (投票できる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1人分）",
    Audience.ACCOUNT: "登録した人",
}


class ResultsShown(StrEnum):
    """When the picture is seen, by anybody but staff who make it (途中経過)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"


RESULTS_NAMES = {
    ResultsShown.LIVE: "投票の途中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切るまで見せない",
}


class StatementStatus(StrEnum):
    """Whether a statement is asked (意見文の状態)."""

    WAITING = "waiting"
    SHOWN = "shown"
    REMOVED = "removed"
    MERGED = "merged"


STATEMENT_STATUS_NAMES = {
    StatementStatus.WAITING: "確認待ち",
    StatementStatus.SHOWN: "公開中",
    StatementStatus.REMOVED: "取り下げ",
    StatementStatus.MERGED: "まとめた",
}


class MapAnswer(StrEnum):
    """What a voter says to a statement (意見文への答え)."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105 (an answer, not a password)

    @property
    def value_of_vote(self) -> int:
        """The number under which it is computed."""
        return _VALUES[self]


_VALUES = {MapAnswer.AGREE: AGREE, MapAnswer.DISAGREE: DISAGREE, MapAnswer.PASS: PASS}
ANSWER_OF = {value: answer for answer, value in _VALUES.items()}
ANSWER_NAMES = {MapAnswer.AGREE: "賛成", MapAnswer.DISAGREE: "反対", MapAnswer.PASS: "パス"}


def shows_picture(shown: ResultsShown, state: State) -> bool:
    """Return whether anybody may see the picture now."""
    return state is State.CLOSED or (shown is ResultsShown.LIVE and state is State.OPEN)


def is_due(changes: int, changes_at_run: int) -> bool:
    """Return whether enough changed since the last run: ten votes, and a twentieth of all."""
    return changes - changes_at_run >= max(10, changes_at_run // 20)


@dataclass(frozen=True)
class MapDraft:
    """What staff decide about a map."""

    question: str
    explanation: str
    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    results_shown: ResultsShown
    takes_statements: bool
    version: int = 1
