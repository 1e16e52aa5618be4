"""Forms of notices."""

from __future__ import annotations

from wtforms import BooleanField

from participation.notices.domain import MAX_REASON
from participation.web.forms import Day, Form, Length, Required, TextLine


class ButtonForm(Form):
    """A form with nothing but a button."""


class PrintForm(Form):
    """Opening the addresses of a batch of letters, and why."""

    reason = TextLine(
        "宛名を開ける理由",
        validators=[
            Required("宛名を開ける理由を書いてください。監査の記録に残ります。"),
            Length(most=MAX_REASON),
        ],
    )
    again = BooleanField("もう一度印刷する（印刷の失敗や、なくしたとき）", default=False)


class PostedForm(Form):
    """The day on which a batch was posted."""

    posted_on = Day("発送した日", validators=[Required("発送した日を入力してください。")])


class HandOverForm(Form):
    """How somebody was told at the window or by telephone."""

    note = TextLine(
        "伝えた日と方法",
        validators=[Required("いつ、どのように伝えたかを書いてください。"), Length(most=MAX_REASON)],
    )
