"""filter_form: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_conditions_stay_in_the_address(draw: Draw) -> None:
    root = draw(
        '{% call filter_form(action="/q", reset_href="/q") %}<input name="a" aria-label="a">{% endcall %}'
    )
    (form,) = root.all("form")
    assert (form.attrs["method"], form.attrs["action"]) == ("get", "/q")
    assert root.all("button")[0].text == "この条件で見る"
    assert root.all("a")[0].text == "条件を消す"
