"""answer_buttons: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = """{{ answer_buttons("q", "届いていますか？", "/answers", [("a1", "届いている"), ("a2", "いいえ")], mine=mine, closed=closed) }}"""


def test_each_answer_is_a_button_of_one_form_that_the_question_names(draw: Draw) -> None:
    (form,) = draw(SOURCE, mine=None, closed=None).all("form")
    assert (form.attrs["action"], form.attrs["aria-labelledby"]) == ("/answers", "q-question")
    assert [(button.attrs["value"], button.text) for button in form.all("button")] == [
        ("a1", "届いている"),
        ("a2", "いいえ"),
    ]


def test_ones_own_answer_is_said_in_words(draw: Draw) -> None:
    root = draw(SOURCE, mine="a2", closed=None)
    assert [button.text for button in root.all("button")] == ["届いている", "いいえ（あなたの答え）"]


def test_what_cannot_be_answered_says_why_and_has_no_buttons(draw: Draw) -> None:
    root = draw(SOURCE, mine=None, closed="答えるにはログインが必要です。")
    assert root.all("button", "form") == []
    assert "答えるにはログインが必要です。" in root.text
