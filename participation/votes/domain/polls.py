"""What kinds of votes there are, when they are open, and when their figures may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_OPTIONS = 12
MOST_REASON = 500
#: Said wherever a vote or its figures are shown: never 選挙, never 住民投票.
ADVISORY = "これは区の参考にする投票です。結果で決まるものではなく、区はほかの意見や事情とあわせて考えます。"
NOT_THE_WHOLE = "自分から投票した人の集計で、区民全体の割合ではありません。"


class VoteKind(StrEnum):
    """How one votes (投票のしかた). Another kind is another member and its options, not another table."""

    STANCE = "stance"
    SINGLE = "single"


KIND_NAMES = {
    VoteKind.STANCE: "賛成・反対・どちらともいえない",
    VoteKind.SINGLE: "一つだけ選ぶ",
}

#: The options that a kind brings along, as (code, label); a kind without any takes them from staff.
OWN_OPTIONS: dict[VoteKind, tuple[tuple[str, str], ...]] = {
    VoteKind.STANCE: (("agree", "賛成"), ("disagree", "反対"), ("pass", "どちらともいえない")),
}


class VoteStatus(StrEnum):
    """Where a vote stands (参考投票の状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may vote (投票できる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1票）",
    Audience.ACCOUNT: "登録した人（1人1票）",
}


class ResultsShown(StrEnum):
    """When the figures are seen, by anybody at all (途中経過)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"


RESULTS_NAMES = {
    ResultsShown.LIVE: "投票の途中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切るまで、職員を含めてだれにも見せない",
}


class State(StrEnum):
    """What a vote's status and period amount to at a moment (いまの状態)."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def state_at(status: VoteStatus, opens_at: datetime, closes_at: datetime, at: datetime) -> State:
    """Return where a vote stands at a moment; the period is half-open: [opens_at, closes_at)."""
    if status is VoteStatus.DRAFT:
        return State.DRAFT
    if status is VoteStatus.CLOSED or at >= closes_at:
        return State.CLOSED
    return State.OPEN if at >= opens_at else State.COMING


def shows_figures(shown: ResultsShown, state: State) -> bool:
    """Return whether anybody may see how many voted and how."""
    return state is State.CLOSED or (shown is ResultsShown.LIVE and state is State.OPEN)


@dataclass(frozen=True)
class VoteDraft:
    """What staff decide about a vote; `labels` is empty where the kind brings its own options."""

    question: str
    explanation: str
    kind: VoteKind
    labels: tuple[str, ...]
    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    results_shown: ResultsShown
    asks_reason: bool
    version: int = 1

    def options(self) -> tuple[tuple[str, str], ...]:
        """Return (code, label) of the options, in order."""
        if self.kind in OWN_OPTIONS:
            return OWN_OPTIONS[self.kind]
        return tuple((f"o{number}", label) for number, label in enumerate(self.labels, start=1))
