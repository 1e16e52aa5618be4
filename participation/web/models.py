"""The web's own table: forms that were sent, so that sending twice is sending once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base


class SentForm(Base):
    """One filled-in form (送信): its random id, what it said (hash), and where its answer stands."""

    __tablename__ = "sent_forms"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(64), unique=True)
    #: Who sent it: "person:7" or a hash of the visitor's key.
    owner: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
