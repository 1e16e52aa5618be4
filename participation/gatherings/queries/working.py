"""What staff see of gatherings: numbers, never names; those are opened one by one, and each look is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from participation.consultations.domain import Tally
from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.gatherings.domain import (
    KIND_NAMES,
    GatheringDraft,
    GatheringState,
    Need,
    RegistrationState,
    free_seats,
    origin_of,
)
from participation.gatherings.models import (
    Gathering,
    GatheringDraw,
    GatheringInvitation,
    GatheringRecord,
    GatheringSeats,
    GatheringTopic,
    Registration,
    RegistrationSecret,
)
from participation.gatherings.queries.finding import get_gathering
from participation.gatherings.queries.records import find_record
from participation.opinions.queries import count_for_origins

PER_PAGE = 50


@dataclass(frozen=True)
class DeskRow:
    """One gathering in the list of staff."""

    public_id: str
    title: str
    kind_name: str
    state: GatheringState
    starts_at: datetime
    capacity: int | None
    taken: int
    waiting: int
    heard: Tally


@dataclass(frozen=True)
class DeskGathering:
    """One gathering as staff see it: everything but names."""

    gathering: Gathering
    seats: GatheringSeats
    free: int | None
    consultation: Consultation | None
    registered: int
    waiting: int
    waiting_people: int
    #: Who moved up or waits and has no address for mail: to be told by telephone.
    to_call: int
    has_secrets: bool
    heard: Tally
    record: GatheringRecord | None


@dataclass(frozen=True)
class DeskRegistration:
    """One registration as staff see it: number, people, state."""

    public_id: str
    number: int
    state: RegistrationState
    people: int
    registered_at: datetime
    checked_in_at: datetime | None
    moved_up_at: datetime | None
    has_mail: bool
    by_staff: bool
    #: Moved up, and nobody could write to them yet.
    is_to_call: bool
    #: Another registration that stands has the same contact.
    has_twin: bool
    has_secret: bool


def list_desk(edge: Edge, *, state: GatheringState | None = None) -> Page[DeskRow]:
    """Return the gatherings for staff, drafts too, the latest first. Three queries."""
    statement: Any = select(Gathering, GatheringSeats.taken).join(
        GatheringSeats, GatheringSeats.id == Gathering.id
    )
    if state is not None:
        statement = statement.where(Gathering.state == state)
    ordered, backwards = keyset(
        statement, [Gathering.starts_at, Gathering.id], edge, limit=PER_PAGE, descending=True
    )
    rows = db.session.execute(ordered).all()
    shown = page(
        rows, [(row[0].starts_at, row[0].id) for row in rows], edge, limit=PER_PAGE, backwards=backwards
    )
    waiting = _waiting([row[0].id for row in shown.items])
    heard = count_for_origins([origin_of(row[0].public_id) for row in shown.items])
    return Page(
        [
            DeskRow(
                public_id=each.public_id,
                title=each.title,
                kind_name=KIND_NAMES[each.kind],
                state=each.state,
                starts_at=each.starts_at,
                capacity=each.capacity,
                taken=taken,
                waiting=waiting.get(each.id, 0),
                heard=heard.get(origin_of(each.public_id), Tally()),
            )
            for each, taken in shown.items
        ],
        shown.after,
        shown.before,
    )


def _waiting(ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Registration.gathering_id, func.sum(Registration.people))
        .where(Registration.gathering_id.in_(ids), Registration.state == RegistrationState.WAITING)
        .group_by(Registration.gathering_id)
    )
    return {gathering_id: int(people) for gathering_id, people in rows}


def _is_to_call() -> Any:
    return (
        (Registration.state == RegistrationState.REGISTERED)
        & Registration.moved_up_at.is_not(None)
        & Registration.has_mail.is_(False)
        & Registration.told_at.is_(None)
    )


def show_desk(public_id: str) -> DeskGathering:
    """Return a gathering as staff see it; raises NotFound. Eight queries at most."""
    gathering = get_gathering(public_id)
    registered, waiting, waiting_people, to_call, secrets = db.session.execute(
        select(
            func.count().filter(Registration.state == RegistrationState.REGISTERED),
            func.count().filter(Registration.state == RegistrationState.WAITING),
            func.coalesce(
                func.sum(case((Registration.state == RegistrationState.WAITING, Registration.people))), 0
            ),
            func.count().filter(_is_to_call()),
            func.count(RegistrationSecret.id),
        )
        .select_from(Registration)
        .outerjoin(RegistrationSecret, RegistrationSecret.registration_id == Registration.id)
        .where(Registration.gathering_id == gathering.id)
    ).one()
    seats = db.session.get_one(GatheringSeats, gathering.id)
    origin = origin_of(gathering.public_id)
    return DeskGathering(
        gathering=gathering,
        seats=seats,
        free=free_seats(gathering.capacity, seats.taken),
        consultation=db.session.get(Consultation, gathering.consultation_id)
        if gathering.consultation_id
        else None,
        registered=registered,
        waiting=waiting,
        waiting_people=int(waiting_people),
        to_call=to_call,
        has_secrets=bool(secrets),
        heard=count_for_origins([origin]).get(origin, Tally()),
        record=find_record(gathering),
    )


def list_topic_ids(gathering: Gathering) -> tuple[int, ...]:
    """Return the subjects that a gathering is about, in their order."""
    return tuple(
        db.session.scalars(
            select(GatheringTopic.subject_id)
            .where(GatheringTopic.gathering_id == gathering.id)
            .order_by(GatheringTopic.id)
        )
    )


def draft_of(gathering: Gathering, **changes: Any) -> GatheringDraft:
    """Return a gathering as it was decided, with some of it changed."""
    kept = {
        each.name: getattr(gathering, each.name) for each in fields(GatheringDraft) if each.name != "topics"
    }
    kept["languages"] = tuple(gathering.languages)
    kept["needs_offered"] = frozenset(Need(each) for each in gathering.needs_offered)
    return GatheringDraft(**(kept | {"topics": list_topic_ids(gathering)} | changes))


def list_registrations(gathering: Gathering, edge: Edge) -> Page[DeskRegistration]:
    """Return the registrations of a gathering in the order in which they came, without names. One query."""
    other = select(Registration.contact_key.label("key"), func.count().label("count")).where(
        Registration.gathering_id == gathering.id, Registration.state != RegistrationState.CANCELLED
    )
    same = other.group_by(Registration.contact_key).subquery()
    statement: Any = (
        select(Registration, RegistrationSecret.id, same.c.count)
        .outerjoin(RegistrationSecret, RegistrationSecret.registration_id == Registration.id)
        .outerjoin(same, same.c.key == Registration.contact_key)
        .where(Registration.gathering_id == gathering.id)
    )
    ordered, backwards = keyset(statement, [Registration.id], edge, limit=PER_PAGE)
    rows = db.session.execute(ordered).all()
    shown = page(rows, [(row[0].id,) for row in rows], edge, limit=PER_PAGE, backwards=backwards)
    return Page([_registration(*row) for row in shown.items], shown.after, shown.before)


def _registration(row: Registration, secret_id: int | None, same: int | None) -> DeskRegistration:
    return DeskRegistration(
        public_id=row.public_id,
        number=row.number,
        state=row.state,
        people=row.people,
        registered_at=row.registered_at,
        checked_in_at=row.checked_in_at,
        moved_up_at=row.moved_up_at,
        has_mail=row.has_mail,
        by_staff=row.entered_by_id is not None,
        is_to_call=row.state is RegistrationState.REGISTERED
        and row.moved_up_at is not None
        and not row.has_mail
        and row.told_at is None,
        has_twin=(same or 0) > 1 and row.state is not RegistrationState.CANCELLED,
        has_secret=secret_id is not None,
    )


def list_draws(gathering: Gathering) -> list[tuple[GatheringDraw, int]]:
    """Return the draws of a gathering with how many of their codes registered. One query."""
    used = (
        select(GatheringInvitation.draw_id.label("draw_id"), func.count().label("used"))
        .join(Registration, Registration.invitation_id == GatheringInvitation.id)
        .where(GatheringInvitation.gathering_id == gathering.id)
        .group_by(GatheringInvitation.draw_id)
        .subquery()
    )
    rows = db.session.execute(
        select(GatheringDraw, func.coalesce(used.c.used, 0))
        .outerjoin(used, used.c.draw_id == GatheringDraw.id)
        .where(GatheringDraw.gathering_id == gathering.id)
        .order_by(GatheringDraw.number)
    )
    return [(draw, int(count)) for draw, count in rows]


def get_draw(gathering: Gathering, public_id: str) -> GatheringDraw:
    """Return a draw of a gathering; raises NotFound."""
    found = db.session.scalars(
        select(GatheringDraw).where(
            GatheringDraw.gathering_id == gathering.id, GatheringDraw.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
