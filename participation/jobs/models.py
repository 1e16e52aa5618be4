"""The outbox: work to be done after the transaction that asked for it; and long runs, which never delay it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id


class OutboxRow(Base):
    """One piece of work (仕事): what, with which data, when, and how it went."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "done_at", "run_after", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = json_column()
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class RunStatus(StrEnum):
    """How far a long run is (時間のかかる処理の状態)."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUN_STATUS_NAMES = {
    RunStatus.WAITING: "順番待ち",
    RunStatus.RUNNING: "処理中",
    RunStatus.DONE: "終わりました",
    RunStatus.FAILED: "できませんでした",
    RunStatus.CANCELLED: "取りやめました",
}
#: Something is still to come.
OPEN_RUNS = (RunStatus.WAITING, RunStatus.RUNNING)


class LongRun(Base):
    """A long run (時間のかかる処理): what staff asked for, how far it is, where it goes on after a stop."""

    __tablename__ = "long_runs"
    __table_args__ = (
        Index("ix_long_runs_open", "status", "id"),
        Index("ix_long_runs_about", "about", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[str] = mapped_column(String(60))
    #: What it is, in words, for lists.
    title: Mapped[str] = mapped_column(String(300))
    #: What it is about ("consultation:12"), so that a page finds the runs that it shows.
    about: Mapped[str] = mapped_column(String(80), default="")
    parameters: Mapped[dict[str, Any]] = json_column()
    #: What the address of the page with the result is made with.
    page: Mapped[dict[str, Any]] = json_column()
    status: Mapped[RunStatus] = enum_text(RunStatus)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: What is being done, in a sentence.
    words: Mapped[str] = mapped_column(String(300), default="")
    #: Where to go on after a stop; what the runner makes of it is its own affair.
    checkpoint: Mapped[dict[str, Any] | None] = json_column(nullable=True)
    result: Mapped[dict[str, Any] | None] = json_column(nullable=True)
    #: Why there is no result, in words.
    reason: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int | None]
    started_at: Mapped[datetime | None]
    #: When the worker was last heard of.
    heard_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
    #: Who holds it: a worker that was taken for dead and comes back writes no more.
    lease: Mapped[str] = mapped_column(String(40), default="")
    #: How often it was begun since it last got further.
    attempts: Mapped[int] = mapped_column(default=0)

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.status in OPEN_RUNS
