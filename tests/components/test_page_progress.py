"""page_progress: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_bar_is_named_by_the_words(draw: Draw) -> None:
    root = draw("{{ page_progress(2, 3) }}")
    (bar,) = root.all("progress")
    assert (bar.attrs["value"], bar.attrs["max"], bar.attrs["aria-labelledby"]) == ("2", "3", "page-progress")
    assert root.all(id_="page-progress")[0].text == "3ページ中2ページ目"


def test_what_may_still_change_is_said(draw: Draw) -> None:
    assert "変わることがあります" in draw("{{ page_progress(2, 3, is_certain=False) }}").text
