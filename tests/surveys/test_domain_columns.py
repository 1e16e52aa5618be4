"""Columns of a file of answers: what is taken out can be read in again to the letter."""

from __future__ import annotations

import pytest

from participation.surveys.domain import Asked, QuestionDraft, one_section, read_answers
from participation.surveys.domain.columns import columns_of, given_of_row
from tests.support.builders.answered import every_kind


def asked(drafts: list[QuestionDraft]):
    return [Asked(f"q{n}", d.text, d.help, d.is_required, d.spec) for n, d in enumerate(drafts, 1)]


QUESTIONS = asked(every_kind())
FULL = {
    "q1": ["a4"],
    "q1-other": ["十代"],
    "q2": ["a1", "a3"],
    "q3": ["unsure"],
    "q4-a1": ["a2"],
    "q5-a1": ["a1", "a2"],
    "q5-a2": ["a2"],
    "q6-a3": ["1"],
    "q6-a1": ["2"],
    "q7-a1": ["3"],
    "q7-a2": ["7"],
    "q8": ["41"],
    "q9": ["2026-11-22"],
    "q10": ["yes"],
    "q11": ["改行のある\n文"],
}


@pytest.mark.parametrize(
    "given",
    [FULL, {}, {"q1": ["a1"], "q7-a2": ["10"]}, {"q2": ["a2"], "q6-a2": ["1"], "q5-a2": ["a1"]}],
)
def test_answers_that_were_taken_out_are_read_in_again(given):
    questionnaire = one_section(QUESTIONS)
    answers = read_answers(questionnaire, given).answers
    row = {
        column.name: ""
        if (cell := column.read(answers[column.code]) if column.code in answers else None) is None
        else str(cell)
        for column in columns_of(QUESTIONS)
    }
    again = read_answers(questionnaire, given_of_row(QUESTIONS, row))
    assert again.faults == {}
    assert again.answers == answers


def test_columns_are_named_by_question_option_and_cell_and_no_name_occurs_twice():
    names = [column.name for column in columns_of(QUESTIONS)]
    assert names[:6] == ["q1", "q1:text", "q2-a1", "q2-a2", "q2-a3", "q3"]
    assert "q5-a1-a2" in names
    assert len(set(names)) == len(names)


def test_a_cell_has_its_words():
    (column,) = columns_of(QUESTIONS[9:10])
    assert (column.words("yes"), column.words(None)) == ("はい", None)
    ticked = columns_of(QUESTIONS[1:2])[0]
    assert (ticked.words(1), ticked.words(0)) == ("選んだ", "選ばなかった")
