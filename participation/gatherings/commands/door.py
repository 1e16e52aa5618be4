"""At the door (受付): a registration is taken once by its QR code, who comes without one is counted. No list of names."""

from __future__ import annotations

from sqlalchemy import update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.gatherings.commands.holding import _hold_seats
from participation.gatherings.domain import RegistrationState
from participation.gatherings.models import Gathering, Registration

MOST_AT_ONCE = 200
NOT_YET_SEATED = (
    "キャンセル待ちの申し込みです。席があるときは、「申し込みのない人」として数えて、入ってもらってください。"
)


def check_in(registration: Registration, gathering: Gathering, *, by: Actor) -> None:
    """Take a registration at the door, once; raises Conflict with the time at which it was taken before."""
    access.require(by, "gatherings.keep_door", gathering)
    seats = _hold_seats(gathering)
    if registration.gathering_id != gathering.id:
        raise Refused("ほかの集まりの申し込みです。", field="code")
    db.session.refresh(registration)
    if registration.state is RegistrationState.CANCELLED:
        raise Refused("取り消された申し込みです。", field="code")
    if registration.state is RegistrationState.WAITING:
        raise Refused(NOT_YET_SEATED, field="code")
    taken = db.session.execute(
        update(Registration)
        .where(Registration.id == registration.id, Registration.checked_in_at.is_(None))
        .values(checked_in_at=clock.now())
        .returning(Registration.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        assert registration.checked_in_at is not None
        at = registration.checked_in_at.astimezone(clock.JST)
        raise Conflict(
            f"申し込み{registration.number}番は、{at.month}月{at.day}日{at.hour}時{at.minute:02d}分に受け付けています。"
        )
    db.session.refresh(registration)
    seats.checked_in += registration.people
    audit.record(by, "gatherings.keep_door", registration, {"people": registration.people})


def count_walk_ins(gathering: Gathering, people: int, *, by: Actor) -> int:
    """Count so many who came without a registration (a number below zero corrects); return how many there are now."""
    access.require(by, "gatherings.keep_door", gathering)
    seats = _hold_seats(gathering)
    if not people or abs(people) > MOST_AT_ONCE:
        raise Refused(f"一度に数えるのは{MOST_AT_ONCE}人までにしてください。", field="people")
    if seats.walk_ins + people < 0:
        raise Refused(f"いま数えている{seats.walk_ins}人より多くは引けません。", field="people")
    seats.walk_ins += people
    audit.record(by, "gatherings.keep_door", gathering, {"walk_ins": people})
    return seats.walk_ins
