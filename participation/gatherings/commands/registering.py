"""Registering for a gathering (申し込み), changing and cancelling it; the seats are counted exactly.

Whoever takes or frees seats holds the row of the seats: fifty at once come one after the other.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from sqlalchemy import delete, func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.gatherings import queries
from participation.gatherings.commands.holding import _hold_seats, _move_up, _write_to
from participation.gatherings.domain import (
    MOST_PEOPLE,
    Attendee,
    RegistrationDraft,
    RegistrationState,
    fits,
    free_seats,
)
from participation.gatherings.models import Gathering, GatheringSeats, Registration, RegistrationSecret
from participation.mail.outbox import is_address

FULL = "定員になりました。キャンセル待ちは受け付けていません。"
REGISTERED_BEFORE = "このアカウントでは、もう申し込んでいます。人数などは、申し込みの画面から変えられます。"
USED_BEFORE = "この招待状の番号では、もう申し込みがあります。変えるときは、申し込んだときの案内にあるリンクを開いてください。"


def register_attendance(gathering: Gathering, draft: RegistrationDraft, *, by: Actor) -> Registration:
    """Register 1..n people: with a seat if there are enough, else on the waiting list."""
    access.require(by, "gatherings.register", gathering)
    seats = _hold_seats(gathering)
    access.require(by, "gatherings.register", gathering)
    registration = _add(gathering, seats, draft, author_id=by.person_id, entered_by_id=None)
    audit.record(
        by,
        "gatherings.register",
        registration,
        {"people": draft.people, "state": registration.state},
    )
    return registration


def enter_registration(gathering: Gathering, draft: RegistrationDraft, *, by: Actor) -> Registration:
    """Enter a registration that came by telephone or at the counter (代理入力)."""
    access.require(by, "gatherings.enter_registration", gathering)
    seats = _hold_seats(gathering)
    access.require(by, "gatherings.enter_registration", gathering)
    registration = _add(gathering, seats, draft, author_id=None, entered_by_id=by.person_id)
    audit.record(
        by,
        "gatherings.enter_registration",
        registration,
        {"people": draft.people, "state": registration.state},
    )
    return registration


def change_registration(
    registration: Registration, gathering: Gathering, draft: RegistrationDraft, holds: bool, *, by: Actor
) -> None:
    """Change how many come, what they need, how to reach them. Fewer people give their seats to who waits."""
    access.require(by, "gatherings.change_registration", gathering, registration, holds)
    seats = _hold_seats(gathering)
    db.session.refresh(registration)
    access.require(by, "gatherings.change_registration", gathering, registration, holds)
    _check(gathering, draft)
    more = draft.people - registration.people
    if registration.state is RegistrationState.REGISTERED:
        if more > 0 and not fits(more, free_seats(gathering.capacity, seats.taken)):
            raise Refused(
                "人数を増やすだけの空きがありません。増える人の分は、別に申し込んでください。", field="people"
            )
        seats.taken += more
    registration.people = draft.people
    if draft.attendee is not None:
        _keep(registration, draft.attendee)
    if more < 0:
        _move_up(gathering, seats)
    audit.record(by, "gatherings.change_registration", registration, {"people": draft.people, "held": holds})


def cancel_registration(registration: Registration, gathering: Gathering, holds: bool, *, by: Actor) -> int:
    """Take a registration back: who they are is forgotten, their seats go to who waits. Return how many moved up."""
    access.require(by, "gatherings.change_registration", gathering, registration, holds)
    seats = _hold_seats(gathering)
    db.session.refresh(registration)
    if registration.state is RegistrationState.CANCELLED:
        raise Conflict("この申し込みは、もう取り消されています。")
    access.require(by, "gatherings.change_registration", gathering, registration, holds)
    if registration.state is RegistrationState.REGISTERED:
        seats.taken -= registration.people
    registration.state, registration.cancelled_at = RegistrationState.CANCELLED, clock.now()
    registration.author_id = registration.contact_key = registration.invitation_id = None
    registration.has_mail = False
    db.session.execute(
        delete(RegistrationSecret).where(RegistrationSecret.registration_id == registration.id)
    )
    moved = _move_up(gathering, seats)
    audit.record(
        by,
        "gatherings.change_registration",
        registration,
        {"cancelled": True, "held": holds, "moved_up": moved},
    )
    return moved


def _add(
    gathering: Gathering,
    seats: GatheringSeats,
    draft: RegistrationDraft,
    *,
    author_id: int | None,
    entered_by_id: int | None,
) -> Registration:
    attendee = draft.attendee or Attendee()
    _check(gathering, replace(draft, attendee=attendee))
    if author_id is not None and _is_there(gathering, Registration.author_id == author_id):
        raise Refused(REGISTERED_BEFORE)
    invitation_id = None
    if gathering.by_invitation:
        if not draft.code.strip():
            raise Refused("招待状の番号を入力してください。", field="code")
        invitation_id = queries.find_invitation_id(gathering, draft.code)
        if _is_there(gathering, Registration.invitation_id == invitation_id):
            raise Refused(USED_BEFORE, field="code")
    has_seat = fits(draft.people, free_seats(gathering.capacity, seats.taken))
    if not has_seat and not gathering.has_waiting_list:
        raise Refused(FULL, field="people")
    if has_seat:
        seats.taken += draft.people
    last = db.session.scalar(
        select(func.max(Registration.number)).where(Registration.gathering_id == gathering.id)
    )
    registration = Registration(
        public_id=new_public_id(),
        gathering_id=gathering.id,
        number=(last or 0) + 1,
        state=RegistrationState.REGISTERED if has_seat else RegistrationState.WAITING,
        people=draft.people,
        author_id=author_id,
        invitation_id=invitation_id,
        entered_by_id=entered_by_id,
        registered_at=clock.now(),
    )
    db.session.add(registration)
    db.session.flush()
    _keep(registration, attendee)
    _write_to(registration, gathering, "registered", attendee)
    return registration


def _is_there(gathering: Gathering, condition: object) -> bool:
    return (
        db.session.scalar(
            select(Registration.id).where(Registration.gathering_id == gathering.id, condition)  # type: ignore[arg-type]
        )
        is not None
    )


def _check(gathering: Gathering, draft: RegistrationDraft) -> None:
    if not 1 <= draft.people <= MOST_PEOPLE:
        raise Refused(f"人数は1人から{MOST_PEOPLE}人までにしてください。", field="people")
    attendee = draft.attendee
    if attendee is None:
        return
    if gathering.asks_name and not attendee.name:
        raise Refused("この集まりでは、お名前が必要です。", field="name")
    if not attendee.email and not attendee.phone:
        raise Refused("メールアドレスか電話番号の、どちらかを書いてください。", field="email")
    if attendee.email and not is_address(attendee.email):
        raise Refused("メールアドレスの形を確かめてください。", field="email")
    if not attendee.email and len(_contact(attendee)) < 9:
        raise Refused("電話番号を、市外局番から書いてください。", field="phone")


def _keep(registration: Registration, attendee: Attendee) -> None:
    """Seal who registered, in place of what was sealed before."""
    registration.has_mail = bool(attendee.email)
    registration.contact_key = sealing.keyed_hash("gatherings.contact", _contact(attendee))
    row = db.session.scalars(
        select(RegistrationSecret).where(RegistrationSecret.registration_id == registration.id)
    ).one_or_none()
    if row is None:
        row = RegistrationSecret(registration_id=registration.id, created_at=clock.now())
        db.session.add(row)
    row.sealed = queries.seal_attendee(attendee)


def _contact(attendee: Attendee) -> str:
    if attendee.email:
        return attendee.email.casefold()
    return "".join(c for c in unicodedata.normalize("NFKC", attendee.phone) if c.isdigit())
