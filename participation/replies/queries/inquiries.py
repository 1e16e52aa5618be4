"""Questions to other sections (照会): the queue of the asked, the state for the asking, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.organisations.models import Section
from participation.people.models import Person
from participation.replies.domain import (
    INQUIRY_ACT_NAMES,
    INQUIRY_KINDS,
    INQUIRY_NAMES,
    TO_ANSWER,
    Due,
    InquiryStatus,
    difference,
    due_in_words,
)
from participation.replies.models import (
    Inquiry,
    InquiryAnswer,
    InquiryEvent,
    Point,
    PointAssignee,
    PointSection,
)
from participation.replies.policies import SectionsOfPoint
from participation.replies.queries import rows

SHOWN = 100


def get_inquiry_to_change(public_id: str) -> Inquiry:
    """Return an inquiry and keep it from being changed by others until the commit; raises NotFound."""
    inquiry = db.session.scalars(
        select(Inquiry)
        .where(Inquiry.public_id == public_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if inquiry is None:
        raise NotFound
    return inquiry


def get_inquiry_of_ours(public_id: str) -> tuple[Inquiry, SectionsOfPoint]:
    """Lock an inquiry and return it with the sections of its point, for the rules of the asking side."""
    inquiry = get_inquiry_to_change(public_id)
    return inquiry, rows.sections_of(db.session.get_one(Point, inquiry.point_id))


@dataclass(frozen=True)
class InquiryLine:
    """An inquiry in a list."""

    public_id: str
    question: str
    status: InquiryStatus
    due: Due
    section_name: str
    asking_name: str
    point_public_id: str
    point_number: int
    point_title: str
    consultation_title: str
    asked_at: datetime
    latest_number: int
    answered_at: datetime | None

    @property
    def status_name(self) -> str:
        """The state in words."""
        return INQUIRY_NAMES[self.status]

    @property
    def status_kind(self) -> str:
        """The kind of tag."""
        return INQUIRY_KINDS[self.status]


def list_to_answer(section_id: int | None, *, limit: int = SHOWN) -> list[InquiryLine]:
    """Return what a section has to answer (課の照会の受信箱), the nearest deadline first. One query."""
    if section_id is None:
        return []
    return _lines(Inquiry.section_id == section_id, Inquiry.status.in_(TO_ANSWER), limit=limit)


def list_answered_by(section_id: int | None) -> list[InquiryLine]:
    """Return what a section answered, latest deadline first. One query."""
    if section_id is None:
        return []
    done = (InquiryStatus.ANSWERED, InquiryStatus.CLOSED)
    return _lines(Inquiry.section_id == section_id, Inquiry.status.in_(done), newest=True)


def list_asked_by(actor: Actor) -> list[InquiryLine]:
    """Return what the reader or their section asked others and is not closed, the nearest deadline first."""
    ours: ColumnElement[bool] = Inquiry.asked_by_id == (actor.person_id or 0)
    if actor.section_id is not None:
        ours = ours | (Inquiry.asking_section_id == actor.section_id)
    return _lines(ours, Inquiry.status != InquiryStatus.CLOSED)


def _lines(*conditions: ColumnElement[bool], newest: bool = False, limit: int = SHOWN) -> list[InquiryLine]:
    asking = aliased(Section)
    order = (Inquiry.due_on.desc(), Inquiry.id.desc()) if newest else (Inquiry.due_on, Inquiry.id)
    found = db.session.execute(
        select(Inquiry, Section.name, asking.name, Point, Consultation.title, InquiryAnswer.answered_at)
        .join(Section, Section.id == Inquiry.section_id)
        .outerjoin(asking, asking.id == Inquiry.asking_section_id)
        .join(Point, Point.id == Inquiry.point_id)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(
            InquiryAnswer,
            (InquiryAnswer.inquiry_id == Inquiry.id) & (InquiryAnswer.number == Inquiry.latest_number),
        )
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    )
    today = clock.today()
    return [
        InquiryLine(
            public_id=inquiry.public_id,
            question=inquiry.question,
            status=inquiry.status,
            due=due_in_words(inquiry.due_on, today),
            section_name=section,
            asking_name=asking_name or "編集担当",
            point_public_id=point.public_id,
            point_number=point.number,
            point_title=point.title,
            consultation_title=title,
            asked_at=inquiry.asked_at,
            latest_number=inquiry.latest_number,
            answered_at=answered_at,
        )
        for inquiry, section, asking_name, point, title, answered_at in found
    ]


@dataclass(frozen=True)
class AnswerLine:
    """One version of an answer."""

    number: int
    body: str
    is_partial: bool
    answered_at: datetime
    who: str


@dataclass(frozen=True)
class InquiryPage:
    """Everything on the page of one inquiry."""

    line: InquiryLine
    inquiry: Inquiry
    summary: str
    asked_by: str
    #: The sections of its point, for the rules of the asking side.
    sections: SectionsOfPoint
    #: Newest first.
    answers: tuple[AnswerLine, ...]
    history: tuple[dict[str, Any], ...]

    @property
    def latest(self) -> AnswerLine | None:
        """The newest answer."""
        return self.answers[0] if self.answers else None

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What changed between the newest answer and the one before."""
        if len(self.answers) < 2:
            return []
        return difference(self.answers[1].body, self.answers[0].body)


