"""Pages, the way over them, and how far along one is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain import (
    END,
    Jump,
    Layout,
    LineSpec,
    NumberSpec,
    Questionnaire,
    Respondent,
    Section,
    SingleSpec,
    follow,
    merged,
    only_of,
    pages_of,
    pages_on,
    progress,
    question_of,
)
from tests.support.builders.surveys import asked_as, branching_sections, options, when

BRANCHING = Questionnaire(tuple(branching_sections()))
PAGES = pages_of(BRANCHING, Layout.PAGES)


def met(answers, questionnaire=BRANCHING):
    return [
        page.code for page in pages_on(pages_of(questionnaire, Layout.PAGES), follow(questionnaire, answers))
    ]


def test_a_page_is_met_where_the_answers_lead_to_something_on_it():
    assert met({}) == ["s1", "s3"]
    assert met({"q1": "a2"}) == ["s1", "s2", "s3"]


def test_a_whole_survey_is_one_page_and_sections_that_start_none_stand_below():
    assert [page.code for page in pages_of(BRANCHING, Layout.WHOLE)] == ["s1"]
    below = Questionnaire((Section("s1"), Section("s2", starts_page=False), Section("s3")))
    assert [len(page.sections) for page in pages_of(below, Layout.PAGES)] == [2, 1]
    assert pages_of(Questionnaire(()), Layout.WHOLE) == ()


def test_a_page_that_only_informs_is_met_and_one_with_nothing_to_show_is_not():
    hidden = asked_as("q2", LineSpec(), condition=when("q1", "a1"))
    asked = asked_as("q1", SingleSpec(options=options("はい", "いいえ")))
    survey = Questionnaire(
        (
            Section("s1", questions=(asked,)),
            Section("s2", intro="お読みください"),
            Section("s3", questions=(hidden,)),
        )
    )
    assert met({"q1": "a2"}, survey) == ["s1", "s2"]
    assert met({"q1": "a1"}, survey) == ["s1", "s2", "s3"]


def test_a_jump_to_the_end_ends_the_pages():
    asked = asked_as("q1", SingleSpec(options=options("はい", "いいえ")))
    survey = Questionnaire(
        (
            Section("s1", questions=(asked,), jumps=(Jump(END, when("q1", "a2")),)),
            Section("s2", questions=(asked_as("q2", LineSpec()),)),
        )
    )
    assert met({"q1": "a2"}, survey) == ["s1"]
    assert not progress(
        pages_of(survey, Layout.PAGES), follow(survey, {"q1": "a1"}), pages_of(survey, Layout.PAGES)[0]
    ).is_certain


def test_progress_is_honest_about_what_answers_still_to_come_may_change():
    one, two, three = PAGES
    start = progress(PAGES, follow(BRANCHING, {}), one)
    assert (start.place, start.total, start.is_certain) == (1, 2, False)
    answered = follow(BRANCHING, {"q1": "a2"})
    assert progress(PAGES, answered, two) == progress(PAGES, answered, two).__class__(2, 3, True)
    assert progress(PAGES, answered, three).place == 3


def test_what_a_page_sends_replaces_all_about_its_questions_and_nothing_else():
    kept = {"q1": ["a1"], "q2": ["x"], "q2-other": ["y"], "q3": ["z"]}
    assert merged(kept, {"q2": ["neu"], "q9": ["!"], "csrf": ["t"]}, {"q1", "q2"}) == {
        "q2": ["neu"],
        "q3": ["z"],
    }
    assert question_of("q2-other") == "q2"
    assert question_of("file-q2") == ""


def test_what_is_asked_no_more_is_left_out():
    assert only_of({"q1": ["a1"], "q77-x": ["1"]}, BRANCHING) == {"q1": ["a1"]}


@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3", "q4"]),
        st.sampled_from(["a1", "a2", "x", "30"]),
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_answered_every_page_met_shows_something_and_the_place_is_within_the_total(answers):
    way = follow(BRANCHING, answers)
    pages = pages_on(PAGES, way)
    shown = {question.code for question in way.questions}
    for number, page in enumerate(pages, start=1):
        assert page.codes & shown
        here = progress(PAGES, way, page)
        assert (here.place, here.total) == (number, len(pages))
    assert shown <= {code for page in pages for code in page.codes}


def test_the_order_of_options_belongs_to_the_respondent():
    one, other = Respondent("guest:1"), Respondent("guest:2")
    assert one.seed == Respondent("guest:1").seed != other.seed
    assert 0 <= one.seed < 2**31
    assert Respondent("invitation:1").is_invited
    assert Respondent("test:1").is_trial
    assert NumberSpec().takes_words is False
