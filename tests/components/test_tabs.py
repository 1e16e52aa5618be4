"""tabs: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_present_one_is_told_apart_and_zero_is_shown(draw: Draw) -> None:
    root = draw('{{ tabs([("新しい順", "/new", true, 0), ("古い順", "/old", false)]) }}')
    assert [(link.text, link.attrs.get("aria-current")) for link in root.all("a")] == [
        ("新しい順 0", "page"),
        ("古い順", None),
    ]
