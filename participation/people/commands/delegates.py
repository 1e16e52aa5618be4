"""Delegates of organisations (団体の担当者): appointing them, ending their right."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Refused
from participation.organisations.models import CommunityOrganisation
from participation.people.models import (
    Membership,
    Person,
)


def appoint_delegate(
    organisation: CommunityOrganisation, email: str, begins_on: date, ends_on: date, *, by: Actor
) -> Membership:
    """Let a person with an account act for an organisation during a term (任期) [begins_on, ends_on)."""
    access.require(by, "people.appoint_delegate", organisation)
    if ends_on <= begins_on:
        raise Refused("任期の終わりは、始まりより後の日にしてください。", field="ends_on")
    person = db.session.scalars(
        select(Person).where(Person.email == email.strip().lower(), Person.is_staff.is_(False))
    ).one_or_none()
    if person is None or person.email_confirmed_at is None:
        raise Refused(
            "このメールアドレスで登録した人が見つかりません。先に本人に登録してもらってください。",
            field="email",
        )
    inserted = insert_once(
        Membership,
        {
            "person_id": person.id,
            "organisation_id": organisation.id,
            "begins_on": begins_on,
            "ends_on": ends_on,
        },
        unique=["person_id", "organisation_id"],
    )
    if inserted is None:
        db.session.execute(
            update(Membership)
            .where(Membership.person_id == person.id, Membership.organisation_id == organisation.id)
            .values(begins_on=begins_on, ends_on=ends_on)
        )
    membership = db.session.scalars(
        select(Membership).where(
            Membership.person_id == person.id, Membership.organisation_id == organisation.id
        )
    ).one()
    audit.record(by, "people.appoint_delegate", membership)
    return membership


def end_delegation(membership: Membership, organisation: CommunityOrganisation, *, by: Actor) -> None:
    """End a delegate's right today."""
    access.require(by, "people.appoint_delegate", organisation)
    membership.ends_on = min(membership.ends_on, clock.today())
    audit.record(by, "people.appoint_delegate", membership, {"ended": True})
