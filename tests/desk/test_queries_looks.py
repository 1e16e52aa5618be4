"""Every look at what is kept apart is on the auditor's list: of names, needs, contacts, covered words, codes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.access.rules import all_looks, all_rules
from participation.audit import trail as audit
from participation.challenges import commands as challenges
from participation.desk import queries
from participation.desk.domain import LookFilter
from participation.foundation import clock as time
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge
from participation.gatherings import commands as gatherings
from participation.opinions import commands as opinions
from participation.opinions.domain import Submitter
from participation.opinions.models import Submission
from participation.organisations import commands as organisations
from tests.support.builders.challenges import an_idea
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.gatherings import a_gathering, registered
from tests.support.builders.opinions import a_paper_submission
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, actor_of, an_organisation, log_in

SECRETS = ("見本 花子", "見本町", "03-0000-4444")


@pytest.fixture
def officer(app):
    return a_member_of_staff(Role.OFFICER, nickname="見る職員")


def look_at_everything(officer):
    """One look of several kinds, each with its own reason."""
    by = actor_of(officer)
    sent = a_paper_submission(
        ["紙の意見"], to=an_open_consultation(), by=by, submitter=Submitter("見本 花子", "見本町1番")
    )
    idea = an_idea(contact_name="見本 花子", contact="03-0000-4444")
    gathering = a_gathering()
    registration = registered(gathering)
    club = an_organisation("連絡先のある会")
    with transaction():
        opinions.look_at_identity(db.session.get_one(Submission, sent.id), "本人確認", by=by)
        challenges.read_contact(idea, "アイデアを聞くため", by=by)
        gatherings.look_at_attendee(registration, "時刻が変わったので", by=by)
        gatherings.look_at_needs(gathering, "手話を頼むため", by=by)
        organisations.look_at_contact(club, "代表者に電話", by=by)
    return sent, club


def test_looks_of_every_slice_stand_on_one_page_with_reason_and_address_and_none_of_the_secrets(
    app, client, officer
):
    sent, club = look_at_everything(officer)
    auditor = PageClient(app, log_in(client, a_member_of_staff(Role.AUDITOR)))
    page = auditor.get("/desk/looks")
    for words in ("本人確認", "アイデアを聞くため", "時刻が変わったので", "手話を頼むため", "代表者に電話"):
        assert words in page.text
    assert f"/desk/submissions/{sent.public_id}" in page.html
    assert f"/desk/organisations/{club.public_id}" in page.html
    assert not [secret for secret in SECRETS if secret in page.text]
    only = auditor.get("/desk/looks?action=gatherings.look_at_needs")
    assert "手話を頼むため" in only.text
    assert "本人確認" not in only.text
    assert "この条件に合う記録はありません" in auditor.get("/desk/looks?person=nobody").text
    assert "本人確認" in auditor.get("/desk/looks?action=nothing&since=x").text, (
        "what cannot be read is left out"
    )


def test_they_are_narrowed_by_who_and_when_and_paged_in_two_queries(app, clock, officer):
    look_at_everything(officer)
    clock.advance(timedelta(days=3))
    club = an_organisation("あとの会")
    other = a_member_of_staff(Role.ADMINISTRATOR)
    with transaction():
        for number in range(60):
            organisations.look_at_contact(club, f"{number}回目", by=actor_of(other))
    counted = []

    def count(_connection, _cursor, statement, *_more):
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    first = queries.list_looks(LookFilter(), Edge())
    event.remove(db.engine, "before_cursor_execute", count)
    assert len([each for each in counted if not each.startswith("BEGIN")]) == 2
    assert (len(first.items), first.items[0].reason, first.before) == (50, "59回目", None)
    second = queries.list_looks(LookFilter(), Edge(after=first.after))
    assert len(second.items) == 15
    assert {each.who for each in queries.list_looks(LookFilter(person=officer.public_id), Edge()).items} == {
        "見る職員"
    }
    today = time.today()
    assert len(queries.list_looks(LookFilter(until=today - timedelta(days=1)), Edge()).items) == 5
    assert queries.list_looks(LookFilter(since=today + timedelta(days=1)), Edge()).items == []
    assert len(queries.list_lookers()) == 2


def test_what_was_looked_at_may_be_gone_and_the_look_stays(app, officer):
    with transaction():
        audit.record(actor_of(officer), "moderation.look_at_redacted", "contributions", {"reason": "確認"})
    [look] = queries.list_looks(LookFilter(), Edge()).items
    assert (look.label, look.path, look.reason) == ("", "", "確認")


def test_every_act_whose_name_says_that_it_looks_is_declared(app):
    undeclared = [
        rule.action
        for rule in all_rules()
        if rule.action.split(".")[1].startswith(("look_at_", "read_contact", "take_codes"))
        and rule.action not in all_looks()
    ]
    assert undeclared == ["proposals.look_at_flag"], "numbers of endorsements, no secret"


def test_only_auditor_and_administrator_read_it(app, client, officer):
    PageClient(app, log_in(client, officer)).get("/desk/looks", expect=403)
