"""Looking at who registered and what they need (each look is recorded), and letting it go in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.gatherings import queries
from participation.gatherings.domain import Attendee, GatheringState, Need, RegistrationState, count_needs
from participation.gatherings.models import Gathering, Registration, RegistrationSecret

SAY_WHY = "見る理由を書いてください。監査の記録に残ります。"
KEY_IS_GONE = (
    "暗号の鍵が替わったため読めません。管理者に、前の鍵（IDENTITY_KEY_FALLBACKS）の設定を頼んでください。"
)


@dataclass(frozen=True)
class AskedNeeds:
    """What those who come need, without who they are: counts, and the notes with the number of the registration."""

    counts: dict[Need, int]
    #: (number of the registration, how many come, needs, note).
    lines: tuple[tuple[int, int, frozenset[Need], str], ...]


def look_at_attendee(registration: Registration, reason: str, *, by: Actor) -> Attendee:
    """Open name and contact of who registered; the look and its reason are recorded."""
    access.require(by, "gatherings.look_at_attendee", registration)
    if not reason.strip():
        raise Refused(SAY_WHY, field="reason")
    audit.record(by, "gatherings.look_at_attendee", registration, {"reason": reason})
    try:
        return queries.attendee_of(registration)
    except sealing.Unreadable as error:
        raise Conflict(KEY_IS_GONE) from error


def look_at_needs(gathering: Gathering, reason: str, *, by: Actor) -> AskedNeeds:
    """Open what those who have a seat need, to prepare for it: no names; the look and its reason are recorded."""
    access.require(by, "gatherings.look_at_needs", gathering)
    if not reason.strip():
        raise Refused(SAY_WHY, field="reason")
    rows = db.session.execute(
        select(Registration, RegistrationSecret)
        .join(RegistrationSecret, RegistrationSecret.registration_id == Registration.id)
        .where(
            Registration.gathering_id == gathering.id,
            Registration.state == RegistrationState.REGISTERED,
        )
        .order_by(Registration.number)
    ).all()
    audit.record(by, "gatherings.look_at_needs", gathering, {"reason": reason, "registrations": len(rows)})
    try:
        opened = [(registration, queries.unsealed(secret)) for registration, secret in rows]
    except sealing.Unreadable as error:
        raise Conflict(KEY_IS_GONE) from error
    return AskedNeeds(
        count_needs(who.needs for _, who in opened),
        tuple(
            (each.number, each.people, who.needs, who.note) for each, who in opened if who.needs or who.note
        ),
    )


def note_told(registration: Registration, *, by: Actor) -> None:
    """Note that somebody without an address for mail was told by telephone that they have a seat."""
    access.require(by, "gatherings.note_told", registration)
    registration.told_at = clock.now()
    audit.record(by, "gatherings.note_told", registration)


def forget_attendees(before: datetime, *, by: Actor) -> int:
    """Erase who registered for gatherings that were over, or called off, before a moment; return how many."""
    access.require(by, "gatherings.forget_attendees")
    served = (
        select(Registration.id)
        .join(Gathering, Gathering.id == Registration.gathering_id)
        .where(
            or_(
                Gathering.ends_at < before,
                (Gathering.state == GatheringState.CANCELLED) & (Gathering.cancelled_at < before),
            )
        )
    )
    gone = db.session.execute(
        delete(RegistrationSecret)
        .where(RegistrationSecret.registration_id.in_(served))
        .returning(RegistrationSecret.registration_id)
    ).all()
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_(served), Registration.contact_key.is_not(None))
        .values(contact_key=None, has_mail=False, author_id=None)
        .execution_options(synchronize_session=False)
    )
    audit.record(by, "gatherings.forget_attendees", "registration_secrets", {"rows": len(gone)})
    return len(gone)
