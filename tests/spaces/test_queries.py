"""What pages of spaces read: a constant number of questions, and nothing that is not for the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock as app_clock
from participation.foundation import remembering
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.spaces import commands, queries
from participation.spaces.domain import IssueStage
from tests.support.builders.gatherings import a_gathering
from tests.support.builders.spaces import (
    OFFICER,
    a_check,
    a_secretariat,
    an_issue,
    the_space,
)
from tests.support.people import a_resident, actor_of


def asked(call):
    """How many questions the database gets."""
    statements = []

    def note(*args):
        statements.append(args[2])

    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in statements if each.lstrip().upper().startswith(("SELECT", "WITH"))])


def asked_afresh(call):
    """How many questions the database gets when nothing is remembered."""
    remembering.forget_all()
    db.session.remove()
    return asked(call)


def test_a_space_page_asks_ten_questions_however_much_goes_on(app):
    a_secretariat()
    few = asked_afresh(lambda: queries.get_space_page("aburamen", visitor()))
    for _ in range(3):
        an_issue()
        with transaction():
            draft = commands.MeetingDraft("会議", app_clock.now() + timedelta(days=3))
            meeting = commands.plan_meeting(the_space(), draft, by=OFFICER)
            commands.add_agenda_item(the_space(), "議題", "", meeting, by=OFFICER)
    a_check()
    many = asked_afresh(lambda: queries.get_space_page("aburamen", visitor()))
    assert few == many <= 10


def test_a_space_page_that_was_read_is_remembered_until_something_on_it_changes(app, clock):
    issue = an_issue()
    first = queries.get_space_page("aburamen", visitor())

    def reading():
        return queries.get_space_page("aburamen", visitor())

    asked_afresh(reading)
    db.session.remove()
    assert asked(reading) == 2  # what changed meanwhile, and the issues
    assert [*first.coming, *first.gatherings] == []
    meeting = commands.MeetingDraft("会議", app_clock.now() + timedelta(days=3))
    with transaction():
        commands.plan_meeting(the_space(), meeting, by=OFFICER)
    db.session.remove()
    assert asked(reading) <= 8
    assert [each.title for each in reading().coming] == ["会議"]
    a_gathering()
    db.session.remove()
    assert asked(lambda: queries.get_space_page("ward", visitor())) <= 10
    assert queries.get_space_page("ward", visitor()).gatherings
    clock.advance(timedelta(days=4))
    db.session.remove()
    page = reading()
    assert (page.coming, [each.title for each in page.held]) == ([], ["会議"])
    assert [row.public_id for row in page.issues] == [issue.public_id]


def test_what_only_its_author_may_still_read_is_not_remembered_for_others(app):
    author = a_resident()
    issue = an_issue(by=actor_of(author))
    with transaction():
        said = db.session.get_one(Contribution, issue.contribution_id)
        contributions.change_visibility(said, Visibility.HIDDEN, reason="ルール")
    own = actor_of(author)
    db.session.remove()
    for reader, count in ((own, 1), (visitor(), 0), (own, 1)):
        assert len(queries.get_space_page("aburamen", reader).issues) == count
        db.session.remove()


def test_what_waits_for_a_secretariat_is_read_in_six_questions(app):
    _, organisation, delegate = a_secretariat()
    a_check()
    actor, name = actor_of(delegate), organisation.name

    def reading():
        return queries.get_running_page(*queries.get_space_to_run("aburamen"), actor)

    assert asked(reading) <= 6
    page = reading()
    assert page.secretariat.name == name
    assert (len(page.issues), len(page.checks), page.drafts) == (1, 1, [])
    with pytest.raises(NotFound):
        queries.get_space_to_run("nowhere")


def test_an_issue_page_asks_ten_questions_at_most(app):
    issue = an_issue()
    a_check(issue)
    assert asked(lambda: queries.get_issue_page(issue.public_id, visitor())) <= 10


def test_an_issue_that_was_hidden_is_in_no_list_and_its_words_on_no_page(app):
    issue = an_issue(text="ひどい言葉")
    with transaction():
        said = db.session.get_one(Contribution, issue.contribution_id)
        contributions.change_visibility(said, Visibility.HIDDEN, reason="ルール")
    assert not queries.list_issues(the_space(), visitor())
    page = queries.get_issue_page(issue.public_id, visitor())
    assert (page.is_readable, page.text) == (False, "")
    assert [row.issue_count for row in queries.list_space_rows(visitor()) if row.code == "aburamen"] == [0]


def test_issues_are_narrowed_by_stage_and_the_one_that_moved_last_comes_first(app, clock):
    first = an_issue(stage=IssueStage.REGISTERED)
    clock.advance(timedelta(hours=1))
    second = an_issue(stage=IssueStage.TALK)
    assert [row.public_id for row in queries.list_issues(the_space(), visitor())] == [
        second.public_id,
        first.public_id,
    ]
    assert [row.public_id for row in queries.list_issues(the_space(), visitor(), stage="talk")] == [
        second.public_id
    ]


def test_organisations_stand_on_the_page_of_their_district_and_of_its_area(app):
    _, organisation, delegate = a_secretariat()
    for code in ("aburamen", "area-central"):
        names = [name for _, name, _ in queries.get_space_page(code, actor_of(delegate)).organisations]
        assert names == [organisation.name]
    assert not queries.get_space_page("komaba", visitor()).organisations


@pytest.mark.parametrize(
    "get",
    [
        queries.get_space,
        queries.get_issue,
        queries.get_meeting,
        queries.get_agenda_item,
        queries.get_check,
        queries.get_news,
        queries.get_passage,
        queries.get_link,
    ],
)
def test_what_does_not_exist_is_not_found(app, get):
    with pytest.raises(NotFound):
        get("nothing")


def test_gatherings_stand_in_the_space_of_their_district_and_of_its_area(app):
    district = the_space("aburamen")
    made = a_gathering(area_id=district.area_id, district_id=district.district_id)
    for code, expected in (("aburamen", 1), ("area-central", 1), ("komaba", 0), ("ward", 1)):
        page = queries.get_space_page(code, visitor())
        assert [row.public_id for row in page.gatherings] == [made.public_id] * expected, code
    assert queries.get_space_page("area-central", visitor()).place_code == "central"
