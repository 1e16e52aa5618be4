"""Accounts, as somebody at a browser meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access import passwords
from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.jobs import worker
from participation.people.models import LoginSession, Person
from tests.support.people import a_member_of_staff, a_resident, log_in

GOOD = "みどりの風とさくらの坂道と朝ごはん"


def post(client, path, **fields):
    """Send a form as a browser would: with the tokens of the page."""
    page = client.get(path).get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', page))
    return client.post(path, data={**tokens, **fields})


def signed_up(client, letters, email="a@example.jp", nickname="かもめ"):
    answer = post(client, "/sign-up", email=email, nickname=nickname, password=GOOD)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    worker.drain()
    link = re.search(r"http://localhost(/sign-up/confirm/\S+)", letters[-1]["body"])
    return link.group(1)


def with_password(person):
    with transaction():
        db.session.get_one(Person, person.id).password_hash = passwords.hash_of(GOOD)
    return person


def test_signing_up_confirming_and_logging_out_and_in(client, letters):
    link = signed_up(client, letters)
    assert client.get("/account").status_code == 303
    assert post(client, link).headers["Location"] == "/welcome"
    assert "ようこそ" in client.get("/welcome").get_data(as_text=True)
    assert post(client, "/log-in", email="x", password="y").status_code == 422
    page = client.get("/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    cookie = client.get_cookie("sid").value
    assert client.post("/log-out", data={"csrf_token": token}).status_code == 303
    client.set_cookie("sid", cookie)
    assert client.get("/account").status_code == 303, "a copied cookie is worth nothing after logging out"
    client.delete_cookie("sid")
    answer = post(client, "/log-in?next=/account", email="A@example.jp", password=GOOD)
    assert answer.headers["Location"] == "/account"


def test_a_link_cannot_be_used_twice_and_not_after_two_days(client, letters, clock):
    link = signed_up(client, letters)
    clock.advance(timedelta(days=2, seconds=1))
    assert post(client, link).status_code == 422
    clock.advance(timedelta(days=-1))
    assert post(client, link).status_code == 303
    client.delete_cookie("sid")
    assert post(client, link).status_code == 409


def test_an_address_that_has_an_account_gets_the_same_answer_and_another_letter(client, letters):
    owner = a_resident()
    answer = post(client, "/sign-up", email=owner.email, nickname="別の人", password=GOOD)
    assert answer.headers["Location"] == "/sign-up/letter-sent"
    worker.drain()
    assert "すでに登録されています" in letters[-1]["subject"]


@pytest.mark.parametrize("name", ["区役所", "ＡＤＭＩＮ", "目黒区", "かもめ\u202e", "カモメ"])
def test_names_of_the_ward_and_look_alikes_are_refused(client, name):
    a = a_resident()
    with transaction():
        db.session.get_one(Person, a.id).nickname_key = "かもめ"
    answer = post(client, "/sign-up", email="b@example.jp", nickname=name, password=GOOD)
    assert answer.status_code == 422
    assert "b@example.jp" in answer.get_data(as_text=True), "what was typed is kept"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("みじかい", "15文字以上"),
        ("a" * 20, "くり返し"),
        ("123456789012345", "くり返し"),
        ("meguromegurotokyo", "推測"),
        ("x" * 129, "128文字以内"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(client, password, reason):
    answer = post(client, "/sign-up", email="b@example.jp", nickname="つばめ", password=password)
    assert answer.status_code == 422
    assert reason in answer.get_data(as_text=True)


def test_after_five_wrong_passwords_one_has_to_wait_a_minute(client, clock):
    person = with_password(a_resident())
    for _ in range(5):
        assert (
            post(client, "/log-in", email=person.email, password="違うパスワードです違います").status_code
            == 422
        )
    answer = post(client, "/log-in", email=person.email, password=GOOD)
    assert "1分ほど待って" in answer.get_data(as_text=True)
    clock.advance(timedelta(seconds=61))
    assert post(client, "/log-in", email=person.email, password=GOOD).status_code == 303


def test_an_unknown_address_and_a_wrong_password_get_the_same_words(client):
    person = with_password(a_resident())
    known = post(client, "/log-in", email=person.email, password="違うパスワードです違います")
    unknown = post(client, "/log-in", email="nobody@example.jp", password="違うパスワードです違います")
    assert known.status_code == unknown.status_code == 422
    for answer in (known, unknown):
        assert "メールアドレスかパスワードが違います" in answer.get_data(as_text=True)


def test_a_new_password_ends_every_session(client, app, letters):
    person = with_password(a_resident())
    log_in(app.test_client(), person)
    post(client, "/forgotten-password", email=person.email)
    worker.drain()
    link = re.search(r"http://localhost(/new-password/\S+)", letters[-1]["body"]).group(1)
    assert post(client, link, password="あたらしい合言葉は坂と風と朝ごはん").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    answer = post(client, "/log-in", email=person.email, password="あたらしい合言葉は坂と風と朝ごはん")
    assert answer.status_code == 303


def test_a_staff_session_ends_after_half_an_hour_without_use(client, clock):
    person = a_member_of_staff(Role.ADMINISTRATOR)
    log_in(client, person)
    assert client.get("/desk/staff/").status_code == 200
    clock.advance(timedelta(minutes=20))
    assert client.get("/desk/staff/").status_code == 200
    clock.advance(timedelta(minutes=20))
    assert client.get("/desk/staff/").status_code == 200, "use prolongs it"
    clock.advance(timedelta(minutes=31))
    assert client.get("/desk/staff/").status_code == 303


def test_the_account_page_changes_what_one_says_of_oneself(client):
    person = a_resident()
    log_in(client, person)
    answer = post(
        client,
        "/account",
        nickname="つばめ",
        standings=["lives", "works"],
        age_band="from_30",
        district="",
        language="ja",
    )
    assert answer.status_code == 303
    page = client.get("/account").get_data(as_text=True)
    assert 'value="つばめ"' in page
    assert "変更を保存しました" in client.get("/account?saved=1").get_data(as_text=True)


def test_leaving_removes_everything_known_of_a_person(client):
    person = with_password(a_resident())
    log_in(client, person)
    assert post(client, "/account/leave", present="違うパスワードです違います").status_code == 422
    assert post(client, "/account/leave", present=GOOD).status_code == 303
    db.session.expire_all()
    gone = db.session.get_one(Person, person.id)
    assert (gone.email, gone.password_hash, gone.age_band) == (None, None, None)
    assert client.get("/account").status_code == 303


def test_the_last_administrator_stays(client):
    first = with_password(a_member_of_staff(Role.ADMINISTRATOR))
    second = a_member_of_staff(Role.ADMINISTRATOR)
    log_in(client, second)
    path = f"/desk/staff/{first.public_id}"
    answer = post(client, path, roles=["officer"], section="")
    assert answer.status_code == 422
    assert "管理者がいなくなる" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SCREENER, Role.APPROVER, Role.ANALYST])
def test_other_staff_may_not_see_the_list_of_staff(client, role):
    log_in(client, a_member_of_staff(role))
    assert client.get("/desk/staff/").status_code == 403


def test_residents_may_not_see_the_list_of_staff(client):
    log_in(client, a_resident())
    assert client.get("/desk/staff/").status_code == 403


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "////evil.example",
        "/%0d%0aX",
    ],
)
def test_logging_in_never_leads_to_another_site(client, onward):
    person = with_password(a_resident())
    page = client.get("/log-in", query_string={"next": onward}).get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', page))
    answer = client.post(
        "/log-in", query_string={"next": onward}, data={**tokens, "email": person.email, "password": GOOD}
    )
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil" not in location


def test_two_people_signing_up_with_one_name_give_one_owner(client, app):
    assert post(client, "/sign-up", email="a@example.jp", nickname="ひばり", password=GOOD).status_code == 303
    other = app.test_client()
    assert post(other, "/sign-up", email="b@example.jp", nickname="ひばり", password=GOOD).status_code == 422
