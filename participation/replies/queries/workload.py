"""Who has what to do by when, and how far each consultation is: my work, the funnel, what is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.domain import STATUS_NAMES as CONSULTATION_STATUS_NAMES
from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.contributions.models import Contribution
from participation.foundation import clock, working_days
from participation.foundation.db import db
from participation.opinions.domain import OpinionStage
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.people.models import Person
from participation.people.queries import account_of
from participation.replies.domain import (
    HANDOVER_NAMES,
    SOON,
    STATUS_KINDS,
    STATUS_NAMES,
    TO_ANSWER,
    Due,
    ReplyStatus,
    due_in_words,
)
from participation.replies.models import (
    Inquiry,
    OpinionWithoutPoint,
    Point,
    PointAssignee,
    PointHandover,
    PointOpinion,
    ReplyPublication,
    WardReply,
)
from participation.replies.policies import WRITERS
from participation.replies.queries import inquiries, routing
from participation.replies.queries.inquiries import InquiryLine
from participation.replies.queries.readiness import counts_as_said, is_assigned

SHOWN = 100
OPEN = (ReplyStatus.NOT_STARTED, ReplyStatus.DRAFT, ReplyStatus.SENT_BACK)


def _is_open() -> ColumnElement[bool]:
    """Somebody still has to write: not handed on, not decided on, nothing of it in public."""
    return and_(Point.status.in_(OPEN), Point.merged_into_id.is_(None), WardReply.published_number.is_(None))


# ── one person's work (自分の担当) ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class WorkLine:
    """A point that somebody has to answer."""

    public_id: str
    number: int
    title: str
    consultation_title: str
    section_name: str
    assignee: str
    status: ReplyStatus
    due: Due

    @property
    def status_name(self) -> str:
        """The state in words."""
        return STATUS_NAMES[self.status]

    @property
    def status_kind(self) -> str:
        """The kind of tag."""
        return STATUS_KINDS[self.status]


@dataclass(frozen=True)
class TurnLine:
    """A step of a route at which the reader has the turn."""

    public_id: str
    number: int
    title: str
    seat: str
    as_proxy_of: str
    since: datetime
    due: Due


@dataclass(frozen=True)
class MyWork:
    """Everything that waits for one person."""

    points: tuple[WorkLine, ...]
    without_person: tuple[WorkLine, ...]
    turns: tuple[TurnLine, ...]
    to_answer: tuple[InquiryLine, ...]
    asked: tuple[InquiryLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.points or self.without_person or self.turns or self.to_answer or self.asked)


def my_work(actor: Actor) -> MyWork:
    """Return what waits for the reader, the nearest deadline first. At most seven queries."""
    writes = actor.has(*WRITERS)
    own = PointAssignee.person_id == (actor.person_id or 0)
    nobodys = and_(Point.section_id == (actor.section_id or 0), PointAssignee.id.is_(None))
    lines = _work_lines(or_(own, nobodys)) if writes else []
    return MyWork(
        points=tuple(line for line, person_id in lines if person_id == actor.person_id),
        without_person=tuple(line for line, person_id in lines if person_id is None),
        turns=tuple(my_turns(actor)),
        to_answer=tuple(inquiries.list_to_answer(actor.section_id)) if writes else (),
        asked=tuple(inquiries.list_asked_by(actor)) if writes else (),
    )


def _work_lines(*conditions: ColumnElement[bool]) -> list[tuple[WorkLine, int | None]]:
    found = db.session.execute(
        select(Point, Consultation.title, Section.name, PointAssignee.person_id, Person.nickname)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(PointAssignee, PointAssignee.point_id == Point.id)
        .outerjoin(Person, Person.id == PointAssignee.person_id)
        .where(_is_open(), *conditions)
        .order_by(func.coalesce(Point.due_on, date(9999, 12, 31)), Point.id)
        .limit(2 * SHOWN)
    )
    today = clock.today()
    return [
        (
            WorkLine(
                public_id=point.public_id,
                number=point.number,
                title=point.title,
                consultation_title=title,
                section_name=section or "",
                assignee=person or "",
                status=point.status,
                due=due_in_words(point.due_on, today),
            ),
            person_id,
        )
        for point, title, section, person_id, person in found
    ]


def my_turns(actor: Actor) -> list[TurnLine]:
    """Return the steps of routes at which the reader has the turn, longest waiting first. Three queries."""
    mine = {turn.point_public_id: turn for turn in routing.list_open_turns(actor) if turn.is_mine}
    if not mine:
        return []
    today = clock.today()
    points = db.session.scalars(select(Point).where(Point.public_id.in_(mine)))
    lines = [
        TurnLine(
            public_id=point.public_id,
            number=point.number,
            title=point.title,
            seat=mine[point.public_id].seat,
            as_proxy_of=mine[point.public_id].as_proxy_of,
            since=mine[point.public_id].since,
            due=due_in_words(point.due_on, today),
        )
        for point in points
    ]
    return sorted(lines, key=lambda line: (line.since, line.number))


@dataclass(frozen=True)
class WaitingCounts:
    """How much waits for the reader besides what the desk counts already."""

    mine: int
    mine_overdue: int
    to_answer: int
    turns: int


def count_waiting(actor: Actor) -> WaitingCounts:
    """Return how much waits for the reader. Three queries."""
    asked = (
        select(func.count())
        .where(Inquiry.section_id == (actor.section_id or 0), Inquiry.status.in_(TO_ANSWER))
        .scalar_subquery()
    )
    mine, overdue, to_answer = db.session.execute(
        select(func.count(), func.count().filter(Point.due_on < clock.today()), asked)
        .select_from(Point)
        .join(PointAssignee, PointAssignee.point_id == Point.id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .where(_is_open(), PointAssignee.person_id == (actor.person_id or 0))
    ).one()
    turns = sum(turn.is_mine for turn in routing.list_open_turns(actor))
    return WaitingCounts(mine, overdue, to_answer, turns)


# ── the history of hands ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Handover:
    """One time that a point went from hand to hand."""

    at: datetime
    what: str
    who: str
    text: str


def handovers_of(point: Point) -> list[Handover]:
    """Return how a point went from hand to hand, latest first. One query."""
    giver, former, later = aliased(Person), aliased(Person), aliased(Person)
    found = db.session.execute(
        select(PointHandover, giver.nickname, former.nickname, later.nickname)
        .outerjoin(giver, giver.id == PointHandover.by_id)
        .outerjoin(former, former.id == PointHandover.from_person_id)
        .outerjoin(later, later.id == PointHandover.to_person_id)
        .where(PointHandover.point_id == point.id)
        .order_by(PointHandover.id.desc())
        .limit(SHOWN)
    )
    lines = []
    for each, by, left, got in found:
        way = " → ".join(part for part in (left, got or "担当者なし") if part)
        lines.append(Handover(each.at, f"{HANDOVER_NAMES[each.kind]}（{way}）", by or "システム", each.note))
    return lines


# ── the letter in the morning (期限の知らせ) ──────────────────────────────────────────────────────


@dataclass(frozen=True)
class DigestLine:
    """One thing in the letter."""

    what: str
    title: str
    due: Due
    path: str


@dataclass(frozen=True)
class Digest:
    """What one member of staff is told of in the morning: each thing once."""

    overdue: tuple[DigestLine, ...]
    soon: tuple[DigestLine, ...]
    turns: tuple[TurnLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.overdue or self.soon or self.turns)


def digest_for(person: Person) -> Digest:
    """Return what a member of staff has to know this morning."""
    work = my_work(account_of(person, clock.now()).as_actor())
    lines = [
        *(
            DigestLine("あなたの担当", f"No.{p.number} {p.title}", p.due, f"/desk/points/{p.public_id}")
            for p in work.points
        ),
        *(
            DigestLine(
                "課の担当（担当者が未定）", f"No.{p.number} {p.title}", p.due, f"/desk/points/{p.public_id}"
            )
            for p in work.without_person
        ),
        *(
            DigestLine(
                f"{i.asking_name}からの照会",
                f"No.{i.point_number} {i.point_title}",
                i.due,
                f"/desk/inquiries/{i.public_id}",
            )
            for i in work.to_answer
        ),
    ]
    return Digest(
        overdue=tuple(line for line in lines if line.due.kind == "danger"),
        soon=tuple(line for line in lines if line.due.kind == "warn"),
        turns=work.turns,
    )


def list_to_remind() -> Sequence[int]:
    """Return the ids of the staff to whom letters may go, in order."""
    return db.session.scalars(
        select(Person.id)
        .where(
            Person.is_staff,
            Person.wants_mail,
            Person.email.is_not(None),
            Person.suspended_at.is_(None),
            Person.erased_at.is_(None),
        )
        .order_by(Person.id)
    ).all()


# ── how far everything is (進み具合) ─────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Funnel:
    """How far the opinions of a consultation are: each number counts those that came at least so far (件)."""

    code: str
    title: str
    status_name: str
    received: int
    screened: int
    gathered: int
    drafted: int
    decided: int
    published: int
    without_point: int
    #: Median of the days from an opinion's arrival to its first published answer; None: none yet.
    median_days: float | None

    @property
    def median_in_words(self) -> str:
        """The median as people write it: 20日, 20.5日."""
        return f"{self.median_days:g}日" if self.median_days is not None else "まだ"

    @property
    def stages(self) -> tuple[tuple[str, int], ...]:
        """The stages in order, as (name, 件)."""
        return (
            ("受付", self.received),
            ("確認", self.screened),
            ("論点", self.gathered),
            ("回答案", self.drafted),
            ("決裁", self.decided),
            ("公表", self.published),
        )


@dataclass(frozen=True)
class Answered:
    """How many of a consultation's opinions have a public answer (m件のうちn件に回答)."""

    received: int
    published: int
    without_point: int

    @property
    def in_words(self) -> str:
        """Return 「1,284件のうち1,100件に回答」, with those that need none."""
        words = f"{self.received:,}件のうち{self.published:,}件に回答"
        rest = (
            f"（ほかに、感想など考え方をお示ししないもの{self.without_point:,}件）"
            if self.without_point
            else ""
        )
        return words + rest


