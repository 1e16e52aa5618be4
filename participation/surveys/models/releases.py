"""What is given out of the answers (open data, tables): prepared by one person, approved by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain.publications import PublicationKind
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


class SurveyPublication(Base):
    """Figures that staff publish beyond the single questions (集計の公表), as they were approved.

    All of a survey's that ever were in public are of the same people: what is published next is held against them.
    """

    __tablename__ = "survey_publications"
    __table_args__ = (Index("ix_survey_publications_survey", "survey_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    kind: Mapped[PublicationKind] = enum_text(PublicationKind)
    status: Mapped[ReleaseStatus] = enum_text(ReleaseStatus)
    #: The figures; `queries.publications` writes and reads them.
    content: Mapped[dict[str, Any]] = json_column()
    #: Of which answers they are: {"last": id, "count": n, "at": time}.
    basis: Mapped[dict[str, Any]] = json_column()
    #: How many were in public before: with more the proof is no longer whole.
    seen_before: Mapped[int]
    #: For whoever approves.
    note: Mapped[str] = mapped_column(Text, default="")
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: When it was put before everybody; None: never.
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
