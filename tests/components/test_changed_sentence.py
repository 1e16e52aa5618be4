"""changed_sentence: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_words_say_which_is_old_and_which_is_new(draw: Draw) -> None:
    text = draw('{{ changed_sentence("聴きます。", "聴き、答えます。", remark="第2版") }}').text
    assert text == "変わる前 聴きます。 変わった後 聴き、答えます。 第2版"


def test_a_sentence_that_was_not_there_or_is_gone_is_said_to_be(draw: Draw) -> None:
    assert "変わる前 （なかった文）" in draw('{{ changed_sentence("", "新しい。") }}').text
    assert "変わった後 （削除）" in draw('{{ changed_sentence("古い。", "") }}').text


def test_what_stands_behind_it_comes_with_it(draw: Draw) -> None:
    drawn = draw('{% call changed_sentence("古い。", "新しい。", id="s1") %}意見 No.12{% endcall %}')
    assert drawn.text.endswith("意見 No.12")
    assert drawn.all("div")[0].attrs["id"] == "s1"
