"""Surveys, their questions, and what people answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain import Audience, ResultsShown, SurveyStatus


class Survey(Base):
    """A survey (アンケート) about a subject."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        Index("ix_surveys_subject", "subject_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: What it asks about.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[SurveyStatus] = enum_text(SurveyStatus)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    audience: Mapped[Audience] = enum_text(Audience)
    results_shown: Mapped[ResultsShown] = enum_text(ResultsShown)
    #: Its one question is answered by one tap on the subject's page (ひとことで答える).
    is_one_tap: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class Question(Base):
    """A question (設問) of a survey; `spec` holds its type and settings (surveys.domain reads it)."""

    __tablename__ = "survey_questions"
    __table_args__ = (UniqueConstraint("survey_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: Stands in forms and exports and never changes: "q3".
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    help: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    spec: Mapped[dict[str, Any]] = json_column()


class Response(Base):
    """One respondent's answer to a survey (回答): one row for each account or visitor's key."""

    __tablename__ = "survey_responses"
    __table_args__ = (UniqueConstraint("survey_id", "respondent_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: "person:7", or the hash of a visitor's key with this survey's id: two surveys cannot be joined.
    respondent_key: Mapped[str] = mapped_column(String(80))
    #: Whether the free texts may enter the register of what was said.
    shares_texts: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime]
    #: When the answer was last changed; the one before is not kept.
    changed_at: Mapped[datetime | None]


class Answer(Base):
    """The answer to one question (設問ごとの答え), in the form that the question's type gives it."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_responses.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"), index=True)
    value: Mapped[Any] = json_column()
    #: A free text that its author let into the register.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)


class AnswerCount(Base):
    """How often something was answered (集計): kept in step with the answers, equal to a recount.

    `question_code` and `choice` name an option; the choice "*" counts who answered the question, and
    with an empty question code who answered the survey. So a page costs the same for any number.
    """

    __tablename__ = "survey_counts"
    __table_args__ = (UniqueConstraint("survey_id", "question_code", "choice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    question_code: Mapped[str] = mapped_column(String(20))
    choice: Mapped[str] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(default=0)


class ResponseDraft(Base):
    """Answers that a member has begun and not yet sent (書きかけの回答)."""

    __tablename__ = "survey_drafts"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    given: Mapped[dict[str, Any]] = json_column()
    saved_at: Mapped[datetime]
