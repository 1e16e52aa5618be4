"""Where a survey stands, who may answer it and when its figures are shown (アンケートの状態)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

#: Fewer respondents than this are never broken down in public.
LEAST_SHOWN = 10


NOT_THE_WHOLE = "自分から答えた人の集計で、区民全体の割合ではありません"


MOST_QUESTIONS = 40


class SurveyStatus(StrEnum):
    """Where a survey stands (アンケートの状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may answer (答えられる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1回）",
    Audience.ACCOUNT: "登録した人（1人1回）",
}


class ResultsShown(StrEnum):
    """When everybody sees the figures (結果の公開)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"
    NEVER = "never"


RESULTS_NAMES = {
    ResultsShown.LIVE: "回答の受付中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切ったあとに見せる",
    ResultsShown.NEVER: "公開しない（区だけで使う）",
}


class State(StrEnum):
    """What a survey or its period amounts to at a moment (いまの状態)."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


STATE_NAMES = {
    State.DRAFT: "下書き",
    State.COMING: "これから受付",
    State.OPEN: "受付中",
    State.CLOSED: "締切",
}


def state_at(status: SurveyStatus, opens_at: datetime, closes_at: datetime, at: datetime) -> State:
    """Return where a survey stands at a moment; the period is half-open: [opens_at, closes_at)."""
    if status is SurveyStatus.DRAFT:
        return State.DRAFT
    if status is SurveyStatus.CLOSED or at >= closes_at:
        return State.CLOSED
    return State.OPEN if at >= opens_at else State.COMING
