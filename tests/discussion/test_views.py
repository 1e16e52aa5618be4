"""Discussions as people meet them at a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from participation.access.actors import Role
from participation.contributions import commands as contributions
from participation.contributions.models import Contribution
from participation.discussion.models import Draft, Post
from participation.foundation.db import db, transaction
from participation.moderation import commands as moderation
from participation.moderation import queries as rules
from participation.subjects.models import Subject
from tests.support.builders.discussion import a_post, a_subject, a_thread, place_of
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_member_of_staff, a_resident, actor_of, an_organisation, log_in

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
    "\u202eさかさま\u202c\u2066かくす\u2069",
    "ず" + "\u0301\u0302\u0303" * 300,
    "🎈" * 900,
    "{{ 7 * 7 }} ${x} %s {0.__class__}",
    '見て http://example.jp/"onmouseover=alert(1) javascript:alert(1)',
]


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def signed_in(app, person):
    return PageClient(app, log_in(app.test_client(), person))


def fresh_state(said):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contribution, said.id)


def subject_of(thread):
    return db.session.scalars(select(Subject.public_id).where(Subject.id == thread.subject_id)).one()


def hide(said):
    staff = actor_of(a_member_of_staff(Role.SCREENER))
    with transaction():
        moderation.hide(
            db.session.get_one(Contribution, said.id), rules.get_clause(1), "理由です。", by=staff
        )


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


def test_an_empty_list_says_what_to_do(page):
    subject = a_subject()
    assert "まだ話し合いはありません" in page.get(f"/subjects/{subject.public_id}/talk").text
    closed = a_subject(is_open=False)
    assert "受け付けていません" in page.get(f"/subjects/{closed.public_id}/talk").text


def test_a_visitor_reads_a_thread_and_is_asked_to_log_in_to_write(page):
    thread = a_thread("紙の回覧板", "残してほしいです。")
    a_post(thread, "わたしもです。")
    shown = page.get(f"/subjects/{subject_of(thread)}/talk")
    assert "紙の回覧板" in shown.text
    read = shown.follow("紙の回覧板")
    assert "残してほしいです。" in read.text
    assert "わたしもです。" in read.text
    assert "ログイン" in read.follow("話し合いに書く").text
    assert 'name="reaction"' not in read.html


def test_pages_lead_forth_and_back_in_every_order(app, page):
    thread = a_thread()
    for number in range(55):
        a_post(thread, f"投稿その{number:02d}")
    for order in ("oldest", "newest", "most_replied"):
        first = page.get(f"/talk/{thread.public_id}?order={order}")
        numbers = re.findall(r"投稿その(\d\d)", first.html)
        second = first.follow("次のページ")
        numbers += re.findall(r"投稿その(\d\d)", second.html)
        expected = [f"{n:02d}" for n in range(55)]
        assert numbers == (expected if order == "oldest" else expected[::-1])
        back = second.follow("前のページ")
        assert re.findall(r"投稿その(\d\d)", back.html) == numbers[:50]


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=%00", "before=" + "A" * 900, "order=<script>", "after=WzFd", "after=W10&before=W10"],
)
def test_a_broken_address_shows_the_beginning(page, query):
    thread = a_thread()
    a_post(thread, "はじめ")
    assert "はじめ" in page.get(f"/talk/{thread.public_id}?{query}").text


@pytest.mark.parametrize("number", [0, 9, 30, 54])
def test_a_permalink_leads_to_the_page_that_shows_the_post(app, client, number):
    thread = a_thread()
    said = [a_post(thread, f"投稿その{n:02d}") for n in range(40)]
    said += [a_post(thread, f"返信{n:02d}", to=said[20]) for n in range(15)]
    wanted = said[number]
    answer = client.get(f"/talk/posts/{wanted.public_id}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#v-{wanted.public_id}")
    shown = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert f'id="v-{wanted.public_id}"' in shown
    assert wanted.body in shown


def test_the_number_of_queries_does_not_grow_and_the_page_stays_light(app):
    thread, reader = a_thread(), a_resident()
    long = "あいうえお" * 190
    for number in range(60):
        a_post(thread, f"{number}{long}")
    client, address = log_in(app.test_client(), reader), f"/talk/{thread.public_id}"
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    body = client.get(address).get_data()
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(selects) <= 6, "\n".join(selects)
    assert len(body) <= 60_000


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


def test_a_resident_starts_a_discussion_and_another_answers(app, clock):
    subject = a_subject()
    one, two = signed_in(app, a_resident("かもめ")), signed_in(app, a_resident("つばめ"))
    form = one.get(f"/subjects/{subject.public_id}/talk/new")
    thread = form.submit("投稿する", title="紙の回覧板", body="残してほしいです。", kind="proposal")
    assert "紙の回覧板" in thread.text
    assert "提案" in thread.text
    answered = (
        two.get(thread.url).follow("話し合いに書く").submit("投稿する", body="わたしも。", kind="reason")
    )
    assert "わたしも。" in answered.text
    clock.advance(timedelta(seconds=10))
    reply = one.get(thread.url).follow("返信する").submit("投稿する", body="ありがとう。", kind="reason")
    assert "ありがとう。" in reply.text
    assert "返信する（1）" in reply.text


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_shown_as_text_everywhere(app, clock, typed):
    person = a_resident("つばめ")  # Without a number: a page that shows 49 has run {{7*7}}.
    a_post(a_thread(), "前からの投稿", by=person)
    clock.advance(timedelta(seconds=30))
    client, subject = signed_in(app, person), a_subject()
    form = client.get(f"/subjects/{subject.public_id}/talk/new").form("投稿する")
    answer = client.client.post(
        form.action, data=form.filled({"title": typed[:50], "body": typed, "kind": "worry"})
    )
    assert answer.status_code == 303
    shown = client.get(answer.headers["Location"], leftovers_ok=True)
    assert "alert(1)</script>" not in shown.html
    assert "onerror=alert(1)>" not in shown.html
    assert not re.search(r"<[^>]+onmouseover", shown.html)
    assert "49" not in shown.text
    client.get(f"/subjects/{subject.public_id}/talk", leftovers_ok=True)
    feed = client.client.get(f"/feeds/subjects/{subject.public_id}.atom")
    assert feed.status_code == 200
    assert "<script" not in feed.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed", ["", "あ" * 1001, "外字\ue000", "あ" * 300_000, "行\n" * 20_000, "🎈" * 10_000, "　\n "]
)
def test_what_cannot_be_taken_is_shown_again_with_a_reason(app, typed):
    thread = a_thread()
    client = signed_in(app, a_resident())
    refused = client.get(f"/talk/{thread.public_id}/write").submit(
        "投稿する", body=typed, kind="reason", expect=422
    )
    assert refused.form("投稿する").values["body"][0].replace("\r\n", "\n").strip() == typed.strip()
    assert "エラー" in refused.html
    assert db.session.scalars(select(Post.id).where(Post.path > "")).all() == []


def test_a_null_character_is_dropped_and_a_lone_surrogate_refused(app, client):
    thread = a_thread()
    browser = log_in(client, a_resident())
    html = browser.get(f"/talk/{thread.public_id}/write").get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))
    sent = browser.post(
        f"/talk/{thread.public_id}/write", data={**tokens, "kind": "reason", "body": "a\x00b"}
    )
    assert sent.status_code == 303
    assert db.session.scalars(select(Contribution.body).order_by(Contribution.id.desc())).first() == "ab"


def test_a_megabyte_is_answered_without_a_failure(app, client):
    thread = a_thread()
    browser = log_in(client, a_resident())
    html = browser.get(f"/talk/{thread.public_id}/write").get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))
    answer = browser.post(
        f"/talk/{thread.public_id}/write", data={**tokens, "kind": "reason", "body": "a" * 1_100_000}
    )
    assert answer.status_code in (413, 422)


@pytest.mark.parametrize("kind", ["", "joke", "reason'"])
def test_an_unknown_kind_is_refused_with_the_text_kept(app, kind):
    thread, browser = a_thread(), log_in(app.test_client(), a_resident())
    html = browser.get(f"/talk/{thread.public_id}/write").get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))
    answer = browser.post(
        f"/talk/{thread.public_id}/write", data={**tokens, "kind": kind, "body": "大事な文"}
    )
    assert answer.status_code == 422
    assert "大事な文" in answer.get_data(as_text=True)


def test_sending_the_same_form_twice_is_one_post(app):
    thread, browser = a_thread(), log_in(app.test_client(), a_resident())
    html = browser.get(f"/talk/{thread.public_id}/write").get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))
    data = {**tokens, "kind": "reason", "body": "一度だけ"}
    answers = [browser.post(f"/talk/{thread.public_id}/write", data=data) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(db.session.scalars(select(Post.id).where(Post.path > "")).all()) == 1


def test_answering_what_was_hidden_meanwhile_keeps_the_text(app):
    thread = a_thread()
    said = a_post(thread, "まもなく消える")
    client = signed_in(app, a_resident())
    form = client.get(f"/talk/posts/{said.public_id}/reply")
    hide(said)
    refused = form.submit("投稿する", body="書いた返信", kind="reason", expect=422)
    assert "書いた返信" in refused.html
    assert "まもなく消える" not in refused.html


def test_an_organisation_is_marked_and_chosen_by_its_delegate(app):
    thread, organisation = a_thread(), an_organisation("さくら坂町会")
    client = signed_in(app, a_delegate(organisation))
    shown = client.get(f"/talk/{thread.public_id}/write").submit(
        "投稿する", body="町会の意見です。", kind="reason", speaks_as=str(organisation.id)
    )
    assert "さくら坂町会" in shown.text
    assert "団体" in shown.text


def test_the_post_of_a_new_account_is_seen_by_its_author_only(app, page):
    thread, person = a_thread(), a_resident()
    with transaction():
        db.session.get_one(type(person), person.id).email_confirmed_at = None
    shown = (
        signed_in(app, person)
        .get(f"/talk/{thread.public_id}/write")
        .submit("投稿する", body="はじめまして", kind="reason")
    )
    assert "はじめまして" in shown.text
    assert "確認" in shown.text
    assert "はじめまして" not in page.get(f"/talk/{thread.public_id}").text
    post_id = fresh_public_id("はじめまして")
    for address in ("", "/history", "/reply"):
        page.get(f"/talk/posts/{post_id}{address}", expect=200 if address == "/reply" else 404)


def fresh_public_id(body):
    db.session.rollback()
    return db.session.scalars(select(Contribution.public_id).where(Contribution.body == body)).one()


# ── Changing and withdrawing ────────────────────────────────────────────────────────────────


def test_an_author_changes_a_post_and_everybody_sees_what_changed(app, page):
    thread, person = a_thread(), a_resident()
    said = a_post(thread, "掲示板が古い。", by=person)
    client = signed_in(app, person)
    client.get(f"/talk/{thread.public_id}").follow("書き直す").submit("書き直す", body="掲示板がとても古い。")
    history = page.get(f"/talk/{thread.public_id}").follow("書き直しあり")
    assert "掲示板が古い。" in history.text
    assert "とても" in history.html
    assert fresh_state(said).revision == 1


def test_the_edit_page_says_why_it_is_too_late(app, clock):
    thread, person = a_thread(), a_resident()
    said = a_post(thread, "古い投稿", by=person)
    clock.advance(timedelta(minutes=15))
    client = signed_in(app, person)
    assert "15分" in client.get(f"/talk/posts/{said.public_id}/edit").text
    assert "書き直す" not in client.get(f"/talk/{thread.public_id}").text


def test_others_may_neither_change_nor_withdraw(app):
    said = a_post(a_thread())
    client = signed_in(app, a_resident())
    client.get(f"/talk/posts/{said.public_id}/edit", expect=403)
    client.get(f"/talk/posts/{said.public_id}/withdraw", expect=403)


def test_withdrawing_leaves_a_mark(app, page):
    thread, person = a_thread(), a_resident()
    said = a_post(thread, "取り下げる文", by=person)
    a_post(thread, "残る返信", to=said)
    signed_in(app, person).get(f"/talk/{thread.public_id}").follow("取り下げる").submit("取り下げる")
    shown = page.get(f"/talk/{thread.public_id}")
    assert "書いた人が取り下げました" in shown.text
    assert "取り下げる文" not in shown.html
    assert "残る返信" in shown.text


def test_hidden_words_are_nowhere_with_the_next_request(app, page):
    author, replier = a_resident(), a_resident()
    thread = a_thread("見える題名", "見えるはじめの文", by=author)
    said = a_post(thread, "ひみつの文", by=replier)
    with transaction():
        contributions.revise(db.session.get_one(Contribution, said.id), "ひみつの文、二版")
    member, owner = signed_in(app, a_resident()), signed_in(app, author)
    subject = subject_of(thread)
    addresses = [
        f"/talk/{thread.public_id}",
        f"/talk/{thread.public_id}?order=newest",
        f"/talk/{thread.public_id}?order=most_replied",
        f"/subjects/{subject}/talk",
        f"/feeds/subjects/{subject}.atom",
    ]
    readers = [page, member, owner]
    for reader in readers:
        for address in addresses:
            reader.client.get(address)
    assert "ひみつの文" in owner.client.get("/my/notices").get_data(as_text=True)
    hide(said)
    for reader in readers:
        for address in addresses:
            assert "ひみつ" not in reader.client.get(address).get_data(as_text=True), address
        assert reader.client.get(f"/talk/posts/{said.public_id}/history").status_code == 404
        kept = reader.client.get(f"/talk/posts/{said.public_id}", follow_redirects=True)
        assert kept.status_code == 200
        assert "ひみつ" not in kept.get_data(as_text=True)
        assert "ルール1" in kept.get_data(as_text=True)
    assert "ひみつの文" not in owner.client.get("/my/notices").get_data(as_text=True)


def test_a_hidden_opening_post_takes_its_title_from_every_list(app, page):
    thread = a_thread("ひみつの題名", "ひみつの文")
    a_post(thread, "返信")
    subject = subject_of(thread)
    for address in (f"/subjects/{subject}/talk", f"/feeds/subjects/{subject}.atom"):
        assert "ひみつ" in page.client.get(address).get_data(as_text=True)
    hide(db.session.get_one(Contribution, thread.opening_id))
    for address in (
        f"/subjects/{subject}/talk",
        f"/feeds/subjects/{subject}.atom",
        f"/talk/{thread.public_id}",
    ):
        assert "ひみつ" not in page.client.get(address).get_data(as_text=True)


# ── Reactions and drafts ────────────────────────────────────────────────────────────────────


def test_a_reaction_is_pressed_and_taken_back(app, page):
    thread = a_thread()
    said = a_post(thread)
    client = signed_in(app, a_resident())
    shown = client.get(f"/talk/{thread.public_id}")
    tokens = {name: shown.form("#reactions").values[name][0] for name in ("csrf_token", "submission_id")}
    where = f"/talk/{thread.public_id}/react"
    pressed = client.post(where, {**tokens, "reaction": f"{said.public_id}:u1"})
    assert 'aria-pressed="true"' in pressed.html
    assert "わかる 1" in page.get(f"/talk/{thread.public_id}").text
    assert place_of(said).understood_count == 1
    taken = client.post(where, {**tokens, "reaction": f"{said.public_id}:u0"})
    assert 'aria-pressed="true"' not in taken.html


@pytest.mark.parametrize("value", ["", "x", ":::", "nosuchpost:u1", "a:u2", "\x00:u1"])
def test_a_broken_reaction_is_refused(app, value):
    thread = a_thread()
    client = signed_in(app, a_resident())
    tokens = {
        name: client.get(f"/talk/{thread.public_id}").form("#reactions").values[name][0]
        for name in ("csrf_token", "submission_id")
    }
    answer = client.client.post(f"/talk/{thread.public_id}/react", data={**tokens, "reaction": value})
    assert answer.status_code in (404, 422)


def test_a_draft_saved_by_the_button_is_there_on_return_and_gone_after_posting(app):
    thread, person = a_thread(), a_resident()
    client = signed_in(app, person)
    form = client.get(f"/talk/{thread.public_id}/write")
    data = form.form("投稿する").filled({"body": "書きかけの文", "kind": "worry"})
    back = client.post(f"/talk/drafts/thread/{thread.public_id}", data, headers={"Accept": "text/html"})
    assert "下書きの続き" in back.text
    assert back.form("投稿する").values["body"][0].strip() == "書きかけの文"
    back.submit("投稿する", body="書き終えた文")
    assert db.session.scalars(select(Draft)).all() == []


def test_a_draft_saved_while_writing_answers_in_few_words(app):
    thread = a_thread()
    client = signed_in(app, a_resident())
    data = client.get(f"/talk/{thread.public_id}/write").form("投稿する").filled({"body": "書きかけ"})
    answer = client.client.post(
        f"/talk/drafts/thread/{thread.public_id}", data=data, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.get_json()["saved"]) == (200, True)
    data["body"] = ["外字\ue000"]
    answer = client.client.post(
        f"/talk/drafts/thread/{thread.public_id}", data=data, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.get_json()["saved"]) == (422, False)
    assert db.session.scalars(select(Draft.body)).all() == ["書きかけ"]


def test_a_draft_can_be_thrown_away(app):
    thread = a_thread()
    client = signed_in(app, a_resident())
    data = client.get(f"/talk/{thread.public_id}/write").form("投稿する").filled({"body": "書きかけ"})
    client.client.post(f"/talk/drafts/thread/{thread.public_id}", data=data)
    gone = client.post(f"/talk/drafts/thread/{thread.public_id}/discard", data)
    assert "書きかけ" not in gone.html


@pytest.mark.parametrize("place", ["x/abcdefghij", "thread/%00", "thread/" + "a" * 40, "post/<b>"])
def test_a_draft_of_nowhere_is_not_found(app, place):
    thread = a_thread()
    client = signed_in(app, a_resident())
    data = client.get(f"/talk/{thread.public_id}/write").form("投稿する").filled({"body": "書きかけ"})
    assert client.client.post(f"/talk/drafts/{place}", data=data).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/talk/nosuchplac",
        "/talk/posts/nosuchplac",
        "/talk/posts/nosuchplac/history",
        "/subjects/nosuchplac/talk",
    ],
)
def test_what_does_not_exist_is_not_found(page, address):
    page.get(address, expect=404)


def test_a_kept_page_never_shows_one_reader_to_another(app, page):
    thread, person = a_thread(), a_resident("かくれたい人")
    signed_in(app, person).get(f"/talk/{thread.public_id}")
    shown = page.get(f"/talk/{thread.public_id}")
    assert "かくれたい人" not in shown.html
