"""tally_bar: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = '{{ tally_bar("届いていますか", [("はい", 3), ("いいえ", 1), ("わからない", 0)], note="自分から答えた人です。") }}'


def test_the_figures_are_a_table_and_say_what_they_count(draw: Draw) -> None:
    rows = draw(SOURCE).all("tbody")[0].all("tr")
    assert [row.text for row in rows] == ["はい 3人 75%", "いいえ 1人 25%", "わからない 0人 0%"]


def test_the_bars_are_as_long_as_the_shares(draw: Draw) -> None:
    bars = [svg.all("rect")[1].attrs["width"] for svg in draw(SOURCE).all("svg")]
    assert bars == ["75.0", "25.0", "0.0"]


def test_the_whole_is_said_with_its_note(draw: Draw) -> None:
    assert draw(SOURCE).text.endswith("回答 4人 自分から答えた人です。")


def test_shares_may_be_of_more_than_the_sum(draw: Draw) -> None:
    assert "10人 50%" in draw('{{ tally_bar("複数回答", [("a", 10), ("b", 15)], total=20) }}').text


def test_before_the_first_answer_it_says_so(draw: Draw) -> None:
    root = draw('{{ tally_bar("x", [("はい", 0)]) }}')
    assert (root.all("table"), root.text) == ([], "まだ答えがありません。")
