"""Questions to a machine as they would be sent, and what was proposed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select

from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.i18n.dates import datetime_short
from participation.jobs.models import LongRun
from participation.opinions.models import Opinion
from participation.people.models import Person
from participation.reading.domain.drafting import (
    LABEL_MARK,
    MOST_OPINIONS,
    DraftKind,
    DraftStatus,
    Given,
    as_sent,
    hash_of,
    hash_of_label,
    messages_for,
    that_give_orders,
)
from participation.reading.models import MachineDraft, MachineDraftOpinion, Topic, TopicMember, TopicRun

SHOWN = 50
#: Under these no words are sent anywhere. What is held waits for a person first.
NOT_SENT = (Visibility.WITHDRAWN, Visibility.ERASED, Visibility.HIDDEN, Visibility.HELD)


@dataclass(frozen=True)
class Question:
    """A question as it would be sent now."""

    kind: DraftKind
    consultation_id: int
    topic: Topic | None
    given: tuple[Given, ...]
    opinion_ids: tuple[int, ...]
    messages: list[dict[str, str]]
    #: Numbers that were asked for and are not sent: not there, or not to be read.
    left_out: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """The hash of what is sent: whoever agrees, agrees to exactly this."""
        return hash_of(self.messages)

    @property
    def covered(self) -> int:
        """How many opinions have words that are covered."""
        return sum("■" in each.words for each in self.given)

    @property
    def orders(self) -> list[int]:
        """The opinions with sentences as if to a machine."""
        return that_give_orders(self.given)


def question_of(
    consultation: Consultation, kind: DraftKind, numbers: Sequence[int], topic: Topic | None
) -> Question:
    """Return the question about opinions by their numbers; raises Refused where nothing is left to be sent. One query."""
    rows = db.session.execute(
        select(Opinion.id, Opinion.number, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            Opinion.consultation_id == consultation.id,
            Opinion.number.in_(numbers),
            Contribution.visibility.not_in(NOT_SENT),
        )
        .order_by(Opinion.number)
    ).all()
    if not rows:
        raise Refused("その番号の意見は、この案件にないか、送れません。", field="numbers")
    given = tuple(Given(row.number, as_sent(row.body)) for row in rows)
    return Question(
        kind=kind,
        consultation_id=consultation.id,
        topic=topic,
        given=given,
        opinion_ids=tuple(row.id for row in rows),
        messages=messages_for(kind, given),
        left_out=tuple(sorted(set(numbers) - {row.number for row in rows})),
    )


def code_of(topic: Topic) -> str:
    """Return the code of the consultation whose opinions were sorted; empty: those of all. One query."""
    code = db.session.scalar(
        select(Consultation.code)
        .join(TopicRun, TopicRun.consultation_id == Consultation.id)
        .where(TopicRun.id == topic.run_id)
    )
    return code or ""


def numbers_in_topic(topic: Topic, consultation_id: int) -> list[int]:
    """Return the numbers of the opinions in a topic, the nearest to its middle first, at most so many as are sent."""
    return list(
        db.session.scalars(
            select(Opinion.number)
            .join(TopicMember, TopicMember.opinion_id == Opinion.id)
            .where(
                or_(TopicMember.topic_id == topic.id, TopicMember.subtopic_id == topic.id),
                Opinion.consultation_id == consultation_id,
            )
            .order_by(TopicMember.place, TopicMember.id)
            .limit(MOST_OPINIONS)
        )
    )


@dataclass(frozen=True)
class ListedDraft:
    """A proposal in the list."""

    draft: MachineDraft
    consultation: str
    asked_by: str


def list_drafts() -> list[ListedDraft]:
    """Return the latest proposals. One query."""
    rows = db.session.execute(
        select(MachineDraft, Consultation.title, Person.nickname)
        .join(Consultation, Consultation.id == MachineDraft.consultation_id)
        .outerjoin(Person, Person.id == MachineDraft.asked_by_id)
        .order_by(MachineDraft.id.desc())
        .limit(SHOWN)
    )
    return [ListedDraft(draft, title, nickname or "") for draft, title, nickname in rows]


@dataclass(frozen=True)
class ShownDraft:
    """A proposal with everything that belongs to it."""

    draft: MachineDraft
    consultation: Consultation
    topic: Topic | None
    asked_by: str
    decided_by: str
    run: LongRun | None
    #: (public id, number, what is quoted of it)
    citations: tuple[tuple[str, int, str], ...]
    #: Opinions with sentences as if to a machine.
    orders: tuple[int, ...]
    #: The numbers of the opinions that were sent.
    numbers: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many opinions were sent."""
        return len(self.numbers)


