"""What people answered, what they have begun, and the counts kept in step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column
from participation.surveys.domain import Origin, Reach


class Response(Base):
    """One respondent's answer to a survey (回答): one row for each account or visitor's key."""

    __tablename__ = "survey_responses"
    __table_args__ = (
        UniqueConstraint("survey_id", "respondent_key"),
        UniqueConstraint("survey_id", "paper_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: "person:7", or the hash of a visitor's key with this survey's id: two surveys cannot be joined.
    respondent_key: Mapped[str] = mapped_column(String(80))
    #: Whether the free texts may enter the register of what was said.
    shares_texts: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime]
    #: When the answer was last changed; the one before is not kept.
    changed_at: Mapped[datetime | None]
    #: The version of the questionnaire that was answered.
    form_version: Mapped[int] = mapped_column(default=1)
    origin: Mapped[Origin] = enum_text(Origin, default=Origin.WEB)
    #: Decides the respondent's own order of options and questions (無作為の順).
    seed: Mapped[int] = mapped_column(default=0)
    #: What is known of the respondent besides the answers (the strata of an invitation: 年代, 地区).
    attributes: Mapped[dict[str, str]] = json_column(default=dict)
    #: The number on a paper form (整理番号).
    paper_number: Mapped[str | None] = mapped_column(String(40))
    #: Who typed an answer that came on paper or by telephone.
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class Answer(Base):
    """The answer to one question (設問ごとの答え), in the form that the question's type gives it."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id"),
        Index("ix_survey_answers_question_response", "question_id", "response_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_responses.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"))
    value: Mapped[Any] = json_column()
    #: A free text that its author let into the register.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)


class AnswerCount(Base):
    """How often something was answered (集計): kept in step with the answers, equal to a recount.

    `question_code` and `choice` name an option; the choice "*" counts who answered the question, "?" who
    was asked it, and with an empty question code who answered the survey. So a page costs the same for
    any number.
    """

    __tablename__ = "survey_counts"
    __table_args__ = (UniqueConstraint("survey_id", "question_code", "choice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    question_code: Mapped[str] = mapped_column(String(20))
    choice: Mapped[str] = mapped_column(String(64))
    count: Mapped[int] = mapped_column(default=0)


class ResponseDraft(Base):
    """Answers that somebody has begun and not yet sent (書きかけの回答)."""

    __tablename__ = "survey_drafts"
    __table_args__ = (UniqueConstraint("survey_id", "respondent_key"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: As of the response that it will become; "test:7" for a trial by staff (試し回答), never counted.
    respondent_key: Mapped[str] = mapped_column(String(80))
    #: Hash of the secret in the link by which somebody without an account comes back.
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    given: Mapped[dict[str, Any]] = json_column()
    seed: Mapped[int] = mapped_column(default=0)
    #: The first section of the page that was reached last.
    section: Mapped[str] = mapped_column(String(20), default="")
    form_version: Mapped[int] = mapped_column(default=1)
    #: The pages that it came to, which are counted; none of a change to an answer that was sent, or of a trial.
    reached: Mapped[list[str]] = json_column(default=list)
    saved_at: Mapped[datetime]


class PageCount(Base):
    """How many people came to a page of a survey (画面ごとの人数), by what became of them.

    Kept in step with the answers and the drafts, and equal to a recount, except for what is left of
    drafts that were let go. Of answers on paper and from files no page is known.
    """

    __tablename__ = "survey_page_counts"
    __table_args__ = (UniqueConstraint("survey_id", "page", "reach"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: The code of the page: of its first section.
    page: Mapped[str] = mapped_column(String(20))
    reach: Mapped[Reach] = enum_text(Reach)
    count: Mapped[int] = mapped_column(default=0)
