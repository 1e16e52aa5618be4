"""text_area: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = '{{ text_area("before", "はじめの言葉", value="一行目\n二行目", hint="写します", form_id="cuts") }}'


def test_it_has_its_label_its_hint_and_its_words(draw: Draw) -> None:
    root = draw(SOURCE)
    (area,) = root.all("textarea")
    assert (area.attrs["id"], area.attrs["aria-describedby"]) == ("before", "before-hint")
    assert area.attrs["form"] == "cuts"
    assert root.all("label")[0].attrs["for"] == "before"
    assert area.text.split() == ["一行目", "二行目"]