def get_inquiry_page(public_id: str) -> InquiryPage:
    """Return everything on the page of an inquiry; raises NotFound. Five queries."""
    lines = _lines(Inquiry.public_id == public_id)
    if not lines:
        raise NotFound
    inquiry, point, asked_by = db.session.execute(
        select(Inquiry, Point, Person.nickname)
        .join(Point, Point.id == Inquiry.point_id)
        .outerjoin(Person, Person.id == Inquiry.asked_by_id)
        .where(Inquiry.public_id == public_id)
    ).one()
    answers = db.session.execute(
        select(InquiryAnswer, Person.nickname)
        .outerjoin(Person, Person.id == InquiryAnswer.answered_by_id)
        .where(InquiryAnswer.inquiry_id == inquiry.id)
        .order_by(InquiryAnswer.number.desc())
        .limit(SHOWN)
    )
    happened = db.session.execute(
        select(InquiryEvent, Person.nickname)
        .outerjoin(Person, Person.id == InquiryEvent.by_id)
        .where(InquiryEvent.inquiry_id == inquiry.id)
        .order_by(InquiryEvent.id.desc())
        .limit(SHOWN)
    )
    return InquiryPage(
        line=lines[0],
        inquiry=inquiry,
        summary=point.summary,
        asked_by=asked_by or "システム",
        sections=rows.sections_of(point),
        answers=tuple(
            AnswerLine(answer.number, answer.body, answer.is_partial, answer.answered_at, who or "システム")
            for answer, who in answers
        ),
        history=tuple(
            {"at": each.at, "what": INQUIRY_ACT_NAMES[each.kind], "who": who or "システム", "text": each.note}
            for each, who in happened
        ),
    )


@dataclass(frozen=True)
class InquiryBeside:
    """An inquiry as it stands beside the reply editor."""

    public_id: str
    section_name: str
    question: str
    status: InquiryStatus
    due: Due
    answer: str
    is_partial: bool
    answered_at: datetime | None

    @property
    def status_name(self) -> str:
        """The state in words."""
        return INQUIRY_NAMES[self.status]


@dataclass(frozen=True)
class BesidePoint:
    """Who answers a point and what other sections said: what stands beside the reply editor."""

    #: All sections of the ward, in their order.
    sections: tuple[Section, ...]
    #: 協力課.
    cooperating: tuple[Section, ...]
    assignee: str
    assignee_id: int | None
    due: Due
    inquiries: tuple[InquiryBeside, ...]


def beside_point(point: Point) -> BesidePoint:
    """Return who answers a point and its inquiries with their newest answers. One query."""
    found = db.session.execute(
        select(Section, PointSection.id, PointAssignee.person_id, Person.nickname, Inquiry, InquiryAnswer)
        .outerjoin(
            PointSection, (PointSection.section_id == Section.id) & (PointSection.point_id == point.id)
        )
        .outerjoin(PointAssignee, PointAssignee.point_id == point.id)
        .outerjoin(Person, Person.id == PointAssignee.person_id)
        .outerjoin(Inquiry, (Inquiry.section_id == Section.id) & (Inquiry.point_id == point.id))
        .outerjoin(
            InquiryAnswer,
            (InquiryAnswer.inquiry_id == Inquiry.id) & (InquiryAnswer.number == Inquiry.latest_number),
        )
        .order_by(Section.position, Section.id, Inquiry.due_on, Inquiry.id)
    ).all()
    today = clock.today()
    sections = {section.id: section for section, *_ in found}
    helping = {section.id: section for section, helps, *_ in found if helps is not None}
    return BesidePoint(
        sections=tuple(sections.values()),
        cooperating=tuple(helping.values()),
        assignee_id=found[0][2] if found else None,
        assignee=(found[0][3] or "") if found else "",
        due=due_in_words(point.due_on, today),
        inquiries=tuple(
            InquiryBeside(
                public_id=inquiry.public_id,
                section_name=section.name,
                question=inquiry.question,
                status=inquiry.status,
                due=due_in_words(inquiry.due_on, today),
                answer=answer.body if answer else "",
                is_partial=answer.is_partial if answer else False,
                answered_at=answer.answered_at if answer else None,
            )
            for section, _, _, _, inquiry, answer in found
            if inquiry is not None
        ),
    )


def get_quotation(point: Point, public_id: str) -> tuple[str, str]:
    """Return (section, newest answer) of an inquiry about a point, to be quoted; raises NotFound."""
    found = db.session.execute(
        select(Section.name, InquiryAnswer.body)
        .select_from(Inquiry)
        .join(Section, Section.id == Inquiry.section_id)
        .join(
            InquiryAnswer,
            (InquiryAnswer.inquiry_id == Inquiry.id) & (InquiryAnswer.number == Inquiry.latest_number),
        )
        .where(Inquiry.public_id == public_id, Inquiry.point_id == point.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]
