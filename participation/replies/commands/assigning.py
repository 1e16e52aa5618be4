"""Who answers a point and by when: the section (担当課), the person in it (担当者), and handing it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Refused
from participation.mail import outbox as mail
from participation.people.models import Person, StaffRole
from participation.people.queries import get_person
from participation.replies.commands.gathering import _note, _section_id
from participation.replies.domain import HandoverKind, PointChangeKind
from participation.replies.models import (
    DeadlineLetter,
    Point,
    PointAssignee,
    PointHandover,
    PointSection,
)
from participation.replies.policies import WRITERS
from participation.replies.queries import rows, workload


def assign_section(
    public_id: str,
    section_code: str | None,
    *,
    cooperating: Sequence[str] = (),
    due_on: date | None = None,
    by: Actor,
) -> Point:
    """Say which section answers a point (担当課), which ones help (協力課), and by when."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.assign_section", rows.sections_of(point))
    before = point.section_id
    point.section_id = _section_id(section_code) if section_code else None
    point.due_on = due_on
    db.session.execute(delete(PointSection).where(PointSection.point_id == point.id))
    helping = {_section_id(code) for code in cooperating} - {point.section_id}
    db.session.add_all(PointSection(point_id=point.id, section_id=each) for each in sorted(helping))
    if point.section_id != before:
        _let_go(point, HandoverKind.LEFT, "", by)
    details = {
        "section": point.section_id,
        "cooperating": sorted(helping),
        "due_on": due_on.isoformat() if due_on else None,
    }
    _note(point, PointChangeKind.ASSIGNED, by, details=details)
    audit.record(by, "replies.assign_section", point, changes=details)
    return point


def assign_person(public_id: str, person_public_id: str, note: str = "", *, by: Actor) -> Point:
    """Say who of the section answers a point (担当者); whoever had it before is told apart in the history."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.assign_person", rows.sections_of(point))
    person = get_person(person_public_id)
    _refuse_who_cannot(person, point)
    present = rows.find_assignee(point)
    if present is not None and present.person_id == person.id:
        raise Refused(f"{person.nickname}さんは、もう担当者です。", field="person")
    if present is not None and not note.strip():
        raise Refused("担当者を変えるときは、引き継ぐことを書いてください。", field="note")
    former = present.person_id if present is not None else None
    if present is None:
        present = PointAssignee(point_id=point.id)
        db.session.add(present)
    present.person_id, present.assigned_at, present.assigned_by_id = person.id, clock.now(), by.person_id
    _hand_over(point, HandoverKind.GIVEN, former, person.id, note, by)
    audit.record(by, "replies.assign_person", point, changes={"from": former, "to": person.id})
    return point


def hand_back(public_id: str, note: str, *, to_editors: bool = False, by: Actor) -> Point:
    """Hand a point back, saying why: to the section, or to the editors when it is another section's matter."""
    assignee_id = rows.get_assignee_id(public_id)
    access.require(by, "replies.hand_back", assignee_id)
    point = rows.get_point_to_change(public_id)
    if not note.strip():
        raise Refused("返す理由を書いてください。", field="note")
    _let_go(point, HandoverKind.HANDED_BACK, note, by)
    if to_editors:
        point.section_id = None
        _note(point, PointChangeKind.ASSIGNED, by, details={"section": None})
    audit.record(by, "replies.hand_back", point, changes={"from": assignee_id, "to_editors": to_editors})
    return point


def remind_of_deadlines(person_id: int, *, by: Actor) -> bool:
    """Tell one member of staff by mail what is near its deadline or past it; return whether a letter went out.

    The note that it was sent and the letter are one transaction, so that a program that is killed and
    begun again sends neither none nor two.
    """
    access.require(by, "replies.remind")
    person = db.session.get_one(Person, person_id)
    digest = workload.digest_for(person)
    if digest.is_empty or not person.email:
        return False
    values = {"person_id": person_id, "day": clock.today(), "sent_at": clock.now()}
    if insert_once(DeadlineLetter, values, unique=["person_id", "day"]) is None:
        return False
    mail.send(to=person.email, template="replies/deadlines", context={"digest": digest, "person": person})
    told = {"overdue": len(digest.overdue), "soon": len(digest.soon), "turns": len(digest.turns)}
    audit.record(by, "replies.remind", person, changes=told)
    return True


def _refuse_who_cannot(person: Person, point: Point) -> None:
    if not person.is_staff or person.suspended_at is not None:
        raise Refused("いま利用中の職員から選んでください。", field="person")
    if point.section_id is None:
        raise Refused("先に担当課を決めてください。担当者は、その課の職員から選びます。", field="person")
    if person.section_id != point.section_id:
        raise Refused("担当者は、担当課の職員から選んでください。", field="person")
    writes = db.session.scalar(
        select(StaffRole.id).where(StaffRole.person_id == person.id, StaffRole.role.in_(WRITERS)).limit(1)
    )
    if writes is None:
        raise Refused("この職員は、区の考え方を書く役割を持っていません。", field="person")


def _let_go(point: Point, kind: HandoverKind, note: str, by: Actor) -> None:
    present = rows.find_assignee(point)
    if present is None:
        return
    _hand_over(point, kind, present.person_id, None, note, by)
    db.session.execute(delete(PointAssignee).where(PointAssignee.point_id == point.id))


def _hand_over(
    point: Point, kind: HandoverKind, from_id: int | None, to_id: int | None, note: str, by: Actor
) -> None:
    db.session.add(
        PointHandover(
            point_id=point.id,
            kind=kind,
            from_person_id=from_id,
            to_person_id=to_id,
            note=note,
            at=clock.now(),
            by_id=by.person_id,
        )
    )
