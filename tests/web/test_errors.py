"""Each kind of error is one status and one page, and nobody writes a long opinion twice."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, abort, session
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from participation.access.rules import LOG_IN_FIRST
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.web.access import public
from participation.web.errors import MAX_KEPT
from participation.web.submissions import AlreadySent, SentWithOtherWords
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in

bp = Blueprint("failing", __name__)

TYPED = "駅前の掲示板が古くて読めません。\n電話でも知らせてください。"
LOCKED = OperationalError("INSERT INTO opinions", {}, Exception("database is locked"))
ERRORS = {
    "not-found": NotFound(),
    "logged-out": Denied(LOG_IN_FIRST),
    "denied": Denied("この案件の担当課の職員だけができます。"),
    "refused": Refused("募集は終わりました。"),
    "conflict": Conflict("ほかの職員が先に保存しました。"),
    "locked": LOCKED,
    "pool": PoolTimeout(),
    "too-wide": DataError("INSERT", {}, Exception("value too long")),
    "too-big": OverflowError("Python int too large"),
    "defect": ZeroDivisionError("secret internals"),
    "sent": AlreadySent("/receipts"),
    "other-words": SentWithOtherWords(),
}


@bp.route("/failing/<kind>", methods=["GET", "POST"])
@public
def failing(kind):
    session["seen"] = True
    raise ERRORS[kind]


@bp.route("/failing/aborted/<int:status>", methods=["GET", "POST"])
@public
def aborted(status):
    abort(status)


@pytest.fixture
def page(app):
    if "failing" not in app.blueprints:
        app._got_first_request = False
        app.register_blueprint(bp)
    return PageClient(app)


def sent(page, kind, **fields):
    """Send a form with a good token to a page that fails; return the answer."""
    form = page.client.get("/log-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form).group(1)
    return page.client.post(f"/failing/{kind}", data={"csrf_token": token, **fields})


@pytest.mark.parametrize(
    ("kind", "status", "heading"),
    [
        ("not-found", 404, "ページが見つかりません"),
        ("denied", 403, "このページは開けません"),
        ("refused", 422, "このままでは受け付けられません"),
        ("conflict", 409, "ほかの人が先に変更しました"),
        ("locked", 503, "ただいま混み合っています"),
        ("pool", 503, "ただいま混み合っています"),
        ("too-wide", 404, "ページが見つかりません"),
        ("too-big", 404, "ページが見つかりません"),
        ("defect", 500, "サイトの側で問題が起きました"),
    ],
)
def test_each_error_has_its_status_and_a_whole_page(page, kind, status, heading):
    answer = page.get(f"/failing/{kind}", expect=status)
    assert answer.h1 == heading


@pytest.mark.parametrize("status", [400, 403, 404, 413, 415, 429, 500, 503])
def test_an_aborted_request_gets_a_page_in_japanese(page, status):
    answer = page.get(f"/failing/aborted/{status}", expect=status)
    assert re.search("[ぁ-ん]", answer.h1)
    assert answer.root.all("a", href="/"), "there is a way on"


def test_a_status_without_words_of_its_own_borrows_those_of_its_kind(page):
    assert page.get("/failing/aborted/418", expect=418).h1 == "送られた内容を読み取れませんでした"


@pytest.mark.parametrize(
    ("kind", "reason"), [("denied", "担当課の職員だけ"), ("conflict", "先に保存しました")]
)
def test_the_reason_of_a_command_stands_on_the_page(page, kind, reason):
    assert reason in page.get(f"/failing/{kind}", expect=409 if kind == "conflict" else 403).text


def test_a_defect_says_nothing_of_the_inside(page, capsys):
    answer = page.client.get("/failing/defect").get_data(as_text=True)
    assert "secret internals" not in answer
    assert "ZeroDivisionError" not in answer
    assert "ZeroDivisionError" in capsys.readouterr().err, "whoever runs the site finds it in the log"


@pytest.mark.parametrize("kind", ["conflict", "locked", "pool", "defect", "other-words", "too-wide"])
def test_what_was_typed_stands_on_the_page_and_can_be_sent_again(page, kind):
    answer = sent(page, kind, body=TYPED, nickname="かもめ")
    text = answer.get_data(as_text=True)
    assert TYPED in text
    assert 'value="かもめ"' in text
    assert f'action="/failing/{kind}"' in text
    assert re.search(r'name="csrf_token" value="[^"]+"', text)
    assert "エラー：" in text


def test_a_locked_database_asks_to_come_back_and_keeps_the_words(page):
    answer = sent(page, "locked", body=TYPED)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert TYPED in answer.get_data(as_text=True)
    assert "database is locked" not in answer.get_data(as_text=True)


def test_an_error_page_stands_when_the_database_cannot_even_say_who_reads(page, monkeypatch):
    log_in(page.client, a_resident())

    def away(_token_hash):
        raise LOCKED

    monkeypatch.setitem(page.app.extensions, "identity_loader", away)
    answer = page.client.get("/account")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "ただいま混み合っています" in answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["conflict", "locked", "defect"])
@pytest.mark.parametrize("field", ["password", "new_password", "present"])
def test_of_a_form_with_a_password_nothing_is_kept(page, kind, field):
    text = sent(page, kind, email="a@example.jp", **{field: "みどりの風とさくら"}).get_data(as_text=True)
    assert "みどりの風とさくら" not in text
    assert "a@example.jp" not in text


def test_hostile_words_are_kept_as_words(page):
    text = sent(page, "conflict", body="</textarea><script>alert(1)</script>").get_data(as_text=True)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_an_old_token_costs_a_click_and_no_words(page):
    answer = page.client.post("/failing/refused", data={"csrf_token": "old", "body": TYPED})
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert TYPED in text
    assert 'value="old"' not in text, "the page carries a new token"


def test_an_old_token_on_a_form_with_a_password_does_not_promise_what_is_not_there(page):
    answer = page.client.post(
        "/failing/refused", data={"csrf_token": "old", "password": "ひみつの合言葉です"}
    )
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert "ひみつの合言葉です" not in text
    assert "下に残っています" not in text


def test_a_form_that_was_sent_before_leads_to_its_answer(page):
    answer = sent(page, "sent", body=TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/receipts")


def test_a_page_keeps_a_bounded_number_of_fields(page):
    text = sent(page, "conflict", **{f"f{number}": "あ" for number in range(MAX_KEPT + 50)}).get_data(
        as_text=True
    )
    assert text.count('id="kept-') == MAX_KEPT


def test_a_wrong_method_is_told_the_right_ones(page):
    answer = page.client.delete("/log-in")
    assert answer.status_code in (400, 405)
    answer = page.client.put("/healthz", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in (400, 405)


@pytest.mark.parametrize("kind", ["denied", "refused", "not-found"])
def test_words_that_cannot_be_taken_any_more_can_still_be_copied(page, kind):
    text = sent(page, kind, body=TYPED, choice="agree").get_data(as_text=True)
    assert TYPED in text
    assert "写して" in text
    assert f'action="/failing/{kind}"' not in text, "sending again would be refused again"


@pytest.mark.parametrize("status", [404, 429])
def test_an_aborted_form_keeps_its_words(page, status):
    text = sent(page, f"aborted/{status}", body=TYPED).get_data(as_text=True)
    assert TYPED in text
    assert (f'action="/failing/aborted/{status}"' in text) == (status == 429)


def test_whoever_was_logged_out_while_writing_can_log_in_and_send(page):
    answer = sent(page, "logged-out", body=TYPED)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert TYPED in text
    assert re.search(r'href="/log-in"[^>]*target="_blank"', text)
    assert 'action="/failing/logged-out"' in text


def test_a_button_that_was_refused_shows_no_empty_words_to_copy(page):
    text = sent(page, "denied", id="a1b2c3d4e5", do="close").get_data(as_text=True)
    assert "入力した内容" not in text
    assert "a1b2c3d4e5" not in text


def test_a_form_far_too_large_is_answered_in_words(page):
    answer = page.client.post("/failing/refused", data={"body": "あ" * 6_000_000})
    assert answer.status_code == 413
    assert "送られた内容が大きすぎます" in answer.get_data(as_text=True)


def test_a_text_of_a_million_letters_is_kept_not_thrown_away(page):
    answer = sent(page, "refused", body="あ" * 1_000_000)
    assert answer.status_code == 422
    assert "あ" * 1_000_000 in answer.get_data(as_text=True)


def test_what_a_member_wrote_is_never_taken_as_a_visitors(page):
    log_in(page.client, a_resident())
    form = page.client.get("/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form).group(1)
    assert 'name="from_member"' in form
    page.client.delete_cookie("sid")
    answer = page.client.post("/failing/sent", data={"csrf_token": token, "from_member": "1", "body": TYPED})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "ログインが切れました" in text
    assert TYPED in text
    assert 'name="from_member"' not in text, "whoever sends it now does so as who they are now"


def test_a_visitors_form_does_not_claim_to_be_a_members(page):
    assert "from_member" not in page.client.get("/log-in").get_data(as_text=True)
