"""Tables of what a machine proposed, with everything needed to see how it came about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.reading.domain.drafting import DraftKind, DraftStatus


class MachineDraft(Base):
    """What a language model was asked and what it proposed (機械がつくった案); it does nothing by itself."""

    __tablename__ = "machine_drafts"
    __table_args__ = (
        Index("ix_machine_drafts_consultation", "consultation_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: The topic for which a label or a summary is proposed; None: for opinions by their numbers.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)
    kind: Mapped[DraftKind] = enum_text(DraftKind)
    status: Mapped[DraftStatus] = enum_text(DraftStatus)
    #: The host that the words went to, the model, and what was agreed to before they were sent.
    host: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(200))
    consent: Mapped[dict[str, Any]] = json_column()
    #: The question to the letter, personal data covered; emptied when words in it have to go.
    messages: Mapped[list[dict[str, str]]] = json_column()
    prompt_sha256: Mapped[str] = mapped_column(String(64))
    #: The whole answer of the server; emptied with the question.
    response: Mapped[str] = mapped_column(Text, default="")
    response_sha256: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    #: Pairs of the number of an opinion and what is quoted of it.
    citations: Mapped[list[list[Any]]] = json_column(default=list)
    #: Why it was refused or could not be made, in words for staff.
    reasons: Mapped[list[str]] = json_column(default=list)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The long run that asks.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("long_runs.id"))
    #: When words in it had to go.
    emptied_at: Mapped[datetime | None]

    @property
    def point(self) -> str:
        """The public id of the point (論点) for whose reply it was asked; empty: for none."""
        return str(self.consent.get("point", ""))


class MachineDraftOpinion(Base):
    """An opinion that was sent with a question (案のもとにした意見)."""

    __tablename__ = "machine_draft_opinions"
    __table_args__ = (
        Index("ix_machine_draft_opinions_opinion", "opinion_id"),
        {"info": {"quiet": True}},
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("machine_drafts.id"), primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), primary_key=True)
