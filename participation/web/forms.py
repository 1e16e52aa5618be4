"""Forms: the base of every form, and fields that clean what people type without losing it.

Forms know fields and messages; markup is the components' business. Every form carries a CSRF token
and a submission id (see `web.submissions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, ValidationError

from participation.foundation.errors import Refused
from participation.foundation.ids import new_submission_id
from participation.foundation.text import character_count, clean, clean_line

__all__ = [
    "ChoiceList",
    "ChoiceMany",
    "ChoiceOne",
    "Day",
    "Form",
    "Length",
    "Password",
    "Required",
    "TextBody",
    "TextLine",
    "whole_number",
]

#: The hidden field of a form that was opened by somebody logged in.
FROM_MEMBER = "from_member"
#: What a form carries besides what somebody typed.
NOT_TYPED = frozenset({"csrf_token", "submission_id", FROM_MEMBER})
#: What stands for a reader's own tokens on a page kept for several readers (web.page_cache).
CSRF_MARK = "csrf-token-goes-here"
SUBMISSION_MARK = "submission-id-goes-here"

_SUBMISSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form that changes something."""

    class Meta:
        """Messages of the form library itself are in Japanese too."""

        locales = ("ja",)

    submission_id = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if g.get("page_is_shared"):
            # The page will be kept for other readers: their tokens are filled in when it is served.
            self.submission_id.data = SUBMISSION_MARK
            self.csrf_token.current_token = CSRF_MARK
        elif not _SUBMISSION_ID.fullmatch(self.submission_id.data or ""):
            self.submission_id.data = new_submission_id()

    @property
    def status(self) -> int:
        """The HTTP status with which this form is shown: 200 empty, 422 when something must be mended."""
        return 200 if request.method in ("GET", "HEAD") else 422

    @property
    def seen_version(self) -> int:
        """The version of the row that the writer had before them (the field `version`); 0: there was none."""
        return whole_number(self._fields["version"].data, least=0, most=10**8, default=0)

    def after_sending(self) -> None:
        """Do what a form of this kind does once it was received; most do nothing."""

    def refuse(self, refusal: Refused) -> None:
        """Show the reason of a refusal at its field, or above the form."""
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is not None:
            field.errors = [*field.errors, refusal.reason]
        else:
            self.form_errors.append(refusal.reason)


def _take(field: StringField, valuelist: list[str], clean_with: Callable[[str], str]) -> None:
    """Clean what was typed; what cannot be cleaned stays in the field, with the reason."""
    if not valuelist:
        return
    field.data = valuelist[0]
    try:
        field.data = clean_with(valuelist[0])
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal


class TextLine(StringField):
    """One line of text."""

    data: str

    def process_data(self, value: str | None) -> None:
        """Take what stood there before: nothing is an empty text."""
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed line."""
        _take(self, valuelist, clean_line)


class TextBody(TextAreaField):
    """Text of several lines, kept as typed."""

    data: str

    def process_data(self, value: str | None) -> None:
        """Take what stood there before: nothing is an empty text."""
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed text."""
        _take(self, valuelist, clean)


class Password(PasswordField):
    """A password: never cleaned, never shown again."""

    data: str

    def process_data(self, value: str | None) -> None:
        """Begin empty."""
        self.data = value or ""


class Day(DateField):
    """A day, typed by the browser's date picker as 2026-11-22."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the day; an impossible one is answered in Japanese."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("日付を「2026-11-22」のように入力してください。") from error


class _PlainChoices:
    """Lets choices be given as plain (value, label) pairs, which the form library no longer likes."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=as_choices(choices), **kwargs)  # type: ignore[call-arg]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, as_choices(value) if name == "choices" else value)


def as_choices(choices: Any) -> Any:
    """Return (value, label) pairs as the form library's own choices."""
    if choices is None or callable(choices):
        return choices
    return [
        SelectChoice(value=choice[0], label=choice[1]) if isinstance(choice, tuple) else choice
        for choice in choices
    ]


class ChoiceOne(_PlainChoices, RadioField):
    """One of several choices, shown as radio buttons."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices."""
        _known_choice(self, super().pre_validate, form)


class ChoiceList(_PlainChoices, SelectField):
    """One of many choices, shown as a drop-down list."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices."""
        _known_choice(self, super().pre_validate, form)


class ChoiceMany(_PlainChoices, SelectMultipleField):
    """Any number of choices, shown as check boxes."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices."""
        _known_choice(self, super().pre_validate, form)


def _known_choice(_field: Any, validate: Any, form: Any) -> None:
    try:
        validate(form)
    except (ValueError, ValidationError) as error:
        raise ValidationError("選択肢の中から選んでください。") from error


class Required(DataRequired):
    """The field must be filled in; the message says with what."""

    def __init__(self, message: str = "入力してください。") -> None:
        super().__init__(message)


class RequiredChoice(InputRequired):
    """A choice must be made."""

    def __init__(self, message: str = "選んでください。") -> None:
        super().__init__(message)


class Length:
    """Between `least` and `most` characters, counted as a person counts them."""

    def __init__(self, *, least: int = 0, most: int) -> None:
        self.least, self.most = least, most
        self.field_flags = {"maxcharacters": most}

    def __call__(self, _form: Any, field: Any) -> None:
        count = character_count(field.data or "")
        if count > self.most:
            raise ValidationError(
                f"{self.most:,}文字以内にしてください（今は{count:,}文字。あと{count - self.most:,}文字減らしてください）。"
            )
        if count < self.least:
            raise ValidationError(f"{self.least}文字以上で書いてください（今は{count}文字）。")


def whole_number(text: str | None, *, least: int, most: int, default: int) -> int:
    """Return a number from an address (page size and so on), kept within bounds, never an error."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return max(least, min(most, int(text)))
