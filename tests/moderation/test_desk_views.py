"""Deciding, as staff meet it."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.moderation import commands, queries
from tests.support.builders.discussion import a_post, a_thread
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in


def at_desk(app, *roles):
    return PageClient(app, log_in(app.test_client(), a_member_of_staff(*roles)))


def report(said, note="ひどい言い方です。"):
    by = actor_of(a_resident())
    with transaction():
        commands.report(said, queries.get_clause(1), note, by=by)


def state_of(said):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contribution, said.id).visibility


def test_an_empty_queue_says_so(app):
    assert "確認を待つ投稿はありません" in at_desk(app, Role.SCREENER).get("/desk/moderation").text


def test_a_screener_reads_the_surroundings_and_hides_with_a_clause(app):
    thread = a_thread("回覧板", "はじめの文")
    said = a_post(thread, "ひどい文", to=a_post(thread, "問いかけ"))
    report(said, "<script>alert(1)</script>")
    desk = at_desk(app, Role.SCREENER)
    shown = desk.get("/desk/moderation").follow("ひどい文")
    for words in ("はじめの文", "問いかけ", "<script>alert(1)</script>", "人を傷つけない"):
        assert words in shown.text
    done = shown.submit("決める", kind="hide", clause="1", reason="人への悪口のためです。")
    assert "非表示にした" in done.text
    assert state_of(said) is Visibility.HIDDEN
    assert "確認を待つ投稿はありません" in desk.get("/desk/moderation").text
    assert "人への悪口のためです。" in desk.get("/desk/moderation/decisions").text


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "hide", "clause": "", "reason": "理由"},
        {"kind": "hide", "clause": "1", "reason": ""},
        {"kind": None, "clause": "1", "reason": "理由"},
        {"kind": "restore", "clause": "", "reason": "もとから公開中"},
        {"kind": "hold", "clause": "", "reason": "あ" * 501},
    ],
)
def test_an_incomplete_decision_is_shown_again_and_nothing_changes(app, fields):
    said = a_post(a_thread(), "そのままの文")
    refused = (
        at_desk(app, Role.SCREENER)
        .get(f"/desk/moderation/{said.public_id}")
        .submit("決める", expect=422, **fields)
    )
    assert (fields["reason"] or "") in refused.html
    assert state_of(said) is Visibility.PUBLISHED


def test_a_held_post_is_put_back(app):
    said = a_post(a_thread(), "確かめる文")
    desk = at_desk(app, Role.EDITOR)
    desk.get(f"/desk/moderation/{said.public_id}").submit("決める", kind="hold", reason="確かめます。")
    assert state_of(said) is Visibility.HELD
    desk.get("/desk/moderation").follow("確かめる文").submit("決める", kind="restore", reason="")
    assert state_of(said) is Visibility.PUBLISHED


def test_an_auditor_reads_and_decides_nothing(app):
    said = a_post(a_thread())
    shown = at_desk(app, Role.AUDITOR).get(f"/desk/moderation/{said.public_id}")
    assert "ここでは決められません" in shown.text
    assert not [form for form in shown.forms if "決める" in form.button_texts]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OFFICER])
def test_others_find_no_queue(app, role):
    at_desk(app, role).get("/desk/moderation", expect=403)


def test_residents_and_visitors_find_no_queue(app, client):
    assert client.get("/desk/moderation").status_code in (302, 303)
    resident = log_in(app.test_client(), a_resident())
    assert resident.get("/desk/moderation").status_code == 403


def test_an_objection_is_answered_by_another_person(app):
    author = a_resident()
    said, writer = a_post(a_thread(), "わるくない文", by=author), actor_of(author)
    first = a_member_of_staff(Role.SCREENER)
    decider = actor_of(first)
    with transaction():
        decision = commands.hide(said, queries.get_clause(1), "理由", by=decider)
        commands.appeal(decision, "見直してください。", by=writer)
    own = PageClient(app, log_in(app.test_client(), first))
    refused = (
        own.get("/desk/moderation")
        .follow("見直してください。")
        .submit("回答する", outcome="rejected", answer="そのままです。", expect=422)
    )
    assert "ほかの職員が読みます" in refused.text
    assert "そのままです。" in refused.html
    other = at_desk(app, Role.APPROVER)
    done = (
        other.get("/desk/moderation")
        .follow("見直してください。")
        .submit("回答する", outcome="upheld", answer="表示に戻します。")
    )
    assert "異議を認め" in done.text
    assert state_of(said) is Visibility.PUBLISHED


@pytest.mark.parametrize("address", ["nosuchthing", "appeals/nosuchthing", "%00"])
def test_what_does_not_exist_is_not_found(app, address):
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{address}", expect=404)
