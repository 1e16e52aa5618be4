"""Forms of the desk: uploading a document, confirming it, opening nodes, wording summaries."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import Optional, ValidationError

from participation.foundation.text import clean_line
from participation.plans.domain.reading.reader import FORMS_TO_CHOOSE
from participation.plans.domain.tree import FORM_NAMES, STAGE_NAMES, VersionStage, is_slug, slug_from
from participation.plans.domain.uploads import DraftUpload
from participation.web.forms import ChoiceList, ChoiceOne, Day, Form, Length, TextBody, TextLine, whole_number

NEW_PLAN = ""
LOOK = ""
OPEN, CLOSE = "open", "close"
NOW, LATER = "now", "later"


class UploadForm(Form):
    """A document of a plan, and of which plan it is."""

    document = FileField("文書のファイル", [FileRequired("ファイルを選んでください。")])
    form = ChoiceList(
        "ファイルの形",
        choices=[
            (LOOK, "ファイルの名前と中身から決める"),
            *((each.value, FORM_NAMES[each]) for each in FORMS_TO_CHOOSE),
        ],
    )
    plan = ChoiceList("どの計画ですか")
    title = TextLine("新しい計画の名前", [Length(most=120)])
    slug = TextLine("新しい計画のアドレス名", [Length(most=48)])
    stage = ChoiceList(
        "版の段階",
        choices=[(each.value, name) for each, name in STAGE_NAMES.items()],
        default=VersionStage.DRAFT.value,
    )
    label = TextLine("版の名前", [Length(most=60)])
    dated_on = Day("版の日付", [Optional()])

    def validate_title(self, field: Any) -> None:
        """A new plan needs a name."""
        if self.plan.data == NEW_PLAN and not (field.data or "").strip():
            raise ValidationError("新しい計画の名前を入力してください。")

    def validate_slug(self, field: Any) -> None:
        """The name in addresses is of small letters, digits and hyphens."""
        if self.plan.data == NEW_PLAN and field.data and not is_slug(field.data):
            raise ValidationError("英小文字・数字・ハイフンで48字までにしてください。")

    def draft(self, content: bytes) -> DraftUpload:
        """Return what was filled in, to be kept until it is confirmed."""
        filename = clean_line(self.document.data.filename or "document")[-200:]
        title = self.title.data or ""
        return DraftUpload(
            filename=filename,
            content=content,
            form=self.form.data or "",
            slug=self.plan.data or self.slug.data or slug_from(filename, title),
            title=title,
            stage=VersionStage(self.stage.data),
            label=self.label.data or "",
            dated_on=self.dated_on.data,
        )


class ConfirmForm(Form):
    """Taking a document in after looking at what was understood."""

    publish = ChoiceOne(
        "公開の時期",
        choices=[(LATER, "取り込むだけにして、あとで公開する"), (NOW, "取り込んで、すぐに公開する")],
        default=LATER,
    )


class SummaryForm(Form):
    """The plain summary of a node."""

    summary = TextBody("3行のまとめ", [Length(most=300)])
    seen_revision = HiddenField()

    def revision(self) -> int:
        """Return the revision that was on the screen."""
        return whole_number(self.seen_revision.data, least=0, most=10**8, default=-1)


class PlainForm(Form):
    """A button: nothing to fill in."""
