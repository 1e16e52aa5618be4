"""The figures of a survey, and who sees which."""

from __future__ import annotations

from dataclasses import replace

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.surveys import commands, queries
from participation.surveys.domain import Origin, QuestionDraft, ResultsShown
from tests.support.builders.answered import every_kind, fill
from tests.support.builders.surveys import a_question, a_survey


def test_every_kind_is_recounted_as_it_was_kept(app):
    survey = a_survey(every_kind())
    form = {
        "q1": ["a4"], "q1-other": ["x"], "q2": ["a1"], "q3": ["4"], "q4-a1": ["a1"], "q5-a1": ["a2"],
        "q6-a2": ["1"], "q7-a1": ["10"], "q8": ["44"], "q9": ["2026-01-05"], "q10": ["no"], "q11": ["文"],
    }  # fmt: skip
    fill(survey, [form, {"q1": ["a1"]}])
    with transaction():
        assert commands.recount_surveys(check_only=True, by=system("test")) == {}
    results = queries.show_results(queries.show_survey(survey), for_staff=True)
    assert [result.answered for result in results.questions] == [2, *[1] * 10]
    assert [result.silent for result in results.questions] == [0, *[1] * 10]
    assert {result.figures.kind for result in results.questions} == {
        "bars", "grid", "ranks", "points", "spread", "words",
    }  # fmt: skip
    assert [result.has_texts for result in results.questions][0::10] == [True, True]


def test_each_question_is_public_when_it_says_so_itself(app, clock):
    drafts: list[QuestionDraft] = [
        replace(a_question(text=f"設問{number}"), results_shown=shown)
        for number, shown in enumerate((None, ResultsShown.NEVER, ResultsShown.AFTER_CLOSING))
    ]
    survey = a_survey(drafts)
    fill(survey, [{"q1": ["a1"], "q2": ["a1"], "q3": ["a1"]}] * 12)
    page = queries.show_survey(survey)
    assert [result.why for result in queries.show_results(page).questions] == ["", "not_public", "later"]
    assert [result.answered for result in queries.show_results(page).questions] == [12, 0, 0]
    assert [result.why for result in queries.show_results(page, for_staff=True).questions] == ["", "", ""]
    keys = [each.key for each in queries.list_variables(page, for_public=True)]
    assert "q2" not in keys
    assert "q3" not in keys
    clock.set(survey.closes_at)
    closed = queries.show_results(queries.show_survey(survey)).questions
    assert [result.why for result in closed] == ["", "not_public", ""]


def test_many_questions_stand_on_several_pages(app):
    survey = a_survey([a_question(text=f"設問{number}") for number in range(45)])
    page = queries.show_survey(survey)
    second = queries.show_results(page, for_staff=True, number=2)
    assert (second.page, second.pages, second.question_count) == (2, 5, 45)
    assert second.questions[0].question.code == "q11"
    assert queries.show_results(page, number=99).page == 5


def test_ways_of_answering_are_counted(app):
    survey = a_survey()
    fill(survey, [{"q1": ["a1"]}] * 3)
    fill(survey, [{"q1": ["a1"]}] * 2, origin=Origin.PAPER)
    assert queries.count_origins(survey) == [("インターネット", 3), ("紙", 2)]
    assert queries.list_reached(queries.show_survey(survey)) == [], "there is one page only"
