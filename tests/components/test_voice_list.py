"""voice_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_one_form_serves_all_reactions(draw: Draw) -> None:
    root = draw('{% call voice_list(action="/react") %}<p>投稿</p>{% endcall %}')
    (form,) = root.all("form")
    assert (form.attrs["id"], form.attrs["action"], form.attrs["method"]) == ("reactions", "/react", "post")
    assert root.all(role="region")[0].text == "投稿"


def test_without_reactions_there_is_no_form(draw: Draw) -> None:
    assert draw("{% call voice_list() %}x{% endcall %}").all("form") == []
