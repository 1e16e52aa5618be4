"""Answers given out as open data: prepared by one person, approved by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain.releases import ReleaseStatus


class SurveyRelease(Base):
    """One release of a survey's answers (公開データ): which questions are in it, who answers for it."""

    __tablename__ = "survey_releases"
    __table_args__ = (Index("ix_survey_releases_survey", "survey_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    status: Mapped[ReleaseStatus] = enum_text(ReleaseStatus)
    #: What the columns are: [name, what it means, {code: label}].
    columns: Mapped[list[list[Any]]] = json_column()
    #: What was looked at before, in words for whoever approves.
    note: Mapped[str] = mapped_column(Text, default="")
    line_count: Mapped[int]
    #: People whose attributes were left empty because few share them.
    hidden_count: Mapped[int]
    #: Of the whole file.
    sha256: Mapped[str] = mapped_column(String(64))
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class SurveyReleasePart(Base):
    """Some lines of a release (公開データの一部), as they were approved: never computed anew from the answers."""

    __tablename__ = "survey_release_parts"
    __table_args__ = (UniqueConstraint("release_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("survey_releases.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