def get_draft(public_id: str) -> MachineDraft:
    """Return a proposal; raises NotFound."""
    draft = db.session.scalars(select(MachineDraft).where(MachineDraft.public_id == public_id)).one_or_none()
    if draft is None:
        raise NotFound
    return draft


def show_draft(public_id: str) -> ShownDraft:
    """Return a proposal for its page; raises NotFound. Five queries."""
    draft = get_draft(public_id)
    names = dict(
        db.session.execute(
            select(Person.id, Person.nickname).where(Person.id.in_([draft.asked_by_id, draft.decided_by_id]))
        ).all()
    )
    sent: dict[int, str] = dict(
        db.session.execute(
            select(Opinion.number, Opinion.public_id)
            .join(MachineDraftOpinion, MachineDraftOpinion.opinion_id == Opinion.id)
            .where(MachineDraftOpinion.draft_id == draft.id)
        ).all()
    )
    return ShownDraft(
        draft=draft,
        consultation=db.session.get_one(Consultation, draft.consultation_id),
        topic=db.session.get(Topic, draft.topic_id) if draft.topic_id else None,
        asked_by=_name(names, draft.asked_by_id),
        decided_by=_name(names, draft.decided_by_id),
        run=db.session.get(LongRun, draft.run_id) if draft.run_id else None,
        citations=tuple((sent.get(number, ""), number, quote) for number, quote in draft.citations),
        orders=tuple(draft.consent.get("orders", ())),
        numbers=tuple(sorted(sent)),
    )


@dataclass(frozen=True)
class AdoptedLabel:
    """The name of a topic that a machine proposed and a person took up (機械の案を採った名前)."""

    draft: str
    by: str
    at: datetime

    @property
    def in_words(self) -> str:
        """Return 「名前は機械の案（○○さんが11月22日…に採りました）」."""
        return f"{LABEL_MARK}（{self.by or '職員'}さんが{datetime_short(self.at)}に採りました）"


def with_label_drafts(statement: Select[Any]) -> Select[Any]:
    """Return a select of topics with the names that were taken up for each, the latest last; a topic may come twice."""
    return (
        statement.add_columns(
            MachineDraft.public_id.label("draft"),
            MachineDraft.text.label("proposed"),
            MachineDraft.consent,
            MachineDraft.decided_at,
            Person.nickname.label("decided_by"),
        )
        .outerjoin(
            MachineDraft,
            (MachineDraft.topic_id == Topic.id)
            & (MachineDraft.kind == DraftKind.LABEL)
            & (MachineDraft.status == DraftStatus.ADOPTED),
        )
        .outerjoin(Person, Person.id == MachineDraft.decided_by_id)
        .order_by(MachineDraft.decided_at, MachineDraft.id)
    )


def adopted_label(row: Row[Any], label: str) -> AdoptedLabel | None:
    """Return, of such a row, whether the name is the one that was taken up; one that staff worded since is not."""
    if row.draft is None:
        return None
    # The words of a proposal go when those of an opinion have to; the hash of the name stays.
    if label != row.proposed and row.consent.get("label_sha256") != hash_of_label(label):
        return None
    return AdoptedLabel(row.draft, row.decided_by or "", row.decided_at)


def _name(names: dict[Any, str], person_id: int | None) -> str:
    return names.get(person_id, "") if person_id else ""


def given_of(draft: MachineDraft) -> tuple[Given, ...]:
    """Return the opinions of a question as they were sent, for checking what comes back."""
    found = json.loads(draft.messages[-1]["content"]) if draft.messages else {"opinions": []}
    return tuple(Given(each["number"], each["words"]) for each in found["opinions"])
