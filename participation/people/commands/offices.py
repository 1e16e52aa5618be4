"""Posts of the ward's office and absences: who holds what, and who acts meanwhile."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.organisations.models import OfficePost, Section
from participation.people.models import (
    Absence,
    Person,
    PostHolding,
)


def appoint_to_post(
    person: Person,
    post: OfficePost,
    section: Section,
    begins_on: date,
    ends_on: date | None = None,
    *,
    by: Actor,
) -> PostHolding:
    """Note that a member of staff holds a post (役職) of a section for a term [begins_on, ends_on)."""
    access.require(by, "people.appoint_to_post")
    if not person.is_staff:
        raise Refused("役職に就けるのは職員だけです。", field="person")
    if ends_on is not None and ends_on <= begins_on:
        raise Refused("終わる日は、始まる日より後にしてください。", field="ends_on")
    taken = db.session.scalar(
        select(PostHolding.id).where(
            PostHolding.person_id == person.id,
            PostHolding.post_id == post.id,
            PostHolding.section_id == section.id,
            or_(PostHolding.ends_on.is_(None), PostHolding.ends_on > begins_on),
            *([PostHolding.begins_on < ends_on] if ends_on is not None else []),
        )
    )
    if taken is not None:
        raise Refused("同じ人の同じ役職が、すでに登録されています。", field="post")
    holding = PostHolding(
        person_id=person.id, post_id=post.id, section_id=section.id, begins_on=begins_on, ends_on=ends_on
    )
    db.session.add(holding)
    audit.record(by, "people.appoint_to_post", holding, {"person": person.id, "post": post.code})
    return holding


def end_holding(holding: PostHolding, *, by: Actor) -> None:
    """End somebody's post today (異動)."""
    access.require(by, "people.appoint_to_post")
    today = clock.today()
    holding.ends_on = today if holding.ends_on is None else min(holding.ends_on, today)
    audit.record(by, "people.appoint_to_post", holding, {"ended": True})


def note_absence(person: Person, proxy: Person, begins_on: date, ends_on: date, *, by: Actor) -> Absence:
    """Note when somebody is away and who acts for them (代理), during [begins_on, ends_on)."""
    access.require(by, "people.note_absence", person.id)
    if not (person.is_staff and proxy.is_staff) or proxy.suspended_at is not None:
        raise Refused("代理は、いま利用中の職員から選んでください。", field="proxy")
    if proxy.id == person.id:
        raise Refused("代理には、ほかの職員を選んでください。", field="proxy")
    if ends_on <= begins_on:
        raise Refused("終わりの日は、始まりの日か、それより後にしてください。", field="last_day")
    # Whoever notes two absences at once waits for the other: they would overlap unseen.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    overlapping = db.session.scalar(
        select(Absence.id).where(
            Absence.person_id == person.id,
            Absence.cancelled_at.is_(None),
            Absence.begins_on < ends_on,
            Absence.ends_on > begins_on,
        )
    )
    if overlapping is not None:
        raise Refused("この期間と重なる不在が、すでに登録されています。", field="begins_on")
    absence = Absence(
        person_id=person.id,
        proxy_id=proxy.id,
        begins_on=begins_on,
        ends_on=ends_on,
        noted_at=clock.now(),
        noted_by_id=by.person_id,
    )
    db.session.add(absence)
    audit.record(by, "people.note_absence", absence, {"person": person.id, "proxy": proxy.id})
    return absence


def cancel_absence(absence: Absence, *, by: Actor) -> None:
    """Take an absence back, or end one that runs: the proxy may not act any longer."""
    access.require(by, "people.note_absence", absence.person_id)
    absence.cancelled_at = absence.cancelled_at or clock.now()
    audit.record(by, "people.note_absence", absence, {"cancelled": True})
