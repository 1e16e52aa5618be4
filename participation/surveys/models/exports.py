"""Files of answers that are made in the background."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.surveys.domain.exports import ExportForm, ExportStatus


class AnswerExport(Base):
    """A file of answers that somebody asked for (回答の書き出し): only they fetch it, within a day."""

    __tablename__ = "survey_exports"
    __table_args__ = (
        Index("ix_survey_exports_survey", "survey_id", "asked_by_id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    form: Mapped[ExportForm] = enum_text(ExportForm)
    status: Mapped[ExportStatus] = enum_text(ExportStatus)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    #: Rows written so far, of so many.
    written: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int] = mapped_column(default=0)
    #: When the worker was last heard of.
    heard_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    #: Why there is no file, in words.
    reason: Mapped[str] = mapped_column(String(300), default="")
