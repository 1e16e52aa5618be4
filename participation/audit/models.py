"""The audit trail's table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, json_column


class AuditEntry(Base):
    """One act (監査ログの1行): rows are only ever added. Personal data never stands here."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("lane", "sequence"),
        Index("ix_audit_entries_target", "target_type", "target_id"),
        Index("ix_audit_entries_person_id_at", "person_id", "at"),
        {"info": {"quiet": True}, "sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: The person's number, not a foreign key: the record outlives the account.
    person_id: Mapped[int | None]
    #: Roles held at that moment, comma separated; or the name of the command line or job.
    acted_as: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80), index=True)
    target_type: Mapped[str] = mapped_column(String(60))
    target_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = json_column()
    #: Which of the chains the entry is a link of (see `chain`), and its place there, from 1 without gaps.
    lane: Mapped[int] = mapped_column(SmallInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    #: The hash of the link before, and of this one: SHA-256 of everything above as canonical JSON.
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
