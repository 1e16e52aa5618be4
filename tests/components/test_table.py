"""table: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = """{{ table("件数", ["課", ("件", "number"), ("意見", "long")],
  [[("広報課", "/pr"), 1284, none], ["防災課", 0, "短い"]], foot=["計", 1284, ""]) }}"""


def test_rows_and_columns_have_headings(draw: Draw) -> None:
    root = draw(SOURCE)
    assert [node.text for node in root.all("th", scope="col")] == ["課", "件", "意見"]
    assert [node.text for node in root.all("th", scope="row")] == ["広報課", "防災課"]
    assert root.all("caption")[0].text == "件数"


def test_numbers_are_grouped_zero_is_shown_and_nothing_is_a_dash(draw: Draw) -> None:
    assert [node.text for node in draw(SOURCE).all("tbody")[0].all("td")] == ["1,284", "―", "0", "短い"]


def test_a_cell_may_lead_somewhere(draw: Draw) -> None:
    assert [link.attrs["href"] for link in draw(SOURCE).all("a")] == ["/pr"]


def test_a_wide_table_can_be_scrolled_by_keyboard(draw: Draw) -> None:
    (box,) = draw(SOURCE).all(role="region")
    assert (box.attrs["tabindex"], box.name) == ("0", "件数")


def test_an_empty_table_says_so_instead(draw: Draw) -> None:
    root = draw('{{ table("件数", ["課"], [], empty="まだありません。") }}')
    assert root.all("table") == []
    assert root.text == "まだありません。"


def test_rows_become_lists_on_a_narrow_screen_and_sooner_with_many_columns(draw: Draw) -> None:
    three = draw('{{ table("件数", ["課", ("件", "number"), "意見"], [["広報課", 1, "a"]], stack=True) }}')
    assert three.all("table")[0].attrs["data-stack"] in ("", None)
    assert [cell.attrs["data-label"] for cell in three.all("tbody")[0].all("td")] == ["件", "意見"]
    six = draw('{{ table("件数", ["a", "b", "c", "d", "e", "f"], [[1, 2, 3, 4, 5, 6]], stack=True) }}')
    assert six.all("table")[0].attrs["data-stack"] == "early"
