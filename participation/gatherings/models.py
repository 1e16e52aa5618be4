"""Gatherings, who comes, who was drawn to be invited, and their records; apart and sealed, who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.foundation.file_kinds import ScanKind
from participation.gatherings.domain import GatheringKind, GatheringState, RecordState, RegistrationState


class Gathering(Base):
    """A meeting to which the ward or a council invites (集まり)."""

    __tablename__ = "gatherings"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="has_room"),
        Index("ix_gatherings_time", "state", "starts_at", "id"),
        Index("ix_gatherings_consultation", "consultation_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: The gathering itself as a subject.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    kind: Mapped[GatheringKind] = enum_text(GatheringKind)
    state: Mapped[GatheringState] = enum_text(GatheringState)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(300), default="")
    #: How to get there (行き方).
    access: Mapped[str] = mapped_column(Text, default="")
    online_url: Mapped[str] = mapped_column(String(300), default="")
    #: Seats; None: as many as come.
    capacity: Mapped[int | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    needs_registration: Mapped[bool] = mapped_column(default=True)
    #: Whether a name has to be given.
    asks_name: Mapped[bool] = mapped_column(default=False)
    #: Only who holds a letter of invitation registers (無作為抽出).
    by_invitation: Mapped[bool] = mapped_column(default=False)
    #: The public figure that becomes the seed of the draw, said before anybody knows it.
    seed_source: Mapped[str] = mapped_column(String(200), default="")
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    languages: Mapped[list[str]] = json_column()
    #: Codes of the needs that are met (手話・要約筆記・保育 …).
    needs_offered: Mapped[list[str]] = json_column()
    needs_note: Mapped[str] = mapped_column(Text, default="")
    #: Whom to ask, in words: telephone and so on.
    contact: Mapped[str] = mapped_column(String(300), default="")
    #: Stands in the address at which voices are given in the room; whoever is there photographs it.
    room_code: Mapped[str] = mapped_column(String(16))
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    #: The page of the meeting whose registrations these are: agenda and minutes stand there; empty: none.
    home_path: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    changed_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class GatheringTopic(Base):
    """What a gathering is about (集まりの話題): a 視点, a ○項目."""

    __tablename__ = "gathering_topics"
    __table_args__ = (
        UniqueConstraint("gathering_id", "subject_id"),
        Index("ix_gathering_topics_subject", "subject_id", "gathering_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))


class GatheringSeats(Base):
    """How many seats are taken, and how many came (席の数): whoever takes or frees one holds this row."""

    __tablename__ = "gathering_seats"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND checked_in >= 0 AND walk_ins >= 0", name="counts_people"),
        {"info": {"quiet": True}},
    )

    #: The gathering's own id.
    id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"), primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
    checked_in: Mapped[int] = mapped_column(default=0)
    #: Who came without having registered, counted at the door.
    walk_ins: Mapped[int] = mapped_column(default=0)


class Registration(Base):
    """One registration for 1..n people (申し込み); who they are stands in RegistrationSecret."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("gathering_id", "author_id"),
        UniqueConstraint("gathering_id", "number"),
        Index("ix_registrations_waiting", "gathering_id", "state", "id"),
        CheckConstraint("people >= 1", name="somebody_comes"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    #: Counts the gathering's registrations.
    number: Mapped[int]
    state: Mapped[RegistrationState] = enum_text(RegistrationState)
    people: Mapped[int]
    #: Whose account registered; once an account. Emptied when it is cancelled.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: Equal for registrations with one contact: staff see that they may be the same. Emptied with the contact.
    contact_key: Mapped[str | None] = mapped_column(String(64))
    #: Whether there is an address for letters; without one staff call.
    has_mail: Mapped[bool] = mapped_column(default=False)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("gathering_invitations.id"), unique=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    registered_at: Mapped[datetime]
    #: When a seat became free for them (繰り上げ).
    moved_up_at: Mapped[datetime | None]
    #: Staff told them of it by telephone.
    told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class RegistrationSecret(Base):
    """Name, contact and needs of who registered (申し込んだ人): sealed; every look is recorded; gone after it."""

    __tablename__ = "registration_secrets"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class GatheringDraw(Base):
    """A draw of who is invited (無作為抽出): what anybody needs in order to draw it again."""

    __tablename__ = "gathering_draws"
    __table_args__ = (UniqueConstraint("gathering_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(100))
    listed: Mapped[int]
    drawn: Mapped[int]
    #: SHA-256 of the list, which itself is not kept.
    list_sha256: Mapped[str] = mapped_column(String(64))
    #: Per stratum: name, listed, drawn.
    strata: Mapped[list[dict[str, Any]]] = json_column()
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The codes until they are printed, sealed.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    taken_at: Mapped[datetime | None]


class GatheringInvitation(Base):
    """One drawn number and its code (招待): it registers once. No name is kept."""

    __tablename__ = "gathering_invitations"
    __table_args__ = (
        UniqueConstraint("gathering_id", "number"),
        UniqueConstraint("gathering_id", "code_hash"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("gathering_draws.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64))
    strata: Mapped[dict[str, str]] = json_column()


class GatheringRecord(Base):
    """What was said and decided (集まりの記録): written by one, approved by another, then public."""

    __tablename__ = "gathering_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"), unique=True)
    state: Mapped[RecordState] = enum_text(RecordState)
    body: Mapped[str] = mapped_column(Text, default="")
    #: How many took part, as published; counted at the door, corrected by who writes.
    attendance: Mapped[int | None]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    submitted_at: Mapped[datetime | None]
    #: Why it came back from who looked at it.
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class GatheringRecordOpinion(Base):
    """An opinion to which a record points (記録と意見の結びつき)."""

    __tablename__ = "gathering_record_opinions"
    __table_args__ = (UniqueConstraint("record_id", "opinion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("gathering_records.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))


class GatheringRecordFile(Base):
    """A document that belongs to a record (記録の資料): public with it, kept by its hash."""

    __tablename__ = "gathering_record_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    record_id: Mapped[int] = mapped_column(ForeignKey("gathering_records.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
