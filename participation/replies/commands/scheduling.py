"""Publishing at a set time (公表の予約), with four eyes: one approver plans, another confirms, the clock does it."""

from __future__ import annotations

from datetime import datetime

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.queries import get_consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs import queue
from participation.replies.commands.publishing import publish_results
from participation.replies.domain import PUBLISH_PLANNED
from participation.replies.models import PlannedPublication
from participation.replies.queries import plans, readiness, rows

CHANGED = "予約したときから、公表を待つ区の考え方が変わっています。予約を取り消し、内容を確かめてから、予約し直してください。"


def plan_results(
    consultation_code: str, publish_at: datetime, *, is_interim: bool, note: str = "", by: Actor
) -> PlannedPublication:
    """Plan to publish a result at a moment; what was decided on until now is what will be published."""
    access.require(by, "replies.plan_results")
    consultation = get_consultation(consultation_code)
    rows.lock_consultation(consultation.id)
    if publish_at <= clock.now():
        raise Refused("公表する日時は、今より先にしてください。", field="publish_on")
    if plans.find_standing(consultation.id) is not None:
        raise Conflict("この案件には、もう公表の予約があります。変えるときは、先に取り消してください。")
    ready = readiness.of_consultation(consultation.id)
    readiness.require_ready(consultation, ready, is_interim=is_interim)
    plan = PlannedPublication(
        consultation_id=consultation.id,
        publish_at=publish_at,
        is_interim=is_interim,
        note=note,
        seal=readiness.seal_of_decided(consultation.id),
        planned_by_id=by.person_id,
        planned_at=clock.now(),
    )
    db.session.add(plan)
    db.session.flush()
    audit.record(
        by,
        "replies.plan_results",
        plan,
        changes={"consultation": consultation.id, "at": publish_at.isoformat(), "interim": is_interim},
    )
    return plan


def confirm_plan(public_id: str, *, by: Actor) -> PlannedPublication:
    """Confirm a plan as the second person; from then on it is carried out by itself."""
    plan = plans.get_to_change(public_id)
    access.require(by, "replies.confirm_plan", plan)
    if not plan.cancelled_at and plan.publish_at <= clock.now():
        raise Refused("公表する日時が過ぎました。予約を取り消し、新しい日時で予約し直してください。")
    if not plans.is_standing(plan) or plan.confirmed_at is not None:
        raise Conflict("この予約は、もう確かめられたか、取り消されています。")
    if plan.seal != readiness.seal_of_decided(plan.consultation_id):
        raise Conflict(CHANGED)
    plan.confirmed_by_id, plan.confirmed_at = by.person_id, clock.now()
    queue.enqueue(PUBLISH_PLANNED, {"plan": plan.id}, run_after=plan.publish_at)
    audit.record(by, "replies.confirm_plan", plan)
    return plan


def cancel_plan(public_id: str, *, by: Actor) -> PlannedPublication:
    """Take a plan back before its time."""
    plan = plans.get_to_change(public_id)
    access.require(by, "replies.cancel_plan")
    if not plans.is_standing(plan):
        raise Conflict("この予約は、もう済んだか、取り消されています。")
    plan.cancelled_at = clock.now()
    audit.record(by, "replies.cancel_plan", plan)
    return plan


def carry_out_plan(plan_id: int, *, by: Actor) -> None:
    """Publish what was planned, if it is still what two people saw; again: nothing."""
    access.require(by, "replies.carry_out_plan")
    plan = plans.get_by_id_to_change(plan_id)
    if not plans.is_standing(plan) or plan.confirmed_at is None:
        return
    consultation = rows.consultation_by_id(plan.consultation_id)
    if plan.seal != readiness.seal_of_decided(plan.consultation_id):
        raise Conflict(CHANGED)
    result = publish_results(consultation.code, is_interim=plan.is_interim, note=plan.note, by=by)
    db.session.flush()
    result.published_by_id = plan.confirmed_by_id
    plan.done_at, plan.result_publication_id = clock.now(), result.id
    audit.record(by, "replies.carry_out_plan", plan, changes={"result": result.id})


def note_failed_plan(plan_id: int, reason: str, *, by: Actor) -> None:
    """Remember why a plan was not carried out: the desk shows it until somebody plans anew."""
    access.require(by, "replies.carry_out_plan")
    plan = plans.get_by_id_to_change(plan_id)
    plan.done_at, plan.failure = clock.now(), reason
    audit.record(by, "replies.carry_out_plan", plan, changes={"failed": reason})


def note_preview(consultation_code: str, form: str, *, by: Actor) -> None:
    """Record that somebody took an unpublished result out as a file (公表前の版)."""
    access.require(by, "replies.preview_results")
    consultation = get_consultation(consultation_code)
    audit.record(by, "replies.preview_results", consultation, changes={"form": form})
