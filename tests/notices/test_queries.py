"""Reading notices and feeds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.contributions.events import AuthorTold
from participation.foundation import events
from participation.foundation.db import transaction
from participation.foundation.paging import Edge
from participation.notices import queries
from tests.support.builders.discussion import a_subject, a_thread
from tests.support.builders.moderation import a_voice
from tests.support.people import a_resident

pytestmark = pytest.mark.usefixtures("app")


def test_notices_come_newest_first_in_pages():
    person = a_resident()
    said_id = a_voice(person).id
    for number in range(queries.PAGE + 3):
        with transaction():
            events.publish(AuthorTold(said_id, f"題{number}", "文", "/x"))
    first = queries.list_notices(person.id, Edge())
    rest = queries.list_notices(person.id, Edge(after=first.after))
    assert (len(first.items), len(rest.items), rest.after) == (queries.PAGE, 3, None)
    assert first.items[0].title == f"題{queries.PAGE + 2}"
    assert queries.count_unread(person.id) == queries.PAGE + 3


def test_a_feed_has_what_is_public_newest_first(clock):
    subject = a_subject()
    a_thread("先", about=subject)
    clock.advance(timedelta(minutes=1))
    a_thread("後", about=subject)
    assert [entry.title for entry in queries.list_subject_feed([subject.id])] == ["後", "先"]
