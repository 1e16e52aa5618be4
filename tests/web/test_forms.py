"""Forms clean what people type without losing it, and answer in Japanese."""

from __future__ import annotations

import pytest
from flask import g
from werkzeug.datastructures import MultiDict

from participation.foundation.errors import Refused
from participation.web.forms import (
    CSRF_MARK,
    SUBMISSION_MARK,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    TextBody,
    TextLine,
    whole_number,
)


class Letter(Form):
    """A form with one field of each sort."""

    title = TextLine("題", validators=[Required("題を書いてください。"), Length(least=2, most=10)])
    body = TextBody("本文", validators=[Length(most=20)])
    kind = ChoiceOne("種類", choices=[("a", "質問"), ("b", "提案")], default="a")
    several = ChoiceMany("つながり", choices=[("x", "住む"), ("y", "働く")])
    day = Day("日", validators=[])


@pytest.fixture
def filled(app):
    with app.test_request_context("/", method="POST"):

        def fill(**typed):
            data = MultiDict({"title": "題です", "day": "2026-11-22", "kind": "a"} | typed)
            return Letter(formdata=data, meta={"csrf": False})

        yield fill


def test_a_good_form_is_taken(filled):
    form = filled(several="x")
    assert form.validate(), form.errors
    assert form.title.data == "題です"


def test_line_ends_of_every_system_become_one(filled):
    assert filled(body="一\r\n二\r三").body.data == "一\n二\n三"


def test_what_cannot_be_stored_stays_in_the_field_with_the_reason(filled):
    form = filled(body="私の名は\ue000です")
    assert not form.validate()
    assert form.body.data == "私の名は\ue000です"
    assert "5文字目" in form.body.errors[0]


def test_characters_that_nobody_sees_are_left_out(filled):
    assert filled(body="あ\x00い\x1b").body.data == "あい"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"title": ""}, "題を書いてください。"),
        ({"title": "　"}, "題を書いてください。"),
        ({"title": "あ"}, "2文字以上で書いてください（今は1文字）。"),
        ({"body": "あ" * 25}, "20文字以内にしてください（今は25文字。あと5文字減らしてください）。"),
        ({"kind": "z"}, "選択肢の中から選んでください。"),
        ({"several": "z"}, "選択肢の中から選んでください。"),
        ({"day": "2026-02-30"}, "日付を「2026-11-22」のように入力してください。"),
    ],
)
def test_what_is_wrong_is_said_in_plain_japanese(filled, typed, reason):
    form = filled(**typed)
    assert not form.validate()
    assert [reason] == [message for messages in form.errors.values() for message in messages]


def test_characters_are_counted_as_a_person_counts_them(filled):
    assert filled(body="👨‍👩‍👧" * 20).validate()
    assert filled(body="が" * 20).validate()


def test_a_refusal_stands_at_its_field_or_above_the_form(filled):
    form = filled()
    form.validate()
    form.refuse(Refused("この題は使われています。", field="title"))
    form.refuse(Refused("募集は終わりました。"))
    form.refuse(Refused("名のない欄の理由", field="nowhere"))
    assert form.title.errors == ["この題は使われています。"]
    assert form.form_errors == ["募集は終わりました。", "名のない欄の理由"]


def test_an_odd_submission_id_is_replaced(filled):
    assert filled(submission_id="<script>").submission_id.data != "<script>"
    kept = "a" * 24
    assert filled(submission_id=kept).submission_id.data == kept


def test_a_page_for_many_readers_carries_marks_in_place_of_tokens(app):
    with app.test_request_context("/"):
        g.page_is_shared = True
        form = Letter(formdata=None)
        assert form.submission_id.data == SUBMISSION_MARK
        assert form.csrf_token.current_token == CSRF_MARK


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("0", 1),
        ("999", 50),
        (None, 20),
        ("", 20),
        ("-3", 20),
        ("７", 20),
        ("1e9", 20),
        ("9" * 40, 20),
    ],
)
def test_a_number_from_an_address_is_never_an_error(text, number):
    assert whole_number(text, least=1, most=50, default=20) == number
