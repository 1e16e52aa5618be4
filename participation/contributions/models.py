"""The tables of everything that was said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.contributions.domain import (
    ContributionKind,
    RedactionReason,
    RedactionState,
    Visibility,
    covered_note,
)
from participation.foundation.db import Base, enum_text, json_column, public_id


class Contribution(Base):
    """Something somebody said about a subject (発言).

    Narrow on purpose: a column comes here only if every kind needs it (docs/decisions/0002). No
    personal data: `author_id` points to the account, if there is one.
    """

    __tablename__ = "contributions"
    __table_args__ = (
        Index("ix_contributions_subject", "subject_id", "visibility", "said_at"),
        Index("ix_contributions_author", "author_id", "said_at"),
        Index("ix_contributions_consultation", "consultation_id", "kind", "id"),
        Index("ix_contributions_register", "visibility", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[ContributionKind] = enum_text(ContributionKind)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: Said in the name of an organisation, by the author as its delegate.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("community_organisations.id"))
    #: The name shown: nickname or organisation at the time of speaking; empty: 匿名.
    shown_name: Mapped[str] = mapped_column(String(120), default="")
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12), default="ja")
    said_at: Mapped[datetime]
    visibility: Mapped[Visibility] = enum_text(Visibility)
    #: Why it is held, hidden or withdrawn, in words its author may read.
    visibility_reason: Mapped[str] = mapped_column(Text, default="")
    #: How often the words were changed after they were first said.
    revision: Mapped[int] = mapped_column(default=0)
    #: Codes of the reasons for which words in it are covered with ■ (黒塗り); empty: nothing is.
    covered_for: Mapped[list[str]] = json_column(default=list)

    @property
    def covered_note(self) -> str:
        """What readers are told about covered words; empty: nothing is covered."""
        return covered_note(self.covered_for)


class ContributionVersion(Base):
    """Words that a contribution once had (以前の文章): the published text never changes silently."""

    __tablename__ = "contribution_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    revision: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class Redaction(Base):
    """A passage covered with ■, or proposed to be (黒塗り). Its words are sealed: the database cannot tell them."""

    __tablename__ = "redactions"
    __table_args__ = (
        Index("ix_redactions_contribution", "contribution_id", "state"),
        Index("ix_redactions_state", "state", "contribution_id"),
        CheckConstraint('start >= 0 AND "end" > start', name="covers_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    #: Which wording: the contribution's revision at that time, or that of an older version.
    revision: Mapped[int]
    #: Characters of the body, from `start` up to, not including, `end`.
    start: Mapped[int]
    end: Mapped[int]
    reason: Mapped[RedactionReason] = enum_text(RedactionReason)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[RedactionState] = enum_text(RedactionState)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]
