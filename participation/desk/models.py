"""What was done with several opinions at once, with what they were before: so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.desk.domain import BulkAction
from participation.foundation.db import Base, enum_text, json_column, public_id


class BulkBatch(Base):
    """One action on several opinions (まとめて行ったこと)."""

    __tablename__ = "bulk_batches"
    __table_args__ = (Index("ix_bulk_batches_person", "person_id", "id"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    action: Mapped[BulkAction] = enum_text(BulkAction)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    done_at: Mapped[datetime]
    changed_count: Mapped[int]
    undone_at: Mapped[datetime | None]


class BulkStep(Base):
    """What one action changed of one opinion: its state before and after."""

    __tablename__ = "bulk_steps"
    __table_args__ = (UniqueConstraint("batch_id", "opinion_id"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("bulk_batches.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    before: Mapped[dict[str, Any]] = json_column()
    after: Mapped[dict[str, Any]] = json_column()
    #: Restored; False: somebody changed it in the meantime.
    was_undone: Mapped[bool] = mapped_column(default=False)
