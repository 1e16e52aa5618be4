"""When what may be said: kinds, statuses and phases of a consultation; one function decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ConsultationKind(StrEnum):
    """The kind of procedure (手続の種類)."""

    PUBLIC_COMMENT = "public_comment"
    CALL_FOR_OPINIONS = "call_for_opinions"
    RESIDENTS_VOICE = "residents_voice"


KIND_NAMES = {
    ConsultationKind.PUBLIC_COMMENT: "パブリックコメント",
    ConsultationKind.CALL_FOR_OPINIONS: "意見募集",
    ConsultationKind.RESIDENTS_VOICE: "区民の声",
}

#: 目黒区パブリックコメント手続要綱; also 行政手続法39条3項 (fewer days only with a published reason, 40条).
MINIMUM_PUBLIC_COMMENT = timedelta(days=30)


class ConsultationStatus(StrEnum):
    """Where the consultation stands (案件の状態); set by staff, never guessed from dates."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED_PREPARING = "closed_preparing"
    RESULT_PUBLISHED = "result_published"
    NOT_CONDUCTED = "not_conducted"


STATUS_NAMES = {
    ConsultationStatus.PLANNED: "これから募集",
    ConsultationStatus.OPEN: "募集中",
    ConsultationStatus.CLOSED_PREPARING: "募集終了（結果を準備中）",
    ConsultationStatus.RESULT_PUBLISHED: "結果を公表",
    ConsultationStatus.NOT_CONDUCTED: "実施しない",
}


class PhaseKind(StrEnum):
    """What happens during a phase (段階)."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CONSIDERING = "considering"
    PUBLISHED = "published"


PHASE_NAMES = {
    PhaseKind.ANNOUNCED: "予告",
    PhaseKind.OPEN: "募集",
    PhaseKind.CONSIDERING: "検討",
    PhaseKind.PUBLISHED: "公表",
}


class Act(StrEnum):
    """What a resident may do in a consultation."""

    SUBMIT_OPINION = "submit_opinion"
    DISCUSS = "discuss"
    ANSWER_SURVEY = "answer_survey"
    VOTE = "vote"
    PROPOSE = "propose"


class ModerationMode(StrEnum):
    """When a voice appears in public (公開のしかた)."""

    PUBLISH_FIRST = "publish_first"
    HOLD_NEW = "hold_new"
    HOLD_FLAGGED = "hold_flagged"
    HOLD_ALL = "hold_all"


class PublicationMode(StrEnum):
    """How opinions appear in the published result (掲載のしかた)."""

    SUMMARY = "summary"
    VERBATIM = "verbatim"


@dataclass(frozen=True)
class Period:
    """A half-open interval [opens_at, closes_at)."""

    opens_at: datetime
    closes_at: datetime

    def __post_init__(self) -> None:
        if self.closes_at <= self.opens_at:
            raise ValueError("a period ends after it begins")

    def __contains__(self, moment: datetime) -> bool:
        return self.opens_at <= moment < self.closes_at


@dataclass(frozen=True)
class PhaseSpan:
    """One phase: its kind and its period."""

    kind: PhaseKind
    period: Period


_ACTS = {
    PhaseKind.ANNOUNCED: frozenset({Act.DISCUSS}),
    PhaseKind.OPEN: frozenset(Act),
    PhaseKind.CONSIDERING: frozenset({Act.DISCUSS}),
    PhaseKind.PUBLISHED: frozenset({Act.DISCUSS}),
}


def acts_open(phases: Iterable[PhaseSpan], status: ConsultationStatus, at: datetime) -> frozenset[Act]:
    """Return what may be done at a moment: what the phase allows while the status agrees.

    Opinions need both: the period (by the server's clock) and the status 募集中, so that staff can
    stop a call at once, and nobody can prolong it by forgetting to.
    """
    allowed: frozenset[Act] = frozenset()
    for phase in phases:
        if at in phase.period:
            allowed |= _ACTS[phase.kind]
    if status is not ConsultationStatus.OPEN:
        allowed &= {Act.DISCUSS}
    if status in (ConsultationStatus.PLANNED, ConsultationStatus.NOT_CONDUCTED):
        allowed = frozenset()
    return allowed


def next_boundary(phases: Iterable[PhaseSpan], at: datetime) -> datetime | None:
    """Return the next moment at which a phase begins or ends, or None."""
    moments = [m for p in phases for m in (p.period.opens_at, p.period.closes_at) if m > at]
    return min(moments, default=None)
