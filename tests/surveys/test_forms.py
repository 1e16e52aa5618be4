"""The forms of surveys, beside what the pages' tests see of them."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from participation.surveys import queries
from participation.surveys.forms import answer_form, last_day, survey_values
from participation.surveys.queries import OwnAnswer
from tests.conftest import MOMENT
from tests.support.builders.surveys import a_survey


def test_what_was_answered_fills_the_form_and_a_draft_comes_before_it(app):
    page = queries.show_survey(a_survey())
    own = OwnAnswer({"q1": "a2", "q2": ["a1"], "q3": 4, "q4": "前の文"}, shares_texts=True, at=MOMENT)
    with app.test_request_context("/"):
        form = answer_form(page, own, None)
        assert [field.data for field in form.question_fields] == ["a2", ["a1"], "4", "前の文"]
        assert form.shares_texts.data is True
        begun = answer_form(page, own, {"q4": ["途中"], "q2": ["a3"]})
        assert [field.data for field in begun.question_fields] == [None, ["a3"], None, "途中"]


def test_only_fields_that_look_like_questions_are_taken_as_answers(app):
    page = queries.show_survey(a_survey())
    sent = MultiDict([("q1", "a1"), ("other", "x"), ("q77", "a1"), ("q", "y")])
    with app.test_request_context("/", method="POST", data=sent):
        assert answer_form(page, None, None).given() == {"q1": ["a1"], "q77": ["a1"]}


def test_the_last_day_is_the_one_before_the_closing_at_midnight(app):
    survey = a_survey(published=False)
    survey.closes_at = MOMENT.replace(day=29, hour=15, minute=0)  # Midnight in Tokyo.
    assert last_day(survey) == date(2026, 11, 29)
    assert survey_values(survey)["closes_on"] == date(2026, 11, 29)
