"""The table of everything that can be spoken about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, public_id


class Subject(Base):
    """Something that can be spoken about (話題): an item of a plan, a proposal, a survey.

    Narrow on purpose: a column comes here only if every kind needs it (docs/decisions/0002).
    """

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[str] = mapped_column(String(32))
    #: What the owner's address needs: "meguro-basic-plan/MP-2-2-2".
    reference: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(Text)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    #: Set while people may speak about it; None: only read.
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
