"""The forms of surveys, beside what the pages' tests see of them."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from participation.surveys.forms import AnswerForm, sent_answers, survey_values
from tests.conftest import MOMENT
from tests.support.builders.surveys import a_survey


def test_only_fields_that_look_like_questions_are_taken_as_answers(app):
    sent = MultiDict([("q1", "a1"), ("other", "x"), ("q77", "a1"), ("q", "y"), ("file-q1", "z")])
    with app.test_request_context("/", method="POST", data=sent):
        assert sent_answers(()).given == {"q1": ["a1"], "q77": ["a1"]}


def test_who_shared_their_words_before_finds_the_box_ticked(app):
    with app.test_request_context("/"):
        assert AnswerForm(shares=True).shares_texts.data is True
        assert AnswerForm().shares_texts.data is False


def test_whatever_number_of_fields_and_values_comes_only_so_many_are_looked_at(app):
    sent = MultiDict([("q1", str(n)) for n in range(900)])
    with app.test_request_context("/", method="POST", data=sent):
        assert len(sent_answers(()).given["q1"]) == 400


def test_the_last_day_is_the_one_before_the_closing_at_midnight(app):
    survey = a_survey(published=False)
    survey.closes_at = MOMENT.replace(day=29, hour=15, minute=0)  # Midnight in Tokyo.
    assert survey_values(survey)["closes_on"] == date(2026, 11, 29)
