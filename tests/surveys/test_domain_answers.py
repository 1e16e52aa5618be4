"""The way through a questionnaire: the server walks the branches, whatever the browser sends."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain import (
    Asked,
    Jump,
    Questionnaire,
    Section,
    TextSpec,
    YesNoSpec,
    counts_of,
    faults_of,
    follow,
    given_of,
    piped,
    read_answers,
    read_condition,
)
from tests.surveys.questionnaires import givens, small_questionnaires

YES = {"op": "eq", "question": "q1", "values": ["yes"]}


def asked(code, condition=None, *, text="問", required=False, spec=None):
    return Asked(code, text, "", required, spec or YesNoSpec(), read_condition(condition))


def three_sections(*, jumps=(), condition=None):
    return Questionnaire(
        (
            Section("s1", "はじめ", jumps=jumps, questions=(asked("q1", required=True),)),
            Section(
                "s2", "なか", condition=read_condition(condition), questions=(asked("q2", required=True),)
            ),
            Section("s3", "おわり", starts_page=False, questions=(asked("q3", spec=TextSpec()),)),
        )
    )


def test_what_is_sent_for_a_hidden_question_is_ignored_whatever_it_is():
    questionnaire = three_sections(condition=YES)
    reading = read_answers(questionnaire, {"q1": ["no"], "q2": ["not an option"], "q3": ["よい"]})
    assert (reading.answers, reading.faults) == ({"q1": "no", "q3": "よい"}, {})
    assert [section.code for section in reading.sections] == ["s1", "s3"]


def test_a_required_question_is_missed_only_where_it_was_shown():
    questionnaire = three_sections(condition=YES)
    assert set(read_answers(questionnaire, {"q1": ["yes"]}).faults) == {"q2"}
    assert read_answers(questionnaire, {"q1": ["no"]}).faults == {}


def test_a_jump_leads_past_sections_and_to_the_end():
    past = three_sections(jumps=(Jump("s3", read_condition(YES)),))
    assert [q.code for q in follow(past, {"q1": "yes"}).questions] == ["q1", "q3"]
    assert [q.code for q in follow(past, {"q1": "no"}).questions] == ["q1", "q2", "q3"]
    to_the_end = three_sections(jumps=(Jump("end", read_condition(YES)),))
    assert [q.code for q in follow(to_the_end, {"q1": "yes"}).questions] == ["q1"]


def test_pages_begin_where_a_section_says_so():
    assert [[s.code for s in page] for page in three_sections().pages] == [["s1"], ["s2", "s3"]]


def test_what_is_wrong_with_the_branches_is_said_in_words():
    back = Questionnaire(
        (
            Section("s1", "はじめ", questions=(asked("q1"),)),
            Section("s2", "なか", jumps=(Jump("s1"),), questions=(asked("q2"),)),
        )
    )
    assert "前の章です" in faults_of(back)[0]
    nowhere = three_sections(jumps=(Jump("s9", read_condition(YES)),))
    assert "「s9」がありません" in faults_of(nowhere)[0]
    past_all = three_sections(jumps=(Jump("s3"),))
    assert faults_of(past_all) == ["「なか」には、だれもたどり着けません（前の章がいつも先へ移るため）。"]
    never = three_sections(condition={"op": "all", "of": [YES, {"op": "not", "of": YES}]})
    assert faults_of(never) == ["問2（q2）は、どう答えても表示されません。条件を見直してください。"]
    itself = Questionnaire((Section("s1", questions=(asked("q1", YES),)),))
    assert "これより前の設問にありません" in faults_of(itself)[0]
    pipes = Questionnaire((Section("s1", questions=(asked("q1", text="{q2}について"), asked("q2"))),))
    assert "q2の答えを入れよう" in faults_of(pipes)[0]
    assert faults_of(three_sections(condition=YES, jumps=(Jump("end", read_condition(YES)),))) == []


def test_a_question_of_a_shuffled_section_depends_on_none_of_it():
    section = Section("s1", shuffles=True, questions=(asked("q1"), asked("q2", YES)))
    assert "これより前の設問にありません" in faults_of(Questionnaire((section,)))[0]
    orders = {tuple(q.code for q in section.in_order(seed)) for seed in range(20)}
    assert len(orders) == 2


def test_a_question_behind_a_hidden_one_is_found_out():
    questionnaire = Questionnaire(
        (
            Section(
                "s1",
                questions=(
                    asked("q1"),
                    asked("q2", YES),
                    asked(
                        "q3",
                        {
                            "op": "all",
                            "of": [
                                {"op": "eq", "question": "q1", "values": ["no"]},
                                {"op": "answered", "question": "q2"},
                            ],
                        },
                    ),
                ),
            ),
        )
    )
    assert faults_of(questionnaire) == ["問3（q3）は、どう答えても表示されません。条件を見直してください。"]


def test_earlier_answers_are_put_into_later_words():
    questions = [asked("q1"), asked("q2")]
    assert piped("「{q1}」と答えた理由", questions, {"q1": "yes"}) == "「はい」と答えた理由"
    assert piped("「{q1}」と答えた理由", questions, {}) == "「（前の答え）」と答えた理由"
    assert piped("{q9} {x}", questions, {}) == "{q9} {x}"


@given(data=st.data(), questionnaire=small_questionnaires())
@settings(max_examples=150, deadline=None)
def test_only_answers_on_the_way_are_kept_and_reading_them_again_changes_nothing(data, questionnaire):
    posted = data.draw(givens(questionnaire))
    reading = read_answers(questionnaire, posted)
    shown = {question.code for question in reading.questions}
    assert set(reading.answers) <= shown
    assert set(reading.faults) <= shown
    assert follow(questionnaire, reading.answers) == reading.way
    again = read_answers(questionnaire, given_of(questionnaire.questions, reading.answers), complete=False)
    assert (again.answers, again.faults) == (reading.answers, {})
    hidden = {
        question.code: ["nonsense"] for question in questionnaire.questions if question.code not in shown
    }
    assert read_answers(questionnaire, {**posted, **hidden}).answers == reading.answers
    counted = counts_of(questionnaire, reading.answers)
    assert {code for code, choice in counted if choice == "?"} == shown
    assert {code for code, choice in counted if code and choice == "*"} == set(reading.answers)


@given(data=st.data(), questionnaire=small_questionnaires())
@settings(max_examples=100, deadline=None)
def test_whoever_saw_a_question_proves_that_it_can_be_seen(data, questionnaire):
    reading = read_answers(questionnaire, data.draw(givens(questionnaire)))
    blamed = [fault for fault in faults_of(questionnaire) if "表示されません" in fault]
    names = questionnaire.numbers()
    for question in reading.questions:
        assert not any(fault.startswith(f"{names[question.code]}（{question.code}）") for fault in blamed)
