"""What commands on gatherings share: holding the seats, moving up, writing to who registered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from participation.foundation import clock
from participation.foundation.db import db
from participation.gatherings import queries
from participation.gatherings.domain import (
    KIND_NAMES,
    Attendee,
    RegistrationState,
    free_seats,
    who_moves_up,
)
from participation.gatherings.models import Gathering, GatheringSeats, Registration, RegistrationSecret
from participation.gatherings.queries.showing import time_in_words
from participation.mail import outbox as mail


def _hold_seats(gathering: Gathering) -> GatheringSeats:
    """Return the seats, held to the end of the transaction; the gathering is as it is now."""
    seats = db.session.scalars(
        select(GatheringSeats)
        .where(GatheringSeats.id == gathering.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    db.session.refresh(gathering)
    return seats


def _move_up(gathering: Gathering, seats: GatheringSeats) -> int:
    """Give the free seats to those who wait, in their order, and tell them; return how many moved up."""
    waiting = db.session.scalars(
        select(Registration)
        .where(
            Registration.gathering_id == gathering.id,
            Registration.state == RegistrationState.WAITING,
        )
        .order_by(Registration.id)
    ).all()
    moved = set(
        who_moves_up(
            [(each.id, each.people) for each in waiting], free_seats(gathering.capacity, seats.taken)
        )
    )
    for registration in waiting:
        if registration.id in moved:
            registration.state, registration.moved_up_at = RegistrationState.REGISTERED, clock.now()
            seats.taken += registration.people
            _write_to(registration, gathering, "moved_up")
    return len(moved)


def _write_to_all(gathering: Gathering, template: str) -> int:
    """Write to everybody who has a seat or waits, and gave an address; return how many letters were written."""
    rows = db.session.execute(
        select(Registration, RegistrationSecret)
        .join(RegistrationSecret, RegistrationSecret.registration_id == Registration.id)
        .where(
            Registration.gathering_id == gathering.id,
            Registration.state != RegistrationState.CANCELLED,
            Registration.has_mail.is_(True),
        )
        .order_by(Registration.id)
    ).all()
    for registration, secret in rows:
        _write_to(registration, gathering, template, queries.unsealed(secret))
    return len(rows)


def _write_to(
    registration: Registration, gathering: Gathering, template: str, attendee: Attendee | None = None
) -> None:
    """Write a letter, where there is an address to write to."""
    if not registration.has_mail:
        return
    who = attendee if attendee is not None else queries.attendee_of(registration)
    if who.email:
        mail.send(
            to=who.email,
            template=f"gatherings/{template}",
            context=_context(registration, gathering, who.name),
            sealed=True,
        )


def _context(registration: Registration, gathering: Gathering, name: str) -> dict[str, Any]:
    secret, _ = queries.registration_secrets(registration)
    has_seat = registration.state is RegistrationState.REGISTERED
    return {
        "name": name,
        "title": gathering.title,
        "kind": KIND_NAMES[gathering.kind],
        "when": time_in_words(gathering.starts_at, gathering.ends_at),
        "place": gathering.place,
        "online_url": gathering.online_url if has_seat else "",
        "people": registration.people,
        "number": registration.number,
        "has_seat": has_seat,
        "contact": gathering.contact,
        "reason": gathering.cancel_reason,
        "gathering": gathering.public_id,
        "registration": registration.public_id,
        "secret": secret,
    }
