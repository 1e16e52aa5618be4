"""Files of answers that wait to be taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain.answer_files import AnswerImportStatus


class AnswerImport(Base):
    """A file of answers (回答のファイル): looked at, confirmed, taken in; its content is kept sealed until then."""

    __tablename__ = "survey_imports"
    __table_args__ = (Index("ix_survey_imports_survey", "survey_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    filename: Mapped[str] = mapped_column(String(220))
    #: Names the content among kept files; None once it was let go.
    sha256: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[AnswerImportStatus] = enum_text(AnswerImportStatus)
    #: What was understood before it was confirmed: {"form", "columns", "added", "skipped"}.
    preview: Mapped[dict[str, Any]] = json_column()
    added: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    problem_count: Mapped[int] = mapped_column(default=0)
    #: The first of them: [[line, message]].
    problems: Mapped[list[Any]] = json_column(default=list)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    finished_at: Mapped[datetime | None]
