"""Votes as staff meet them."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.foundation.db import db
from participation.votes import queries
from participation.votes.domain import ResultsShown
from participation.votes.models import Vote
from tests.support.builders.consultations import a_subject
from tests.support.builders.votes import a_vote, cast
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def test_staff_draft_change_open_and_close_a_vote(desk):
    subject = a_subject()
    assert "参考投票はまだありません" in desk.get("/desk/votes").text
    form = desk.get("/desk/votes").follow("新しい参考投票")
    refused = form.submit(
        "保存する",
        expect=422,
        question="どちらですか",
        kind="single",
        labels="一つ",
        subject_id=str(subject.id),
    )
    assert "選択肢を2つから" in refused.text
    shown = refused.submit("保存する", labels="公園\n図書館\n", closes_on="2026-12-05")
    assert "令和8年12月5日（土）" in shown.text
    edited = shown.follow("直す").submit("保存する", question="どちらを先にしますか")
    assert edited.h1 == "どちらを先にしますか"
    opened = edited.submit("公開する")
    assert "締切まで、職員を含めてだれにも数は見えません" in opened.text
    vote = db.session.query(Vote).one()
    assert [option.label for option in queries.list_options(vote)] == ["公園", "図書館"]
    cast(vote, "o2")
    closed = opened.submit("いま締め切る")
    assert "図書館 1人 100%" in closed.text


def test_no_staff_page_tells_a_running_total_that_the_vote_hides(desk):
    vote = a_vote(results_shown=ResultsShown.AFTER_CLOSING)
    addresses = ("/desk/votes", f"/desk/votes/{vote.public_id}")
    before = [desk.get(address).main.text for address in addresses]
    for code in ("agree", "agree", "pass"):
        cast(vote, code)
    assert [desk.get(address).main.text for address in addresses] == before


def test_two_people_who_change_the_same_draft_do_not_overwrite_each_other(desk):
    vote = a_vote(published=False)
    address = f"/desk/votes/{vote.public_id}/edit"
    one, other = desk.get(address), desk.get(address)
    one.submit("保存する", question="先に直した問い")
    late = other.submit("保存する", expect=409, question="あとから直した問い")
    assert "あとから直した問い" in late.html


def test_a_published_vote_is_not_changed_and_others_stay_outside(app, client, desk):
    vote = a_vote()
    desk.get(f"/desk/votes/{vote.public_id}/edit", expect=422)
    desk.get("/desk/votes/zzz", expect=404)
    log_in(client, a_member_of_staff(Role.AUDITOR))
    assert client.get("/desk/votes").status_code == 200
    assert client.get("/desk/votes/new").status_code == 403
    log_in(client, a_resident())
    assert client.get("/desk/votes").status_code == 403
