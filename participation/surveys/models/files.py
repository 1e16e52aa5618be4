"""Files that respondents send (添付), and wrong codes that were tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.foundation.file_kinds import ScanKind


class AnswerFile(Base):
    """A photo or a paper sent as an answer (回答の添付): kept apart and sealed, by its hash.

    It belongs to whoever sent it from the first moment, and to their answer once that is sent. It goes
    with the answer, or with the draft that was never sent.
    """

    __tablename__ = "survey_files"
    __table_args__ = (
        Index("ix_survey_files_respondent", "survey_id", "respondent_key"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"))
    #: As of the answer: a file of one respondent is never part of another's.
    respondent_key: Mapped[str] = mapped_column(String(80))
    #: The answer of which it is a part; None: not sent yet.
    response_id: Mapped[int | None] = mapped_column(ForeignKey("survey_responses.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime]


class CodeAttempt(Base):
    """A code of an invitation that was wrong (招待の番号のまちがい): counted, so that guessing is slow."""

    __tablename__ = "survey_code_attempts"
    __table_args__ = (
        Index("ix_survey_code_attempts_network", "survey_id", "network_hash", "at"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: A hash of where it came from, made with a key.
    network_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
