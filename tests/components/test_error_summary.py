"""error_summary: what the component promises."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from participation.web.forms import ChoiceOne, Form, Required, RequiredChoice, TextBody
from tests.components.conftest import Draw


class Sample(Form):
    """A form in which everything can be wrong."""

    body = TextBody("意見", validators=[Required("意見を書いてください。")])
    kind = ChoiceOne("種類", choices=[("a", "理由")], validators=[RequiredChoice()])


def sent(**typed: str) -> Sample:
    form = Sample(formdata=MultiDict(typed), meta={"csrf": False})
    form.validate()
    return form


def test_each_message_leads_to_its_field(draw: Draw) -> None:
    root = draw("{{ error_summary(form) }}{{ field(form.body) }}{{ field(form.kind) }}", form=sent())
    links = {link.attrs["href"]: link.text for link in root.all("a")}
    assert links == {"#body": "意見を書いてください。", "#kind-0": "種類：選んでください。"}
    ids = {node.attrs["id"] for node in root.walk() if "id" in node.attrs}
    assert {href[1:] for href in links} <= ids


def test_it_is_announced_and_can_take_focus(draw: Draw) -> None:
    (summary,) = draw("{{ error_summary(form) }}", form=sent()).all(role="alert")
    assert summary.attrs["tabindex"] == "-1"
    assert summary.attrs["data-module"] == "error_summary"


def test_a_reason_that_belongs_to_no_field_is_shown_too(draw: Draw) -> None:
    form = sent(body="x", kind="a")
    form.form_errors.append("募集は終わりました。")
    assert "募集は終わりました。" in draw("{{ error_summary(form) }}", form=form).text


def test_nothing_is_shown_when_nothing_is_wrong(draw: Draw) -> None:
    assert draw("{{ error_summary(form) }}", form=sent(body="x", kind="a")).children == []
