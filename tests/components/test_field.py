"""field: what the component promises."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField

from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Password,
    Required,
    RequiredChoice,
    TextBody,
)
from tests.components.conftest import Draw
from tests.support.page import Node


class Sample(Form):
    """One field of each sort."""

    body = TextBody("意見", validators=[Required("意見を書いてください。"), Length(most=20)])
    kind = ChoiceOne("種類", choices=[("reason", "理由"), ("worry", "心配")], validators=[RequiredChoice()])
    standing = ChoiceMany("つながり", choices=[("home", "住んでいる"), ("work", "働いている")])
    place = ChoiceList("住区", choices=[("", "選ばない"), ("east", "東山住区")])
    email = EmailField("メール", render_kw={"autocomplete": "email", "inputmode": "email"})
    password = Password("パスワード")
    day = Day("日")
    agreed = BooleanField("確かめました")


def filled(**typed: str | list[str]) -> Sample:
    form = Sample(formdata=MultiDict(typed), meta={"csrf": False})
    form.validate()
    return form


def control(root: Node, name: str) -> Node:
    return next(node for node in root.walk() if node.attrs.get("name") == name)


def test_hint_error_and_count_are_read_out_with_the_control(draw: Draw) -> None:
    root = draw('{{ field(form.body, hint="短く") }}', form=filled(body=""))
    area = control(root, "body")
    assert area.attrs["aria-describedby"] == "body-hint body-error body-count"
    told = {node.attrs["id"]: node.text for node in root.walk() if "id" in node.attrs}
    assert told["body-hint"] == "短く"
    assert told["body-error"] == "エラー意見を書いてください。"
    assert told["body-count"] == "20文字まで"
    assert area.attrs["aria-invalid"] == "true"


def test_a_field_that_must_be_filled_in_says_so_in_words(draw: Draw) -> None:
    root = draw("{{ field(form.body) }}{{ field(form.email, optional=True) }}", form=filled())
    assert [label.text for label in root.all("label")] == ["意見 必須", "メール 任意"]


def test_what_was_typed_is_never_cut_by_the_browser(draw: Draw) -> None:
    area = control(draw("{{ field(form.body) }}", form=filled(body="あ" * 30)), "body")
    assert "maxlength" not in area.attrs
    assert area.text == "あ" * 30


def test_typed_markup_stays_text(draw: Draw) -> None:
    typed = "</textarea><script>alert(1)</script>"
    root = draw("{{ field(form.body) }}", form=filled(body=typed))
    assert control(root, "body").text == typed
    assert root.all("script") == []


def test_a_choice_of_one_is_a_fieldset_of_radio_buttons(draw: Draw) -> None:
    root = draw('{{ field(form.kind, hint="一つ") }}', form=filled(kind="worry"))
    (fieldset,) = root.all("fieldset")
    assert fieldset.attrs["aria-describedby"] == "kind-hint"
    assert root.all("legend")[0].text == "種類 必須"
    assert [(node.attrs["value"], "checked" in node.attrs) for node in root.all("input", type="radio")] == [
        ("reason", False),
        ("worry", True),
    ]


def test_a_choice_of_several_is_a_fieldset_of_boxes(draw: Draw) -> None:
    root = draw("{{ field(form.standing) }}", form=filled(standing=["work"]))
    assert [
        (node.attrs["value"], "checked" in node.attrs) for node in root.all("input", type="checkbox")
    ] == [
        ("home", False),
        ("work", True),
    ]


def test_a_yes_or_no_is_one_box_with_its_words_as_label(draw: Draw) -> None:
    root = draw("{{ field(form.agreed) }}", form=filled())
    assert [label.text for label in root.all("label")] == ["確かめました"]
    assert len(root.all("input", type="checkbox")) == 1


def test_a_list_keeps_what_was_chosen(draw: Draw) -> None:
    root = draw("{{ field(form.place) }}", form=filled(place="east"))
    assert [option.text for option in root.all("option") if "selected" in option.attrs] == ["東山住区"]


def test_help_for_filling_in_is_passed_on(draw: Draw) -> None:
    email = control(draw("{{ field(form.email) }}", form=filled()), "email")
    assert (email.attrs["autocomplete"], email.attrs["inputmode"]) == ("email", "email")


def test_a_password_can_be_shown_and_is_never_sent_back(draw: Draw) -> None:
    root = draw("{{ field(form.password) }}", form=filled(password="secret-words"))
    assert control(root, "password").attrs.get("value", "") == ""
    assert len(root.all("div", data_module="password")) == 1


def test_a_day_is_asked_for_by_the_browsers_calendar(draw: Draw) -> None:
    assert control(draw("{{ field(form.day) }}", form=filled()), "day").attrs["type"] == "date"
