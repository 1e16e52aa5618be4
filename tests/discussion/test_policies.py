"""Who may talk: one row per action, role and state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Role, system, visitor
from participation.access.rules import can
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.discussion.models import Post, Thread
from participation.foundation import clock as app_clock
from participation.subjects.models import Subject
from tests.support.people import a_member_of_staff, a_resident, actor_of

OPEN, LATER = timedelta(0), timedelta(minutes=15)


@pytest.fixture
def people(app):
    author = a_resident()
    return {
        "visitor": visitor(),
        "author": actor_of(author),
        "other": actor_of(a_resident()),
        "screener": actor_of(a_member_of_staff(Role.SCREENER)),
        "analyst": actor_of(a_member_of_staff(Role.ANALYST)),
        "system": system("tests"),
    }


def a_subject(is_open: bool = True) -> Subject:
    return Subject(opened_at=app_clock.now() if is_open else None, closed_at=None)


@pytest.mark.parametrize(
    ("who", "is_open", "may"),
    [
        ("visitor", True, False),
        ("author", True, True),
        ("author", False, False),
        ("screener", True, False),
        ("analyst", True, False),
    ],
)
def test_starting_and_posting(people, who, is_open, may):
    subject, thread = a_subject(is_open), Thread(closed_at=None)
    assert bool(can(people[who], "discussion.start", subject)) is may
    assert bool(can(people[who], "discussion.post", thread, subject)) is may


def test_nobody_posts_to_a_closed_thread(people):
    thread = Thread(closed_at=app_clock.now())
    assert not can(people["author"], "discussion.post", thread, a_subject())


def test_nobody_speaks_for_an_organisation_that_did_not_send_them(people):
    assert not can(people["author"], "discussion.start", a_subject(), 7)


@pytest.mark.parametrize(
    ("who", "age", "numbered", "visibility", "may"),
    [
        ("author", LATER - timedelta(seconds=1), 0, Visibility.PUBLISHED, True),
        ("author", LATER, 0, Visibility.PUBLISHED, False),
        ("author", OPEN, 1, Visibility.PUBLISHED, False),
        ("author", OPEN, 0, Visibility.HELD, True),
        ("author", OPEN, 0, Visibility.HIDDEN, False),
        ("author", OPEN, 0, Visibility.WITHDRAWN, False),
        ("other", OPEN, 0, Visibility.PUBLISHED, False),
        ("screener", OPEN, 0, Visibility.PUBLISHED, False),
        ("visitor", OPEN, 0, Visibility.PUBLISHED, False),
    ],
)
def test_changing(people, who, age, numbered, visibility, may):
    said = Contribution(
        author_id=people["author"].person_id, visibility=visibility, said_at=app_clock.now() - age
    )
    assert bool(can(people[who], "discussion.edit", said, Post(numbered=numbered))) is may


@pytest.mark.parametrize(
    ("who", "visibility", "may"),
    [
        ("author", Visibility.PUBLISHED, True),
        ("author", Visibility.HIDDEN, True),
        ("author", Visibility.WITHDRAWN, False),
        ("other", Visibility.PUBLISHED, False),
        ("screener", Visibility.PUBLISHED, False),
    ],
)
def test_withdrawing(people, who, visibility, may):
    said = Contribution(author_id=people["author"].person_id, visibility=visibility)
    assert bool(can(people[who], "discussion.withdraw", said)) is may


@pytest.mark.parametrize(
    ("who", "visibility", "may"),
    [
        ("other", Visibility.PUBLISHED, True),
        ("other", Visibility.HIDDEN, False),
        ("author", Visibility.PUBLISHED, False),
        ("screener", Visibility.PUBLISHED, False),
        ("visitor", Visibility.PUBLISHED, False),
    ],
)
def test_reacting(people, who, visibility, may):
    said = Contribution(author_id=people["author"].person_id, visibility=visibility)
    assert bool(can(people[who], "discussion.react", said)) is may


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("discussion.save_draft", {"author", "other", "system"}),
        ("discussion.discard_draft", {"author", "other", "system"}),
        ("discussion.recount", {"system"}),
    ],
)
def test_drafts_and_counting(people, action, allowed):
    assert {name for name, actor in people.items() if can(actor, action)} == allowed


@pytest.mark.parametrize("action", ["discussion.close", "discussion.reopen"])
def test_only_staff_who_decide_close_a_thread(people, action):
    allowed = {name for name, actor in people.items() if can(actor, action, Thread())}
    assert allowed == {"screener", "system"}
