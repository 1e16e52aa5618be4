"""bulk_form: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_is_the_form_that_the_boxes_name(draw: Draw) -> None:
    (form,) = draw('{% call bulk_form(action="/bulk") %}<button>保留</button>{% endcall %}').all("form")
    assert (form.attrs["id"], form.attrs["action"], form.attrs["method"]) == ("bulk", "/bulk", "post")
    assert {"csrf_token", "submission_id"} <= {node.attrs.get("name") for node in form.all("input")}
