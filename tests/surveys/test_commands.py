"""Changing and answering surveys, without the web."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.access.actors import system
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.surveys import commands, queries
from participation.surveys.domain import SingleSpec, SurveyStatus
from participation.surveys.events import SurveyAnswered
from participation.surveys.models import Answer, AnswerCount, Response, ResponseDraft, Survey
from tests.support.builders.surveys import (
    EDITOR,
    a_one_tap_survey,
    a_question,
    a_survey,
    a_visitor,
    answer,
    options,
)
from tests.support.people import a_resident, actor_of

ALL = {"q1": "a1", "q2": ["a1", "a3"], "q3": "4", "q4": "掲示板に貼ってほしい"}


def counts(survey):
    return {key: n for key, n in queries.count_answers(survey).items() if n}


def said():
    return db.session.scalars(select(Contribution).order_by(Contribution.id)).all()


def recount():
    with transaction():
        return commands.recount_surveys(check_only=True, by=system("tests"))


def test_an_answer_is_stored_counted_recorded_and_announced(app, monkeypatch):
    survey = a_survey()
    heard = []
    monkeypatch.setitem(events._subscribers, SurveyAnswered, [heard.append])
    answer(survey, **ALL)
    assert counts(survey) == {
        ("", "*"): 1,
        ("q1", "*"): 1,
        ("q1", "a1"): 1,
        ("q2", "*"): 1,
        ("q2", "a1"): 1,
        ("q2", "a3"): 1,
        ("q3", "*"): 1,
        ("q3", "4"): 1,
        ("q4", "*"): 1,
        **dict.fromkeys(((f"q{number}", "?") for number in range(1, 5)), 1),
    }
    assert len(heard) == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.answer")).one()
    assert (entry.target_type, entry.target_id, entry.changes) == ("surveys", survey.id, {})


def test_answering_again_replaces_the_answer_and_the_last_counts(app):
    survey = a_survey()
    who = answer(survey, **ALL)
    answer(survey, by=who, q1="a2", q2=["a3"])
    assert counts(survey) == {
        ("", "*"): 1,
        ("q1", "*"): 1,
        ("q1", "a2"): 1,
        ("q2", "*"): 1,
        ("q2", "a3"): 1,
        **dict.fromkeys(((f"q{number}", "?") for number in range(1, 5)), 1),
    }
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1
    assert queries.find_own_answer(survey, who).answers == {"q1": "a2", "q2": ["a3"]}
    assert recount() == {}


def test_a_visitor_is_known_by_a_hash_that_differs_between_surveys(app):
    one, other = a_survey(), a_survey(title="別のアンケート")
    who = answer(one, q1="a1")
    answer(other, by=who, q1="a1")
    keys = db.session.scalars(select(Response.respondent_key)).all()
    assert len(set(keys)) == 2
    assert all(who.guest_key not in key for key in keys)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "q1"),
        ({"q1": ["a1", "a2"]}, "q1"),
        ({"q1": "zz"}, "q1"),
        ({"q1": "a1", "q2": ["a1", "a2", "a3"]}, "q2"),
        ({"q1": "a1", "q4": "あ" * 51}, "q4"),
        ({"q1": "a1", "q7": "a1"}, None),
    ],
)
def test_a_faulty_answer_is_refused_whole_and_nothing_is_stored(app, given, field):
    survey = a_survey()
    with pytest.raises(Refused) as refused:
        answer(survey, **given)
    assert refused.value.field == field
    assert counts(survey) == {}
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0


def test_an_answer_without_any_answer_is_not_counted(app):
    survey = a_survey([a_question()])
    with pytest.raises(Refused, match="一つも"):
        answer(survey, q1="")
    assert counts(survey) == {}


def test_a_text_enters_the_register_held_and_anonymous_only_if_its_author_agrees(app):
    survey = a_survey()
    answer(survey, **ALL)
    assert said() == []
    resident = a_resident()
    answer(survey, by=actor_of(resident), shares=True, **ALL)
    (text,) = said()
    assert (text.kind, text.body, text.visibility) == (
        ContributionKind.SURVEY_TEXT,
        ALL["q4"],
        Visibility.HELD,
    )
    assert (text.subject_id, text.author_id, text.shown_name) == (survey.subject_id, resident.id, "")


def test_a_shared_text_that_is_rewritten_is_held_again_and_one_taken_back_is_withdrawn(app):
    survey = a_survey()
    who = answer(survey, shares=True, **ALL)
    with transaction():
        contributions.change_visibility(said()[0], Visibility.PUBLISHED)
    answer(survey, by=who, shares=True, **ALL)
    assert said()[0].visibility is Visibility.PUBLISHED, "the same words stay as they were"
    answer(survey, by=who, shares=True, **{**ALL, "q4": "回覧板もほしい"})
    assert (said()[0].visibility, said()[0].body, said()[0].revision) == (
        Visibility.HELD,
        "回覧板もほしい",
        1,
    )
    answer(survey, by=who, shares=False, **ALL)
    assert said()[0].visibility is Visibility.WITHDRAWN
    answer(survey, by=who, shares=True, **ALL)
    assert [text.visibility for text in said()] == [Visibility.WITHDRAWN, Visibility.HELD]
    answer(survey, by=who, shares=True, q1="a1")
    assert {text.visibility for text in said()} == {Visibility.WITHDRAWN}
    assert recount() == {}


def test_answers_are_taken_until_the_last_moment_and_not_after(app, clock):
    survey = a_survey(days=1)
    clock.advance(timedelta(days=1) - timedelta(microseconds=1))
    answer(survey, q1="a1")
    clock.advance(timedelta(microseconds=1))
    with pytest.raises(Conflict, match="締め切りました"):
        answer(survey, q1="a1")
    assert counts(survey)["", "*"] == 1


def test_closing_ends_it_at_once_and_cannot_be_done_twice(app):
    survey = a_survey()
    with transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)
    assert survey.status is SurveyStatus.CLOSED
    with pytest.raises(Conflict):
        answer(survey, q1="a1")
    with pytest.raises(Denied), transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)


def test_questions_cannot_change_once_published(app):
    survey = a_survey()
    for change in (
        lambda: commands.add_question(survey, a_question(), by=EDITOR),
        lambda: commands.change_question(survey, "q1", a_question(), by=EDITOR),
        lambda: commands.move_question(survey, "q1", 1, by=EDITOR),
        lambda: commands.remove_question(survey, "q1", by=EDITOR),
    ):
        with pytest.raises(Denied), transaction():
            change()


def test_questions_of_a_draft_are_moved_changed_and_removed(app):
    survey = a_survey(published=False)
    with transaction():
        commands.move_question(survey, "q4", -1, by=EDITOR)
        commands.move_question(survey, "q1", -1, by=EDITOR)
        commands.remove_question(survey, "q2", by=EDITOR)
        yes_no = a_question(SingleSpec(options=options("はい", "いいえ")), "読みますか")
        commands.change_question(survey, "q3", yes_no, by=EDITOR)
        added = commands.add_question(survey, a_question(), by=EDITOR)
    assert added.code == "q5", "a code is never used for another question"
    questions = [queries.asked(question) for question in queries.list_questions(survey)]
    assert [question.code for question in questions] == ["q1", "q4", "q3", "q5"]
    assert questions[2].spec.choices() == (("a1", "はい"), ("a2", "いいえ"))


@pytest.mark.parametrize("questions", [[], [a_question(), a_question()]])
def test_a_survey_that_cannot_be_answered_as_meant_is_not_published(app, questions):
    survey = a_survey(questions, one_tap=True, published=False)
    with pytest.raises(Refused), transaction():
        commands.publish_survey(survey, by=EDITOR)


def test_what_a_member_began_is_kept_until_it_is_sent(app):
    survey, who = a_survey(), actor_of(a_resident())
    for text in ("途中", "途中まで"):
        with transaction():
            commands.save_draft(survey, {"q4": [text], "q9": ["x"], "q1": [""]}, by=who)
    assert queries.find_draft(survey, who).given == {"q4": ["途中まで"]}
    assert counts(survey) == {}
    answer(survey, by=who, q1="a1")
    assert db.session.scalar(select(func.count()).select_from(ResponseDraft)) == 0


def test_a_wrong_count_is_found_and_mended(app):
    survey = a_survey()
    answer(survey, **ALL)
    with transaction():
        row = db.session.scalars(select(AnswerCount).where(AnswerCount.choice == "a3")).first()
        row.count = 7
    assert recount() == {survey.public_id: 1}
    with transaction():
        commands.recount_surveys(by=system("tests"))
    assert recount() == {}
    assert counts(survey)["q2", "a3"] == 1


def test_fifty_parallel_answers_of_one_respondent_are_one_and_of_fifty_are_fifty(app):
    survey = a_one_tap_survey()
    one = a_visitor()
    actors = [one] * 25 + [a_visitor() for _ in range(25)]
    together(app, [lambda who=who, n=n: tap(survey.id, f"a{n % 3 + 1}", who) for n, who in enumerate(actors)])
    assert db.session.scalar(select(func.count()).select_from(Response)) == 26
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 26
    assert counts(survey)["", "*"] == counts(survey)["q1", "*"] == 26
    assert recount() == {}


def tap(survey_id, choice, who):
    with transaction():
        survey = db.session.get_one(Survey, survey_id)
        commands.answer_survey(survey, {"q1": [choice]}, by=who)


def together(app, acts):
    """Do all acts at the same moment, each in a thread of its own; an error of one fails the test."""
    barrier, errors = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                act()
            except Exception as error:
                errors.append(error)

    db.session.rollback()
    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
