"""Invitations by post: codes that open a survey once, hashed with a key that is not in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.surveys.domain import InvitationKind
from participation.surveys.domain.inviting import InvitationState


class InvitationBatch(Base):
    """Invitations issued at one time (招待の束); its codes can be taken out once."""

    __tablename__ = "survey_invitation_batches"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: 第1束、第2束 …
    number: Mapped[int]
    kind: Mapped[InvitationKind] = enum_text(InvitationKind)
    note: Mapped[str] = mapped_column(String(120), default="")
    count: Mapped[int]
    #: Whether it gives new codes to invitations of earlier batches (再発行).
    is_reissue: Mapped[bool] = mapped_column(default=False)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: {number: code}, sealed; None once they were taken out: after that nobody can read a code here.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class Invitation(Base):
    """One invitation (招待): the number on the mailing list, its strata, and the hash of its code.

    It says that it was answered, but neither when nor by which answer: the answer's key is made from
    the code, which is not kept. So nobody of the office can see what an invited person answered.
    """

    __tablename__ = "survey_invitations"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        Index("ix_survey_invitations_batch", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("survey_invitation_batches.id"))
    #: 整理番号: who it is stands on the mailing list outside of this site only.
    number: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: {"地区": "東部", "年代": "30代"}; never a name or an address.
    strata: Mapped[dict[str, str]] = json_column(default=dict)
    state: Mapped[InvitationState] = enum_text(InvitationState, default=InvitationState.ISSUED)
    is_answered: Mapped[bool] = mapped_column(default=False)
    #: Why it was withdrawn.
    reason: Mapped[str] = mapped_column(String(200), default="")
