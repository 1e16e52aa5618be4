"""The forms of corrections, templates, copies and imports (訂正・ひな形・写し・取り込み)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from participation.foundation import clock
from participation.foundation.text import clean_line
from participation.surveys.domain import (
    KIND_NAMES,
    Asked,
    Audience,
    Layout,
    ResultsShown,
    SurveyDraft,
)
from participation.surveys.domain.packing import easy_words_in, words_in
from participation.surveys.domain.xlsform import Form as SheetContent
from participation.surveys.models import Survey
from participation.web.forms import (
    ChoiceList,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

REASON = "なぜ直すか（記録に残り、アンケートの画面にも出ます）"
_EASY_NAMES = {"easy:text": "設問の文", "easy:help": "補足"}


class CorrectionForm(Form):
    """Words of a question put right after the opening; :func:`correction_form` adds a field for each wording."""

    text = TextBody("設問の文", [Required("設問の文を書いてください。"), Length(most=500)])
    help = TextLine("補足（任意）", [Length(most=200)])
    reason = TextLine(REASON, [Required("直す理由を書いてください。"), Length(most=300)])
    keeps_meaning = BooleanField(
        "直しても、たずねる意味は変わらない",
        [Required("意味が変わらないことを確かめて、印を付けてください。")],
    )
    seen = HiddenField()
    #: Field → key of the wording.
    keys: dict[str, str]

    @property
    def wordings(self) -> list[Any]:
        """The fields of the wordings, in order."""
        return [self._fields[name] for name in self.keys]

    def words(self) -> dict[str, str]:
        """Return every wording by its key."""
        return {key: self._fields[name].data for name, key in self.keys.items()}


def correction_form(asked: Asked) -> CorrectionForm:
    """Return the form of a question that people answer already."""
    fields: dict[str, Any] = {}
    keys: dict[str, str] = {}
    data: dict[str, Any] = {"text": asked.text, "help": asked.help}
    easy = [
        (key, f"やさしい日本語 {_EASY_NAMES.get(key) or key.rpartition(':')[2]}", words)
        for key, words in easy_words_in(asked.easy).items()
    ]
    for number, (key, what, words) in enumerate([*words_in(asked.spec), *easy], start=1):
        name = f"word{number}"
        is_easy = key.startswith("easy:")
        needed = [] if key == "unit" or is_easy else [Required("空にはできません。")]
        most = 20 if key == "unit" else 500 if key == "easy:text" else 200
        code = key.partition(":")[2]
        label = f"{what} {code}" if code and not is_easy and not key.startswith("between") else what
        fields[name], keys[name], data[name] = TextLine(label, [*needed, Length(most=most)]), key, words
    kind = type("CorrectionFormOfQuestion", (CorrectionForm,), {**fields, "keys": keys})
    return cast(CorrectionForm, kind(data=data))


class WordingForm(Form):
    """The title and introduction of a survey or a section put right after the opening (題名・説明の訂正)."""

    title = TextLine("題名", [Length(most=120)])
    intro = TextBody("説明", [Length(most=2000)])
    easy_title = TextLine("題名（やさしい日本語）", [Length(most=120)])
    easy_intro = TextBody("説明（やさしい日本語）", [Length(most=2000)])
    reason = TextLine(REASON, [Required("直す理由を書いてください。"), Length(most=300)])
    seen = HiddenField()

    def words(self) -> dict[str, str]:
        """Return every wording by its key."""
        return {
            "title": self.title.data,
            "intro": self.intro.data.strip(),
            "easy:title": self.easy_title.data,
            "easy:intro": self.easy_intro.data.strip(),
        }


class ReasonForm(Form):
    """Why a question is asked no more."""

    reason = TextLine(REASON, [Required("やめる理由を書いてください。"), Length(most=300)])


class TemplateForm(Form):
    """What a template is called and good for."""

    title = TextLine("ひな形の名前", [Required("ひな形の名前を書いてください。"), Length(most=120)])
    note = TextBody("どんなときに使うか（任意）", [Length(most=500)])


class CopyForm(Form):
    """A survey that begins with the questions of another, of a template or of a file."""

    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=120)])
    subject_id = ChoiceList("たずねる対象", [RequiredChoice("対象を選んでください。")], coerce=int)
    opens_on = Day("受付開始の日", [Required("受付を始める日を入力してください。")])
    closes_on = Day("受付の最後の日", [Required("受付の最後の日を入力してください。")])
    is_next_wave = BooleanField("同じシリーズの次の回にする（前の回とくらべられます）")

    def offer(self, subjects: list[tuple[int, str]]) -> CopyForm:
        """Offer what may be asked about."""
        self.subject_id.choices = subjects
        return self

    def draft(self, source: Survey | None = None, *, intro: str = "") -> SurveyDraft:
        """Return the survey; what is not asked here comes from its source."""
        return SurveyDraft(
            title=self.title.data,
            intro=source.intro if source else intro,
            subject_id=self.subject_id.data,
            consultation_id=None,
            opens_at=clock.start_of(cast(date, self.opens_on.data)),
            closes_at=clock.end_of(cast(date, self.closes_on.data)),
            audience=source.audience if source else Audience.ANYONE,
            results_shown=source.results_shown if source else ResultsShown.AFTER_CLOSING,
            is_one_tap=source.is_one_tap if source else False,
            layout=source.layout if source else Layout.WHOLE,
            easy=source.easy if source else None,
        )

    def draft_of_form(self, form: SheetContent) -> SurveyDraft:
        """Return the survey that is made of a form in a file."""
        easy = dict(form.easy) if form.easy else None
        return replace(self.draft(intro=form.intro), code=form.code, layout=form.layout, easy=easy)


class SheetForm(Form):
    """A questionnaire in a file (XLSForm)."""

    sheet = FileField("調査票のファイル（XLSX）", [FileRequired("ファイルを選んでください。")])

    def filename(self) -> str:
        """Return the name of the file."""
        return clean_line(self.sheet.data.filename or "調査票.xlsx")[-200:]

    def content(self) -> bytes:
        """Return the file."""
        content: bytes = self.sheet.data.read()
        self.sheet.data.seek(0)  # Whether it was sent before is seen from its content, too.
        return content


class BankSearch(Form):
    """Words to look for in the bank; only reads."""

    class Meta:
        """Nothing is changed by it."""

        csrf = False

    q = TextLine("ことば", [Length(most=100)])
    kind = ChoiceList("種類", choices=[("", "すべて"), *KIND_NAMES.items()], default="")


class TakeForm(Form):
    """Questions of the bank to be added to a survey."""

    section = ChoiceList("入れる章", validate_choice=False)

    def offer(self, sections: Sequence[tuple[str, str]]) -> TakeForm:
        """Offer the sections of the survey."""
        self.section.choices = list(sections)
        return self
