"""The forms with which staff make a survey and its questions (アンケートの作成)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from pydantic import ValidationError as SpecError
from wtforms import BooleanField, HiddenField

from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys.domain import (
    AUDIENCE_NAMES,
    RESULTS_NAMES,
    AnySpec,
    Audience,
    MultipleSpec,
    Option,
    QuestionDraft,
    ResultsShown,
    ScaleSpec,
    SingleSpec,
    SurveyDraft,
    TextSpec,
)
from participation.surveys.models import Question, Survey
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


class SurveyForm(Form):
    """What staff decide about a survey."""

    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=120)])
    intro = TextBody("はじめの説明", [Length(most=2000)])
    subject_id = ChoiceList("たずねる対象", [RequiredChoice("対象を選んでください。")], coerce=int)
    consultation_id = ChoiceList("案件", coerce=int)
    opens_on = Day("受付開始の日", [Required("受付を始める日を入力してください。")])
    closes_on = Day("受付の最後の日", [Required("受付の最後の日を入力してください。")])
    audience = ChoiceOne("答えられる人", [RequiredChoice()], choices=list(AUDIENCE_NAMES.items()))
    results_shown = ChoiceOne("結果の公開", [RequiredChoice()], choices=list(RESULTS_NAMES.items()))
    is_one_tap = BooleanField("ひとことで答えるアンケートにする")
    version = HiddenField(default="1")

    def offer(self, subjects: list[tuple[int, str]], consultations: list[tuple[int, str]]) -> SurveyForm:
        """Offer what may be asked about."""
        self.subject_id.choices = subjects
        self.consultation_id.choices = [(0, "（案件に結びつけない）"), *consultations]
        return self

    def draft(self) -> SurveyDraft:
        """Return what was decided; the last day counts whole."""
        version = self.version.data or ""
        return SurveyDraft(
            title=self.title.data,
            intro=self.intro.data or "",
            subject_id=self.subject_id.data,
            consultation_id=self.consultation_id.data or None,
            opens_at=clock.start_of(cast(date, self.opens_on.data)),
            closes_at=clock.end_of(cast(date, self.closes_on.data)),
            audience=Audience(self.audience.data),
            results_shown=ResultsShown(self.results_shown.data),
            is_one_tap=self.is_one_tap.data,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        )


def survey_values(survey: Survey) -> dict[str, Any]:
    """Return a survey as its form shows it."""
    return {
        "title": survey.title,
        "intro": survey.intro,
        "subject_id": survey.subject_id,
        "consultation_id": survey.consultation_id or 0,
        "opens_on": survey.opens_at.astimezone(clock.JST).date(),
        "closes_on": last_day(survey),
        "audience": survey.audience.value,
        "results_shown": survey.results_shown.value,
        "is_one_tap": survey.is_one_tap,
        "version": str(survey.version),
    }


def last_day(survey: Survey) -> date:
    """Return the last whole day on which answers are taken."""
    return (survey.closes_at - timedelta(microseconds=1)).astimezone(clock.JST).date()


class PlainForm(Form):
    """A button: publish, close, move, remove."""


class QuestionForm(Form):
    """What every question has; its children add what their kind needs."""

    text = TextBody("設問の文", [Required("設問の文を書いてください。"), Length(most=500)])
    help = TextLine("補足（任意）", [Length(most=200)])
    is_required = BooleanField("必ず答えてもらう")

    def spec(self) -> AnySpec:
        """Return the settings; raises Refused with the field to mend."""
        raise NotImplementedError

    def draft(self) -> QuestionDraft:
        """Return the question."""
        return QuestionDraft(
            text=self.text.data.strip(),
            help=self.help.data or "",
            is_required=self.is_required.data,
            spec=self.spec(),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the settings too."""
        if not super().validate(extra_validators):
            return False
        try:
            self.spec()
        except Refused as refusal:
            self.refuse(refusal)
            return False
        return True


class SingleForm(QuestionForm):
    """One of several."""

    options = TextBody("選択肢", [Required("選択肢を、1行に1つずつ書いてください。")])

    def spec(self) -> AnySpec:
        """Return the options."""
        return cast(SingleSpec, _made(SingleSpec, options=_options(self.options.data)))


class MultipleForm(SingleForm):
    """Several of several."""

    most = ChoiceList(
        "選べる数", coerce=int, choices=[(0, "いくつでも"), *((n, f"{n}つまで") for n in range(2, 11))]
    )

    def spec(self) -> AnySpec:
        """Return the options and how many may be chosen."""
        options, most = _options(self.options.data), self.most.data or None
        if most is not None and most > len(options):
            raise Refused("選べる数は、選択肢の数までにしてください。", field="most")
        return cast(MultipleSpec, _made(MultipleSpec, options=options, most=most))


class ScaleForm(QuestionForm):
    """A step on a scale."""

    high = ChoiceList("段階の数", coerce=int, choices=[(n, f"{n}段階") for n in range(2, 11)], default=5)
    low_label = TextLine("いちばん低い段階の名前", [Required("例：まったくそう思わない"), Length(most=50)])
    high_label = TextLine("いちばん高い段階の名前", [Required("例：とてもそう思う"), Length(most=50)])

    def spec(self) -> AnySpec:
        """Return the scale."""
        return cast(
            ScaleSpec,
            _made(
                ScaleSpec,
                high=self.high.data,
                low_label=self.low_label.data,
                high_label=self.high_label.data,
            ),
        )


class TextForm(QuestionForm):
    """Words of one's own."""

    limit = ChoiceList(
        "書ける長さ",
        coerce=int,
        choices=[(n, f"{n:,}文字まで") for n in (200, 500, 1000, 2000, 5000)],
        default=1000,
    )

    def spec(self) -> AnySpec:
        """Return the limit."""
        return cast(TextSpec, _made(TextSpec, limit=self.limit.data))


QUESTION_FORMS: dict[str, type[QuestionForm]] = {
    "single": SingleForm,
    "multiple": MultipleForm,
    "scale": ScaleForm,
    "text": TextForm,
}


def question_values(question: Question) -> dict[str, Any]:
    """Return a question as its form shows it."""
    values = {**question.spec, "text": question.text, "help": question.help}
    values["is_required"] = question.is_required
    if "options" in values:
        values["options"] = "\n".join(option["label"] for option in values["options"])
    values["most"] = values.get("most") or 0
    return values


def _options(text: str) -> list[Option]:
    labels = [label for label in (clean_line(line) for line in (text or "").split("\n")) if label]
    if len(labels) < 2:
        raise Refused("選択肢を2つ以上、1行に1つずつ書いてください。", field="options")
    if len(labels) > 30:
        raise Refused(f"選択肢は30までです（今は{len(labels)}）。", field="options")
    if len(set(labels)) != len(labels):
        raise Refused("同じ選択肢が2つあります。", field="options")
    if any(len(label) > 200 for label in labels):
        raise Refused("選択肢は1つ200文字までです。", field="options")
    return [Option(code=f"a{number}", label=label) for number, label in enumerate(labels, start=1)]


def _made(kind: Any, **settings: Any) -> Any:
    try:
        return kind(**settings)
    except SpecError as error:
        raise Refused("この設定では設問をつくれません。値を確かめてください。") from error
