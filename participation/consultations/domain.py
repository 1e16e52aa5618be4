"""When what may be said: kinds, statuses and phases of a consultation; one function decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from participation.foundation import clock
from participation.i18n.dates import datetime_ja, deadline_ja


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


#: When the period of a call that is always open (区民の声) ends.
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


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


MODERATION_NAMES = {
    ModerationMode.PUBLISH_FIRST: "送られたらすぐに公開する",
    ModerationMode.HOLD_NEW: "登録していない人のものだけ、確認してから公開する",
    ModerationMode.HOLD_FLAGGED: "個人情報などが疑われるものだけ、確認してから公開する",
    ModerationMode.HOLD_ALL: "すべて確認する（意見は結果の公表まで公開しない）",
}


class PublicationMode(StrEnum):
    """How opinions appear in the published result (掲載のしかた)."""

    SUMMARY = "summary"
    SUMMARY_AND_ORIGINAL = "summary_and_original"
    SUMMARY_AND_COUNT = "summary_and_count"
    VERBATIM = "verbatim"


PUBLICATION_NAMES = {
    PublicationMode.SUMMARY: "趣旨の同じ意見をまとめ、要旨を載せる",
    PublicationMode.SUMMARY_AND_ORIGINAL: "要旨を載せ、もとの意見の全文も読めるようにする",
    PublicationMode.SUMMARY_AND_COUNT: "代表の要旨を載せ、同じ趣旨の件数を「ほか3件」と添える",
    PublicationMode.VERBATIM: "意見の全文を載せる",
}

#: The ways in which the words of opinions themselves stand in public (行政手続法43条2項 asks for them).
WITH_ORIGINALS = frozenset({PublicationMode.VERBATIM, PublicationMode.SUMMARY_AND_ORIGINAL})


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

    @property
    def is_endless(self) -> bool:
        """Whether it belongs to a call that is always open."""
        return self.closes_at >= ALWAYS

    @property
    def last_day(self) -> datetime:
        """The last moment inside, to be shown as the last day."""
        return self.closes_at - timedelta(microseconds=1)

    def in_words(self) -> str:
        """Return 「令和8年11月9日（月）から12月9日（水）まで」; with the time where a day is not whole."""
        begins = datetime_ja(self.opens_at)
        if self.is_endless:
            return f"{begins}からいつでも"
        ends, year = deadline_ja(self.closes_at), begins.partition("年")[0] + "年"
        return f"{begins}から{ends.removeprefix(year)}まで"

    def days_left(self, at: datetime) -> int | None:
        """Return how many days remain after today (0: today is the last), or None outside of the period."""
        if at not in self or self.is_endless:
            return None
        return (self.last_day.astimezone(clock.JST).date() - at.astimezone(clock.JST).date()).days


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


PHASE_ORDER = (PhaseKind.ANNOUNCED, PhaseKind.OPEN, PhaseKind.CONSIDERING, PhaseKind.PUBLISHED)


def why_not_in_order(phases: Sequence[PhaseSpan]) -> str | None:
    """Return what is wrong with a set of phases, or None: one of each kind, in order, without overlap."""
    ordered = sorted(phases, key=lambda phase: PHASE_ORDER.index(phase.kind))
    for earlier, later in pairwise(ordered):
        if earlier.kind is later.kind:
            return f"「{PHASE_NAMES[earlier.kind]}」の期間が2つあります。"
        if later.period.opens_at < earlier.period.closes_at:
            return f"「{PHASE_NAMES[later.kind]}」が「{PHASE_NAMES[earlier.kind]}」の終わりより前に始まっています。"
    return None


def is_too_short(kind: ConsultationKind, phases: Iterable[PhaseSpan]) -> bool:
    """Return whether a public comment is open for fewer than 30 days (a reason must then be published)."""
    if kind is not ConsultationKind.PUBLIC_COMMENT:
        return False
    return any(
        phase.period.closes_at - phase.period.opens_at < MINIMUM_PUBLIC_COMMENT
        for phase in phases
        if phase.kind is PhaseKind.OPEN
    )


def extended(phases: Sequence[PhaseSpan], kind: PhaseKind, closes_at: datetime) -> list[PhaseSpan]:
    """Return the phases with one of them ending later; the next one then begins later too."""
    result = []
    for phase in phases:
        period = phase.period
        if phase.kind is kind:
            period = replace(period, closes_at=closes_at)
        elif PHASE_ORDER.index(phase.kind) > PHASE_ORDER.index(kind) and period.opens_at < closes_at:
            period = Period(closes_at, max(period.closes_at, closes_at + timedelta(days=1)))
        result.append(PhaseSpan(phase.kind, period))
    return result


@dataclass(frozen=True)
class ConsultationDraft:
    """What staff say about a consultation before it is stored."""

    code: str
    title: str
    kind: ConsultationKind
    summary: str = ""
    description: str = ""
    promise: str = ""
    eligibility: str = ""
    how_to_submit: str = ""
    short_period_reason: str = ""
    section_id: int | None = None
    allows_guests: bool = True
    needs_identity: bool = False
    counts_postmark: bool = False
    moderation: ModerationMode = ModerationMode.HOLD_ALL
    publication: PublicationMode = PublicationMode.SUMMARY
    disposition_scheme: str = "generic"


#: The four counts and the names by which they are called everywhere.
COUNT_NAMES = {
    "submitters": "提出者（人・団体）",
    "submissions": "提出",
    "opinions": "意見",
    "distinct_texts": "文面の種類",
}


@dataclass(frozen=True)
class OneCount:
    """One of the four counts: its name for machines, its name for people, the number, and the number in words."""

    name: str
    label: str
    number: int
    words: str


@dataclass(frozen=True)
class Tally:
    """Counts of a consultation, each with its own meaning (人・団体・通・件・文面の種類)."""

    people: int = 0
    organisations: int = 0
    submissions: int = 0
    opinions: int = 0
    distinct_texts: int = 0

    @property
    def submitters(self) -> int:
        """Who submitted: people and organisations together."""
        return self.people + self.organisations

    def in_four(self) -> tuple[OneCount, ...]:
        """Return the four counts by the names under which every page and every file shows them."""
        who = [f"{self.people:,}人"] if self.people or not self.organisations else []
        who += [f"{self.organisations:,}団体"] if self.organisations else []
        words = (
            "・".join(who),
            f"{self.submissions:,}通",
            f"{self.opinions:,}件",
            f"{self.distinct_texts:,}種類",
        )
        return tuple(
            OneCount(name, label, getattr(self, name), says)
            for (name, label), says in zip(COUNT_NAMES.items(), words, strict=True)
        )

    def in_words(self) -> str:
        """Return 「72人・14団体から168件」 as wards publish it."""
        if not self.opinions:
            return "意見はまだありません"
        who = [f"{self.people:,}人"] if self.people else []
        who += [f"{self.organisations:,}団体"] if self.organisations else []
        return f"{'・'.join(who)}から{self.opinions:,}件"


Counter = Callable[[Sequence[int]], dict[int, Tally]]
_counters: list[Counter] = []


def use_counter(counter: Counter) -> None:
    """Say who counts what was handed in (the slice that receives it, which stands above this one)."""
    _counters[:] = [counter]


def tallies(consultation_ids: Sequence[int]) -> dict[int, Tally]:
    """Return the counts of each consultation; zeros where nothing was handed in."""
    counted = _counters[0](consultation_ids) if _counters and consultation_ids else {}
    return {each: counted.get(each, Tally()) for each in consultation_ids}


class State(StrEnum):
    """What the status and the period of a survey, a vote or a map amount to at a moment (いまの状態)."""

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


def state_at(status: StrEnum, opens_at: datetime, closes_at: datetime, at: datetime) -> State:
    """Return where something stands at a moment; the period is half-open: [opens_at, closes_at).

    Its status, set by staff, is one of the words draft, open and closed.
    """
    if status == State.DRAFT:
        return State.DRAFT
    if status == State.CLOSED or at >= closes_at:
        return State.CLOSED
    return State.OPEN if at >= opens_at else State.COMING


@dataclass(frozen=True)
class Way:
    """Another way to take part in a consultation, of a slice that stands above this one (アンケート、参考投票)."""

    label: str
    title: str
    endpoint: str
    public_id: str
    is_open: bool
    #: The next moment at which it opens or closes.
    changes_at: datetime | None


_way_finders: dict[str, Callable[[int], Sequence[Way]]] = {}


def offer_ways(name: str, finder: Callable[[int], Sequence[Way]]) -> None:
    """Say who knows more ways to take part; asked again for every consultation."""
    _way_finders[name] = finder


def ways_into(consultation_id: int) -> list[Way]:
    """Return the other ways to take part in a consultation."""
    return [way for finder in _way_finders.values() for way in finder(consultation_id)]
