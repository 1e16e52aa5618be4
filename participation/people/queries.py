"""Reading persons and recognising who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation.access.actors import Actor, Role
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.domain import RESIDENT_IDLE, STAFF_IDLE
from participation.people.models import LoginSession, Membership, Person, StaffRole


@dataclass(frozen=True)
class Account:
    """The person behind a session, as Flask-Login's user."""

    person_id: int
    public_id: str
    nickname: str
    is_staff: bool
    roles: frozenset[Role]
    section_id: int | None
    organisation_ids: frozenset[int]
    last_seen_at: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return the id that Flask-Login asks for."""
        return self.public_id

    def as_actor(self) -> Actor:
        """Return the person as an actor."""
        return Actor(
            roles=self.roles,
            person_id=self.person_id,
            name=self.nickname,
            section_id=self.section_id,
            organisation_ids=self.organisation_ids,
        )


def find_account(token_hash: str) -> Account | None:
    """Return whose session this is, or None if it never was, has ended, or the account is stopped."""
    now = clock.now()
    row = db.session.execute(
        select(LoginSession.last_seen_at, LoginSession.ends_at, Person)
        .join(Person, Person.id == LoginSession.person_id)
        .where(LoginSession.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    last_seen_at, ends_at, person = row
    idle = STAFF_IDLE if person.is_staff else RESIDENT_IDLE
    if now >= ends_at or now >= last_seen_at + idle or person.suspended_at or person.erased_at:
        return None
    return account_of(person, last_seen_at)


def account_of(person: Person, last_seen_at: datetime) -> Account:
    """Return a person with the roles and memberships they hold today."""
    organisations: frozenset[int] = frozenset()
    if person.is_staff:
        roles = frozenset(db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id)))
    else:
        today = clock.today()
        organisations = frozenset(
            db.session.scalars(
                select(Membership.organisation_id).where(
                    Membership.person_id == person.id,
                    Membership.begins_on <= today,
                    Membership.ends_on > today,
                )
            )
        )
        roles = frozenset({Role.RESIDENT, Role.DELEGATE} if organisations else {Role.RESIDENT})
    return Account(
        person_id=person.id,
        public_id=person.public_id,
        nickname=person.nickname,
        is_staff=person.is_staff,
        roles=roles,
        section_id=person.section_id,
        organisation_ids=organisations,
        last_seen_at=last_seen_at,
    )
