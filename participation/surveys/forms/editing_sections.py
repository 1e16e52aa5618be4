"""The forms of sections, of moving questions, and of pictures (章・並べ替え・画像)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from participation.foundation.errors import Refused
from participation.surveys.domain import Section, SectionDraft
from participation.surveys.domain.pictures import take_picture
from participation.web.forms import ChoiceList, Form, Length, Required, RequiredChoice, TextBody, TextLine

SAY_WHAT = "何の画像かを書いてください。画像を見られない人に読み上げます。"


class SectionForm(Form):
    """What staff decide about a section; its condition and its jumps have pages of their own."""

    title = TextLine("章の名前", [Length(most=120)])
    intro = TextBody("章のはじめの説明", [Length(most=2000)])
    starts_page = BooleanField("この章から新しい画面にする", default=True)
    shuffles = BooleanField("章の中の設問を、答える人ごとに順を変えて出す")
    easy_title = TextLine("章の名前（やさしい日本語）", [Length(most=120)])
    easy_intro = TextBody("章のはじめの説明（やさしい日本語）", [Length(most=2000)])
    seen = HiddenField()

    def draft(self, before: Section | None = None) -> SectionDraft:
        """Return the section; condition and jumps stay as they were."""
        easy = {"title": self.easy_title.data, "intro": self.easy_intro.data}
        return SectionDraft(
            title=self.title.data,
            intro=self.intro.data.strip(),
            starts_page=self.starts_page.data,
            shuffles=self.shuffles.data,
            condition=before.condition if before else None,
            jumps=before.jumps if before else (),
            easy={key: value for key, value in easy.items() if value} or None,
        )


def section_values(section: Section) -> dict[str, Any]:
    """Return a section as its form shows it."""
    easy = section.easy or {}
    return {
        "title": section.title,
        "intro": section.intro,
        "starts_page": section.starts_page,
        "shuffles": section.shuffles,
        "easy_title": easy.get("title", ""),
        "easy_intro": easy.get("intro", ""),
    }


class PutForm(Form):
    """Where a question goes: to the beginning of a section, or after another question."""

    where = ChoiceList("移す先", [RequiredChoice("移す先を選んでください。")])

    def offer(self, places: Sequence[tuple[str, str]]) -> PutForm:
        """Offer the places: "s2" or "s2-q4"."""
        self.where.choices = list(places)
        return self

    def place(self) -> tuple[str, str]:
        """Return the section and the question after which it goes, "" for the beginning."""
        section, _, after = self.where.data.partition("-")
        return section, after


class ImageForm(Form):
    """A picture for questions and options."""

    picture = FileField("画像のファイル", [FileRequired("画像のファイルを選んでください。")])
    text = TextLine("何の画像か", [Length(most=200)])

    def validate_picture(self, field: FileField) -> None:
        """Draw the picture anew, before anything is changed."""
        self._content = _content_of(field)

    def content(self) -> bytes:
        """Return the picture as it is kept."""
        return self._content


class ImageChangeForm(Form):
    """What a picture shows, and another picture in its place."""

    text = TextLine("何の画像か", [Required(SAY_WHAT), Length(most=200)])
    picture = FileField("かわりの画像のファイル")

    def replacement(self) -> tuple[str, bytes] | None:
        """Return the name and content of the other picture; None if there is none."""
        chosen = self.picture.data
        if chosen is None or not chosen.filename:
            return None
        return chosen.filename, self._content

    def validate_picture(self, field: FileField) -> None:
        """Draw the other picture anew, before anything is changed."""
        if field.data is not None and field.data.filename:
            self._content = _content_of(field)


def _content_of(field: FileField) -> bytes:
    content = field.data.read()
    field.data.seek(0)  # Whether it was sent before is seen from its content, too.
    try:
        return take_picture(content)
    except Refused as refusal:
        raise ValidationError(refusal.reason) from refusal
