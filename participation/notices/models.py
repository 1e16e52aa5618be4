"""What people were told, what they follow, and the link that stops letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text
from participation.notices.domain import NotificationKind


class Notification(Base):
    """One thing one person was told (通知). Other people's words are never copied here: they may be hidden."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_person", "person_id", "id"),
        Index("ix_notifications_unread", "person_id", "read_at"),
        Index("ix_notifications_unmailed", "mailed_at", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[NotificationKind] = enum_text(NotificationKind)
    #: Whose words it is about: shown only while they may be read.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"))
    #: The ward's own words.
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    #: Where it leads on this site.
    path: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    #: When a letter was written, or found unwanted; None: a job does it later.
    mailed_at: Mapped[datetime | None]


class Follow(Base):
    """A person's wish to be told about a subject or a consultation (フォロー)."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("person_id", "subject_id"),
        UniqueConstraint("person_id", "consultation_id"),
        CheckConstraint("(subject_id IS NULL) <> (consultation_id IS NULL)", name="one_of_two"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    created_at: Mapped[datetime]


class MailStop(Base):
    """The secret of the link in a person's letters that stops them (メールを止めるリンク)."""

    __tablename__ = "mail_stops"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
