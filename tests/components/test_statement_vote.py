"""statement_vote: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = """{{ statement_vote("v", 3, "木を増やしたい", "abc", "/votes", [("agree", "賛成"), ("disagree", "反対"), ("pass", "パス")], mine=mine, keys=keys) }}"""


def test_three_buttons_of_one_form_that_the_statement_names(draw: Draw) -> None:
    (form,) = draw(SOURCE, mine=None, keys=False).all("form")
    assert (form.attrs["action"], form.attrs["aria-labelledby"]) == ("/votes", "v-text")
    assert [(each.attrs["value"], each.text) for each in form.all("button")] == [
        ("agree", "賛成"),
        ("disagree", "反対"),
        ("pass", "パス"),
    ]


def test_keys_are_written_on_the_buttons_and_work_without_script_too(draw: Draw) -> None:
    buttons = draw(SOURCE, mine=None, keys=True).all("button")
    assert [(each.attrs["accesskey"], each.attrs["data-key"]) for each in buttons] == [
        ("a", "a"),
        ("d", "d"),
        ("p", "p"),
    ]
    assert [each.text for each in buttons] == ["賛成 A", "反対 D", "パス P"]


def test_ones_own_answer_is_said_in_words_and_to_the_screen_reader(draw: Draw) -> None:
    (mine,) = [
        each for each in draw(SOURCE, mine="pass", keys=False).all("button") if "aria-pressed" in each.attrs
    ]
    assert mine.text == "パス（あなたの答え）"
