"""Registrations for a meeting of a space: taken by a gathering, which goes where the meeting goes, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor, Right, system
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.gatherings import commands as gatherings
from participation.gatherings.domain import GatheringDraft, GatheringKind, GatheringState, Need
from participation.gatherings.models import Gathering
from participation.gatherings.queries import draft_of
from participation.spaces.commands.holding import _hold, _lock
from participation.spaces.models import AgendaItem, LocalIssue, Space, SpaceMeeting

#: In whose name a gathering follows its meeting: the right was asked of who changed the meeting.
FOLLOWING = system("spaces")
NO_PLACE = "会議の場所を決めてから、申し込みを受け付けてください。"


@dataclass(frozen=True)
class SeatsDraft:
    """How a meeting is registered for (参加の申し込み)."""

    ends_at: datetime
    contact: str
    capacity: int | None = None
    has_waiting_list: bool = True
    asks_name: bool = False
    closes_at: datetime | None = None
    needs_offered: frozenset[Need] = frozenset()
    needs_note: str = ""
    #: A consultation into whose register goes what is said in the room.
    consultation_id: int | None = None


def take_registrations(space: Space, meeting: SpaceMeeting, seats: SeatsDraft, *, by: Actor) -> Gathering:
    """Take registrations for a meeting to come: from now on people find it among the gatherings, too."""
    access.require(by, "spaces.take_registrations", space, meeting)
    _hold(space, Right.SUBMIT, by)
    _lock(meeting)
    access.require(by, "spaces.take_registrations", space, meeting)
    if not meeting.place:
        raise Refused(NO_PLACE)
    draft = GatheringDraft(
        title=meeting.title,
        kind=GatheringKind.DISTRICT_COUNCIL,
        starts_at=meeting.starts_at,
        ends_at=seats.ends_at,
        description=meeting.note,
        place=meeting.place,
        capacity=seats.capacity,
        has_waiting_list=seats.has_waiting_list,
        asks_name=seats.asks_name,
        registration_closes_at=seats.closes_at,
        needs_offered=seats.needs_offered,
        needs_note=seats.needs_note,
        contact=seats.contact,
        consultation_id=seats.consultation_id,
        area_id=space.area_id,
        district_id=space.district_id,
        topics=_topics_of(meeting),
    )
    home_path = f"/spaces/meetings/{meeting.public_id}"
    gathering = gatherings.draft_gathering(draft, home_path=home_path, by=FOLLOWING)
    gatherings.announce_gathering(gathering, by=FOLLOWING)
    meeting.gathering_id = gathering.id
    audit.record(by, "spaces.take_registrations", meeting, {"gathering": gathering.public_id})
    return gathering


def follow_gathering(gathering_id: int, *, by: Actor) -> None:
    """Say of a meeting what staff changed in the gathering that takes its registrations, or called off."""
    access.require(by, "spaces.follow_gathering")
    meeting = db.session.scalars(
        select(SpaceMeeting).where(SpaceMeeting.gathering_id == gathering_id)
    ).one_or_none()
    if meeting is None:
        return  # A gathering of its own.
    gathering = db.session.get_one(Gathering, gathering_id)
    if gathering.state is GatheringState.CANCELLED:
        if meeting.cancelled_at is None:
            meeting.cancelled_at, meeting.cancelled_reason = clock.now(), gathering.cancel_reason
    else:
        meeting.title, meeting.starts_at = gathering.title, gathering.starts_at
        meeting.place, meeting.note = gathering.place, gathering.description
    audit.record(by, "spaces.follow_gathering", meeting)


def _move_gathering(meeting: SpaceMeeting) -> None:
    """Move the gathering of a meeting to where the meeting is now; whoever registered is written to."""
    if meeting.gathering_id is None:
        return
    gathering = db.session.get_one(Gathering, meeting.gathering_id)
    if not meeting.place:
        raise Refused(NO_PLACE, field="place")
    moved = meeting.starts_at - gathering.starts_at
    closes_at = gathering.registration_closes_at
    draft = draft_of(
        gathering,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=gathering.ends_at + moved,
        registration_closes_at=closes_at + moved if closes_at else None,
        place=meeting.place,
        description=meeting.note,
    )
    gatherings.change_gathering(gathering, draft, gathering.version, by=FOLLOWING)


def _cancel_gathering_of(meeting: SpaceMeeting) -> None:
    """Call the gathering of a meeting off with it; whoever registered is written to."""
    if meeting.gathering_id is None:
        return
    gathering = db.session.get_one(Gathering, meeting.gathering_id)
    if gathering.state in (GatheringState.DRAFT, GatheringState.ANNOUNCED):
        gatherings.cancel_gathering(gathering, meeting.cancelled_reason, by=FOLLOWING)


def _topics_of(meeting: SpaceMeeting) -> tuple[int, ...]:
    """Return the issues on a meeting's agenda, as what can be spoken about."""
    return tuple(
        db.session.scalars(
            select(LocalIssue.subject_id)
            .join(AgendaItem, AgendaItem.issue_id == LocalIssue.id)
            .where(AgendaItem.meeting_id == meeting.id)
            .group_by(LocalIssue.subject_id)
            .order_by(func.min(AgendaItem.id))
        )
    )
