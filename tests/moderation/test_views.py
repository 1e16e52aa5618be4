"""The rules, reporting and objecting, as residents meet them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.moderation import commands, queries
from participation.moderation.domain import AppealOutcome
from participation.moderation.models import Report
from tests.support.builders.discussion import a_post, a_thread
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

HOSTILE = "<script>alert(1)</script>\"'\u202e"


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def signed_in(app, person):
    return PageClient(app, log_in(app.test_client(), person))


def hidden(author, reason="理由です。"):
    said, staff = a_post(a_thread(), "消える文", by=author), actor_of(a_member_of_staff(Role.SCREENER))
    with transaction():
        return commands.hide(said, queries.get_clause(2), reason, by=staff), said


def test_the_rules_and_the_tally_are_public(page):
    rules = page.get("/rules")
    assert "個人の情報を書かない" in rules.text
    tally = rules.follow("表示を止めた件数（月ごと）")
    assert "2026年11月" in tally.text


def test_the_tally_shows_a_hidden_post_with_the_next_request(page):
    page.get("/rules/tally")
    hidden(a_resident())
    row = next(row for row in page.get("/rules/tally").all("tr") if "2026年11月" in row.text)
    assert row.text.split()[-4:] == ["1", "0", "0", "0"]


def test_a_resident_reports_a_post_once(app):
    thread = a_thread()
    a_post(thread, "ひどい文")
    client = signed_in(app, a_resident())
    form = client.get(f"/talk/{thread.public_id}").all("article")[1]
    address = next(link.attrs["href"] for link in form.all("a") if link.text == "区に知らせる")
    done = client.get(address).submit("知らせる", clause="1", note=HOSTILE)
    assert "知らせを受け取りました" in done.text
    client.get(address).submit("知らせる", clause="2", note="もう一度")
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1


@pytest.mark.parametrize("fields", [{"clause": None}, {"clause": "1", "note": "あ" * 501}])
def test_an_incomplete_report_is_shown_again_with_what_was_typed(app, fields):
    said = a_post(a_thread())
    client = signed_in(app, a_resident())
    refused = client.get(f"/voices/{said.public_id}/report").submit("知らせる", expect=422, **fields)
    assert (fields.get("note") or "") in refused.html


def test_own_posts_and_hidden_posts_are_not_reported(app):
    author = a_resident()
    decision, said = hidden(author)
    signed_in(app, a_resident()).get(f"/voices/{said.public_id}/report", expect=404)
    own = a_post(a_thread(), by=a_resident("じぶん"))
    shown = signed_in(app, db.session.get_one(type(author), own.author_id)).get(
        f"/voices/{own.public_id}/report"
    )
    assert "取り下げる" in shown.text
    assert decision.public_id not in shown.html


def test_a_visitor_is_asked_to_log_in_first(page):
    said = a_post(a_thread())
    assert "ログイン" in page.get(f"/voices/{said.public_id}/report").text


def test_the_author_reads_why_and_objects_once(app):
    author = a_resident()
    decision, _ = hidden(author, HOSTILE)
    client = signed_in(app, author)
    shown = client.get(f"/my/decisions/{decision.public_id}")
    assert "個人の情報を書かない" in shown.text
    assert "消える文" in shown.text
    assert "<script>alert" not in shown.html
    sent = shown.submit("異議を申し出る", body="だれのことも書いていません。")
    assert "回答を待っています" in sent.text
    assert not [form for form in sent.forms if "異議を申し出る" in form.button_texts]
    approver = actor_of(a_member_of_staff(Role.APPROVER))
    with transaction():
        objection = queries.get_appeal(queries.list_open_appeals()[0].public_id)
        commands.answer_appeal(objection, AppealOutcome.REJECTED, "見直しましたが同じです。", by=approver)
    assert "見直しましたが同じです。" in client.get(f"/my/decisions/{decision.public_id}").text


@pytest.mark.parametrize("typed", ["", "あ" * 1001])
def test_an_objection_that_cannot_be_taken_is_kept(app, typed):
    author = a_resident()
    decision, _ = hidden(author)
    refused = (
        signed_in(app, author)
        .get(f"/my/decisions/{decision.public_id}")
        .submit("異議を申し出る", body=typed, expect=422)
    )
    assert typed in refused.html


def test_nobody_else_finds_the_decision(app, page):
    decision, _ = hidden(a_resident())
    signed_in(app, a_resident()).get(f"/my/decisions/{decision.public_id}", expect=404)
    assert "ログイン" in page.get(f"/my/decisions/{decision.public_id}").text
