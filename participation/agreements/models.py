"""What waits for an organisation's delegates to agree, and what they said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.agreements.domain import Stance
from participation.foundation.db import Base, enum_text, json_column, public_id


class Agreement(Base):
    """Something about to go out in an organisation's name (団体の中の承認を待つ手続き), in the very words."""

    __tablename__ = "agreements"
    __table_args__ = (
        Index("ix_agreements_organisation", "organisation_id", "settled_at"),
        Index("ix_agreements_about", "about", "is_carried_out"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"))
    #: Code of the act (agreements.domain.Act).
    act: Mapped[str] = mapped_column(String(60))
    #: Public id of what it is about; empty: of something that does not exist yet.
    about: Mapped[str] = mapped_column(String(20), default="")
    #: Public id of what is answered or joined, where there is another one.
    target: Mapped[str] = mapped_column(String(20), default="")
    #: The words that are agreed to: kept until it is settled; then they stand where they belong.
    words: Mapped[dict[str, Any]] = json_column()
    #: Those of them that only the addressee may read, sealed.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The mark of the words: other words need another agreement.
    words_key: Mapped[str] = mapped_column(String(32))
    #: The version of the row on which it rests; 0: on none.
    row_version: Mapped[int] = mapped_column(default=0)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    is_carried_out: Mapped[bool] = mapped_column(default=False)
    #: For how many the organisation spoke when it was carried out, in its own words (代表する人数).
    represented: Mapped[str] = mapped_column(String(120), default="")
    #: Where it stands since it was carried out.
    path: Mapped[str] = mapped_column(String(200), default="")


class AgreementVoice(Base):
    """What one delegate says of it (担当者の考え): agrees or not; 少数意見 is published without a name."""

    __tablename__ = "agreement_voices"
    __table_args__ = (UniqueConstraint("agreement_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    stance: Mapped[Stance] = enum_text(Stance)
    #: 少数意見: published without a name once it is carried out, if its writer wants it.
    note: Mapped[str] = mapped_column(Text, default="")
    is_note_public: Mapped[bool] = mapped_column(default=False)
    #: The note as it was written, while words in it are covered (黒塗り).
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
