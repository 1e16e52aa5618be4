"""Challenges, what is known about them, ideas, the links between them; calls for cooperation and who applied."""

from __future__ import annotations

from datetime import date, datetime
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

from participation.challenges.domain import (
    ApplicationState,
    CallDraft,
    CallEnd,
    CallSide,
    CallState,
    ChallengeText,
    LinkedBy,
    LinkOrigin,
    LinkState,
    MaterialKind,
    call_state,
    stages,
)
from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.foundation.file_kinds import ScanKind


class Challenge(Base):
    """Something for which the ward looks for ideas (区政課題): a draft of its staff until it is posted."""

    __tablename__ = "challenges"
    __table_args__ = (Index("ix_challenges_stage", "stage", "posted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: The challenge as something to be talked about: opened when it is posted.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    background: Mapped[str] = mapped_column(Text)
    #: Which ideas are looked for, and what the ward can offer to those who try one.
    wanted: Mapped[str] = mapped_column(Text)
    offer: Mapped[str] = mapped_column(Text, default="")
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), index=True)
    #: From this moment on no ideas are taken; None: no deadline.
    closes_at: Mapped[datetime | None]
    #: Code of a stage (challenges/seed/stages.toml).
    stage: Mapped[str] = mapped_column(String(32))
    #: From this and the day its place in lists is made.
    shuffle: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    @property
    def text(self) -> ChallengeText:
        """Its words."""
        return ChallengeText(self.title, self.background, self.wanted, self.offer)

    def takes_ideas_at(self, moment: datetime) -> bool:
        """Whether ideas are taken at a moment."""
        if self.posted_at is None or not stages()[self.stage].takes_ideas:
            return False
        return self.closes_at is None or moment < self.closes_at


class ChallengeTie(Base):
    """What in the plan a challenge is about (課題が関わる項目)."""

    __tablename__ = "challenge_ties"
    __table_args__ = (UniqueConstraint("challenge_id", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)


class ChallengeMaterial(Base):
    """Something known about a challenge (課題の資料): a figure, a link or a file, and where it comes from."""

    __tablename__ = "challenge_materials"
    __table_args__ = (
        CheckConstraint("kind != 'file' OR sha256 IS NOT NULL", name="a_file_is_kept"),
        CheckConstraint("kind = 'file' OR value != ''", name="a_figure_or_link_says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    kind: Mapped[MaterialKind] = enum_text(MaterialKind)
    #: What it is: 「65歳以上のひとり暮らし世帯」.
    title: Mapped[str] = mapped_column(String(200))
    #: The figure with its unit, or the address; empty for a file.
    value: Mapped[str] = mapped_column(String(500), default="")
    #: Where it comes from and of when it is (出典).
    source: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_kind: Mapped[ScanKind | None] = enum_text(ScanKind)
    size: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ChallengeStep(Base):
    """A step of a challenge (課題の段階の記録): to which stage, when, why, by which section."""

    __tablename__ = "challenge_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    stage: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    changed_at: Mapped[datetime]


class Idea(Base):
    """What somebody would try (アイデア), for a challenge or before there is one. Its words are its contribution's."""

    __tablename__ = "ideas"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    #: The idea itself, so that what grows from it can point to it.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    #: Codes of 区との関わり, as ticked by a person; an organisation says of which kind it is itself.
    standings: Mapped[list[str]] = json_column()
    #: Who is asked in the company (担当者・連絡先): sealed; read by the section's staff, by all only if it is to be.
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    shows_contact: Mapped[bool] = mapped_column(default=False)
    #: Whether other organisations may make a proposal of it.
    may_be_taken_up: Mapped[bool] = mapped_column(default=False)
    shuffle: Mapped[int] = mapped_column(BigInteger)
    offered_at: Mapped[datetime] = mapped_column(index=True)


class IdeaLink(Base):
    """That an idea belongs to a challenge, or does not (課題との結び付け): always said by a person."""

    __tablename__ = "idea_links"
    __table_args__ = (UniqueConstraint("challenge_id", "idea_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"), index=True)
    origin: Mapped[LinkOrigin] = enum_text(LinkOrigin)
    state: Mapped[LinkState] = enum_text(LinkState)
    said_by: Mapped[LinkedBy] = enum_text(LinkedBy)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]


class CooperationCall(Base):
    """What an organisation needs or offers (協力の募集), for other organisations. Its words are its contribution's."""

    __tablename__ = "cooperation_calls"
    __table_args__ = (
        CheckConstraint(
            "begins_on IS NULL OR ends_on IS NULL OR begins_on <= ends_on", name="begins_before_it_ends"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    #: What in the plan, or which challenge, it is about.
    about_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    side: Mapped[CallSide] = enum_text(CallSide)
    #: Codes of kinds of resources (challenges/seed/resources.toml).
    resources: Mapped[list[str]] = json_column()
    #: 地区; None: the whole ward.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: The last day on which one may apply; None: until it is closed.
    apply_until: Mapped[date | None]
    #: How the organisation is reached: for those who were accepted, and nobody else.
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    shuffle: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(Text, default="")
    #: How it ended; None: it runs, or it ended before this was noted.
    ended_as: Mapped[CallEnd | None] = enum_text(CallEnd)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    def state_on(self, day: date) -> CallState:
        """Return how far it is on a day."""
        return call_state(
            closed_at=self.closed_at, apply_until=self.apply_until, today=day, ended_as=self.ended_as
        )

    def draft(self, body: str, contact: str = "") -> CallDraft:
        """Return it as it stands, with its words from the register."""
        title, _, text = body.partition("\n\n")
        return CallDraft(
            self.side,
            title,
            text,
            tuple(self.resources),
            self.about_id,
            self.area_id,
            self.begins_on,
            self.ends_on,
            self.apply_until,
            contact,
        )


class CallChange(Base):
    """That a call was rewritten (募集の書き直し): what it was before beside its words, and why."""

    __tablename__ = "call_changes"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("cooperation_calls.id"))
    number: Mapped[int]
    #: Which of the words in the register were replaced; None: the words stayed.
    revision: Mapped[int | None]
    #: What was sought, where and when, before.
    facts: Mapped[dict[str, Any]] = json_column()
    reason: Mapped[str] = mapped_column(Text)
    #: How many organisations had applied.
    application_count: Mapped[int]
    changed_at: Mapped[datetime]


class CallApplication(Base):
    """An organisation that wants to join in (応募). Its message is for the two organisations only."""

    __tablename__ = "call_applications"
    __table_args__ = (UniqueConstraint("call_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    call_id: Mapped[int] = mapped_column(ForeignKey("cooperation_calls.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    message: Mapped[str] = mapped_column(Text)
    #: How the organisation is reached: shown to the other one once it accepted.
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[ApplicationState] = enum_text(ApplicationState)
    answer: Mapped[str] = mapped_column(Text, default="")
    applied_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
