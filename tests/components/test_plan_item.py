"""plan_item: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_plans_words_stand_as_they_are_with_what_can_be_done(draw: Draw) -> None:
    root = draw(
        '{{ plan_item(text, id="i2", counts="意見 3件", links=[("意見を出す", "/s")]) }}', text="<b>○項目"
    )
    assert root.all("div", id="i2")[0].text == "○ <b>○項目 意見を出す 意見 3件"
    assert [link.attrs["href"] for link in root.all("a")] == ["/s"]
