"""Votes, their options, the ballots, and the counts kept in step with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.votes.domain import Audience, ResultsShown, VoteKind, VoteStatus


class Vote(Base):
    """An advisory vote (参考投票) on a subject."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        Index("ix_votes_subject", "subject_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    question: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[VoteKind] = enum_text(VoteKind)
    status: Mapped[VoteStatus] = enum_text(VoteStatus)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    audience: Mapped[Audience] = enum_text(Audience)
    results_shown: Mapped[ResultsShown] = enum_text(ResultsShown)
    #: Whether a voter may add a reason (理由).
    asks_reason: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class VoteOption(Base):
    """Something that can be voted for (選択肢)."""

    __tablename__ = "vote_options"
    __table_args__ = (UniqueConstraint("vote_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    code: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Ballot(Base):
    """One voter's ballot (一人の票): one row for each account or visitor's key; the last choice counts."""

    __tablename__ = "ballots"
    __table_args__ = (UniqueConstraint("vote_id", "voter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    #: "person:7", or the hash of a visitor's key with this vote's id: two votes cannot be joined.
    voter_key: Mapped[str] = mapped_column(String(80))
    option_id: Mapped[int] = mapped_column(ForeignKey("vote_options.id"), index=True)
    cast_at: Mapped[datetime]
    #: The reason given, held until staff have looked at it.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)


class VoteCount(Base):
    """How many ballots an option has (集計): equal to a recount (`flask votes recount`)."""

    __tablename__ = "vote_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("vote_options.id"), unique=True)
    count: Mapped[int] = mapped_column(default=0)
