"""A meeting that takes registrations and its gathering are one: moved, called off, listed and written up once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Right
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.gatherings import commands as gatherings
from participation.gatherings import queries as gathering_queries
from participation.gatherings.domain import GatheringState
from participation.gatherings.models import Gathering
from participation.gatherings.queries import draft_of
from participation.spaces import commands, queries
from participation.spaces.commands import MeetingDraft, SeatsDraft
from participation.spaces.models import Space, SpaceMeeting
from tests.support.builders.gatherings import OFFICER, registered
from tests.support.builders.spaces import CODE, TESTS, a_secretariat, an_issue, the_space
from tests.support.people import actor_of

pytestmark = pytest.mark.usefixtures("app")


def a_meeting(place: str = "住区センター", issue=None) -> SpaceMeeting:
    """A meeting in a week, with an issue on its agenda."""
    starts = app_clock.start_of(app_clock.today()) + timedelta(days=7, hours=19)
    with transaction():
        meeting = commands.plan_meeting(the_space(), MeetingDraft("定例会", starts, place), by=TESTS)
        if issue is not None:
            commands.add_agenda_item(the_space(), "夜道", "", meeting, issue, by=TESTS)
        return meeting


def taken(meeting: SpaceMeeting, by=TESTS, **says: object) -> Gathering:
    usual = {"ends_at": meeting.starts_at + timedelta(hours=2), "contact": "住区センター", "capacity": 20}
    with transaction():
        space = db.session.get_one(Space, meeting.space_id)
        return commands.take_registrations(space, meeting, SeatsDraft(**(usual | says)), by=by)


def test_a_delegate_takes_registrations_and_the_meeting_stands_once_in_every_list() -> None:
    space, _, delegate = a_secretariat()
    issue = an_issue()
    meeting = a_meeting(issue=issue)
    gathering = taken(meeting, by=actor_of(delegate))
    assert (gathering.state, gathering.title, gathering.district_id) == (
        GatheringState.ANNOUNCED,
        "定例会",
        space.district_id,
    )
    assert gathering_queries.list_topic_ids(gathering) == (issue.subject_id,)
    page = queries.get_space_page(CODE, TESTS)
    assert [each.title for each in page.coming] == ["定例会"]
    assert not page.gatherings
    entries = queries.calendar_of(space, "https://example.jp")
    assert [(each.title, each.ends_at) for each in entries] == [("定例会", gathering.ends_at)]
    with pytest.raises(Denied, match="議事録"), transaction():
        gatherings.write_record(gathering, "記録", 3, (), 0, by=OFFICER)
    with pytest.raises(Denied, match="もう申し込みを"):
        taken(meeting)


def test_without_the_right_or_a_place_nobody_registers() -> None:
    _, _, drafter = a_secretariat(rights={Right.DRAFT})
    with pytest.raises(Denied):
        taken(a_meeting(), by=actor_of(drafter))
    with pytest.raises(Refused, match="場所"):
        taken(a_meeting(place=""))


def test_who_moves_or_cancels_the_one_moves_and_cancels_the_other_and_everybody_is_told_once() -> None:
    meeting = a_meeting()
    gathering = taken(meeting, closes_at=meeting.starts_at - timedelta(days=1))
    registered(gathering)
    later = meeting.starts_at + timedelta(days=1)
    with transaction():
        commands.change_meeting(
            the_space(), meeting, MeetingDraft("定例会", later, "第2会議室"), meeting.version, by=TESTS
        )
    assert (gathering.starts_at, gathering.place) == (later, "第2会議室")
    assert gathering.ends_at == later + timedelta(hours=2)
    assert gathering.registration_closes_at == later - timedelta(days=1)
    with transaction():
        draft = draft_of(gathering, starts_at=later + timedelta(hours=1), ends_at=later + timedelta(hours=3))
        gatherings.change_gathering(gathering, draft, gathering.version, by=OFFICER)
    assert meeting.starts_at == later + timedelta(hours=1)
    with transaction():
        commands.cancel_meeting(the_space(), meeting, "会場が使えません", by=TESTS)
    assert (gathering.state, gathering.cancel_reason) == (GatheringState.CANCELLED, "会場が使えません")


def test_a_gathering_that_staff_call_off_calls_its_meeting_off() -> None:
    meeting = a_meeting()
    gathering = taken(meeting)
    with transaction():
        gatherings.cancel_gathering(gathering, "大雪のため", by=OFFICER)
    assert meeting.cancelled_at is not None
    assert meeting.cancelled_reason == "大雪のため"
    (entry,) = queries.calendar_of(the_space(), "https://example.jp")
    assert entry.is_cancelled


def test_a_meeting_without_registrations_is_in_the_calendar_of_its_space_too() -> None:
    meeting = a_meeting()
    (entry,) = queries.calendar_of(the_space(), "https://example.jp")
    assert entry.uid.startswith(f"meeting-{meeting.public_id}@")
    assert entry.ends_at is None
