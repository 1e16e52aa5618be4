"""Discussions at the desk: ended with a reason, taken up again."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.discussion import commands
from participation.discussion.models import Thread
from participation.foundation.db import db, transaction
from tests.support.builders.discussion import a_thread
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

REASON = "計画が決まり、役目を終えました。"


@pytest.fixture
def desk(app, client):
    return PageClient(app, log_in(client, a_member_of_staff(Role.EDITOR)))


def test_a_discussion_is_ended_at_the_desk_and_its_page_says_why(desk, app):
    thread = a_thread("お知らせの届け方")
    page = desk.get("/desk/talk").follow("お知らせの届け方")
    closed = page.submit("話し合いを終える", reason=REASON)
    assert "終了" in closed.text
    assert REASON in closed.text
    public = PageClient(app, app.test_client()).get(f"/talk/{thread.public_id}")
    assert REASON in public.text
    assert "話し合いに書く" not in public.text
    assert "お知らせの届け方" not in desk.get("/desk/talk").text
    assert "お知らせの届け方" in desk.get("/desk/talk?state=closed").text


def test_a_discussion_is_taken_up_again(desk, app):
    thread = a_thread("お知らせの届け方")
    editor = actor_of(a_member_of_staff(Role.EDITOR))
    with transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), REASON, by=editor)
    reopened = desk.get(f"/desk/talk/{thread.public_id}").submit("話し合いを再開する")
    assert "書き込めます" in reopened.text
    public = PageClient(app, app.test_client()).get(f"/talk/{thread.public_id}")
    assert REASON not in public.text
    assert "話し合いに書く" in public.text


def test_without_a_reason_nothing_ends_and_the_form_says_so(desk):
    thread = a_thread()
    refused = desk.get(f"/desk/talk/{thread.public_id}").submit("話し合いを終える", expect=422, reason="")
    assert "理由を書いてください" in refused.text


def test_who_writes_while_staff_end_the_discussion_keeps_the_words(desk, app):
    thread = a_thread()
    writer = PageClient(app, log_in(app.test_client(), a_resident()))
    form = writer.get(f"/talk/{thread.public_id}/write")
    desk.get(f"/desk/talk/{thread.public_id}").submit("話し合いを終える", reason=REASON)
    answer = form.submit("投稿する", expect=422, kind="reason", body="夜の部も開いてほしいです。")
    assert "夜の部も開いてほしいです。" in answer.text
    assert "終わりました" in answer.text


def test_residents_have_no_such_page(app):
    thread = a_thread()
    resident = PageClient(app, log_in(app.test_client(), a_resident()))
    resident.get("/desk/talk", expect=403)
    resident.get(f"/desk/talk/{thread.public_id}", expect=403)


def test_a_reason_too_long_for_a_discussion_a_colleague_just_ended_is_kept(desk):
    thread = a_thread()
    form = desk.get(f"/desk/talk/{thread.public_id}")
    desk.get(f"/desk/talk/{thread.public_id}").submit("話し合いを終える", reason=REASON)
    assert "あ" * 301 in form.submit("話し合いを終える", expect=422, reason="あ" * 301).text
    assert (
        "別の理由"
        in form.submit("話し合いを終える", expect=409, reason="別の理由").root.all("textarea")[0].text
    )
