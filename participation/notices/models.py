"""What people were told, what they follow, and the link that stops letters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.notices.domain import LetterState, NotificationKind


class Notification(Base):
    """One thing one person was told (通知). Other people's words are never copied here: they may be hidden."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_person", "person_id", "id"),
        Index("ix_notifications_unread", "person_id", "read_at"),
        Index("ix_notifications_unmailed", "mailed_at", "id"),
        Index("ix_notifications_contribution", "contribution_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: somebody without an account, who is told on the receipt's page and on paper.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[NotificationKind] = enum_text(NotificationKind)
    #: Whose words it is about: shown only while they may be read.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"))
    #: The ward's own words.
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    #: The same in やさしい日本語 and for children, where there is one; readings stand as ｜漢字《かんじ》.
    easy: Mapped[str] = mapped_column(Text, default="")
    child: Mapped[str] = mapped_column(Text, default="")
    #: Where it leads on this site.
    path: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    #: When a letter was written, or found unwanted; None: a job does it later.
    mailed_at: Mapped[datetime | None]
    #: The mail that told it; None though `mailed_at` is set: none was wanted, or none could go.
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("sent_mails.id"), index=True)
    #: The letter on paper that tells it.
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("paper_letters.id"), index=True)


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


class SentMail(Base):
    """A mail that was written about notices (送ったメール): how it went is asked of the outbox."""

    __tablename__ = "sent_mails"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    #: The work that sends it. No foreign key: done work is let go of after a while; what is gone was sent.
    outbox_id: Mapped[int]
    written_at: Mapped[datetime]


class LetterBatch(Base):
    """Letters on paper that are printed and posted together (文書のまとまり)."""

    __tablename__ = "letter_batches"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: 1, 2, 3 … within the consultation.
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    printed_at: Mapped[datetime | None]
    #: How often it was printed once more on purpose.
    reprints: Mapped[int] = mapped_column(default=0)
    posted_on: Mapped[date | None]
    #: Taken back before it was printed: its letters wait anew.
    cancelled_at: Mapped[datetime | None]


class PaperLetter(Base):
    """What one submitter is told on paper, or by hand (文書での知らせ). The address is not here: it stays sealed."""

    __tablename__ = "paper_letters"
    __table_args__ = (
        Index("ix_paper_letters_submission", "submission_id"),
        Index("ix_paper_letters_batch", "batch_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    #: None: handed over at the window, or told by telephone.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("letter_batches.id"))
    state: Mapped[LetterState] = enum_text(LetterState)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: How it was handed over.
    note: Mapped[str] = mapped_column(String(200), default="")
