"""The form of an answer, made from the questions (回答の画面)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from flask import request
from wtforms import BooleanField, Field

from participation.contributions.forms import CarefulForm
from participation.surveys.domain import (
    Asked,
    MultipleSpec,
    TextSpec,
    read_answers,
)
from participation.surveys.queries import OwnAnswer, SurveyPage
from participation.web.forms import (
    ChoiceMany,
    ChoiceOne,
    Form,
    Length,
    TextBody,
)

_CODE = re.compile(r"q[0-9]{1,9}(-[a-z0-9_]{1,20})?")


class MarkedRequired:
    """Shows a question as 必須; the questions themselves decide whether something is missing."""

    field_flags = {"required": True}  # noqa: RUF012 (WTForms' own form)

    def __call__(self, _form: Any, _field: Any) -> None:
        """Check nothing."""


class AnswerForm(CarefulForm):
    """The answers of one respondent; :func:`answer_form` adds a field for each question."""

    shares_texts = BooleanField("書いた文を「意見」として区の記録に載せてよい")
    page: SurveyPage

    @property
    def question_fields(self) -> list[Field]:
        """The fields of the questions, in order."""
        return [self._fields[question.code] for question in self.page.questions]

    def texts(self) -> list[tuple[str, str]]:
        """Return (question, text) of what was answered in words of one's own."""
        return [
            (question.text, self._fields[question.code].data or "")
            for question in self.page.questions
            if question.spec.kind == "text"
        ]

    @property
    def has_text(self) -> bool:
        """Whether there is a question for words of one's own."""
        return any(question.spec.kind == "text" for question in self.page.questions)

    def given(self) -> dict[str, list[str]]:
        """Return what was sent for each question, and for questions that do not exist."""
        sent = {code: values for code, values in request.form.lists() if _CODE.fullmatch(code)}
        for question in self.page.questions:
            field = self._fields[question.code]
            if question.spec.kind == "text" and len(sent.get(question.code, ())) == 1:
                sent[question.code] = [field.data or ""]
        return sent

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the answers by the questions' own rules."""
        is_valid = super().validate(extra_validators)
        faults = read_answers(self.page.questionnaire, self.given()).faults
        for code, fault in faults.items():
            if not code:
                self.form_errors.append(fault)
            elif not self._fields[code].errors:
                self._fields[code].errors = [fault]
        return is_valid and not faults


def answer_form(page: SurveyPage, own: OwnAnswer | None, draft: Mapping[str, Any] | None) -> AnswerForm:
    """Return the form of a survey, filled in with what the reader began or answered before."""
    fields = {question.code: _field(question) for question in page.questions}
    kind = type("AnswerFormOfSurvey", (AnswerForm,), {**fields, "page": page})
    return cast(AnswerForm, kind(data=_start(page, own, draft)))


def _field(question: Asked) -> Field:
    marks: list[Any] = [MarkedRequired()] if question.is_required else []
    spec = question.spec
    if isinstance(spec, TextSpec):
        return TextBody(question.text, [*marks, Length(most=spec.limit)], description=question.help)
    many = isinstance(spec, MultipleSpec)
    return (ChoiceMany if many else ChoiceOne)(
        question.text,
        marks,
        choices=list(spec.choices()),
        validate_choice=False,
        description=_hint(question),
    )


def _hint(question: Asked) -> str:
    spec = question.spec
    if isinstance(spec, MultipleSpec) and spec.most is not None:
        return f"{question.help}（{spec.most}つまで）" if question.help else f"{spec.most}つまで選べます。"
    if isinstance(spec, MultipleSpec):
        return question.help or "いくつでも選べます。"
    return question.help


def _start(page: SurveyPage, own: OwnAnswer | None, draft: Mapping[str, Any] | None) -> dict[str, Any]:
    start: dict[str, Any] = {"shares_texts": own.shares_texts if own else False}
    for question in page.questions:
        if draft is not None:
            values = draft.get(question.code, [])
            start[question.code] = values if question.spec.kind == "multiple" else (values or [None])[0]
        elif own is not None and question.code in own.answers:
            value = own.answers[question.code]
            start[question.code] = value if question.spec.kind == "multiple" else str(value)
    return start


class TapForm(Form):
    """A tap on one of the answers of a one-tap question."""

    def given(self, question: Asked) -> dict[str, list[str]]:
        """Return the option that was tapped."""
        return {question.code: request.form.getlist("choice")}
