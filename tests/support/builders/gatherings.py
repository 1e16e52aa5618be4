"""Builders of gatherings: prepared, announced, registered for, held, recorded through the commands."""

from __future__ import annotations

from datetime import datetime, timedelta

from participation.access.actors import Actor, Role, system, visitor
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.gatherings import commands, queries
from participation.gatherings.domain import (
    Attendee,
    GatheringDraft,
    GatheringKind,
    Need,
    RegistrationDraft,
)
from participation.gatherings.models import Gathering, GatheringRecord, Registration

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")
STAFF = system("tests")


def a_draft(**says: object) -> GatheringDraft:
    """What staff decide about a gathering a week from now, in the afternoon; `says` replaces fields."""
    starts = clock.start_of(clock.today()) + timedelta(days=7, hours=14)
    usual: dict[str, object] = {
        "title": "基本計画の説明会",
        "kind": GatheringKind.BRIEFING,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "description": "計画の案を説明し、質問に答えます。",
        "place": "さくら坂住区センター 第1会議室",
        "capacity": 3,
        "needs_offered": frozenset({Need.SIGN_LANGUAGE, Need.CHILDCARE}),
        "contact": "広報課 03-0000-0000",
    }
    return GatheringDraft(**(usual | says))  # type: ignore[arg-type]


def a_prepared_gathering(**says: object) -> Gathering:
    """A gathering that only staff see."""
    with transaction():
        return commands.draft_gathering(a_draft(**says), by=OFFICER)


def a_gathering(consultation: Consultation | None = None, **says: object) -> Gathering:
    """An announced gathering."""
    gathering = a_prepared_gathering(**({"consultation_id": consultation.id} if consultation else {}), **says)
    with transaction():
        commands.announce_gathering(gathering, by=OFFICER)
    return gathering


def registered(
    gathering: Gathering,
    email: str = "kita@example.jp",
    *,
    people: int = 1,
    by: Actor | None = None,
    code: str = "",
    **says: object,
) -> Registration:
    """A registration by somebody without an account; `says` is what they write of themselves."""
    who = Attendee(**({"email": email} | says))  # type: ignore[arg-type]
    with transaction():
        return commands.register_attendance(
            gathering, RegistrationDraft(people, who, code), by=by or visitor("guest")
        )


def link_of(registration: Registration) -> str:
    """The secret link of a registration."""
    secret, _ = queries.registration_secrets(registration)
    return f"/gatherings/registrations/{registration.public_id}/{secret}"


def door_code_of(registration: Registration) -> str:
    """What the QR code of a registration says, as typed by hand."""
    return f"{registration.public_id}-{queries.registration_secrets(registration)[1]}"


def hold(gathering: Gathering) -> Gathering:
    """Note that the gathering took place (the clock of the test stands after its beginning)."""
    with transaction():
        commands.note_held(gathering, by=OFFICER)
    return gathering


def a_record(gathering: Gathering, *, numbers: tuple[int, ...] = (), by: Actor = OFFICER) -> GatheringRecord:
    """A record that waits for somebody else to look at it."""
    with transaction():
        record = commands.write_record(
            gathering,
            "計画の案を説明しました。\n通学路の灯りについて質問がありました。",
            12,
            numbers,
            0,
            by=by,
        )
        commands.submit_record(record, gathering, by=by)
    return record


def moment_in(gathering: Gathering) -> datetime:
    """A moment during the gathering."""
    return gathering.starts_at + timedelta(minutes=10)
