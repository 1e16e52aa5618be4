"""Questionnaires on paper: what is printed on them, what was typed from them, their scans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.foundation.file_kinds import ScanKind
from participation.surveys.domain import Origin
from participation.surveys.domain.paper_entry import EntryCheck, PaperStatus


class PaperSettings(Base):
    """What a survey's sheets say besides the questions, and how they are entered (紙の調査票の設定)."""

    __tablename__ = "survey_paper_settings"
    __table_args__ = (CheckConstraint("sample_percent BETWEEN 1 AND 100", name="sample_is_a_share"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), unique=True)
    #: 返送先
    return_to: Mapped[str] = mapped_column(Text, default="")
    #: 問い合わせ先
    contact: Mapped[str] = mapped_column(Text, default="")
    #: How answers are used (回答の使い方).
    use_of_answers: Mapped[str] = mapped_column(Text, default="")
    entry_check: Mapped[EntryCheck] = enum_text(EntryCheck, default=EntryCheck.ALL)
    #: Of how many in a hundred a sample is entered twice.
    sample_percent: Mapped[int] = mapped_column(default=10)
    #: Whether forms that came after the closing are counted, flagged; else they are kept only.
    counts_late: Mapped[bool] = mapped_column(default=True)
    #: Whether everybody may take the sheets from the survey's page, to answer on paper.
    is_public: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class PaperForm(Base):
    """One form on paper, or an answer by telephone or at the window (紙などの回答), as it was typed.

    The invitation from which it came is not noted: its key is made from the code, which is not kept.
    """

    __tablename__ = "survey_paper_forms"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        Index("ix_survey_paper_forms_status", "survey_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: 整理番号, stamped on the sheet when it came; not the number of an invitation.
    number: Mapped[str] = mapped_column(String(40))
    origin: Mapped[Origin] = enum_text(Origin)
    received_on: Mapped[date]
    #: Came after the closing (締切後).
    is_late: Mapped[bool] = mapped_column(default=False)
    #: The version of the questionnaire that is printed on it.
    form_version: Mapped[int]
    status: Mapped[PaperStatus] = enum_text(PaperStatus)
    #: As of the response that it becomes.
    respondent_key: Mapped[str] = mapped_column(String(80), index=True)
    strata: Mapped[dict[str, str]] = json_column(default=dict)
    #: Somebody else had answered with the same invitation before.
    is_duplicate: Mapped[bool] = mapped_column(default=False)
    shares_texts: Mapped[bool] = mapped_column(default=False)
    #: {"typed": {"q1": "1"}, "decisions": {"q2": "void"}} of each entry, and what holds in the end.
    first: Mapped[dict[str, Any]] = json_column()
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    first_at: Mapped[datetime]
    second: Mapped[dict[str, Any] | None] = json_column(default=None)
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    second_at: Mapped[datetime | None]
    settled: Mapped[dict[str, Any] | None] = json_column(default=None)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("survey_responses.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class PaperScan(Base):
    """A scan of a form, or something that was enclosed (調査票の写し)."""

    __tablename__ = "survey_paper_scans"
    __table_args__ = (UniqueConstraint("form_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    form_id: Mapped[int] = mapped_column(ForeignKey("survey_paper_forms.id"))
    name: Mapped[str] = mapped_column(String(220))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
