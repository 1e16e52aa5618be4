"""text_diff: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_what_came_and_went_is_said_in_words_too(draw: Draw) -> None:
    root = draw('{{ text_diff([("same", "媒体"), ("remove", "等"), ("add", "（掲示板）")]) }}')
    assert root.all("del")[0].text == "削除ここから 等 削除ここまで"
    assert root.all("ins")[0].text == "追加ここから （掲示板） 追加ここまで"


def test_the_text_of_a_plan_is_never_markup(draw: Draw) -> None:
    root = draw("{{ text_diff([('add', text)]) }}", text="<b>太字</b>")
    assert root.all("b") == []
    assert "<b>太字</b>" in root.text
