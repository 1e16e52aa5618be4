"""Surveys, their sections and questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain import Audience, Layout, ResultsShown, SurveyStatus


class Survey(Base):
    """A survey (アンケート) about a subject."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        Index("ix_surveys_subject", "subject_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: The name by which commands and files call it; None: its public id.
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
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
    #: The same words in やさしい日本語: {"title", "intro"}; None: there are none.
    easy: Mapped[dict[str, Any] | None] = json_column(default=None)
    #: The survey to which the one-tap question leads.
    leads_to_id: Mapped[int | None] = mapped_column(ForeignKey("surveys.id"))
    layout: Mapped[Layout] = enum_text(Layout, default=Layout.WHOLE)
    #: The version of the questionnaire (調査票の版): a correction after the opening makes the next.
    form_version: Mapped[int] = mapped_column(default=1)
    #: Surveys of one series are compared wave by wave (経年比較).
    series: Mapped[str | None] = mapped_column(String(40), index=True)
    wave: Mapped[int | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class SurveySection(Base):
    """A section (章) of a survey: questions on a page of their own, or below the section before."""

    __tablename__ = "survey_sections"
    __table_args__ = (UniqueConstraint("survey_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: Stands in jumps and never changes: "s2".
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    starts_page: Mapped[bool] = mapped_column(default=True)
    shuffles: Mapped[bool] = mapped_column(default=False)
    #: When it is shown (surveys.domain.conditions reads it); None: always.
    condition: Mapped[dict[str, Any] | None] = json_column(default=None)
    #: The same words in やさしい日本語: {"title", "intro"}; None: there are none.
    easy: Mapped[dict[str, Any] | None] = json_column(default=None)
    #: Where its end leads: [{"to": "s4", "condition": {…} or null}], the first that holds.
    jumps: Mapped[list[dict[str, Any]]] = json_column(default=list)


class Question(Base):
    """A question (設問) of a survey; `spec` holds its type and settings (surveys.domain reads it)."""

    __tablename__ = "survey_questions"
    __table_args__ = (UniqueConstraint("survey_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("survey_sections.id"), index=True)
    #: Stands in forms and exports and never changes: "q3".
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    help: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    spec: Mapped[dict[str, Any]] = json_column()
    #: When it is shown; None: always.
    condition: Mapped[dict[str, Any] | None] = json_column(default=None)
    #: The same words in やさしい日本語: {"text", "help", "options": {code: label}, …}; None: there are none.
    easy: Mapped[dict[str, Any] | None] = json_column(default=None)
    #: Whether other questions may be broken down by it (属性).
    is_attribute: Mapped[bool] = mapped_column(default=False)
    #: When its figures are public; None: as the survey says.
    results_shown: Mapped[ResultsShown | None] = enum_text(ResultsShown, nullable=True)
    #: By what the same question is found in other surveys and in the bank (設問集).
    bank_key: Mapped[str | None] = mapped_column(String(40), index=True)
    #: A picture beside the words: its public id, and what it shows (代替テキスト).
    image: Mapped[str] = mapped_column(String(40), default="")
    image_text: Mapped[str] = mapped_column(String(200), default="")
    #: The version of the questionnaire (調査票の版) in which it was asked first.
    first_version: Mapped[int] = mapped_column(default=1)
    #: The version in which it was asked last; None: it still is.
    last_version: Mapped[int | None]
    #: The question that it replaces, when the meaning changed after the opening.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("survey_questions.id"))
