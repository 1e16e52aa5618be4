"""Tables of plans: what a plan is now, and what every version of it said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.plans.domain.tree import PlanKind, VersionStage


class Plan(Base):
    """A plan of the ward (計画), or one of another ward that is kept for reference."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(48), unique=True)
    title: Mapped[str] = mapped_column(Text)
    #: The name for narrow places: breadcrumbs, tables.
    short_title: Mapped[str] = mapped_column(Text)
    kind: Mapped[PlanKind] = enum_text(PlanKind)
    #: The ward whose plan it is: meguro, nerima, setagaya; empty when nobody said.
    ward: Mapped[str] = mapped_column(String(32))
    #: Whether it is another ward's plan, only to be read and compared (参考).
    is_reference: Mapped[bool]
    code_prefix: Mapped[str] = mapped_column(String(32))
    introduction: Mapped[str] = mapped_column(Text)
    #: The document from which the words come (出典).
    source: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    #: The number of the version that everybody reads; None until one is published.
    current_number: Mapped[int | None]
    created_at: Mapped[datetime]


class PlanVersion(Base):
    """A version of a plan (版): 骨子, 素案, 案 or 決定, with its name and date."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    #: 1, 2, 3 … within the plan; stands in addresses.
    number: Mapped[int]
    stage: Mapped[VersionStage] = enum_text(VersionStage)
    label: Mapped[str] = mapped_column(String(120))
    dated_on: Mapped[date | None]
    introduction: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    #: How many nodes were added, changed, moved, retired, brought back.
    changes: Mapped[dict[str, Any]] = json_column()


class PlanLevel(Base):
    """A level of a plan (計画の階層): 方針, 考え方, 施策立案の視点 and so on are rows, not code."""

    __tablename__ = "plan_levels"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    depth: Mapped[int]
    #: The sign the document writes before nodes of this level.
    marker: Mapped[str] = mapped_column(String(40))
    #: Whether its nodes are passages (○項目) on the page of what stands above them.
    within: Mapped[bool]


class PlanNode(Base):
    """A place in a plan (計画の項目) as everybody reads it now; retired ones are kept, never deleted."""

    __tablename__ = "plan_nodes"
    __table_args__ = (
        UniqueConstraint("plan_id", "code"),
        Index("ix_plan_nodes_reading", "plan_id", "standing", "position"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("plan_levels.id"))
    code: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id"), index=True)
    #: Codes from the top down to itself, with slashes: MP-2/MP-2-2/MP-2-2-2.
    path: Mapped[str] = mapped_column(Text)
    depth: Mapped[int]
    #: Place in reading order over the whole plan.
    position: Mapped[int]
    #: What the document writes before the title: 方針２, ○.
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    #: Three plain lines for residents (3行のまとめ), written by staff, not part of the plan.
    summary: Mapped[str] = mapped_column(Text)
    summary_revision: Mapped[int]
    #: A remark on the words, such as a likely slip of the document.
    note: Mapped[str] = mapped_column(Text)
    #: The line of the document in which it begins.
    source_line: Mapped[int | None]
    #: Whether it stands in the version that everybody reads.
    standing: Mapped[bool]
    retired_at: Mapped[datetime | None]


class NodeText(Base):
    """What a version of the plan made of a node (項目の文章); versions that changed nothing have no row."""

    __tablename__ = "node_texts"
    __table_args__ = (UniqueConstraint("node_id", "number", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id"))
    #: The number of the version from which on this holds.
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(16))
    #: False: from this version on the node stands in the plan no more.
    standing: Mapped[bool]
    level_code: Mapped[str] = mapped_column(String(40))
    parent_code: Mapped[str | None] = mapped_column(String(60))
    sibling_order: Mapped[int]
    position: Mapped[int]
    written: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    source_line: Mapped[int | None]


class RelatedPassage(Base):
    """A passage of another plan that is alike (関連する記述), found by comparing letters."""

    __tablename__ = "related_passages"
    __table_args__ = (UniqueConstraint("node_id", "related_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id"))
    related_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id"), index=True)
    #: From 0 to 1; orders the list, is never shown as a number.
    score: Mapped[float]


class PlanDraft(Base):
    """An uploaded document that waits to be confirmed (取り込みの下書き); nothing of it is public."""

    __tablename__ = "plan_drafts"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    #: The form chosen by the person, or empty: look into the file.
    form: Mapped[str] = mapped_column(String(16))
    #: The plan it shall become a version of, or the name in the address of a new one.
    slug: Mapped[str] = mapped_column(String(48))
    title: Mapped[str] = mapped_column(Text)
    stage: Mapped[VersionStage] = enum_text(VersionStage)
    label: Mapped[str] = mapped_column(String(120))
    dated_on: Mapped[date | None]
    created_by_id: Mapped[int | None]
    created_at: Mapped[datetime]
