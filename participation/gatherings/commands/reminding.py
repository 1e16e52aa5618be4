"""Reminding who registered, the day before (前日の案内): once each, also when a worker is killed in between."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.gatherings import queries
from participation.gatherings.commands.holding import _write_to
from participation.gatherings.domain import GatheringState, RegistrationState
from participation.gatherings.models import Gathering, Registration, RegistrationSecret

#: Letters of one transaction: so long others wait on SQLite.
AT_ONCE = 50


def send_reminders(*, by: Actor) -> int:
    """Write to the next of those who come tomorrow and were not reminded; 0: nobody is left.

    The mark and the letter are of one transaction: both are there, or neither.
    """
    access.require(by, "gatherings.remind")
    tomorrow = clock.today() + timedelta(days=1)
    rows = db.session.execute(
        select(Registration, Gathering, RegistrationSecret)
        .join(Gathering, Gathering.id == Registration.gathering_id)
        .join(RegistrationSecret, RegistrationSecret.registration_id == Registration.id)
        .where(
            Gathering.state == GatheringState.ANNOUNCED,
            Gathering.starts_at >= clock.start_of(tomorrow),
            Gathering.starts_at < clock.end_of(tomorrow),
            Registration.state == RegistrationState.REGISTERED,
            Registration.has_mail.is_(True),
            Registration.reminded_at.is_(None),
        )
        .order_by(Registration.id)
        .limit(AT_ONCE)
    ).all()
    reminded = 0
    for registration, gathering, secret in rows:
        claimed = db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id, Registration.reminded_at.is_(None))
            .values(reminded_at=clock.now())
            .returning(Registration.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if claimed is not None:
            _write_to(registration, gathering, "reminder", queries.unsealed(secret))
            reminded += 1
    if reminded:
        audit.record(by, "gatherings.remind", "registrations", {"letters": reminded})
    return reminded
