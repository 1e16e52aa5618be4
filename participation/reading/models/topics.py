"""Topics of opinions as a machine found them and as staff changed them; both are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.reading.domain.runs import TopicsStatus


class TopicRun(Base):
    """One sorting of opinions into topics (話題分け): method, seed, and the hash of what was read."""

    __tablename__ = "topic_runs"
    __table_args__ = (
        Index("ix_topic_runs_consultation", "consultation_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Given when it was asked for: done twice after a stop, it is kept once.
    public_id: Mapped[str] = public_id()
    #: None: the opinions of all consultations.
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    status: Mapped[TopicsStatus] = enum_text(TopicsStatus)
    method: Mapped[str] = mapped_column(String(120))
    seed: Mapped[int]
    texts_sha256: Mapped[str] = mapped_column(String(64))
    result_sha256: Mapped[str] = mapped_column(String(64))
    text_count: Mapped[int]
    stability: Mapped[float | None] = mapped_column(Float)
    coverage: Mapped[float] = mapped_column(Float)
    warnings: Mapped[list[str]] = json_column()
    #: CPU seconds.
    seconds: Mapped[float] = mapped_column(Float)
    computed_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The last opinion that was looked at: later ones may join.
    last_opinion_id: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class Topic(Base):
    """What several opinions are about (話題), or a part of it (小さな話題)."""

    __tablename__ = "topics"
    __table_args__ = (Index("ix_topics_run", "run_id", "position"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_runs.id"))
    #: None: a topic of the first level.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(120))
    #: What the machine called it; empty: staff made it.
    machine_label: Mapped[str] = mapped_column(String(120), default="")
    #: What staff write about it.
    note: Mapped[str] = mapped_column(Text, default="")
    terms: Mapped[list[str]] = json_column()
    #: The opinions that fit nowhere (その他).
    is_other: Mapped[bool] = mapped_column(default=False)
    #: How many of its opinions speak for and against, by single words: a hint.
    stances: Mapped[dict[str, int]] = json_column()
    x: Mapped[float] = mapped_column(Float, default=0.0)
    y: Mapped[float] = mapped_column(Float, default=0.0)
    #: The topic in which its opinions are now.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    #: How often staff changed its words: whoever saves says which state they saw.
    version: Mapped[int] = mapped_column(default=0)


class TopicSentence(Base):
    """A sentence that speaks for a topic, as it stands in an opinion (抜き書き); goes when the words have to go."""

    __tablename__ = "topic_sentences"
    __table_args__ = (
        Index("ix_topic_sentences_topic", "topic_id", "position"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), index=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(Text)


class TopicMember(Base):
    """An opinion in a topic (話題の中の意見): where it is now, and where the machine first put it."""

    __tablename__ = "topic_members"
    __table_args__ = (
        UniqueConstraint("run_id", "opinion_id"),
        Index("ix_topic_members_topic", "topic_id", "place"),
        Index("ix_topic_members_subtopic", "subtopic_id", "place"),
        Index("ix_topic_members_opinion", "opinion_id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_runs.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    subtopic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    #: Never changed.
    machine_topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    machine_subtopic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    #: How near to the middle of its topic: the nearest first.
    place: Mapped[int]
    x: Mapped[float] = mapped_column(Float)
    y: Mapped[float] = mapped_column(Float)
    #: When it joined, having come after the run.
    joined_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class TopicLabel(Base):
    """What a person says an opinion is about, without seeing what the machine says (人による確かめ)."""

    __tablename__ = "topic_labels"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id", "opinion_id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), index=True)
    position: Mapped[int]
    #: None: not yet said.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    labelled_at: Mapped[datetime | None]
