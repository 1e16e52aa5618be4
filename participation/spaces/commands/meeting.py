"""Agenda and meetings of a space: planned, held, their minutes published and, if need be, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.spaces.commands.holding import _hold, _lock, _refuse_empty, _refuse_stale
from participation.spaces.commands.registering import cancel_gathering_of, move_gathering
from participation.spaces.domain import AgendaState
from participation.spaces.events import MinutesPublished
from participation.spaces.models import AgendaItem, LocalIssue, Space, SpaceMeeting


@dataclass(frozen=True)
class MeetingDraft:
    """What is announced of a meeting."""

    title: str
    starts_at: datetime
    place: str = ""
    note: str = ""


def plan_meeting(space: Space, draft: MeetingDraft, *, by: Actor) -> SpaceMeeting:
    """Announce a meeting of the space."""
    access.require(by, "spaces.plan", space)
    _hold(space, Right.DRAFT, by)
    meeting = SpaceMeeting(
        space_id=space.id,
        title=_refuse_empty(draft.title, "title", "会議の名前を書いてください。"),
        starts_at=draft.starts_at,
        place=draft.place,
        note=draft.note,
        minutes="",
        earlier_minutes=[],
        cancelled_reason="",
    )
    db.session.add(meeting)
    db.session.flush()
    audit.record(by, "spaces.plan", meeting)
    return meeting


def change_meeting(
    space: Space, meeting: SpaceMeeting, draft: MeetingDraft, seen_version: int, *, by: Actor
) -> None:
    """Change what is announced of a meeting that has not begun."""
    access.require(by, "spaces.plan", space)
    _hold(space, Right.DRAFT, by)
    _lock(meeting)
    _refuse_stale(meeting.version, seen_version)
    if meeting.starts_at <= clock.now() or meeting.cancelled_at is not None:
        raise Conflict("始まった会議と取りやめた会議は、変えられません。")
    meeting.title = _refuse_empty(draft.title, "title", "会議の名前を書いてください。")
    meeting.starts_at, meeting.place, meeting.note = draft.starts_at, draft.place, draft.note
    move_gathering(meeting)
    audit.record(by, "spaces.plan", meeting)


def cancel_meeting(space: Space, meeting: SpaceMeeting, reason: str, *, by: Actor) -> None:
    """Call a meeting off; its page says why."""
    access.require(by, "spaces.plan", space)
    _hold(space, Right.DRAFT, by)
    _lock(meeting)
    if meeting.cancelled_at is not None or meeting.starts_at <= clock.now():
        raise Conflict("取りやめられるのは、これから開く会議だけです。")
    meeting.cancelled_reason = _refuse_empty(reason, "reason", "取りやめの理由を書いてください。")
    meeting.cancelled_at = clock.now()
    cancel_gathering_of(meeting)
    audit.record(by, "spaces.plan", meeting, {"cancelled": True})


def publish_minutes(
    space: Space,
    meeting: SpaceMeeting,
    minutes: str,
    attended_count: int | None,
    seen_version: int,
    *,
    by: Actor,
) -> None:
    """Publish the minutes of a meeting, or correct them: what stood there before is kept and shown."""
    access.require(by, "spaces.publish_minutes", space, meeting)
    _hold(space, Right.SUBMIT, by)
    _lock(meeting)
    _refuse_stale(meeting.version, seen_version)
    minutes = _refuse_empty(minutes, "minutes", "議事録を書いてください。")
    if meeting.minutes_published_at is not None and minutes != meeting.minutes:
        earlier = {"text": meeting.minutes, "replaced_at": clock.now().isoformat()}
        meeting.earlier_minutes = [*meeting.earlier_minutes, earlier]
    meeting.minutes, meeting.attended_count = minutes, attended_count
    meeting.minutes_published_at = meeting.minutes_published_at or clock.now()
    audit.record(by, "spaces.publish_minutes", meeting, {"corrections": len(meeting.earlier_minutes)})
    events.publish(MinutesPublished(meeting.id))


def add_agenda_item(
    space: Space,
    title: str,
    text: str,
    meeting: SpaceMeeting | None = None,
    issue: LocalIssue | None = None,
    *,
    by: Actor,
) -> AgendaItem:
    """Put something on the agenda, for a meeting or for the time being, on a local issue or on its own."""
    access.require(by, "spaces.plan", space)
    _hold(space, Right.DRAFT, by)
    _refuse_strange(space, meeting, issue)
    item = AgendaItem(
        space_id=space.id,
        meeting_id=meeting.id if meeting else None,
        issue_id=issue.id if issue else None,
        title=_refuse_empty(title, "title", "議題を書いてください。"),
        text=text.strip(),
        state=AgendaState.PLANNED,
        outcome="",
        added_at=clock.now(),
    )
    db.session.add(item)
    db.session.flush()
    audit.record(by, "spaces.plan", item)
    return item


def settle_agenda_item(
    space: Space,
    item: AgendaItem,
    state: AgendaState,
    outcome: str,
    meeting: SpaceMeeting | None,
    seen_version: int,
    *,
    by: Actor,
) -> None:
    """Note what became of an item: settled, carried on (to a later meeting, if one is named) or dropped."""
    access.require(by, "spaces.plan", space)
    _hold(space, Right.DRAFT, by)
    _lock(item)
    _refuse_stale(item.version, seen_version)
    if item.state in (AgendaState.SETTLED, AgendaState.DROPPED):
        raise Conflict("この議題の結果は、もう決まっています。")
    if state is not AgendaState.PLANNED:
        outcome = _refuse_empty(outcome, "outcome", "決まったこと、または理由を書いてください。")
    _refuse_strange(space, meeting, None)
    item.state, item.outcome = state, outcome.strip()
    item.meeting_id = meeting.id if meeting else item.meeting_id
    item.settled_at = clock.now() if state in (AgendaState.SETTLED, AgendaState.DROPPED) else None
    audit.record(by, "spaces.plan", item, {"state": state.value})


def _refuse_strange(space: Space, meeting: SpaceMeeting | None, issue: LocalIssue | None) -> None:
    for each, field in ((meeting, "meeting"), (issue, "issue")):
        if each is not None and each.space_id != space.id:
            raise Refused("この空間のものを選んでください。", field=field)
