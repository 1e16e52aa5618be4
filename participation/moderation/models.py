"""The rules, what people reported, what was decided, and what authors objected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.contributions.domain import ConcernKind, Visibility
from participation.foundation.db import Base, enum_text, public_id
from participation.moderation.domain import AppealOutcome, ConcernOutcome, DecisionKind


class GuidelineClause(Base):
    """One clause of the published rules (話し合いのルール): every decision names one."""

    __tablename__ = "guideline_clauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    #: An example of what to avoid, and of how the same could be said.
    avoid: Mapped[str] = mapped_column(Text, default="")
    instead: Mapped[str] = mapped_column(Text, default="")
    #: Set when the clause no longer applies; decisions of its time keep naming it.
    retired_at: Mapped[datetime | None]


class ModerationDecision(Base):
    """What was decided about a contribution (対応の記録): rows are only ever added."""

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        Index("ix_moderation_decisions_contribution", "contribution_id", "id"),
        Index("ix_moderation_decisions_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    kind: Mapped[DecisionKind] = enum_text(DecisionKind)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("guideline_clauses.id"))
    #: In words its author reads.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: The state before, to which a restored contribution goes back.
    before: Mapped[Visibility] = enum_text(Visibility)
    #: Which wording was judged: the contribution's revision.
    revision: Mapped[int]
    #: None: held by the rule about reports, not by a person.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime]


class Report(Base):
    """One person's word that a contribution breaks a rule (通報)."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("contribution_id", "reporter_id"),
        Index("ix_reports_open", "settled_by_id", "contribution_id"),
        Index("ix_reports_reporter", "reporter_id", "reported_at"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    clause_id: Mapped[int] = mapped_column(ForeignKey("guideline_clauses.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime]
    #: The decision that answered it; None: still open.
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_decisions.id"))


class Appeal(Base):
    """An author's objection to a decision (異議の申し出): one per decision, read by another person."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decisions.id"), unique=True)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    outcome: Mapped[AppealOutcome | None] = enum_text(AppealOutcome)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]


class ConcernNoted(Base):
    """That a contribution seems to need a person's care, and which queue it waits in (要注意): never its words."""

    __tablename__ = "concerns_noted"
    __table_args__ = (
        UniqueConstraint("contribution_id", "topic"),
        Index("ix_concerns_noted_open", "outcome", "kind", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    kind: Mapped[ConcernKind] = enum_text(ConcernKind)
    #: Code of a topic (contributions/seed/concerns.toml), or "personal_data".
    topic: Mapped[str] = mapped_column(String(40))
    noted_at: Mapped[datetime]
    #: How it was dealt with; None: it waits.
    outcome: Mapped[ConcernOutcome | None] = enum_text(ConcernOutcome)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    settled_at: Mapped[datetime | None]
    #: When the screeners were written to because it cannot wait (至急); None: not yet, or it can wait.
    told_at: Mapped[datetime | None]
