"""Notices, following and feeds, as people meet them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from participation.contributions.events import AuthorTold
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.jobs import worker
from participation.people.models import Person
from tests.support.builders.discussion import a_post, a_subject, a_thread
from tests.support.builders.moderation import a_voice
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def signed_in(app, person):
    return PageClient(app, log_in(app.test_client(), person))


def told(person, title="題", text="文"):
    said = a_voice(person)
    with transaction():
        events.publish(AuthorTold(said.id, title, text, "/rules"))


def test_no_notices_yet_says_when_there_will_be_some(app):
    assert "お知らせはまだありません" in signed_in(app, a_resident()).get("/my/notices").text


def test_a_notice_is_counted_in_the_header_read_and_marked(app):
    person = a_resident()
    told(person, "<script>alert(1)</script>", "\u202e文")
    client = signed_in(app, person)
    assert "お知らせ（1）" in client.get("/rules").text
    shown = client.get("/my/notices")
    assert "届いた理由：" in shown.text
    assert "<script>alert" not in shown.html
    read = shown.submit("すべて読んだことにする")
    assert "すべて読みました" in read.text
    assert "お知らせ（1）" not in read.text


def test_nobody_sees_another_persons_notices(app, page):
    told(a_resident(), "ひみつの題")
    assert "ひみつの題" not in signed_in(app, a_resident()).get("/my/notices").html
    assert "ログイン" in page.get("/my/notices").text


def test_following_a_subject_and_stopping(app):
    subject, person = a_subject(), a_resident()
    client = signed_in(app, person)
    on = client.get(f"/subjects/{subject.public_id}/follow").submit("フォローする")
    assert "フォローしています" in on.text
    a_thread(about=subject)
    assert "お知らせ（1）" in client.get("/my/notices").text
    off = on.submit("フォローをやめる")
    assert "フォローする" in off.text


def test_the_link_in_a_letter_stops_letters_after_a_question(app, page, letters):
    person = a_resident()
    told(person)
    worker.drain()
    link = re.search(r"http://localhost(/notices/stop/\S+)", letters[0]["body"]).group(1)
    asked = page.get(link)
    db.session.expire_all()
    assert db.session.get_one(Person, person.id).wants_mail, "opening the link changes nothing"
    assert "メールを止めました" in asked.submit("メールを止める").text
    told(person)
    worker.drain()
    assert len(letters) == 1
    page.get("/notices/stop/nosuchtoken", expect=404)


def test_a_feed_is_well_formed_whatever_people_wrote(app, client):
    subject = a_subject()
    thread = a_thread("題 <b>&\ufffe\uffff", "文 ]]> \U0001f388 <script>\u202e", about=subject)
    answer = client.get(f"/feeds/subjects/{subject.public_id}.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.get_data())
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "題 <b>&"
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost/talk/{thread.public_id}"
    a_post(thread)
    a_thread("二つ目", about=subject)
    again = ElementTree.fromstring(client.get(f"/feeds/subjects/{subject.public_id}.atom").get_data())
    assert len(again.findall(f"{ATOM}entry")) == 2


@pytest.mark.parametrize("address", ["/feeds/subjects/nosuch.atom", "/feeds/consultations/nosuch.atom"])
def test_a_feed_of_nothing_is_not_found(client, address):
    assert client.get(address).status_code == 404
