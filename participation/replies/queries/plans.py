"""Results that are to be published at a set time (公表の予約)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.people.models import Person
from participation.replies.models import PlannedPublication
from participation.replies.queries import readiness


@dataclass(frozen=True)
class PlanAtDesk:
    """A plan as the desk shows it."""

    public_id: str
    publish_at: datetime
    is_interim: bool
    note: str
    planned_by_id: int | None
    planned_by: str
    confirmed_by: str
    is_confirmed: bool
    failure: str
    #: Whether what waits to be published is no more what was planned.
    has_changed: bool


def is_standing(plan: PlannedPublication) -> bool:
    """Whether it was neither cancelled nor carried out yet."""
    return plan.cancelled_at is None and plan.done_at is None


def find_standing(consultation_id: int) -> PlannedPublication | None:
    """Return the plan of a consultation that waits for its time, or None."""
    return db.session.scalars(
        select(PlannedPublication)
        .where(
            PlannedPublication.consultation_id == consultation_id,
            PlannedPublication.cancelled_at.is_(None),
            PlannedPublication.done_at.is_(None),
        )
        .order_by(PlannedPublication.id.desc())
        .limit(1)
    ).one_or_none()


def get_to_change(public_id: str) -> PlannedPublication:
    """Return a plan and keep it from being changed by others until the commit; raises NotFound."""
    return _locked(PlannedPublication.public_id == public_id)


def get_by_id_to_change(plan_id: int) -> PlannedPublication:
    """Return a plan by its number, locked until the commit; raises NotFound."""
    return _locked(PlannedPublication.id == plan_id)


def _locked(condition: object) -> PlannedPublication:
    plan = db.session.scalars(
        select(PlannedPublication)
        .where(condition)  # type: ignore[arg-type]
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if plan is None:
        raise NotFound
    return plan


def find_at_desk(consultation_id: int) -> PlanAtDesk | None:
    """Return the newest plan of a consultation that waits or failed, or None."""
    planner, confirmer = aliased(Person), aliased(Person)
    found = db.session.execute(
        select(PlannedPublication, planner.nickname, confirmer.nickname)
        .outerjoin(planner, planner.id == PlannedPublication.planned_by_id)
        .outerjoin(confirmer, confirmer.id == PlannedPublication.confirmed_by_id)
        .where(PlannedPublication.consultation_id == consultation_id)
        .order_by(PlannedPublication.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    plan, planned_by, confirmed_by = found
    if not is_standing(plan) and not plan.failure:
        return None
    return PlanAtDesk(
        public_id=plan.public_id,
        publish_at=plan.publish_at,
        is_interim=plan.is_interim,
        note=plan.note,
        planned_by_id=plan.planned_by_id,
        planned_by=planned_by or "",
        confirmed_by=confirmed_by or "",
        is_confirmed=plan.confirmed_at is not None,
        failure=plan.failure,
        has_changed=not plan.failure and plan.seal != readiness.seal_of_decided(consultation_id),
    )
