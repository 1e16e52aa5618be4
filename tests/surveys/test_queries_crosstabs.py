"""Tables of two questions from the database, held against a count of the answers one by one."""

from __future__ import annotations

from collections import Counter

import pytest

from participation.foundation.errors import NotFound, Refused
from participation.surveys import queries
from tests.support.builders.answered import a_surveyed_ward, every_kind, fill, weighted
from tests.support.builders.surveys import a_survey


@pytest.fixture
def survey(app):
    return a_surveyed_ward()


def axes(survey, *keys, public=False):
    found = queries.list_variables(queries.show_survey(survey), for_public=public)
    return [queries.find_variable(found, key) for key in keys]


def answers_of(survey):
    return [row.answers for row in queries.list_export_rows(survey)]


def test_a_table_is_that_of_counting_answer_by_answer(survey):
    rows, columns, several = axes(survey, "q3", "q1", "q4")
    table = queries.show_crosstab(survey, rows, columns)
    answers = answers_of(survey)
    both = [each for each in answers if "q3" in each and "q1" in each]
    counted = Counter((each["q3"], each["q1"]) for each in both)
    assert {key: mass.n for key, mass in table.tally.cells.items()} == counted
    assert table.whole.n == len(both) < len(answers), "somebody skipped"
    assert table.test is not None
    many = queries.show_crosstab(survey, several, columns)
    pairs = Counter((choice, each["q1"]) for each in answers for choice in each["q4"])
    assert {key: mass.n for key, mass in many.tally.cells.items()} == pairs
    assert many.whole.n == len(answers)


def test_a_table_is_of_the_people_that_the_filter_leaves_and_of_one_question_alone(survey):
    rows, columns, area = axes(survey, "q3", "q1", "q2")
    part = queries.show_crosstab(survey, rows, columns, only=(area, "a2"))
    assert part.whole.n == sum(each.get("q2") == "a2" and "q3" in each for each in answers_of(survey))
    alone = queries.show_crosstab(survey, rows, None)
    assert alone.whole.n == sum("q3" in each for each in answers_of(survey))
    assert alone.test is None


def test_a_weighted_table_gives_each_their_weight(survey):
    run = weighted(survey)
    rows, columns = axes(survey, "q3", "q1")
    table = queries.show_crosstab(survey, rows, columns, run_id=run.id)
    assert table.whole.n == sum("q3" in each for each in answers_of(survey))
    assert table.test.correction > 1
    alone = queries.show_crosstab(survey, columns, None, run_id=run.id)
    assert alone.row_share("a1").share == pytest.approx(0.3)
    assert alone.row_share("a2").share == pytest.approx(0.5)
    assert alone.whole.design_effect == pytest.approx(run.weighted / run.effective)


def test_every_kind_of_question_can_stand_in_a_table(app):
    survey = a_survey(every_kind())
    fill(survey, [{"q1": ["a1"], "q4-a1": ["a2"], "q6-a1": ["1"], "q8": ["30"], "q9": ["2026-11-01"]}] * 3)
    variables = queries.list_variables(queries.show_survey(survey))
    (first,) = (each for each in variables if each.key == "q1")
    for each in variables:
        if each is not first:
            table = queries.show_crosstab(survey, each, first)
            assert table.whole.n == (3 if each.key in ("q4-a1", "q6", "q8", "q9", "origin") else 0), each.key


def test_attributes_of_invitations_break_down_too(app):
    survey = a_survey()
    fill(survey, [{"q1": ["a1"]}] * 4, attributes={"地区": "北"})
    fill(survey, [{"q1": ["a2"]}] * 3, attributes={"地区": "南"})
    rows, area = axes(survey, "q1", "地区")
    assert area.key == "a:地区"
    table = queries.show_crosstab(survey, rows, area)
    assert table.tally.cell("a1", "北").n == 4
    assert table.tally.cell("a1", "南").n == 0


def test_the_same_question_twice_and_what_is_no_question_are_refused(survey):
    rows, columns = axes(survey, "q3", "q1")
    with pytest.raises(Refused, match="別の設問"):
        queries.show_crosstab(survey, rows, rows)
    with pytest.raises(Refused, match="しぼりこみ"):
        queries.show_crosstab(survey, rows, columns, only=(rows, "a1"))
    with pytest.raises(NotFound):
        queries.show_crosstab(survey, rows, None, only=(columns, "zzz"))
    with pytest.raises(NotFound, match="q99"):
        axes(survey, "q99")
