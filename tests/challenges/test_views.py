"""Challenges, ideas and the board as residents and delegates meet them."""

from __future__ import annotations

import pytest

from participation.challenges import queries
from participation.challenges.models import CooperationCall, Idea
from participation.foundation.db import db
from participation.proposals.models import Proposal
from tests.support.builders.challenges import IDEA, TEXT, a_call, a_challenge, an_application, an_idea
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import a_team
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_a_company_offers_an_idea_for_a_challenge_and_its_contact_stays_with_the_section(page, client):
    challenge = a_challenge()
    organisation, delegate = a_team("みどり工務店")
    log_in(client, delegate)
    form = page.get("/challenges").follow(TEXT.title).follow("アイデアを出す")
    refused = form.submit("アイデアを出す", expect=422, title=IDEA.title, contact="03-0000-0000")
    assert "アイデアを書いてください" in refused.text
    shown = refused.submit(
        "アイデアを出す", idea=IDEA.idea, speaks_as=organisation.public_id, contact_name="佐倉"
    )
    assert shown.h1 == IDEA.title
    assert "みどり工務店" in shown.text
    assert "03-0000-0000" not in shown.html
    listed = page.get(f"/challenges/{challenge.public_id}")
    assert IDEA.title in listed.text
    assert "みどり工務店（団体）" in listed.text


def test_an_idea_without_a_challenge_finds_one_and_its_author_confirms_it(page, client):
    a_challenge()
    subject = a_subject()
    log_in(client, a_resident())
    form = page.get("/ideas/new")
    found = form.submit("アイデアを出す", about=str(subject.id), title=IDEA.title, idea=IDEA.idea)
    assert TEXT.title in found.text
    nothing = found.submit("この課題に結び付ける", expect=422)
    assert "一つ選んで" in nothing.text
    choice = queries.list_challenges().rows[0].public_id
    linked = nothing.submit("この課題に結び付ける", chosen=choice)
    assert "結び付けずみ" in linked.text
    idea = linked.follow("アイデアへ戻る")
    assert "アイデアを出した人が確かめました" in idea.text


def test_personal_data_in_an_idea_is_pointed_out_before_it_is_sent(page, client):
    challenge = a_challenge()
    log_in(client, a_resident())
    form = page.get(f"/ideas/new?challenge={challenge.public_id}")
    warned = form.submit("アイデアを出す", expect=422, title="連絡ください", idea="090-1234-5678へ電話を")
    assert "まだ送られていません" in warned.text
    assert db.session.query(Idea).count() == 0


def test_an_author_rewrites_and_withdraws_and_strangers_do_not_find_the_pages(page, client):
    author = a_resident()
    idea = an_idea(None, author)
    log_in(client, a_resident())
    for path in ("edit", "challenges"):
        page.get(f"/ideas/{idea.public_id}/{path}", expect=404)
    log_in(client, author)
    again = (
        page.get(f"/ideas/{idea.public_id}")
        .follow("書き直す")
        .submit("書き直しを公開する", title="新しい題名")
    )
    assert again.h1 == "新しい題名"
    assert "1回" in again.text
    assert "取り下げられたアイデアです" in again.submit("アイデアを取り下げる").text


def test_html_in_names_and_words_stays_text(page, client):
    organisation, delegate = a_team("<script>alert(1)</script>会")
    challenge = a_challenge()
    idea = an_idea(challenge, delegate, organisation)
    a_call(organisation, delegate, title="<b>人手</b>")
    for path in (f"/challenges/{challenge.public_id}", f"/ideas/{idea.public_id}", "/cooperation"):
        html = page.get(path).html
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html
        assert "<b>人手" not in html


def test_an_idea_becomes_a_proposal_of_the_organisation_that_its_author_acts_for(page, client):
    organisation, delegate = a_team()
    idea = an_idea(a_challenge(), delegate)
    log_in(client, delegate)
    form = page.get(f"/ideas/{idea.public_id}").follow("このアイデアから提案をつくる")
    draft = form.submit("下書きをつくる", organisation=organisation.public_id)
    assert "提案の下書き" in draft.h1
    assert db.session.query(Proposal).one().origin_id == idea.subject_id


def test_organisations_call_apply_and_answer_on_the_board(app, page, client):
    (_calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    log_in(client, caller)
    form = page.get("/cooperation").follow("協力を募集する")
    refused = form.submit("募集を載せる", expect=422, title="居場所の人手", text="週に一度です。")
    assert "一つ以上" in refused.text
    call = refused.submit("募集を載せる", resources=["people"], contact="03-0000-1111")
    assert "探しています" in call.text
    theirs = PageClient(app)
    log_in(theirs.client, joiner)
    path = f"/cooperation/{db.session.query(CooperationCall).one().public_id}"
    sent = (
        theirs.get(path)
        .follow("団体として応募する")
        .submit("応募する", organisation=joining.public_id, message="3人出せます。", contact="03-0000-2222")
    )
    assert "返事を待っています" in sent.text
    visitor = PageClient(app).get(path)
    assert "3人出せます" not in visitor.html
    assert "応募 1団体・受け入れ 0団体" in visitor.text
    answered = page.get(path).follow("さくら商店会").submit("受け入れる", answer="ぜひ。")
    assert "03-0000-2222" in answered.text
    assert "03-0000-1111" in theirs.get(path).text
    closed = page.get(f"{path}/close").submit("決める", how="done", reason="人がそろいました。")
    assert "募集を終えました" in closed.text
    assert "さくら商店会" in PageClient(app).get(path).text


def test_a_strangers_application_is_not_found(page, client):
    (calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    call = a_call(calling, caller)
    application = an_application(call, joining, joiner)
    log_in(client, a_team("よその会")[1])
    page.get(f"/cooperation/{call.public_id}/applications/{application.public_id}", expect=404)
    page.get(f"/cooperation/{call.public_id}/close", expect=404)


@pytest.mark.parametrize("path", ["/challenges", "/ideas", "/cooperation"])
def test_an_empty_list_says_what_to_do(page, path):
    assert "はありません" in page.get(path).text


def test_who_may_not_call_or_apply_reads_who_may(page, client):
    organisation, delegate = a_team()
    call = a_call(organisation, delegate)
    log_in(client, a_resident())
    for path in ("/cooperation/new", f"/cooperation/{call.public_id}/apply"):
        assert "団体の担当者が、団体の名前で" in page.get(path).text
