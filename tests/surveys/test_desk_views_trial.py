"""Looking at a survey before it opens, and trying it out."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role
from participation.foundation.db import db
from participation.surveys.domain import Section
from participation.surveys.models import AnswerCount, AnswerFile, Response, ResponseDraft
from tests.foundation.test_file_kinds import PNG
from tests.support.builders.surveys import (
    ANSWERS_OF_EACH_KIND,
    a_survey,
    a_survey_of,
    asked_as,
    branching_sections,
    one_of_each_kind,
)
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def editor(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_draft_is_looked_at_as_residents_will_see_it_in_every_way(editor):
    easy = asked_as("q2", one_of_each_kind()[10].spec, "ふつうの文", easy={"text": "やさしい｜文《ぶん》"})
    survey = a_survey_of([*branching_sections()[:1], Section("s9", questions=(easy,))][:1], published=False)
    start = editor.get(f"/desk/surveys/{survey.public_id}").follow("下見する")
    assert "問1で「読む」を選んだとき" in start.text
    assert not start.all(id_="q2-box")[0].attrs.get("hidden")
    assert start.follow("スマートフォン").all(role="region")[0].name.startswith("スマートフォンでの見え方")
    assert start.follow("印刷").h1.endswith("印刷の下見")
    assert "やさしい日本語の文はまだありません" in start.follow("やさしい日本語").text


def test_a_preview_shows_easy_words_and_turns_its_pages(editor):
    sections = branching_sections()
    easy = asked_as("q9", one_of_each_kind()[10].spec, "ふつうの文", easy={"text": "やさしい｜文《ぶん》"})
    survey = a_survey_of([*sections, Section("s4", "四つ目", questions=(easy,))], published=False)
    page = editor.get(f"/desk/surveys/{survey.public_id}/preview?look=easy").follow("4ページ目：四つ目")
    assert "やさしい文" in page.text
    assert "<rt>ぶん</rt>" in page.html


def test_a_trial_goes_the_whole_way_says_what_is_missing_and_leaves_nothing(editor):
    survey = a_survey_of(branching_sections(), published=False)
    start = editor.get(f"/desk/surveys/{survey.public_id}").follow("試しに答える")
    one = start.submit("はじめから試す")
    assert "試し回答です" in one.text
    assert one.submit("次へ進む", expect=422).title.startswith("エラー：")
    two = one.submit("次へ進む", q1="a2")
    review = two.submit("次へ進む", q3="字が小さい").submit("次へ進む", q4="42")
    assert rows(ResponseDraft) == 1
    end = review.submit("試し回答を終わる")
    assert "記録も集計もしていません" in end.text
    assert "字が小さい" in end.text
    assert "問2 よく読むところ" in end.text, "what was not passed is named"
    assert (rows(ResponseDraft), rows(Response), rows(AnswerCount)) == (0, 0, 0)


def test_a_trial_that_lacks_an_answer_is_refused_as_it_would_be_to_residents(editor):
    survey = a_survey_of(branching_sections())
    address = f"/desk/surveys/{survey.public_id}/trial"
    review = editor.get(f"{address}/pages/s3").submit("次へ進む", q4="42")
    refused = review.submit("試し回答を終わる", expect=422)
    assert "区民も、このままでは送れません" in refused.text
    assert "前の続きから試す" in editor.get(address).text


def test_a_file_in_a_trial_is_looked_at_and_kept_nowhere(editor):
    survey = a_survey_of([Section("s1", questions=(one_of_each_kind()[14],))])
    one = editor.get(f"/desk/surveys/{survey.public_id}/trial").submit("はじめから試す")
    assert (
        "受け付けられない形式"
        in one.submit("次へ進む", expect=422, **{"file-q15": (BytesIO(b"x"), "a.png")}).text
    )
    review = one.submit("次へ進む", **{"file-q15": (BytesIO(PNG), "写真.png")})
    assert "ファイルあり" in review.text
    assert rows(AnswerFile) == 0


def test_a_survey_without_questions_says_what_to_do(editor):
    survey = a_survey([], published=False)
    for path in ("preview", "trial"):
        assert "設問はまだありません" in editor.get(f"/desk/surveys/{survey.public_id}/{path}").text


def test_who_only_audits_looks_but_does_not_try(app, client):
    survey = a_survey()
    log_in(client, a_member_of_staff(Role.AUDITOR))
    page = PageClient(app, client)
    shown = page.get(f"/desk/surveys/{survey.public_id}/preview")
    assert "はじめから終わりまで試す" not in shown.text
    page.get(f"/desk/surveys/{survey.public_id}/trial", expect=403)


def test_each_kind_is_previewed_within_the_weight_of_a_staff_page(editor):
    survey = a_survey_of([Section("s1", questions=tuple(one_of_each_kind()))])
    for look in ("normal", "phone", "easy", "print"):
        page = editor.get(f"/desk/surveys/{survey.public_id}/preview?look={look}")
        assert len(page.html.encode()) <= 60_000
    assert ANSWERS_OF_EACH_KIND.keys() <= {
        node.attrs.get("name") for node in page.all("input", "select", "textarea")
    }