def _in_point(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(PointOpinion.id)
        .join(Point, Point.id == PointOpinion.point_id)
        .join(WardReply, WardReply.point_id == Point.id)
        .where(PointOpinion.opinion_id == Opinion.id, Point.merged_into_id.is_(None), *conditions)
    )


def _counts(consultation_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return consultation → (received, screened, gathered, drafted, decided, published, without point)."""
    marked = exists().where(OpinionWithoutPoint.opinion_id == Opinion.id)
    is_public = WardReply.published_number.is_not(None)
    found = db.session.execute(
        select(
            Opinion.consultation_id,
            func.count(),
            func.count().filter(or_(Opinion.stage != OpinionStage.RECEIVED, is_assigned())),
            func.count().filter(is_assigned()),
            func.count().filter(_in_point()),
            func.count().filter(_in_point(or_(Point.status == ReplyStatus.APPROVED, is_public))),
            func.count().filter(_in_point(is_public)),
            func.count().filter(marked),
        )
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id.in_(consultation_ids), counts_as_said())
        .group_by(Opinion.consultation_id)
    )
    return {row[0]: tuple(row[1:]) for row in found}


def answered_of(consultation_id: int) -> Answered:
    """Return how many opinions of a consultation have a public answer: the funnel's own numbers. One query."""
    received, *_, published, without = _counts([consultation_id]).get(consultation_id, (0,) * 7)
    return Answered(received, published, without)


def list_funnels(*, limit: int = 50) -> list[Funnel]:
    """Return how far each consultation is that was opened, latest first. Three queries."""
    consultations = db.session.scalars(
        select(Consultation)
        .where(Consultation.status.not_in((ConsultationStatus.PLANNED, ConsultationStatus.NOT_CONDUCTED)))
        .order_by(Consultation.id.desc())
        .limit(limit)
    ).all()
    ids = [each.id for each in consultations]
    counts, days = _counts(ids), _median_days(ids)
    funnels = []
    for each in consultations:
        received, screened, gathered, drafted, decided, published, without = counts.get(each.id, (0,) * 7)
        funnels.append(
            Funnel(
                code=each.code,
                title=each.title,
                status_name=CONSULTATION_STATUS_NAMES[each.status],
                received=received,
                screened=screened,
                gathered=gathered,
                drafted=drafted,
                decided=decided,
                published=published,
                without_point=without,
                median_days=days.get(each.id),
            )
        )
    return funnels


def _median_days(consultation_ids: Sequence[int]) -> dict[int, float]:
    """Return consultation → median of the days to the first answer, counted as the calendar does."""
    first = (
        select(WardReply.point_id, func.min(ReplyPublication.published_at).label("at"))
        .join(ReplyPublication, ReplyPublication.reply_id == WardReply.id)
        .group_by(WardReply.point_id)
        .subquery()
    )
    answered = (
        select(PointOpinion.opinion_id, func.min(first.c.at).label("at"))
        .join(first, first.c.point_id == PointOpinion.point_id)
        .group_by(PointOpinion.opinion_id)
        .subquery()
    )
    found = db.session.execute(
        select(Opinion.consultation_id, Contribution.said_at, answered.c.at)
        .join(answered, answered.c.opinion_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id.in_(consultation_ids), counts_as_said())
    )
    days: dict[int, list[int]] = defaultdict(list)
    for consultation_id, said_at, answered_at in found:
        days[consultation_id].append(max((answered_at - said_at).days, 0))
    return {consultation_id: median(each) for consultation_id, each in days.items()}


@dataclass(frozen=True)
class SectionLoad:
    """How much a section has to do, and how much of it is late."""

    code: str
    name: str
    open_points: int
    without_person: int
    overdue: int
    due_soon: int
    waiting: int
    inquiries: int
    inquiries_overdue: int


def list_section_loads() -> list[SectionLoad]:
    """Return how much each section has to do and how much is late, the latest first. Two queries."""
    today = clock.today()
    soon = working_days.after(today, SOON)
    near = (Point.due_on >= today) & (Point.due_on <= soon)
    points = db.session.execute(
        select(
            Section.code,
            Section.name,
            Section.position,
            func.count().filter(_is_open()),
            func.count().filter(_is_open(), PointAssignee.id.is_(None)),
            func.count().filter(_is_open(), Point.due_on < today),
            func.count().filter(_is_open(), near),
            func.count().filter(Point.status == ReplyStatus.WAITING),
        )
        .select_from(Point)
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(PointAssignee, PointAssignee.point_id == Point.id)
        .where(Point.merged_into_id.is_(None))
        .group_by(Section.code, Section.name, Section.position)
    )
    asked = db.session.execute(
        select(
            Section.code,
            Section.name,
            Section.position,
            func.count(),
            func.count().filter(Inquiry.due_on < today),
        )
        .join(Section, Section.id == Inquiry.section_id)
        .where(Inquiry.status.in_(TO_ANSWER))
        .group_by(Section.code, Section.name, Section.position)
    )
    loads: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for code, name, _, *numbers in points:
        loads[code or ""] = [*numbers, 0, 0]
        names[code or ""] = name or "担当課が未定"
    for code, name, _, waiting, late in asked:
        loads.setdefault(code, [0] * 7)[5:] = [waiting, late]
        names[code] = name
    lines = [SectionLoad(code, names[code], *numbers) for code, numbers in loads.items() if any(numbers)]
    return sorted(
        lines, key=lambda each: (-each.overdue - each.inquiries_overdue, -each.open_points, each.code)
    )
