"""Answering: words of every kind in the register, versions, respondents, and what an answer costs."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from participation.access.actors import system
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.surveys import commands, queries
from participation.surveys.domain import (
    Audience,
    DropdownSpec,
    LineSpec,
    MultipleSpec,
    Option,
    Respondent,
    ScaleSpec,
    Section,
    SingleSpec,
    TextSpec,
)
from participation.surveys.models import Answer, Response
from tests.support.builders.surveys import (
    a_survey,
    a_survey_of,
    a_visitor,
    answer,
    asked_as,
    options,
    question_row,
)

WITH_OTHER = (*options("電話", "窓口"), Option(code="a9", label="その他", takes_text=True))
#: What is asked, what is given, and the words in it.
WORDED = [
    (TextSpec(), {"q1": "掲示板に貼ってほしい"}, "掲示板に貼ってほしい"),
    (LineSpec(), {"q1": "掲示板"}, "掲示板"),
    (SingleSpec(options=WITH_OTHER), {"q1": "a9", "q1-other": "手紙"}, "手紙"),
    (DropdownSpec(options=WITH_OTHER), {"q1": "a9", "q1-other": "手紙"}, "手紙"),
    (MultipleSpec(options=WITH_OTHER), {"q1": ["a1", "a9"], "q1-other": "手紙"}, "手紙"),
]


def said():
    return db.session.scalars(select(Contribution).order_by(Contribution.id)).all()


def stored():
    return db.session.scalars(select(Answer.value)).one()


def recount():
    with transaction():
        return commands.recount_surveys(check_only=True, by=system("tests"))


def cover_first_word():
    (words,) = said()
    with transaction():
        contributions.propose_redactions(
            words, {0: [Covering(0, 2, RedactionReason.THIRD_PARTY)]}, proposer_id=None
        )
        contributions.confirm_redactions(words, decider_id=None)


@pytest.mark.parametrize(("spec", "given", "words"), WORDED, ids=lambda each: getattr(each, "kind", ""))
def test_words_of_every_kind_enter_the_register_where_their_author_agrees(app, spec, given, words):
    survey = a_survey_of([Section("s1", questions=(asked_as("q1", spec),))])
    answer(survey, **given)
    assert said() == []
    who = answer(survey, shares=True, **given)
    assert [(each.body, each.visibility) for each in said()] == [(words, Visibility.HELD)]
    answer(survey, by=who, shares=False, **given)
    assert said()[0].visibility is Visibility.WITHDRAWN


@pytest.mark.parametrize(("spec", "given", "words"), WORDED, ids=lambda each: getattr(each, "kind", ""))
def test_words_covered_or_erased_in_the_register_are_so_in_the_answer_too(app, spec, given, words):
    survey = a_survey_of([Section("s1", questions=(asked_as("q1", spec),))])
    answer(survey, shares=True, **given)
    cover_first_word()
    assert spec.free_text(stored()) == f"■■{words[2:]}"
    with transaction():
        contributions.lift_redactions(said()[0], decider_id=None)
    assert spec.free_text(stored()) == words
    with transaction():
        contributions.erase(said()[0])
    assert spec.free_text(stored()) == ""
    assert recount() == {}, "that it was answered stays, and so do the counts"


def test_words_for_another_option_leave_the_register_when_it_is_no_longer_chosen(app):
    survey = a_survey_of([Section("s1", questions=(asked_as("q1", SingleSpec(options=WITH_OTHER)),))])
    who = answer(survey, shares=True, q1="a9", **{"q1-other": "手紙"})
    answer(survey, by=who, shares=True, q1="a1")
    assert said()[0].visibility is Visibility.WITHDRAWN


def test_an_answer_changed_after_a_correction_counts_as_the_new_version_and_leaves_nothing_behind(app):
    survey = a_survey()
    who = answer(survey, shares=True, q1="a1", q4="ことば")
    with transaction():
        fourth = queries.get_question(survey, "q4")
        fourth.last_version, survey.form_version = 1, 2
        row = question_row(
            survey,
            queries.list_sections(survey)[0],
            9,
            asked_as("q5", ScaleSpec(low_label="低", high_label="高")),
        )
        row.first_version = 2
        db.session.add(row)
    assert recount() == {}
    answer(survey, by=who, shares=True, q1="a2", q5="4")
    assert queries.find_own_answer(survey, who).answers == {"q1": "a2", "q5": 4}
    assert db.session.scalars(select(Response)).one().form_version == 2
    assert said()[0].visibility is Visibility.WITHDRAWN
    assert recount() == {}


def test_an_invitation_answers_once_whoever_sends_it_and_brings_its_strata(app):
    survey = a_survey(audience=Audience.INVITED)
    household = Respondent("invitation:0123", {"地区": "北部"})
    for choice in ("a1", "a2"):
        with transaction():
            commands.answer_survey(survey, {"q1": [choice]}, respondent=household, by=a_visitor())
    response = db.session.scalars(select(Response)).one()
    assert (response.attributes, response.seed) == ({"地区": "北部"}, household.seed)
    assert queries.count_answers(survey)["", "*"] == 1
    with pytest.raises(Denied, match="招待の番号"), transaction():
        commands.answer_survey(survey, {"q1": ["a1"]}, by=a_visitor())


def statements_of(act):
    count = [0]

    def note(*_arguments):
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return count[0]


def test_an_answer_of_forty_questions_costs_no_more_statements_than_one_of_four(app):
    def survey_of(number):
        spec = SingleSpec(options=options("はい", "いいえ"))
        return a_survey_of(
            [Section("s1", questions=tuple(asked_as(f"q{n}", spec) for n in range(1, number + 1)))]
        )

    costs = []
    for number in (4, 40):
        survey = survey_of(number)
        given = {f"q{n}": "a1" for n in range(1, number + 1)}
        answer(survey, **given)
        costs.append(statements_of(lambda survey=survey, given=given: answer(survey, **given)))
    assert costs[0] == costs[1] <= 16, costs
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 2 * 44
