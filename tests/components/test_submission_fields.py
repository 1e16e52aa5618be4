"""submission_fields: what the component promises."""

from __future__ import annotations

from flask import g
from wtforms import HiddenField

from participation.web.forms import CSRF_MARK, SUBMISSION_MARK, Form, TextBody
from tests.components.conftest import Draw
from tests.support.page import Node


class Sample(Form):
    """A form with a hidden field of its own."""

    version = HiddenField(default="3")
    body = TextBody("意見")


def hidden(root: Node) -> dict[str, str]:
    return {node.attrs["name"]: node.attrs["value"] for node in root.all("input", type="hidden")}


def test_a_form_carries_its_tokens_and_its_own_hidden_fields(draw: Draw) -> None:
    form = Sample()
    fields = hidden(draw("{{ submission_fields(form) }}", form=form))
    assert fields["submission_id"] == form.submission_id.data
    assert fields["version"] == "3"
    assert fields["csrf_token"]
    assert "body" not in fields


def test_a_button_without_a_form_gets_tokens_of_its_own(draw: Draw) -> None:
    first, second = (hidden(draw("{{ submission_fields() }}")) for _ in range(2))
    assert first["submission_id"] != second["submission_id"]
    assert first["csrf_token"]


def test_a_page_kept_for_guests_holds_no_token_of_anybody(draw: Draw) -> None:
    g.page_is_shared = True
    form = Sample()
    fields = hidden(draw("{{ submission_fields(form) }}", form=form))
    assert fields["csrf_token"] == CSRF_MARK
    assert fields["submission_id"] == SUBMISSION_MARK
