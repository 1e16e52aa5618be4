"""How far people come, page by page: kept in step with drafts and answers, and equal to a recount."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import update

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.surveys import commands, queries
from participation.surveys.domain import Layout, Reach, Respondent
from participation.surveys.models import PageCount, ResponseDraft, Survey
from tests.support.builders.surveys import (
    EDITOR,
    a_survey,
    a_survey_of,
    a_visitor,
    answer,
    branching_sections,
)
from tests.surveys.test_commands import together


def save(survey, by, section, **given):
    with transaction():
        return commands.save_draft(
            survey, {code: [value] for code, value in given.items()}, section=section, by=by
        )


def reached(survey):
    """(reached, stopped) of each page."""
    return [(each.reached, each.stopped) for each in queries.list_reached(queries.show_survey(survey))]


def recount(*, check_only=True):
    with transaction():
        return commands.recount_surveys(check_only=check_only, by=system("tests"))


def test_pages_are_counted_when_they_are_come_to_left_unfinished_and_sent(app):
    survey, one, two = a_survey_of(branching_sections()), a_visitor(), a_visitor()
    save(survey, one, "s2", q1="a2")
    save(survey, two, "s1", q1="a1")
    assert reached(survey) == [(2, 1), (1, 1), (0, 0)]
    save(survey, one, "s3", q1="a2", q3="字が小さい")
    assert reached(survey) == [(2, 1), (1, 0), (1, 1)]
    answer(survey, by=one, q1="a2", q3="字が小さい", q4="40")
    assert reached(survey) == [(2, 1), (1, 0), (1, 0)]
    assert queries.count_pages(survey)["s3", Reach.SENT] == 1
    assert recount() == {}


def test_a_page_once_seen_stays_seen_until_the_answer_is_sent_on_another_way(app):
    survey, who = a_survey_of(branching_sections()), a_visitor()
    save(survey, who, "s2", q1="a2")
    save(survey, who, "s3", q1="a1", q2="表紙")
    assert reached(survey) == [(1, 0), (1, 0), (1, 1)]
    answer(survey, by=who, q1="a1", q2="表紙")
    assert reached(survey) == [(1, 0), (0, 0), (1, 0)]
    answer(survey, by=who, q1="a2", q3="やはり読まない")
    assert reached(survey) == [(1, 0), (1, 0), (1, 0)]
    assert recount() == {}


def test_a_change_of_an_answer_a_trial_and_paper_count_for_no_page(app):
    survey, who = a_survey_of(branching_sections()), a_visitor()
    answer(survey, by=who, q1="a2")
    sent = reached(survey)
    assert save(survey, who, "s1", q1="a1").reached == []
    with transaction():
        commands.save_trial(survey, {"q1": ["a1"]}, section="s3", respondent=Respondent("test:7"), by=EDITOR)
    assert reached(survey) == sent == [(1, 0), (1, 0), (1, 0)]
    assert recount() == {}


def test_one_page_alone_is_not_counted_and_all_on_one_screen_counts_what_was_answered(app):
    alone = a_survey_of(branching_sections(), layout=Layout.WHOLE)
    answer(alone, q1="a2")
    assert (queries.count_pages(alone), reached(alone)) == ({}, [])
    survey = a_survey_of(branching_sections(), title="ページごと")
    save(survey, a_visitor(), "s1", q1="a1", q2="表紙", q4="30")
    assert reached(survey) == [(1, 1), (0, 0), (1, 0)]


def test_drafts_that_are_let_go_stay_known_as_people_who_left(app, clock):
    survey = a_survey_of(branching_sections(), days=200)
    save(survey, a_visitor(), "s2", q1="a2")
    save(survey, a_visitor(), "s1", q1="a1")
    before = reached(survey)
    clock.advance(timedelta(days=91))
    with transaction():
        assert commands.forget_drafts(clock.moment, by=system("tests")) == 2
    assert reached(survey) == before == [(2, 1), (1, 1), (0, 0)]
    assert queries.count_pages(survey)["s1", Reach.LEFT] == 1
    assert recount() == {}


def test_a_draft_from_before_pages_were_counted_is_counted_when_it_is_saved_again(app):
    survey, who = a_survey_of(branching_sections()), a_visitor()
    save(survey, who, "s3", q1="a2")
    with transaction():
        db.session.execute(update(ResponseDraft).values(reached=[]))
    recount(check_only=False)
    assert reached(survey) == [(0, 0)] * 3
    save(survey, who, "s3", q1="a2", q4="9")
    assert reached(survey) == [(1, 0), (1, 0), (1, 1)]


def test_wrong_counts_are_found_and_mended_and_what_was_let_go_is_not_touched(app, clock):
    survey = a_survey_of(branching_sections(), days=200)
    save(survey, a_visitor(), "s2", q1="a2")
    clock.advance(timedelta(days=91))
    with transaction():
        commands.forget_drafts(clock.moment, by=system("tests"))
    answer(survey, q1="a2")
    save(survey, a_visitor(), "s3", q1="a2")
    right = queries.count_pages(survey)
    with transaction():
        db.session.execute(
            update(PageCount)
            .where(PageCount.reach.in_([Reach.SENT, Reach.STOPPED]), PageCount.page == "s3")
            .values(count=9)
        )
    assert recount() == {survey.public_id: 2}
    assert recount(check_only=False) == {survey.public_id: 2}
    assert {key: n for key, n in queries.count_pages(survey).items() if n} == {
        key: n for key, n in right.items() if n
    }
    assert recount() == {}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_in_whatever_order_the_counts_are_those_of_a_recount(app, clock, seed):
    chance, survey = random.Random(seed), a_survey_of(branching_sections(), days=400)
    people = [a_visitor() for _ in range(4)]
    for _ in range(25):
        who, given = chance.choice(people), {"q1": chance.choice(["a1", "a2"])}
        given |= {"q2": "表紙"} if given["q1"] == "a1" else {}
        given |= {"q4": "30"} if chance.random() < 0.3 else {}
        step = chance.random()
        if step < 0.6:
            save(survey, who, chance.choice(["s1", "s2", "s3", None]), **given)
        elif step < 0.9:
            answer(survey, by=who, **given)
        else:
            clock.advance(timedelta(days=20))
            with transaction():
                commands.forget_drafts(clock.moment - timedelta(days=30), by=system("tests"))
    assert recount() == {}
    assert all(0 <= stopped <= came for came, stopped in reached(survey))


def test_fifty_at_once_leave_counts_that_agree(app):
    survey = a_survey_of(branching_sections())
    survey_id, people = survey.id, [a_visitor() for _ in range(10)]

    def act(number):
        who, given = people[number % 10], {"q1": ["a2"], "q3": ["小さい"]}
        with transaction():
            mine = db.session.get_one(Survey, survey_id)
            if number % 3:
                commands.save_draft(mine, given, section=f"s{number % 3 + 1}", by=who)
            else:
                commands.answer_survey(mine, given, by=who)

    together(app, [lambda number=number: act(number) for number in range(50)])
    assert recount() == {}


def test_answers_from_a_file_that_were_given_on_the_web_are_counted_as_a_recount_counts_them(app):
    survey = a_survey_of(branching_sections())
    lines = "origin,q1,q3\nweb,a2,小さい\npaper,a2,読まない\n"
    portions = queries.open_answers(survey, lines.encode()).portions
    with transaction():
        for portion in portions:
            commands.import_answers(survey, portion, by=EDITOR)
    assert queries.count_answers(survey)["", "*"] == 2
    assert reached(survey) == [(1, 0), (1, 0), (1, 0)]
    assert recount() == {}


def test_a_survey_of_one_page_costs_no_count_of_pages(app):
    survey = a_survey()
    answer(survey, q1="a1")
    assert queries.count_pages(survey) == {}
