"""On one page delegates read what would go out, agree, and carry it out; nobody else learns of it."""

from __future__ import annotations

from sqlalchemy import select

from participation.challenges.models import CallApplication, CooperationCall
from participation.foundation.db import db, transaction
from participation.notices.models import Notification
from participation.organisations.models import CommunityOrganisation
from tests.support.builders.challenges import a_call, an_application
from tests.support.builders.proposals import a_team
from tests.support.page import PageClient
from tests.support.people import a_delegate, log_in


def a_team_of_two(name="ふたりの会"):
    organisation, writer = a_team(name)
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).approvals_needed = 1
    return organisation, writer, a_delegate(organisation)


def as_somebody(app, person):
    return PageClient(app, log_in(app.test_client(), person))


def test_a_call_is_agreed_to_on_its_page_before_everybody_reads_it(app):
    _, writer, other = a_team_of_two()
    one, two = as_somebody(app, writer), as_somebody(app, other)
    asked = one.get("/cooperation/new").submit(
        "募集を載せる",
        title="<b>人手</b>を探す",
        text="週に一度です。",
        resources=["people"],
        contact="03-0000-1111",
    )
    assert "&lt;b&gt;" in asked.html
    assert "03-0000-1111" in asked.text
    notice = db.session.scalars(select(Notification).where(Notification.person_id == other.id)).one()
    assert notice.path == asked.url
    asked.submit("記録する", expect=422, stance="disagrees", note="")
    two.get(asked.url).submit("記録する", stance="agrees", note="短い期間がよい。", is_note_public="y")
    done = one.get(asked.url).submit("協力の募集を行う")
    assert "担当者1人が承認しました" in done.text
    assert "短い期間がよい。" in PageClient(app).get(done.url).text
    assert "行いました" in two.get(asked.url).text
    as_somebody(app, a_team("よその会")[1]).get(asked.url, expect=404)


def test_what_was_asked_is_called_off_with_a_button(app):
    _, writer, _ = a_team_of_two()
    asked = (
        as_somebody(app, writer)
        .get("/cooperation/new")
        .submit("募集を載せる", title="人手を探す", text="週に一度です。", resources=["people"])
    )
    assert "終わっています" in asked.submit("この手続きを取りやめる").text
    assert db.session.scalars(select(CooperationCall)).all() == []


def test_two_who_rewrite_a_call_at_once_see_both_texts_and_who_applied_is_told(app):
    mine, theirs = a_team(), a_team("よその会")
    call = a_call(*mine)
    an_application(call, *theirs)
    path = f"/cooperation/{call.public_id}"
    page = as_somebody(app, mine[1])
    stale = page.get(path).follow("募集を書き直す")
    stale.submit("書き直して公開する", expect=422, reason="")
    page.get(f"{path}/edit").submit("書き直して公開する", text="月に一度です。", reason="多すぎたので")
    both = stale.submit("書き直して公開する", expect=409, text="隔週です。", reason="ちょうどよく")
    assert "月に一度です。" in both.text
    assert "隔週です。" in both.html
    assert "隔週です。" in both.submit("書き直して公開する").text
    shown = PageClient(app).get(path)
    assert "多すぎたので" in shown.text
    first = shown.follow("1回目の書き直し")
    assert first.all("del")
    told = db.session.scalars(select(Notification.title).where(Notification.person_id == theirs[1].id)).all()
    assert told.count("応募した協力の募集が書き直されました") == 2
    PageClient(app).get(f"{path}/versions/9", expect=404)


def test_a_call_is_called_off_with_a_reason(app):
    mine, theirs = a_team(), a_team("よその会")
    call = a_call(*mine)
    an_application(call, *theirs)
    page = as_somebody(app, mine[1])
    closing = page.get(f"/cooperation/{call.public_id}/close")
    closing.submit("決める", expect=422, how="called_off", reason="")
    assert "取りやめました" in closing.submit("決める", how="called_off", reason="会場がありません。").text
    application = db.session.scalars(select(CallApplication)).one()
    answer = as_somebody(app, theirs[1]).get(
        f"/cooperation/{call.public_id}/applications/{application.public_id}"
    )
    assert "会場がありません。" in answer.text
