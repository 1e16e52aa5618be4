"""Reading surveys and their figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.consultations.domain import State
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, ResultsShown
from tests.support.builders.consultations import a_subject
from tests.support.builders.surveys import EDITOR, a_one_tap_survey, a_question, a_survey, answer
from tests.support.people import a_resident, actor_of


def page_of(survey):
    return queries.show_survey(survey)


def statements(ask):
    seen = []
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return [text for text in seen if text.lstrip().upper().startswith("SELECT")]


def test_nobody_but_staff_finds_a_draft(app):
    survey = a_survey(published=False)
    with pytest.raises(NotFound):
        queries.get_public_survey(survey.public_id)
    assert queries.list_surveys() == []
    assert [row.state for row in queries.list_surveys(with_drafts=True)] == [State.DRAFT]


def test_fewer_than_ten_answers_are_not_broken_down_but_staff_see_them(app):
    survey = a_survey()
    for _ in range(9):
        answer(survey, q1="a1")
    few = queries.show_results(page_of(survey)).questions[0]
    assert (few.answered, few.rows, few.is_too_few) == (9, (), True)
    assert queries.show_results(page_of(survey), for_staff=True).questions[0].rows[0] == ("よく読む", 9)
    answer(survey, q1="a2", q3="5")
    results = queries.show_results(page_of(survey))
    assert results.questions[0].rows == (("よく読む", 9), ("ときどき", 1), ("読まない", 0))
    assert results.questions[2].is_too_few, "each question by itself"


def test_a_scale_has_its_average(app):
    survey = a_survey()
    for step in (1, 2, 5, 5, 5, 5, 5, 5, 5, 5):
        answer(survey, q1="a1", q3=str(step))
    assert queries.show_results(page_of(survey)).questions[2].average == 4.3


@pytest.mark.parametrize(
    ("shown", "while_open", "after"),
    [
        (ResultsShown.LIVE, True, True),
        (ResultsShown.AFTER_CLOSING, False, True),
        (ResultsShown.NEVER, False, False),
    ],
)
def test_results_are_public_when_the_survey_says_so(app, clock, shown, while_open, after):
    survey = a_survey(results_shown=shown)
    assert page_of(survey).has_public_results is while_open
    clock.advance(timedelta(days=10))
    assert page_of(survey).has_public_results is after


def test_a_page_finds_its_surveys_in_three_queries_whatever_their_number(app):
    subject, other = a_subject(), a_subject("別の視点")
    for number in range(6):
        a_survey(title=f"アンケート{number}", subject_id=subject.id)
        a_one_tap_survey(subject_id=subject.id, title=f"ひとこと{number}")
    a_survey(subject_id=other.id)
    a_survey(subject_id=subject.id, published=False)
    resident = actor_of(a_resident())
    subject_id = subject.id
    found = []
    asked = statements(lambda: found.append(queries.on_subjects([subject_id], resident)))
    assert len(asked) == 3
    assert (len(found[0].taps), len(found[0].surveys)) == (6, 6)
    assert queries.on_subjects([10**6], resident) == queries.SurveysOnPage()


def test_a_page_shows_members_their_own_tap_and_never_a_visitors(app, clock):
    survey = a_one_tap_survey()
    resident = actor_of(a_resident())
    answer(survey, by=resident, q1="a2")
    guest = answer(survey, q1="a3")
    on_page = queries.on_subjects([survey.subject_id], resident)
    assert (on_page.taps[0].mine, on_page.taps[0].response_count) == ("a2", 2)
    assert queries.on_subjects([survey.subject_id], guest).taps[0].mine is None
    assert on_page.changes_at == survey.closes_at
    clock.advance(timedelta(days=11))
    later = queries.on_subjects([survey.subject_id], resident)
    assert (later.taps, later.surveys[0].state, later.changes_at) == ((), State.CLOSED, None)


def test_a_tap_for_members_only_and_one_with_hidden_figures_say_so(app):
    survey = a_one_tap_survey(audience=Audience.ACCOUNT, results_shown=ResultsShown.AFTER_CLOSING)
    (tap,) = queries.on_subjects([survey.subject_id], visitor("k" * 20)).taps
    assert (tap.may_answer, tap.response_count, tap.is_for_anyone) == (False, None, False)


def test_exported_rows_say_what_was_answered_and_not_by_whom(app):
    survey = a_survey([a_question(), a_question(text="もう一つ")])
    answer(survey, q1="a1", q2="a2")
    answer(survey, by=actor_of(a_resident()), q2="a3")
    rows = [row.answers for row in queries.list_export_rows(survey, batch=1)]
    assert rows == [{"q1": "a1", "q2": "a2"}, {"q2": "a3"}]


def test_a_closed_survey_says_closed_before_its_time(app):
    survey = a_survey()
    with transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)
    assert page_of(survey).state is State.CLOSED
