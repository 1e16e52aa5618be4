"""The form with which staff prepare open data (公開データ)."""

from __future__ import annotations

from collections.abc import Sequence

from participation.web.forms import ChoiceMany, Form, Length, Required, TextBody


class ReleaseForm(Form):
    """Which questions are given out, and what was looked at before."""

    codes = ChoiceMany("公開する設問", [Required("公開する設問を1つ以上選んでください。")])
    note = TextBody("確かめたこと", [Required("確かめたことを書いてください。"), Length(most=2000)])

    def offer(self, questions: Sequence[tuple[str, str]]) -> ReleaseForm:
        """Offer what may be given out."""
        self.codes.choices = list(questions)
        return self
