"""Projects, and what each of them gathers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base


class Project(Base):
    """A project across fields (プロジェクト): a draft of staff until it is published."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What stands in its address.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(Text)
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), index=True)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    #: When it was ended, and what came of it.
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class ProjectEntry(Base):
    """Something that belongs to a project (集めたもの), and why."""

    __tablename__ = "project_entries"
    __table_args__ = (UniqueConstraint("project_id", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime]
