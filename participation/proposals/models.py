"""Proposals, their earlier words, their stages, and who endorses them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.foundation.file_kinds import ScanKind
from participation.proposals.domain import AmendmentState, MergeState, Verdict


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
    cost: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[str] = mapped_column(Text, default="")
    #: What it grew from, where somebody had said it before (もとになったアイデア).
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    #: The proposal into which this one was joined, with the consent of both (まとめた先).
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
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
    #: Where the request came from, as a keyed hash of this proposal alone; let go of after 30 days.
    origin: Mapped[str] = mapped_column(String(64), default="")


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


class ProposalRevision(Base):
    """A wording that was saved (下書きの版): for the organisation's delegates, so that no words are lost."""

    __tablename__ = "proposal_revisions"
    __table_args__ = (UniqueConstraint("proposal_id", "row_version"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    #: The version of the proposal's row once this was saved: what a form was opened with.
    row_version: Mapped[int]
    text: Mapped[dict[str, Any]] = json_column()
    #: What the writer's own form held: the same, unless another's words were joined to it.
    typed: Mapped[dict[str, Any]] = json_column()
    #: Both as they were written, while words in them are covered (黒塗り).
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))


class ProposalTie(Base):
    """Something else in the plan that a proposal is about (関わる項目), besides the first."""

    __tablename__ = "proposal_ties"
    __table_args__ = (UniqueConstraint("proposal_id", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)


class ProposalAttachment(Base):
    """A document that belongs to a proposal (添付): kept by its hash, read by everybody once it is submitted."""

    __tablename__ = "proposal_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    #: What is in it, for those who cannot open or see it.
    description: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    removed_at: Mapped[datetime | None]


class ProposalAmendment(Base):
    """A change to a part of a proposal that somebody else offers (修正案), accepted or declined with a reason."""

    __tablename__ = "proposal_amendments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    part: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[int]
    #: The part as it stood, and as it should be.
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[AmendmentState] = enum_text(AmendmentState)
    answer: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class MergeOffer(Base):
    """An offer to join a proposal into another (まとめる申し出): nothing happens before both want it."""

    __tablename__ = "merge_offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: The one that ends, and the one that goes on.
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    #: Which of the two organisations asked.
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"))
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[MergeState] = enum_text(MergeState)
    answer: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CriterionReview(Base):
    """What the ward finds of a proposal under one published criterion (観点ごとの評価), with its reason."""

    __tablename__ = "criterion_reviews"
    __table_args__ = (UniqueConstraint("proposal_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    #: Code of a criterion (proposals/seed/criteria.toml).
    criterion: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[Verdict] = enum_text(Verdict)
    reason: Mapped[str] = mapped_column(Text)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    reviewed_at: Mapped[datetime]


class EndorsementFlag(Base):
    """Endorsements that staff should look at (気になる賛同): none of them is taken away by this."""

    __tablename__ = "endorsement_flags"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    raised_at: Mapped[datetime]
    #: How many new accounts from one origin there were when it was last raised.
    count: Mapped[int]
    looked_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
