"""Surveys as residents meet them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import render_template
from sqlalchemy import func, select

from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.domain import Audience, ResultsShown
from participation.surveys.models import Response
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.surveys import a_one_tap_survey, a_survey, answer
from tests.support.page import PageClient
from tests.support.people import a_resident, actor_of, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def responses():
    return db.session.scalar(select(func.count()).select_from(Response))


def test_the_list_says_what_to_do_when_it_is_empty_and_shows_open_before_closed(page, clock):
    assert "いま受け付けているアンケートはありません" in page.get("/surveys").text
    a_survey(title="みじかい", days=1)
    a_survey(title="ながい", days=9)
    assert page.get("/surveys").text.count("受付中") == 2
    clock.advance(timedelta(days=2))
    later = page.get("/surveys")
    assert later.text.index("ながい") < later.text.index("締め切ったもの") < later.text.index("みじかい")


def test_a_visitor_answers_sees_their_answer_and_may_change_it(page):
    survey = a_survey()
    shown = page.get(f"/surveys/{survey.public_id}")
    assert "4問・約3分" in shown.text
    thanks = shown.submit("回答を送る", q1="a1", q2=["a1", "a3"], q3="4", q4="掲示板に\n貼ってほしい")
    assert thanks.h1 == "回答を受け付けました"
    assert "区報、SNS" in thanks.text
    again = page.get(f"/surveys/{survey.public_id}")
    assert "回答済みです" in again.text
    assert again.form("回答を送る").filled({})["q2"] == ["a1", "a3"]
    assert "読まない" in again.submit("回答を送る", q1="a3").text
    assert responses() == 1


def test_a_missing_or_impossible_answer_is_marked_and_everything_typed_is_kept(page):
    survey = a_survey()
    long = "あ" * 51
    shown = page.get(f"/surveys/{survey.public_id}").submit(
        "回答を送る", expect=422, q2=["a1", "a2", "a3"], q3="2", q4=long
    )
    assert shown.title.startswith("エラー：")
    for words in ("答えを選んでください", "2つまで選べます（今は3つ）", "あと1文字減らしてください", long):
        assert words in shown.text
    kept = shown.form("回答を送る").filled({})
    assert (kept["q2"], kept["q3"]) == (["a1", "a2", "a3"], ["2"])
    assert responses() == 0


def raw_post(client, address, **fields):
    form = client.get(address).get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', form))
    return client.post(address, data={**tokens, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"q1": ["a1", "a2"]},
        {"q1": "zz"},
        {"q1": "a1", "q3": "99"},
        {"q1": "a1", "q9": "a1"},
        {"q1": "a1", "q4": ["x", "y"]},
        {"q1": "a1", "q4": "\ue000"},
        {"q1": "a1", "q4": "あ" * 200_000},
    ],
)
def test_bad_input_is_answered_with_422_and_stores_nothing(client, fields):
    survey = a_survey()
    answered = raw_post(client, f"/surveys/{survey.public_id}", **fields)
    assert answered.status_code == 422
    assert responses() == 0


def test_broken_bytes_are_no_error_of_the_server(client):
    survey = a_survey()
    broken = raw_post(client, f"/surveys/{survey.public_id}", q1="a1", q4=b"\xff\xfe\x00a")
    assert broken.status_code in (303, 422)


def test_sending_the_same_form_twice_is_sending_it_once(client):
    survey = a_survey()
    address = f"/surveys/{survey.public_id}"
    form = client.get(address).get_data(as_text=True)
    tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', form))
    first = client.post(address, data={**tokens, "q1": "a1"})
    second = client.post(address, data={**tokens, "q1": "a1"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert responses() == 1


def test_closing_while_somebody_writes_keeps_their_words_and_says_so(page, clock):
    survey = a_survey(days=1)
    shown = page.get(f"/surveys/{survey.public_id}")
    clock.advance(timedelta(days=1))
    late = shown.submit("回答を送る", expect=409, q1="a1", q4="まだ書いていました")
    assert "締め切りました" in late.text
    assert "まだ書いていました" in late.text
    assert responses() == 0


def test_a_member_saves_a_draft_and_finds_it_again(app, client, page):
    survey = a_survey()
    log_in(client, a_resident())
    shown = page.get(f"/surveys/{survey.public_id}")
    draft = f"/surveys/{survey.public_id}/draft"
    saved = shown.submit("途中で保存する", q4="書きかけ")
    assert saved.h1 == "途中まで保存しました"
    assert "ログインして、このアンケートを開いてください" in saved.text
    again = page.get(f"/surveys/{survey.public_id}")
    assert "書きかけの回答があります" in again.text
    assert again.form("回答を送る").filled({})["q4"][0].strip() == "書きかけ"
    data = shown.form("回答を送る").filled({"q4": "もっと"})
    answered = client.post(draft, data=data, headers={"Accept": "application/json"})
    assert answered.json == {"saved": True}
    assert responses() == 0


def test_a_survey_for_members_leads_a_visitor_to_the_log_in_page(page):
    survey = a_survey(audience=Audience.ACCOUNT)
    assert page.get(f"/surveys/{survey.public_id}").link("ログインして答える")


def test_results_are_a_table_with_its_warning_and_wait_where_they_must(page, clock):
    survey = a_survey(results_shown=ResultsShown.AFTER_CLOSING)
    for _ in range(10):
        answer(survey, q1="a1", q4="ひみつのことば")
    address = f"/surveys/{survey.public_id}/results"
    waiting = page.get(address)
    assert "まだ公開していません" in waiting.text
    assert "10" not in waiting.main.text
    clock.advance(timedelta(days=10))
    shown = page.get(address)
    assert "自分から答えた人の集計で、区民全体の割合ではありません" in shown.text
    assert "10人 100%" in shown.text
    assert "ひみつのことば" not in shown.html
    assert "10人が自由に書きました" in shown.text


def test_a_draft_and_an_unknown_survey_are_not_found(page):
    survey = a_survey(published=False)
    for address in (f"/surveys/{survey.public_id}", f"/surveys/{survey.public_id}/results", "/surveys/zzz"):
        page.get(address, expect=404)


def test_thanks_without_an_answer_leads_to_the_questions(page):
    survey = a_survey()
    assert page.get(f"/surveys/{survey.public_id}/thanks").h1.endswith(survey.title)


def tap(client, survey, choice):
    return client.post(f"/surveys/{survey.public_id}/tap", data={**tokens_of(client), "choice": choice})


def tokens_of(client):
    survey = a_survey(title="ほかのアンケート")
    form = client.get(f"/surveys/{survey.public_id}").get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', form))


def test_a_tap_counts_once_for_each_visitor_and_may_be_changed(app, client):
    survey = a_one_tap_survey()
    assert tap(client, survey, "a1").status_code == 303
    assert tap(client, survey, "a2").status_code == 303
    assert tap(app.test_client(), survey, "a2").status_code == 303
    counts = queries.count_answers(survey)
    assert (counts["", "*"], counts["q1", "a1"], counts["q1", "a2"]) == (2, 0, 2)
    assert "ときどき" in client.get(f"/surveys/{survey.public_id}/thanks").get_data(as_text=True)


@pytest.mark.parametrize("choice", ["zz", "", ["a1", "a2"]])
def test_a_tap_on_nothing_that_is_offered_is_refused(client, choice):
    survey = a_one_tap_survey()
    assert tap(client, survey, choice).status_code == 422
    assert responses() == 0


def test_a_tap_after_the_closing_is_answered_with_409(client, clock):
    survey = a_one_tap_survey()
    tokens = tokens_of(client)
    clock.set(survey.closes_at)
    late = client.post(f"/surveys/{survey.public_id}/tap", data={**tokens, "choice": "a1"})
    assert late.status_code == 409
    assert "締め切りました" in late.get_data(as_text=True)
    assert responses() == 0


def test_only_a_one_tap_survey_is_answered_by_a_tap(client):
    assert tap(client, a_survey(), "a1").status_code == 404


def test_the_part_on_a_subjects_page_has_buttons_and_marks_for_kept_pages(app, page):
    survey = a_one_tap_survey()
    a_survey(title="くわしいアンケート", subject_id=survey.subject_id)
    resident = actor_of(a_resident())
    answer(survey, by=resident, q1="a2")
    with app.test_request_context("/"):
        html = render_template(
            "surveys/_on_page.html", surveys=queries.on_subjects([survey.subject_id], resident)
        )
    assert html.count("<button") == 3
    assert "（あなたの答え）" in html
    assert "これまでに1人が答えました" in html
    assert "4問・約3分" in html
    assert 'name="csrf_token"' in html
    assert 'name="submission_id"' in html


def test_the_page_of_a_consultation_leads_to_its_survey_while_it_is_open(page, clock):
    consultation = an_open_consultation()
    survey = a_survey(consultation_id=consultation.id)
    address = f"/consultations/{consultation.code}"
    assert page.get(address).follow("アンケートに答える").h1.endswith(survey.title)
    clock.set(survey.closes_at)
    assert "アンケートに答える" not in page.get(address).text
