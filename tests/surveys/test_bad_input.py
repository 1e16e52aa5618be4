"""Whatever is sent: refused in plain words or stored as the way allows it, and never an error of the server."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.domain import Layout, Questionnaire, Section, follow, given_of, read_answers
from participation.surveys.models import Answer, Response, ResponseDraft, Survey
from tests.support.builders.surveys import (
    ANSWERS_OF_EACH_KIND,
    a_survey,
    a_survey_of,
    a_visitor,
    asked_as,
    branching_sections,
    one_of_each_kind,
    when,
)
from tests.support.page import PageClient

KINDS = one_of_each_kind()
#: Every kind, the second half only for those who chose 窓口 or その他, and a jump over the last page.
EVERYTHING = Questionnaire(
    (
        Section("s1", questions=tuple(KINDS[:8])),
        Section("s2", questions=tuple(KINDS[8:15]), condition=when("q1", "a2", "a9")),
        Section(
            "s3", questions=(asked_as("q17", KINDS[10].spec, condition=when("q6", "a1:a1", op="contains")),)
        ),
    )
)
NAMES = sorted(
    {"q1", "q1-other", "q99", "q2-zz", "csrf", "q15", "q16", "q17"}
    | ANSWERS_OF_EACH_KIND.keys()
    | {f"q{number}-a{part}" for number in range(6, 10) for part in range(1, 5)}
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "a1",
            "a2",
            "a3",
            "a9",
            "p1",
            "1",
            "2",
            "3",
            "10",
            "7",
            "-1",
            "1e9",
            "2026-02-30",
            "2026-11-22",
            "NaN",
        ]
    ),
    st.sampled_from(
        ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "\ue000", "１２", "🏠" * 30, "あ" * 5001]
    ),
    st.text(max_size=12),
)
SENT = st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, max_size=3), max_size=14)


@given(SENT)
@settings(max_examples=150, deadline=None)
def test_what_is_read_is_what_the_way_accepts_and_reads_the_same_again(sent):
    reading = read_answers(EVERYTHING, sent, complete=False)
    way = follow(EVERYTHING, reading.answers)
    assert way.answers == reading.answers
    assert {question.code for question in way.questions} == {question.code for question in reading.questions}
    assert all(fault.endswith(("。", "）。")) for fault in reading.faults.values())
    again = read_answers(EVERYTHING, given_of(EVERYTHING.questions, reading.answers), complete=False)
    assert (again.answers, again.faults) == (reading.answers, {})


@given(SENT)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_what_the_way_accepts_is_stored_and_the_counts_agree(app, sent):
    survey = db.session.scalars(select(Survey)).first() or a_survey_of(EVERYTHING.sections)
    sent = {name: values for name, values in sent.items() if name != "q15"}
    expected = read_answers(EVERYTHING, sent)
    who = a_visitor()
    if expected.faults or not expected.answers:
        with pytest.raises(Refused, match=r"。$"), transaction():
            commands.answer_survey(survey, sent, by=who)
        assert queries.find_own_answer(survey, who) is None
        return
    with transaction():
        commands.answer_survey(survey, sent, by=who)
    stored = queries.find_own_answer(survey, who).answers
    assert stored == expected.answers == follow(EVERYTHING, stored).answers
    with transaction():
        assert commands.recount_surveys(check_only=True, by=system("tests")) == {}


def tokens_of(client, address):
    form = client.get(address).get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', form))


def test_whatever_is_posted_is_no_error_of_the_server(client):
    survey = a_survey_of(EVERYTHING.sections)
    start = f"/surveys/{survey.public_id}"
    tokens = tokens_of(client, f"{start}/pages/s1")
    addresses = [
        start,
        f"{start}/pages/s1",
        f"{start}/pages/s2",
        f"{start}/draft",
        f"{start}/review",
        f"{start}/code",
    ]
    extra = st.fixed_dictionaries(
        {},
        optional={
            "go": st.sampled_from(["next", "back", "save", "review", "send", "easy", "plain", "x"]),
            "shown": st.text(max_size=20),
            "form_version": st.text(max_size=12),
            "page": st.sampled_from(["s1", "s9", "all", "", "../x"]),
            "shares_texts": st.sampled_from(["y", "", "x"]),
            "drop-q15": st.just("1"),
        },
    )

    @given(st.sampled_from(addresses), SENT, extra)
    @settings(max_examples=40, deadline=None)
    def post(address, sent, more):
        answered = client.post(address, data={**tokens, **sent, **more})
        assert answered.status_code in (200, 302, 303, 400, 403, 404, 409, 422), (
            address,
            answered.status_code,
        )

    post()


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


BAD = [
    ({"q1": ["p1"]}, "選択肢の中から一つ選んでください"),
    ({"q1": ["a1", "a2"]}, "選択肢の中から一つ選んでください"),
    ({"q1": ["a9"], "q1-other": ["あ" * 201]}, "200文字以内"),
    ({"q2": ["a1", "a2", "a3"]}, "2つまで選べます（今は3つ）"),
    ({"q2": ["a1", "a9"]}, "ほかの答えと一緒には選べません"),
    ({"q6-a1": ["a1", "a2"]}, "選択肢の中から"),
    ({"q6-zz": ["a1"]}, "この設問にない欄への答え"),
    ({"q8-a1": ["1"], "q8-a2": ["1"]}, "1位が2つあります"),
    ({"q8-a1": ["2"]}, "1位がありません"),
    ({"q9-a1": ["4"], "q9-a2": ["4"]}, "合計を10点にしてください（今は8点。あと2点"),
    ({"q9-a1": ["11"]}, "0点から10点まで"),
    ({"q10": ["p9"]}, "選択肢の中から"),
    ({"q11": ["\ue000"]}, "外字"),
    ({"q12": ["あ" * 101]}, "あと1文字減らして"),
    ({"q13": ["121"]}, "120分以下"),
    ({"q13": ["十二"]}, "数字で書いてください"),
    ({"q14": ["2026-02-30"]}, "（例：2026-11-22）"),
    ({"q15": ["zzz"]}, "このファイルは見つかりませんでした"),
    ({"q16": ["x"]}, "この設問にない欄への答え"),
    ({"q99": ["a1"]}, "このアンケートにない設問"),
]


@pytest.mark.parametrize(("bad", "words"), BAD)
def test_each_bad_answer_is_refused_in_words_with_all_others_kept(page, client, bad, words):
    survey = a_survey_of([Section("s1", questions=tuple(KINDS))], layout=Layout.WHOLE)
    address = f"/surveys/{survey.public_id}"
    others = {
        name: value
        for name, value in ANSWERS_OF_EACH_KIND.items()
        if name[:3].rstrip("-") != next(iter(bad))[:3].rstrip("-")
    }
    answered = client.post(address, data={**tokens_of(client, address), **others, **bad})
    shown = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert words in shown
    assert "<title>エラー：" in shown
    assert ('value="2026-11-22"' in shown) is ("q14" in others)
    assert ("手紙" in shown) is ("q1" in others)
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0


def test_a_megabyte_of_text_is_refused_and_comes_back_whole(page, client):
    survey = a_survey_of([Section("s1", questions=(KINDS[11],)), Section("s2", questions=(KINDS[10],))])
    address = f"/surveys/{survey.public_id}/pages/s1"
    long = "あ" * 350_000
    answered = client.post(address, data={**tokens_of(client, address), "q12": long, "go": "next"})
    assert answered.status_code == 422
    assert long in answered.get_data(as_text=True)
    assert "349,900文字減らしてください" in answered.get_data(as_text=True)


def test_a_form_of_another_survey_and_a_forged_one_store_nothing(client):
    one, other = a_survey(), a_survey(title="ほか")
    tokens = tokens_of(client, f"/surveys/{one.public_id}")
    client.post(f"/surveys/{one.public_id}", data={**tokens, "q1": "a1"})
    again = client.post(f"/surveys/{other.public_id}", data={**tokens, "q1": "a2"})
    assert again.status_code == 422, "the same form was sent before, with another survey"
    forged = client.post(f"/surveys/{other.public_id}", data={**tokens, "csrf_token": "x", "q1": "a1"})
    assert forged.status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1


def test_hidden_branches_are_ignored_whatever_is_sent(client):
    survey = a_survey_of(branching_sections(), layout=Layout.WHOLE)
    address = f"/surveys/{survey.public_id}"
    sent = {"q1": "a1", "q2": "表紙", "q3": "あ" * 5000, "q4": "30", "shown": "q1 q2 q3 q4"}
    answered = client.post(address, data={**tokens_of(client, address), **sent})
    assert answered.status_code == 303
    assert sorted(db.session.scalars(select(Answer.value))) == ["30", "a1", "表紙"]


def test_an_option_that_is_gone_is_refused_and_the_rest_of_the_draft_stays(page):
    survey = a_survey_of(branching_sections())
    page.get(f"/surveys/{survey.public_id}/pages/s1").submit("途中で保存する", q1="a2")
    with transaction():
        draft = db.session.scalars(select(ResponseDraft)).one()
        draft.given = {"q1": ["gone"], "q4": ["30"]}
    refused = page.get(f"/surveys/{survey.public_id}/review").submit("回答を送る", expect=422)
    assert "選択肢の中から一つ選んでください" in refused.text
    assert "30歳" in refused.text
