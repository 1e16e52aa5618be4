"""post_form: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_form_is_sent_by_post_with_its_tokens_and_without_the_browsers_bubbles(draw: Draw) -> None:
    (form,) = draw('{% call post_form(action="/send") %}<button>送る</button>{% endcall %}').all("form")
    assert (form.attrs["method"], form.attrs["action"]) == ("post", "/send")
    assert "novalidate" in form.attrs
    assert {"csrf_token", "submission_id"} <= {node.attrs.get("name") for node in form.all("input")}


def test_a_form_that_keeps_drafts_says_so_politely(draw: Draw) -> None:
    root = draw('{% call post_form(autosave="/draft", confirm_leave=True) %}x{% endcall %}')
    (form,) = root.all("form")
    assert form.attrs["data-autosave"] == "/draft"
    assert form.attrs["data-module"] == "autosave confirm_leave"
    assert [node.attrs["role"] for node in root.all("p", data_part="saved")] == ["status"]


def test_a_form_for_paper_after_paper_is_sent_from_any_field(draw: Draw) -> None:
    (form,) = draw("{% call post_form(confirm_leave=True, quick=True) %}x{% endcall %}").all("form")
    assert form.attrs["data-module"] == "confirm_leave quick_submit"
