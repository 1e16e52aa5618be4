"""What staff keep while they make surveys: corrections after the opening, templates, pictures, forms taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain import CorrectionKind, Layout


class QuestionCorrection(Base):
    """A change of a questionnaire after its opening (公開したあとの訂正): what, why, by whom, before and after."""

    __tablename__ = "survey_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"))
    kind: Mapped[CorrectionKind] = enum_text(CorrectionKind)
    #: The version of the questionnaire (調査票の版) that the change made.
    form_version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    #: The words before and after: {"text", "help", "options:a1", …}, those that changed.
    before: Mapped[dict[str, Any]] = json_column()
    after: Mapped[dict[str, Any]] = json_column()
    corrected_at: Mapped[datetime]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class PeriodChange(Base):
    """A change of the closing of a survey that was published (締切の変更): put off, or ended early, and why."""

    __tablename__ = "survey_period_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    before: Mapped[datetime]
    #: The new closing; the moment of the change itself where it was closed at once.
    after: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class SurveyTemplate(Base):
    """A questionnaire kept to begin surveys with (アンケートのひな形)."""

    __tablename__ = "survey_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    title: Mapped[str] = mapped_column(String(120))
    #: For what it is good.
    note: Mapped[str] = mapped_column(Text, default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    layout: Mapped[Layout] = enum_text(Layout, default=Layout.WHOLE)
    #: The sections with their questions (surveys.domain.packing reads them).
    content: Mapped[list[dict[str, Any]]] = json_column()
    made_from_id: Mapped[int | None] = mapped_column(ForeignKey("surveys.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class SurveyImage(Base):
    """A picture beside a question or an option (設問の画像); its content is kept by its hash."""

    __tablename__ = "survey_images"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    #: What it shows (代替テキスト), for questions that say nothing else.
    text: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(40))
    file_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class SheetUpload(Base):
    """A questionnaire handed in as an XLSForm (XLSX), looked at before a survey is made of it (調査票の取り込み)."""

    __tablename__ = "survey_sheet_uploads"
    __table_args__ = {"info": {"quiet": True}}  # noqa: RUF012 (SQLAlchemy's own form)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The survey that was made of it.
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("surveys.id"))
