"""Tables by which opinions like another are found, and the published answers to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base


class IndexedOpinion(Base):
    """An opinion whose letters are in the index (索引に入った意見); it goes when the words change or have to go."""

    __tablename__ = "reading_opinions"
    __table_args__ = ({"info": {"quiet": True}},)

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), primary_key=True)
    indexed_at: Mapped[datetime]


class OpinionPair(Base):
    """A pair of letters that an opinion has (意見の2文字の組), as a number."""

    __tablename__ = "reading_pairs"
    __table_args__ = (
        Index("ix_reading_pairs_opinion", "opinion_id"),
        {"info": {"quiet": True}, "sqlite_with_rowid": False},
    )

    pair: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), primary_key=True)


class PublishedAnswer(Base):
    """What the ward answered at an address (公表した区の考え方), for whoever looks for what was answered before."""

    __tablename__ = "reading_answers"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300), unique=True)
    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    #: When it was taken back.
    ended_at: Mapped[datetime | None]


class TopicWatch(Base):
    """A member of staff who wants to hear of new topics in a consultation (新しい話題の知らせ)."""

    __tablename__ = "topic_watches"
    __table_args__ = ({"info": {"quiet": True}},)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True, index=True)
    began_at: Mapped[datetime]


class Uncovered(Base):
    """How near an opinion without a point is to those in one (論点に入っていない意見), at the last comparison."""

    __tablename__ = "reading_uncovered"
    __table_args__ = (
        Index("ix_reading_uncovered_order", "consultation_id", "likeness", "opinion_id"),
        {"info": {"quiet": True}},
    )

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: From 0 to 1; orders the list, is never shown as a number.
    likeness: Mapped[float] = mapped_column(Float)
    #: The opinion in a point that is most like it.
    nearest_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"))
    #: Of those like it that came lately, the first: a topic of its own, nobody spoke of it before.
    leads_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"), index=True)
    compared_at: Mapped[datetime]
