"""Opinion maps, their statements and votes, and the runs by which the maps were computed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.opinion_map.domain.maps import Audience, MapStatus, ResultsShown, StatementStatus


class OpinionMap(Base):
    """An opinion map (意見の地図) on a subject: a question to which statements are voted on."""

    __tablename__ = "opinion_maps"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        Index("ix_opinion_maps_subject", "subject_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    question: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[MapStatus] = enum_text(MapStatus)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    audience: Mapped[Audience] = enum_text(Audience)
    results_shown: Mapped[ResultsShown] = enum_text(ResultsShown)
    #: Whether voters may offer statements of their own (意見文を出す).
    takes_statements: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class MapStatement(Base):
    """A short statement (意見文) to which people say agree, disagree or pass."""

    __tablename__ = "map_statements"
    __table_args__ = (
        UniqueConstraint("map_id", "number"),
        Index("ix_map_statements_status", "map_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"))
    #: Stands in files and runs and never changes.
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[StatementStatus] = enum_text(StatementStatus)
    #: What a resident offered, as it stands in the register; None: seeded by staff.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)
    #: Who offered it, as a voter's key; empty: staff.
    voter_key: Mapped[str] = mapped_column(String(80), default="", index=True)
    #: The statement that says the same, into which it was merged (まとめ先).
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("map_statements.id"))
    #: Why it was removed, in words that anybody may read.
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class MapVoter(Base):
    """Somebody who votes on a map (投票者): one row for each account or visitor's key."""

    __tablename__ = "map_voters"
    __table_args__ = (UniqueConstraint("map_id", "voter_key"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: the pseudonym under which runs know the voter. It tells neither who nor when.
    public_id: Mapped[str] = public_id()
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"))
    #: "person:7", the hash of a visitor's key with this map's id, or "import:12".
    voter_key: Mapped[str] = mapped_column(String(80))


class MapVote(Base):
    """One voter's answer to one statement (票): one row, the last answer counts."""

    __tablename__ = "map_votes"
    __table_args__ = (
        UniqueConstraint("voter_id", "statement_id"),
        Index("ix_map_votes_map", "map_id"),
        CheckConstraint("value IN (-1, 0, 1)", name="is_an_answer"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("map_voters.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("map_statements.id"), index=True)
    #: 1 agree, 0 pass, -1 disagree.
    value: Mapped[int]
    cast_at: Mapped[datetime]


class StatementCount(Base):
    """How a statement was answered (集計): equal to a recount (`flask opinion-map recount`)."""

    __tablename__ = "map_statement_counts"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("map_statements.id"), unique=True)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)


class MapCount(Base):
    """How many people and votes a map has (集計), and how much changed since it was computed."""

    __tablename__ = "map_counts"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"), unique=True)
    voters: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    #: Votes given or changed, and statements shown or taken away, so far.
    changes: Mapped[int] = mapped_column(default=0)
    #: How many there were when the last run was asked for: tells when to ask again.
    changes_at_run: Mapped[int] = mapped_column(default=0)
    #: How many of them the latest run holds, read together with its votes; 0: there is no run. None: the
    #: run is of a time when this was not noted.
    changes_in_run: Mapped[int | None] = mapped_column(default=0)


class MapRun(Base):
    """A computing of a map (計算の記録): with which votes, how, and what came out. It never changes."""

    __tablename__ = "map_runs"
    __table_args__ = (UniqueConstraint("map_id", "number"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: How groups were made (domain.mapping.GroupingMethod), and everything that was chosen.
    method: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, Any]] = json_column()
    seed: Mapped[int] = mapped_column(default=0)
    votes_sha256: Mapped[str] = mapped_column(String(64))
    #: Of the map that came out: computing the same votes again gives the same, bit for bit.
    result_sha256: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float]
    peak_mb: Mapped[float]
    voters: Mapped[int]
    votes: Mapped[int]
    group_count: Mapped[int]
    is_stable: Mapped[bool]
    #: The votes it was computed from, under pseudonyms, and the map (both compressed).
    votes_file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class MapGroup(Base):
    """A group of a run (グループ), with the name that staff gave it."""

    __tablename__ = "map_groups"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("map_runs.id"))
    #: 1 is the largest.
    number: Mapped[int]
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(200), default="")


class MapPublication(Base):
    """A version of a map as it was published (公開した版): frozen with all words and figures."""

    __tablename__ = "map_publications"
    __table_args__ = (UniqueConstraint("map_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_maps.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("map_runs.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: What the ward says about it.
    note: Mapped[str] = mapped_column(Text, default="")
    #: The picture as it is shown (domain.picture).
    picture: Mapped[dict[str, Any]] = json_column()
