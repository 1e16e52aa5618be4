"""Reading what was answered: one's own, all of them for an export, free texts for staff."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from participation.access.actors import Actor
from participation.foundation.db import db
from participation.surveys.domain import Asked, Origin
from participation.surveys.models import Answer, Question, Response, ResponseDraft, Survey


@dataclass(frozen=True)
class OwnAnswer:
    """The reader's own answer, by question code."""

    answers: dict[str, Any]
    shares_texts: bool
    at: datetime
    #: What decided the order in which the options were seen.
    seed: int = 0

    def words(self, question: Asked) -> str | None:
        """Return the answer to a question as a person reads it, or None."""
        if question.code not in self.answers:
            return None
        return question.spec.words(self.answers[question.code])


def respondent_key(survey: Survey, actor: Actor) -> str | None:
    """Return under which key the actor answers this survey; None for a visitor not yet recognised."""
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if actor.guest_key is None:
        return None
    return "guest:" + hashlib.sha256(f"survey:{survey.public_id}:{actor.guest_key}".encode()).hexdigest()


def find_own_answer(survey: Survey, actor: Actor) -> OwnAnswer | None:
    """Return what the reader answered, or None."""
    key = respondent_key(survey, actor)
    return None if key is None else find_answer_of(survey, key)


def find_answer_of(survey: Survey, key: str) -> OwnAnswer | None:
    """Return what was answered under a key, or None."""
    rows = db.session.execute(
        select(Response, Question.code, Answer.value)
        .outerjoin(Answer, Answer.response_id == Response.id)
        .outerjoin(Question, Question.id == Answer.question_id)
        .where(Response.survey_id == survey.id, Response.respondent_key == key)
    ).all()
    if not rows:
        return None
    response = rows[0][0]
    return OwnAnswer(
        answers={code: value for _, code, value in rows if code is not None},
        shares_texts=response.shares_texts,
        at=response.changed_at or response.answered_at,
        seed=response.seed,
    )


def find_draft(survey: Survey, actor: Actor) -> ResponseDraft | None:
    """Return what somebody began to answer and has not sent, or None."""
    key = respondent_key(survey, actor)
    return None if key is None else find_draft_of(survey, key)


def find_draft_of(survey: Survey, key: str) -> ResponseDraft | None:
    """Return what was begun under a key and not sent, or None."""
    return db.session.scalars(
        select(ResponseDraft).where(ResponseDraft.survey_id == survey.id, ResponseDraft.respondent_key == key)
    ).one_or_none()


def find_draft_by_secret(survey: Survey, secret: str) -> ResponseDraft | None:
    """Return the draft to which a secret link leads, or None."""
    if not secret or len(secret) > 40:
        return None
    return db.session.scalars(
        select(ResponseDraft).where(
            ResponseDraft.survey_id == survey.id, ResponseDraft.secret_hash == secret_hash(secret)
        )
    ).one_or_none()


def secret_hash(secret: str) -> str:
    """Return the hash under which the secret of a link is kept; it says the same with and without dashes."""
    plain = "".join(character for character in secret.casefold() if character.isalnum())
    return hashlib.sha256(f"survey draft:{plain}".encode()).hexdigest()


@dataclass(frozen=True)
class TakenOut:
    """One response as it leaves the house (回答の書き出し): nothing in it says who answered."""

    id: int
    answered_at: datetime
    form_version: int
    origin: Origin
    attributes: dict[str, str]
    paper_number: str | None
    #: By question code.
    answers: dict[str, Any]


def list_export_rows(survey: Survey, *, batch: int = 500) -> Iterator[TakenOut]:
    """Yield every response, oldest first, a batch at a time."""
    after = 0
    while True:
        responses = db.session.execute(
            select(
                Response.id,
                Response.answered_at,
                Response.form_version,
                Response.origin,
                Response.attributes,
                Response.paper_number,
            )
            .where(Response.survey_id == survey.id, Response.id > after)
            .order_by(Response.id)
            .limit(batch)
        ).all()
        if not responses:
            return
        answers: dict[int, dict[str, Any]] = {row.id: {} for row in responses}
        for response_id, code, value in db.session.execute(
            select(Answer.response_id, Question.code, Answer.value)
            .join(Question, Question.id == Answer.question_id)
            .where(Answer.response_id.in_(answers))
        ):
            answers[response_id][code] = value
        for row in responses:
            yield TakenOut(*row, answers[row.id])
        after = responses[-1].id


@dataclass(frozen=True)
class Texts:
    """Some of what was written, and after which response the next begin (None: there are no more)."""

    items: tuple[str, ...]
    next: int | None


def list_texts(survey: Survey, question: Asked, *, before: int | None = None, limit: int = 50) -> Texts:
    """Return what was written for a question, the latest responses first, for staff."""
    wanted = (
        select(Answer.response_id, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.survey_id == survey.id, Question.code == question.code)
        .order_by(Answer.response_id.desc())
    )
    items: list[str] = []
    last = before
    for _ in range(MOST_LOOKS):
        rows = db.session.execute(
            (wanted if last is None else wanted.where(Answer.response_id < last)).limit(LOOK)
        ).all()
        for response_id, value in rows:
            last = response_id
            text = question.spec.free_text(value)
            if text:
                items.append(text)
                if len(items) == limit:
                    return Texts(tuple(items), last)
        if len(rows) < LOOK:
            return Texts(tuple(items), None)
    return Texts(tuple(items), last)


#: Few answers of a choice have words (その他): so many are looked through for one page, in so many portions.
LOOK, MOST_LOOKS = 500, 8
