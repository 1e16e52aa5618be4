"""Spaces and what happens in them: agenda, meetings, issues, consensus checks, local news."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation import clock
from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.spaces.domain import (
    AgendaState,
    Audience,
    CheckState,
    Consent,
    IssueStage,
    Likeness,
    LinkState,
    NewsSource,
    PassageAnswer,
    SpaceKind,
)


class Space(Base):
    """A space (空間) of the ward, of a 地区 or of a 住区; its secretariat (事務局) runs it."""

    __tablename__ = "spaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[SpaceKind] = enum_text(SpaceKind)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    #: The next larger space; None: the ward.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    #: Of a 住区's space: the 地区 it lies in.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"), unique=True)
    #: 事務局: the organisation whose delegates run the space; None: staff do.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    introduction: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class SpaceTouch(Base):
    """A consultation that touches a space (この地域に関わる案件), and why."""

    __tablename__ = "space_touches"
    __table_args__ = (UniqueConstraint("space_id", "consultation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))


class SpaceMeeting(Base):
    """A meeting of a space (会議) with its minutes (議事録)."""

    __tablename__ = "space_meetings"
    __table_args__ = (Index("ix_space_meetings_space", "space_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    #: How many came; no names are kept.
    attended_count: Mapped[int | None]
    minutes: Mapped[str] = mapped_column(Text, default="")
    minutes_published_at: Mapped[datetime | None]
    #: Minutes that were corrected after they were published: [{"text", "replaced_at"}], oldest first.
    earlier_minutes: Mapped[list[dict[str, Any]]] = json_column(default=list)
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    #: The gathering that takes its registrations (参加の申し込み); None: everybody simply comes.
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gatherings.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    @property
    def takes_registrations(self) -> bool:
        """Whether people register for it now."""
        return self.gathering_id is not None and self.cancelled_at is None and self.starts_at > clock.now()


class LocalIssue(Base):
    """A local issue (地域課題): a subject of its own, so that people talk about it; its words are a contribution."""

    __tablename__ = "local_issues"
    __table_args__ = (Index("ix_local_issues_space", "space_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    stage: Mapped[IssueStage] = enum_text(IssueStage)
    registered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class IssueStep(Base):
    """A step of a local issue (課題の記録): to which stage, when, why."""

    __tablename__ = "issue_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("local_issues.id"), index=True)
    stage: Mapped[IssueStage] = enum_text(IssueStage)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    #: Who decided, as readers see it: the secretariat's organisation, or the ward.
    shown_name: Mapped[str] = mapped_column(String(120), default="")


class IssuePassage(Base):
    """A local issue passed up to the next larger space (上申), with its reason and the answer."""

    __tablename__ = "issue_passages"
    __table_args__ = (UniqueConstraint("issue_id", "to_space_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    issue_id: Mapped[int] = mapped_column(ForeignKey("local_issues.id"))
    to_space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    passed_at: Mapped[datetime]
    answer: Mapped[PassageAnswer] = enum_text(PassageAnswer)
    answer_reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class IssueLink(Base):
    """Two issues of different spaces that belong together (課題のつながり), once both spaces want it."""

    __tablename__ = "issue_links"
    __table_args__ = (
        UniqueConstraint("issue_id", "other_id"),
        CheckConstraint("issue_id <> other_id", name="two_issues"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: The issue whose space offered, and the one whose space is asked.
    issue_id: Mapped[int] = mapped_column(ForeignKey("local_issues.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("local_issues.id"), index=True)
    likeness: Mapped[Likeness] = enum_text(Likeness)
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[LinkState] = enum_text(LinkState)
    answer: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class AgendaItem(Base):
    """An item of a space's agenda (議題), for a meeting or for the time being."""

    __tablename__ = "agenda_items"
    __table_args__ = (Index("ix_agenda_items_space", "space_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("space_meetings.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("local_issues.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[AgendaState] = enum_text(AgendaState)
    #: 決まったこと, or why it was carried on or dropped.
    outcome: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class ConsensusCheck(Base):
    """A question whether a draft (たたき台) can go ahead (合意確認): open until somebody closes it."""

    __tablename__ = "consensus_checks"
    __table_args__ = (Index("ix_consensus_checks_space", "space_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("local_issues.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    draft: Mapped[str] = mapped_column(Text)
    audience: Mapped[Audience] = enum_text(Audience)
    opened_at: Mapped[datetime]
    #: Until when answers are taken; the secretariat closes it afterwards.
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: What the secretariat makes of it (まとめ).
    conclusion: Mapped[str] = mapped_column(Text, default="")
    #: The proposal that was drafted from it.
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    @property
    def state(self) -> CheckState:
        """Where it stands now: after its time its concerns are answered, and then it is closed."""
        if self.closed_at is not None:
            return CheckState.CLOSED
        return CheckState.OPEN if clock.now() < self.ends_at else CheckState.ANSWERING


class ConsensusAnswer(Base):
    """What one person says of a draft (合意確認の答え): one for each, changed until the answers end."""

    __tablename__ = "consensus_answers"
    __table_args__ = (UniqueConstraint("check_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    check_id: Mapped[int] = mapped_column(ForeignKey("consensus_checks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    consent: Mapped[Consent] = enum_text(Consent)
    #: 強い心配: must be answered before the check can be closed.
    is_strong: Mapped[bool] = mapped_column(default=False)
    said_at: Mapped[datetime]
    #: What the secretariat answers to it.
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class LocalNews(Base):
    """A number of a space's local news (住区ニュース): private until it is published."""

    __tablename__ = "local_news"
    __table_args__ = (UniqueConstraint("space_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    begun_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class NewsPiece(Base):
    """A piece of local news (記事): written for it, or taken from agenda, issues, decisions or voices."""

    __tablename__ = "news_pieces"

    id: Mapped[int] = mapped_column(primary_key=True)
    news_id: Mapped[int] = mapped_column(ForeignKey("local_news.id"), index=True)
    position: Mapped[int]
    source: Mapped[NewsSource] = enum_text(NewsSource)
    #: The id of what it was taken from, in the table of its kind; None: written for the news.
    source_id: Mapped[int | None]
    heading: Mapped[str] = mapped_column(String(200))
    #: Empty for a voice: its words are shown as they stand in the register, and not once they are hidden.
    text: Mapped[str] = mapped_column(Text, default="")
