"""phone_frame: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_is_a_named_region_that_can_be_scrolled_by_keyboard(draw: Draw) -> None:
    (frame,) = draw('{% call phone_frame("見え方") %}設問{% endcall %}').all(role="region")
    assert (frame.attrs["aria-label"], frame.attrs["tabindex"], frame.text) == ("見え方", "0", "設問")
