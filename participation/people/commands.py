"""Changing accounts and sessions."""

from __future__ import annotations

from sqlalchemy import delete

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.domain import RESIDENT_LIFE, STAFF_LIFE
from participation.people.models import LoginSession, Person


def log_in(person: Person, token_hash: str, device: str, *, by: Actor) -> LoginSession:
    """Begin a session for a person whose secret was checked; the hash is that of a new cookie."""
    access.require(by, "people.log_in", person)
    now = clock.now()
    session = LoginSession(
        token_hash=token_hash,
        person_id=person.id,
        created_at=now,
        last_seen_at=now,
        ends_at=now + (STAFF_LIFE if person.is_staff else RESIDENT_LIFE),
        device=device[:80],
    )
    db.session.add(session)
    audit.record(by, "people.log_in", person)
    return session


def log_out(token_hash: str, *, by: Actor) -> None:
    """End a session everywhere at once."""
    access.require(by, "people.log_out")
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash))
    audit.record(by, "people.log_out", "login_sessions")
