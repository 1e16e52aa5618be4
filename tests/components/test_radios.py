"""radios: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = '{{ radios("order", "並び順", [("new", "新しい順"), ("old", "古い順", "むかしから")], value=chosen, error=error) }}'


def test_the_chosen_one_is_marked(draw: Draw) -> None:
    radios = draw(SOURCE, chosen="old", error=None).all("input")
    assert [(node.attrs["value"], "checked" in node.attrs) for node in radios] == [
        ("new", False),
        ("old", True),
    ]


def test_nothing_is_chosen_beforehand(draw: Draw) -> None:
    assert not any("checked" in node.attrs for node in draw(SOURCE, chosen=None, error=None).all("input"))


def test_an_error_is_read_out_with_the_group(draw: Draw) -> None:
    root = draw(SOURCE, chosen=None, error="選んでください。")
    (error,) = root.all("p", id="order-error")
    assert root.all("fieldset")[0].attrs["aria-describedby"] == "order-error"
    assert error.text == "エラー選んでください。"
