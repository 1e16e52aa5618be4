"""live_part: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_without_script_it_is_what_was_served(draw: Draw) -> None:
    root = draw(
        "{% call live_part(module='wording_hints', address='/a?b=1&c=2', label='気づき') %}<p>文</p>{% endcall %}"
    )
    (part,) = root.all("div")
    assert part.text.strip() == "文"
    assert part.attrs["data-module"] == "wording_hints"
    assert part.attrs["data-address"] == "/a?b=1&c=2"
    assert (part.attrs["role"], part.attrs["aria-label"]) == ("group", "気づき")


def test_a_target_is_named_where_it_works_on_a_field(draw: Draw) -> None:
    root = draw("{% call live_part(module='insert_words', address='/a', target='body') %}{% endcall %}")
    (part,) = root.all("div")
    assert part.attrs["data-target"] == "body"
    assert "role" not in part.attrs
