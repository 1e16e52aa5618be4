"""Reading plans: which there are, which of them residents see, and in which version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.plans.domain.tree import KIND_NAMES, STAGE_NAMES
from participation.plans.models import (
    Plan,
    PlanLevel,
    PlanNode,
    PlanVersion,
)
from participation.subjects.models import Subject

LANGUAGE = "ja"


@dataclass(frozen=True)
class LevelCount:
    """How many nodes stand on a level: 施策立案の視点 13."""

    name: str
    count: int


@dataclass(frozen=True)
class PlanCard:
    """A plan in the library."""

    plan: Plan
    kind_name: str
    version: str
    levels: tuple[LevelCount, ...]
    open_count: int
    waiting_versions: int = 0


def version_name(version: PlanVersion) -> str:
    """素案（令和8年10月） as a short name of a version."""
    stage = STAGE_NAMES[version.stage]
    return stage if version.label in ("", stage) else f"{stage}（{version.label}）"


def list_plans(*, with_unpublished: bool = False) -> list[PlanCard]:
    """Return the plans, the ward's own first; without those of which nothing is published yet."""
    plans = list(db.session.scalars(select(Plan).order_by(Plan.is_reference, Plan.position, Plan.id)))
    versions: dict[int, list[PlanVersion]] = defaultdict(list)
    for version in db.session.scalars(select(PlanVersion)):
        versions[version.plan_id].append(version)
    counts: dict[int, list[LevelCount]] = defaultdict(list)
    opened: dict[int, int] = defaultdict(int)
    for plan_id, name, count, open_count in db.session.execute(
        select(
            PlanNode.plan_id,
            PlanLevel.name,
            func.count(),
            func.count(Subject.opened_at) - func.count(Subject.closed_at),
        )
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(PlanNode.standing)
        .group_by(PlanNode.plan_id, PlanLevel.id, PlanLevel.name, PlanLevel.depth)
        .order_by(PlanNode.plan_id, PlanLevel.depth, PlanLevel.id)
    ):
        counts[plan_id].append(LevelCount(name, count))
        opened[plan_id] += open_count
    cards = []
    for plan in plans:
        current = next((v for v in versions[plan.id] if v.number == plan.current_number), None)
        if current is None and not with_unpublished:
            continue
        cards.append(
            PlanCard(
                plan=plan,
                kind_name=KIND_NAMES[plan.kind],
                version=version_name(current) if current else "公開前",
                levels=tuple(counts[plan.id]),
                open_count=opened[plan.id],
                waiting_versions=sum(1 for v in versions[plan.id] if v.published_at is None),
            )
        )
    return cards


def list_published() -> Sequence[Plan]:
    """Return the plans of which a version is published, the ward's own first. One query."""
    is_published = (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number)
    return db.session.scalars(
        select(Plan).join(PlanVersion, is_published).order_by(Plan.is_reference, Plan.position, Plan.id)
    ).all()


def find_own_open_plan() -> str | None:
    """Return the first of the ward's own plans of which something can be spoken about now, or None. One query."""
    is_open = (
        exists()
        .where(PlanNode.plan_id == Plan.id, PlanNode.standing, Subject.id == PlanNode.subject_id)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None))
    )
    return db.session.scalars(
        select(Plan.slug)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number))
        .where(Plan.is_reference.is_(False), is_open)
        .order_by(Plan.position, Plan.id)
        .limit(1)
    ).one_or_none()


def get_plan(slug: str) -> Plan:
    """Return the plan with this name in its address; raises NotFound."""
    plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one_or_none()
    if plan is None:
        raise NotFound("この計画は見つかりませんでした。")
    return plan


def find_plan(slug: str) -> Plan | None:
    """Return the plan with this name in its address, or None."""
    return db.session.scalars(select(Plan).where(Plan.slug == slug)).one_or_none()


def get_published_state(slug: str) -> tuple[Plan, PlanVersion]:
    """Return a plan with the version that residents read now; raise NotFound when there is none."""
    row = db.session.execute(
        select(Plan, PlanVersion)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number))
        .where(Plan.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound("この計画は見つかりませんでした。")
    return row[0], row[1]


def get_published_plan(slug: str) -> Plan:
    """Return a plan of which a version is published; raises NotFound."""
    return get_published_state(slug)[0]


def latest_version(plan: Plan) -> PlanVersion | None:
    """Return the newest version of a plan, published or not; None: there is none."""
    return db.session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc()).limit(1)
    ).one_or_none()


def version_day(version: PlanVersion) -> date | datetime:
    """The day a version bears, or the moment it was published or taken in."""
    return version.dated_on or version.published_at or version.imported_at
