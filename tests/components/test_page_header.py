"""page_header: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_level_and_number_belong_to_the_heading(draw: Draw) -> None:
    (heading,) = draw('{{ page_header("情報発信力・収集力の強化", over="施策立案の視点2") }}').all("h1")
    assert heading.text == "施策立案の視点2 情報発信力・収集力の強化"


def test_furigana_stands_above_and_in_brackets_where_it_cannot(draw: Draw) -> None:
    (heading,) = draw('{{ page_header("住区", reading="じゅうく") }}').all("h1")
    assert heading.text == "住区"
    assert [node.text for node in heading.all("rt")] == ["じゅうく"]
    assert len(heading.all("rp")) == 2


def test_a_line_above_is_no_part_of_the_heading(draw: Draw) -> None:
    root = draw('{{ page_header("きょうの仕事", above="広報課") }}')
    assert (root.all("h1")[0].text, root.text) == ("きょうの仕事", "広報課 きょうの仕事")


def test_what_is_called_in_stands_before_the_heading(draw: Draw) -> None:
    root = draw('{% call page_header("題", lead="三文") %}募集中{% endcall %}')
    assert root.text == "募集中 題 三文"
