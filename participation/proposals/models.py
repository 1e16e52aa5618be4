"""Proposals, their earlier words, their stages, and who endorses them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, json_column, public_id


class Proposal(Base):
    """What an organisation proposes (提案): a private draft until it is submitted."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(
            "submitted_at IS NULL OR (subject_id IS NOT NULL AND contribution_id IS NOT NULL)",
            name="submitted_stands_on_the_spine",
        ),
        Index("ix_proposals_about", "about_id", "submitted_at"),
        Index("ix_proposals_stage", "stage", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    #: What in the plan it is about.
    about_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    #: The proposal itself as something to be talked about.
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), unique=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    roles: Mapped[str] = mapped_column(Text, default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    request: Mapped[str] = mapped_column(Text, default="")
    #: Code of a stage (proposals/seed/stages.toml).
    stage: Mapped[str] = mapped_column(String(32))
    #: Counts the published texts; the ones before are kept.
    text_version: Mapped[int] = mapped_column(default=1)
    #: From this and the day its place in lists is made.
    shuffle: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime]
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class ProposalVersion(Base):
    """Words that a submitted proposal once had (以前の文章), and how many had endorsed them."""

    __tablename__ = "proposal_versions"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    number: Mapped[int]
    text: Mapped[dict[str, Any]] = json_column()
    endorsement_count: Mapped[int]
    replaced_at: Mapped[datetime]


class StageChange(Base):
    """A step of a proposal (段階の記録): to which stage, when, why, by which section."""

    __tablename__ = "stage_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    stage: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    changed_at: Mapped[datetime]


class PersonEndorsement(Base):
    """A person's endorsement (個人の賛同)."""

    __tablename__ = "person_endorsements"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    #: Which of the proposal's texts was endorsed.
    text_version: Mapped[int]
    endorsed_at: Mapped[datetime]


class OrganisationEndorsement(Base):
    """An organisation's endorsement (団体の賛同), given by one of its delegates."""

    __tablename__ = "organisation_endorsements"
    __table_args__ = (UniqueConstraint("proposal_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    text_version: Mapped[int]
    endorsed_at: Mapped[datetime]
