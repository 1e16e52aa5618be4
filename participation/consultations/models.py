"""Consultations, their phases, their subjects and their materials."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.consultations.domain import (
    ConsultationKind,
    ConsultationStatus,
    ModerationMode,
    PhaseKind,
    PublicationMode,
)
from participation.foundation.db import Base, enum_text, public_id


class Consultation(Base):
    """A procedure in which the ward asks for opinions (案件)."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: Stands in addresses and in receipt numbers: "kihon-keikaku-2026".
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ConsultationKind] = enum_text(ConsultationKind)
    status: Mapped[ConsultationStatus] = enum_text(ConsultationStatus)
    #: Three short lines for somebody in a hurry (要点3行).
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    #: What the ward promises to do with the opinions, and by when (約束).
    promise: Mapped[str] = mapped_column(Text, default="")
    #: Who may submit, in words (提出できる方).
    eligibility: Mapped[str] = mapped_column(Text, default="")
    #: Where and how to submit on paper (提出先).
    how_to_submit: Mapped[str] = mapped_column(Text, default="")
    #: Why it is not conducted, or why the period is shorter than 30 days; published.
    short_period_reason: Mapped[str] = mapped_column(Text, default="")
    not_conducted_reason: Mapped[str] = mapped_column(Text, default="")
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    #: Whether somebody without an account may submit.
    allows_guests: Mapped[bool] = mapped_column(default=True)
    #: Whether the procedure demands name and address (氏名・住所が必要).
    needs_identity: Mapped[bool] = mapped_column(default=False)
    #: Whether a letter counts by its postmark (消印有効) instead of by its arrival (必着).
    counts_postmark: Mapped[bool] = mapped_column(default=False)
    moderation: Mapped[ModerationMode] = enum_text(ModerationMode)
    publication: Mapped[PublicationMode] = enum_text(PublicationMode)
    #: Which set of 対応区分 the replies use.
    disposition_scheme: Mapped[str] = mapped_column(String(40), default="generic")
    created_at: Mapped[datetime]
    result_published_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class Phase(Base):
    """One phase of a consultation (段階): [opens_at, closes_at)."""

    __tablename__ = "phases"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        UniqueConstraint("consultation_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    kind: Mapped[PhaseKind] = enum_text(PhaseKind)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class ConsultationSubject(Base):
    """A subject about which the consultation asks (案件の対象)."""

    __tablename__ = "consultation_subjects"
    __table_args__ = (
        UniqueConstraint("consultation_id", "subject_id"),
        Index("ix_consultation_subjects_subject", "subject_id", "consultation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))


class Material(Base):
    """A document that explains the matter (関連資料): title, source, address or text."""

    __tablename__ = "materials"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
