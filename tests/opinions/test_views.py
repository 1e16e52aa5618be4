"""Giving opinions and following them, as somebody at a browser meets it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.consultations.domain import ConsultationKind, ModerationMode
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.opinions import commands, queries
from participation.opinions.models import Submission, SubmitterIdentity
from tests.conftest import Clock
from tests.support.builders.consultations import STAFF, a_subject, an_open_consultation, close, phases
from tests.support.builders.opinions import a_submission, an_opinion, opinions_of
from tests.support.page import Page, PageClient
from tests.support.people import a_delegate, a_resident, an_organisation, log_in

WORDS = "区報の字が小さくて読めません。"


@pytest.fixture
def page(app: Flask, client: FlaskClient) -> PageClient:
    """A browser that checks every page."""
    return PageClient(app, client)


def another_browser(app: Flask) -> PageClient:
    return PageClient(app, app.test_client())


def filled_in(page: PageClient, consultation, subject, body: str = WORDS) -> Page:
    """The page of confirmation after one opinion was written."""
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id)
    return form.submit("内容を確かめる", body_0=body)


def sent(page: PageClient, consultation, subject, body: str = WORDS) -> Page:
    return filled_in(page, consultation, subject, body).submit("この内容で送る")


def number_on(page: Page) -> str:
    return re.search(r"[PMK]\d\d-\w{4}-\w{2}", page.text).group()


def secret_on(page: Page) -> str:
    return re.search(r"合言葉：(\w{4}-\w{4})", page.text).group(1)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_resident_writes_two_opinions_looks_once_more_sends_and_follows_them(app, page) -> None:
    first, second = a_subject("一つめの項目"), a_subject("二つめの項目")
    consultation = an_open_consultation(about=[first, second])
    log_in(page.client, a_resident("さくら"))
    here = page.get("consultations.show", code=consultation.code).follow("意見を出す")
    here = here.submit("もう一つ、別の意見を書く", about_0=first.public_id, body_0="一つめの意見")
    assert here.form("内容を確かめる").values["body_0"] == ["一つめの意見"], "adding loses nothing"
    here = here.submit("内容を確かめる", about_1=second.public_id, body_1="二つめの意見", standings=["lives"])
    assert "まだ送られていません" in here.text
    assert "さくら" in here.text
    assert count(Submission) == 0
    receipt = here.submit("この内容で送る")
    assert receipt.h1 == "意見を2件受け付けました"
    mine = page.get("/my/opinions")
    assert number_on(receipt) in mine.text
    assert "一つめの意見" in mine.text
    assert "いまの段階：受付" in mine.text


def test_a_visitor_gets_a_receipt_and_opens_it_elsewhere_with_number_and_secret(app, page) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    receipt = sent(page, consultation, subject)
    number, secret = number_on(receipt), secret_on(receipt)
    elsewhere = another_browser(app)
    asked = elsewhere.get(f"/receipts/{number}")
    assert asked.h1 == "受付番号で意見を見る"
    assert WORDS not in asked.text
    wrong = asked.submit("意見の今を見る", secret="2222-2222", expect=422)
    assert "受付番号か合言葉が違います" in wrong.text
    opened = wrong.submit("意見の今を見る", number=number.lower().replace("-", " "), secret=secret.upper())
    assert WORDS in opened.text
    sheet = opened.follow("控えを印刷する（A4）")
    assert number in sheet.text
    assert sheet.all("img")[0].attrs["src"].startswith("data:image/svg+xml")


def test_after_five_wrong_secrets_even_the_right_one_waits_ten_minutes(app, page, clock: Clock) -> None:
    subject = a_subject()
    receipt = sent(page, an_open_consultation(about=[subject]), subject)
    number, secret = number_on(receipt), secret_on(receipt)
    elsewhere = another_browser(app)
    for _ in range(5):
        elsewhere.get("/receipts").submit("意見の今を見る", number=number, secret="3333-3333", expect=422)
    late = elsewhere.get("/receipts").submit("意見の今を見る", number=number, secret=secret, expect=422)
    assert "10分ほど待って" in late.text
    clock.advance(timedelta(minutes=11))
    assert WORDS in elsewhere.get("/receipts").submit("意見の今を見る", number=number, secret=secret).text


def test_a_delegate_chooses_to_speak_for_the_association_and_any_delegate_sees_it(app, page) -> None:
    association = an_organisation("みどり通り商店会")
    subject = a_subject()
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.PUBLISH_FIRST)
    log_in(page.client, a_delegate(association, "会長"))
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id)
    confirm = form.submit("内容を確かめる", body_0=WORDS, speaks_as=association.public_id)
    assert "みどり通り商店会" in confirm.text
    receipt = confirm.submit("この内容で送る")
    assert queries.count_for_consultation(consultation.id).in_words() == "1団体から1件"
    successor = another_browser(app)
    log_in(successor.client, a_delegate(association, "次の会長"))
    assert number_on(receipt) in successor.get("/my/opinions").text
    shown = another_browser(app).get("opinions.index", code=consultation.code)
    assert "みどり通り商店会" in shown.text
    assert "会長" not in shown.text


def test_somebody_who_is_no_delegate_cannot_speak_for_an_association(app, page) -> None:
    association = an_organisation()
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    log_in(page.client, a_resident())
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id).form("内容を確かめる")
    data = form.filled({"body_0": WORDS}, pressed=None) | {"do": "send", "speaks_as": association.public_id}
    page.post(form.action, data)
    assert db.session.scalars(select(Submission.organisation_id)).all() == [None]


def test_what_seems_to_be_personal_data_is_said_before_sending_and_does_not_block(app, page) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.HOLD_FLAGGED)
    confirm = filled_in(page, consultation, subject, "くわしくは０９０－１２３４－５６７８まで。")
    assert "電話番号らしいもの" in confirm.text
    back = confirm.submit("書き直す")
    assert back.form("内容を確かめる").values["body_0"] == ["くわしくは０９０－１２３４－５６７８まで。"]
    receipt = back.submit("内容を確かめる").submit("この内容で送る")
    assert "個人情報などが含まれていないか、職員が確認しています" in receipt.text
    assert "０９０" not in another_browser(app).get("opinions.index", code=consultation.code).text


@pytest.mark.parametrize("body", ["", "　 \n", "あ" * 2001])
def test_what_cannot_be_received_comes_back_with_the_words_and_a_reason(app, page, body) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id)
    again = form.submit("内容を確かめる", body_0=body, expect=422)
    assert again.title.startswith("エラー：")
    assert again.form("内容を確かめる").values["body_0"] == [body.replace("\n", "\r\n")]


def test_two_thousand_emoji_with_joined_parts_count_as_people_count_them(app, page) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    assert "まだ送られていません" in filled_in(page, consultation, subject, "👨‍👩‍👧" * 2000).text


def test_sending_twice_and_going_back_gives_one_submission_and_the_same_receipt(app, page) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    confirm = filled_in(page, consultation, subject)
    first, second = confirm.submit("この内容で送る"), confirm.submit("この内容で送る")
    assert number_on(first) == number_on(second)
    assert count(Submission) == 1


def test_the_same_words_from_two_tabs_within_ten_minutes_are_one_submission(app, page, clock: Clock) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    page.get("/receipts")
    one, two = filled_in(page, consultation, subject), filled_in(page, consultation, subject)
    assert number_on(one.submit("この内容で送る")) == number_on(two.submit("この内容で送る"))
    clock.advance(timedelta(minutes=11))
    later = sent(page, consultation, subject)
    assert count(Submission) == 2
    assert later.h1 == "意見を1件受け付けました"


def test_the_deadline_passing_while_writing_names_the_deadline_and_keeps_the_words(app, page, clock) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject], spans=phases(-30, 1))
    confirm = filled_in(page, consultation, subject)
    clock.set(app_clock.end_of(app_clock.today()))
    refused = confirm.submit("この内容で送る", expect=422)
    assert "募集は令和8年11月22日（日）で終わりました" in refused.text
    assert refused.form("内容を確かめる").values["body_0"] == [WORDS]
    assert count(Submission) == 0


def test_the_last_moment_counts_and_the_next_does_not(app, page, clock: Clock) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject], spans=phases(-30, 1))
    confirm = filled_in(page, consultation, subject)
    clock.set(app_clock.end_of(app_clock.today()) - timedelta(microseconds=1))
    assert confirm.submit("この内容で送る").h1 == "意見を1件受け付けました"


def test_after_closing_the_form_says_why_and_what_else_one_can_do(app, page) -> None:
    consultation = close(an_open_consultation())
    closed = page.get("opinions.new", code=consultation.code)
    assert closed.h1.endswith("いまは意見を出せません")
    assert "募集は" in closed.text


def test_a_call_without_guests_leads_a_visitor_to_the_log_in_page(app, page) -> None:
    consultation = an_open_consultation(allows_guests=False)
    here = page.get("opinions.new", code=consultation.code)
    assert here.h1.endswith("ログインすると意見を出せます")
    assert here.link("ログインする").href.startswith("/log-in?next=")


def test_name_and_address_are_demanded_where_the_procedure_does_and_are_nowhere_readable(app, page) -> None:
    subject = a_subject()
    consultation = an_open_consultation(
        about=[subject],
        kind=ConsultationKind.PUBLIC_COMMENT,
        needs_identity=True,
        moderation=ModerationMode.PUBLISH_FIRST,
    )
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id)
    missing = form.submit("内容を確かめる", body_0=WORDS, expect=422)
    assert "氏名を入力してください" in missing.text
    confirm = missing.submit("内容を確かめる", name="架空 花子", address="目黒区架空1-2-3")
    confirm.submit("この内容で送る")
    sealed = db.session.scalars(select(SubmitterIdentity.sealed)).one()
    assert "架空".encode() not in sealed
    for path in (f"/consultations/{consultation.code}/opinions", f"/consultations/{consultation.code}"):
        assert "架空" not in page.get(path).text
    assert "架空" not in another_browser(app).get(f"/consultations/{consultation.code}/opinions").text


def test_an_opinion_can_be_rewritten_until_staff_read_it(app, page) -> None:
    person = a_resident()
    opinion = an_opinion(by=person)
    log_in(page.client, person)
    form = page.get("/my/opinions").follow("書き直す")
    done = form.submit("この文章に替える", body="書き直した文章です。")
    assert "書き直した文章です。" in done.text
    assert "1回書き直しました" in done.text
    form = page.get("opinions.revise", public_id=opinion.public_id)
    with transaction():
        commands.screen_opinions([queries.get_opinion(opinion.public_id)], by=STAFF)
    late = form.submit("この文章に替える", body="遅すぎた文章", expect=422)
    assert "職員が確認した意見は、書き直せません" in late.text
    assert late.form("この文章に替える").values["body"] == ["遅すぎた文章"]


def test_an_opinion_is_withdrawn_and_no_longer_counted(app, page) -> None:
    person = a_resident()
    submission = a_submission(["残す意見", "取り下げる意見"], by=person)
    kept, gone = opinions_of(submission)
    log_in(page.client, person)
    form = page.get("opinions.withdraw", public_id=gone.public_id)
    done = form.submit("この意見を取り下げる", reason="考えが変わりました")
    assert "取り下げました" in done.text
    assert "取り下げる意見" not in page.get("/my/opinions").text
    tally = queries.count_for_consultation(submission.consultation_id)
    assert (tally.people, tally.submissions, tally.opinions) == (1, 1, 1)
    page.get("opinions.withdraw", public_id=kept.public_id).submit("この意見を取り下げる")
    assert queries.count_for_consultation(submission.consultation_id).people == 0


def test_nobody_else_reads_rewrites_or_withdraws_it(app, page) -> None:
    submission = a_submission(by=a_resident())
    (opinion,) = opinions_of(submission)
    log_in(page.client, a_resident())
    assert page.get(f"/receipts/{submission.receipt_number}").h1 == "受付番号で意見を見る"
    for path in ("revise", "withdraw"):
        page.get(f"/opinions/{opinion.public_id}/{path}", expect=404)
    page.get(f"/opinions/{opinion.public_id}", expect=404)


def test_an_answered_opinion_leads_to_the_answer_and_stays(app, page) -> None:
    person = a_resident()
    opinion = an_opinion(by=person)
    with transaction():
        commands.note_answer(opinion.contribution_id, "/consultations", by=STAFF)
    log_in(page.client, person)
    mine = page.get("/my/opinions")
    assert mine.link("区の考え方を読む").href == "/consultations"
    assert "いまの段階：回答" in mine.text
    page.get("opinions.withdraw", public_id=opinion.public_id).submit("この意見を取り下げる", expect=403)


def test_public_opinions_are_listed_by_number_and_by_subject_and_in_pages(app, page) -> None:
    one, two = a_subject("項目い"), a_subject("項目ろ")
    consultation = an_open_consultation(about=[one, two], moderation=ModerationMode.PUBLISH_FIRST)
    a_submission([f"項目いの意見{n}" for n in range(15)], about=one, to=consultation)
    for start in (15, 30, 45):
        a_submission([f"項目いの意見{n}" for n in range(start, start + 15)], about=one, to=consultation)
    a_submission(["項目ろの意見"], about=two, to=consultation)
    here = page.get("opinions.index", code=consultation.code)
    assert "項目いの意見0" in here.text
    assert "項目ろの意見" not in here.text
    last = here.follow("次のページ").follow("次のページ")
    assert "項目ろの意見" in last.text
    assert "項目いの意見0" not in last.text
    assert "項目ろの意見" in here.submit("この条件で見る", about=two.public_id).text


def test_a_page_of_public_opinions_asks_the_database_as_often_for_fifty_as_for_one(
    app, page, queries_of
) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.PUBLISH_FIRST)
    a_submission(["一件"], to=consultation)
    one = queries_of(lambda: page.get("opinions.index", code=consultation.code))
    for n in range(3):
        a_submission([f"{n}-{m}" for m in range(20)], to=consultation)
    many = queries_of(lambda: page.get("opinions.index", code=consultation.code))
    assert many == one <= 10


def test_my_opinions_ask_the_database_as_often_for_twenty_as_for_one(app, page, queries_of) -> None:
    person = a_resident()
    consultation = an_open_consultation()
    a_submission(["一件"], to=consultation, by=person)
    log_in(page.client, person)
    one = queries_of(lambda: page.get("/my/opinions"))
    for n in range(19):
        a_submission([f"{n}"], to=consultation, by=person)
    many = queries_of(lambda: page.get("/my/opinions"))
    assert many == one <= 10
