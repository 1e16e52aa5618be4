"""The form with which staff say what a survey is: title, period, who may answer (アンケートの設定)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, cast

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from participation.consultations.forms import AskingForm, asking_values
from participation.foundation import clock
from participation.surveys.domain import (
    AUDIENCE_NAMES,
    LAYOUT_NAMES,
    RESULTS_NAMES,
    Audience,
    Layout,
    ResultsShown,
    SurveyDraft,
)
from participation.surveys.models import Survey
from participation.web.forms import (
    ChoiceList,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Pattern:
    """What was typed, if anything, has a form."""

    def __init__(self, pattern: re.Pattern[str], message: str) -> None:
        self.pattern, self.message = pattern, message

    def __call__(self, _form: Any, field: Any) -> None:
        """Refuse what has another form."""
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(self.message)


class SurveyForm(AskingForm):
    """What staff decide about a survey."""

    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=120)])
    intro = TextBody("はじめの説明", [Length(most=2000)])
    subject_id = ChoiceList("たずねる対象", [RequiredChoice("対象を選んでください。")], coerce=int)
    audience = ChoiceOne("答えられる人", [RequiredChoice()], choices=list(AUDIENCE_NAMES.items()))
    results_shown = ChoiceOne("結果の公開", [RequiredChoice()], choices=list(RESULTS_NAMES.items()))
    layout = ChoiceOne(
        "画面の分け方", [RequiredChoice()], choices=list(LAYOUT_NAMES.items()), default=Layout.WHOLE.value
    )
    is_one_tap = BooleanField("ひとことで答えるアンケートにする")
    leads_to_id = ChoiceList("つづきのくわしいアンケート", coerce=int, default=0)
    code = TextLine(
        "アドレス名",
        [Length(most=40), Pattern(_CODE, "アドレス名は、英小文字・数字・「-」で書いてください。")],
    )
    series = TextLine(
        "シリーズ名",
        [Length(most=40), Pattern(_CODE, "シリーズ名は、英小文字・数字・「-」で書いてください。")],
    )
    wave = IntegerField("第何回か", [Optional(), NumberRange(1, 999, "1から999までの数にしてください。")])
    easy_title = TextLine("題名（やさしい日本語）", [Length(most=120)])
    easy_intro = TextBody("はじめの説明（やさしい日本語）", [Length(most=2000)])

    def offer_next(self, surveys: list[tuple[int, str]]) -> SurveyForm:
        """Offer the surveys to which a one-tap question may lead."""
        self.leads_to_id.choices = [(0, "（なし）"), *surveys]
        return self

    def draft(self) -> SurveyDraft:
        """Return what was decided; the last day counts whole."""
        easy = {"title": self.easy_title.data, "intro": self.easy_intro.data}
        return SurveyDraft(
            title=self.title.data,
            intro=self.intro.data or "",
            **self.asked(),
            audience=Audience(self.audience.data),
            results_shown=ResultsShown(self.results_shown.data),
            is_one_tap=self.is_one_tap.data,
            code=self.code.data,
            layout=Layout(self.layout.data),
            leads_to_id=self.leads_to_id.data or None,
            series=self.series.data,
            wave=self.wave.data,
            easy=easy if any(easy.values()) else None,
        )


def survey_values(survey: Survey) -> dict[str, Any]:
    """Return a survey as its form shows it."""
    easy = survey.easy or {}
    return {
        "title": survey.title,
        "intro": survey.intro,
        **asking_values(survey),
        "audience": survey.audience.value,
        "results_shown": survey.results_shown.value,
        "layout": survey.layout.value,
        "is_one_tap": survey.is_one_tap,
        "leads_to_id": survey.leads_to_id or 0,
        "code": survey.code or "",
        "series": survey.series or "",
        "wave": survey.wave,
        "easy_title": easy.get("title", ""),
        "easy_intro": easy.get("intro", ""),
    }


class PeriodForm(Form):
    """Until when answers are taken from now on, and why (締切の変更)."""

    closes_on = Day("新しい受付の最後の日", [Required("受付の最後の日を入力してください。")])
    reason = TextLine("変える理由", [Required("変える理由を書いてください。"), Length(most=200)])
    seen = HiddenField()

    def closes_at(self) -> datetime:
        """Return the end of the last day."""
        return clock.end_of(cast(date, self.closes_on.data))


class CloseForm(Form):
    """Why no more answers are taken, earlier than was said."""

    why = TextLine("締め切る理由", [Required("締め切る理由を書いてください。"), Length(most=200)])


class PlainForm(Form):
    """A button: publish, close, move, remove."""
