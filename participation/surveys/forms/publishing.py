"""The forms with which staff ask for files and prepare what is published (書き出し・集計の公表)."""

from __future__ import annotations

from collections.abc import Sequence

from participation.surveys.domain.exports import EXPORT_FORMS
from participation.web.forms import ChoiceList, ChoiceMany, ChoiceOne, Form, Length, Required, TextBody

NOTE = "確かめたこと"


class ExportFileForm(Form):
    """In which form a file of answers is wanted."""

    kind = ChoiceOne(
        "ファイルの形",
        [Required("ファイルの形を選んでください。")],
        choices=[(kind.value, f"{name}：{use}") for kind, (name, use, _) in EXPORT_FORMS.items()],
    )


class PublicationForm(Form):
    """What was looked at before something is published."""

    note = TextBody(NOTE, [Required("確かめたことを書いてください。"), Length(most=2000)])


class TablesForm(PublicationForm):
    """Which questions are published against which."""

    rows = ChoiceMany("知りたいこと（行）", [Required("行にする設問を1つ以上選んでください。")])
    columns = ChoiceMany("分けて見る設問（列）", [Required("列にする設問を1つ以上選んでください。")])
    only = ChoiceList("しぼりこめるようにする設問")

    def offer(
        self,
        rows: Sequence[tuple[str, str]],
        columns: Sequence[tuple[str, str]],
        filters: Sequence[tuple[str, str]],
    ) -> TablesForm:
        """Offer what may stand where."""
        self.rows.choices, self.columns.choices = list(rows), list(columns)
        self.only.choices = [("", "しぼりこめないようにする"), *filters]
        return self
