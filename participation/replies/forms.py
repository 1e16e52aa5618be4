"""Forms of staff: points, replies, decisions, publication, amendments; and the filters of lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField
from wtforms import Form as WTForm
from wtforms.validators import NumberRange, Optional, ValidationError

from participation.foundation import clock, working_days
from participation.foundation.errors import Refused
from participation.i18n.dates import date_ja
from participation.plans.domain.tree import STAGE_NAMES, VersionStage
from participation.replies.domain import (
    DAYS_OFFERED,
    MAX_ANSWER,
    MAX_BODY,
    MAX_BOILERPLATE,
    MAX_BOILERPLATE_TITLE,
    MAX_CATEGORY,
    MAX_COMMENT,
    MAX_DECISION_NUMBER,
    MAX_LABEL,
    MAX_MEANING,
    MAX_NOTE,
    MAX_QUESTION,
    MAX_SUMMARY,
    MAX_SYMBOL,
    MAX_TITLE,
    MOST_STEPS,
    NO_POINT_NAMES,
    OPERATION_NAMES,
    STEP_NAMES,
    AmendmentDraft,
    Approval,
    BoilerplateDraft,
    DispositionDraft,
    Operation,
    ReplyDraftText,
    RouteDraft,
    StepDraft,
    StepKind,
    VersionDraft,
)
from participation.replies.queries.precedents import Search
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    TextBody,
    TextLine,
)

Choices = Sequence[tuple[str, str]]


class BoardFilterForm(Form):
    """Which points somebody wants to see; only read, so it carries no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    consultation = ChoiceList("案件", validate_choice=False)
    section = ChoiceList("担当課", validate_choice=False)
    text = TextLine("題名・要旨のことば")
    mine = BooleanField("自分の課だけ", default=False)


class PointForm(Form):
    """Title and 要旨 of a point."""

    title = TextLine("論点の題名", validators=[Required("題名を書いてください。"), Length(most=MAX_TITLE)])
    summary = TextBody("意見の要旨", validators=[Length(most=MAX_SUMMARY)])
    #: Names the words that stood in the form: whoever changed others meanwhile is not overwritten.
    seen = HiddenField()


class SplitForm(Form):
    """Title and 要旨 of the point that some opinions become."""

    new_title = TextLine(
        "新しい論点の題名", validators=[Required("題名を書いてください。"), Length(most=MAX_TITLE)]
    )
    new_summary = TextBody("新しい論点の要旨", validators=[Length(most=MAX_SUMMARY)])


class MergeForm(Form):
    """Into which point a point is merged."""

    into = IntegerField(
        "まとめる先の論点の番号",
        validators=[
            Required("番号を入れてください。"),
            NumberRange(min=1, max=100_000, message="論点の番号を入れてください。"),
        ],
    )


class AssignForm(Form):
    """Who answers a point, and by when."""

    section = ChoiceList("担当課")
    cooperating = ChoiceMany("協力課")
    due_in = ChoiceOne("回答の期限", default="")
    due_on = Day("期限の日", validators=[Optional()])

    def offer(self, sections: Choices) -> AssignForm:
        """Offer the ward's sections, and deadlines in working days."""
        self.section.choices = [("", "まだ決めない"), *sections]
        self.cooperating.choices = list(sections)
        self.due_in.choices = [*_deadlines(), ("", "下の「期限の日」にする（空なら期限なし）")]
        if self.due_in.data is None:
            self.due_in.data = ""
        return self

    def deadline(self) -> date | None:
        """Return the deadline: so many working days from today, or the day that was typed."""
        return _deadline(self.due_in.data, self.due_on.data)


class ReplyForm(Form):
    """The reply as it is written."""

    based_on = HiddenField()
    body = TextBody("区の考え方", validators=[Length(most=MAX_BODY)])
    disposition = ChoiceOne("対応区分")
    same_as = IntegerField(
        "ほかの論点と同じとき、その番号",
        validators=[Optional(), NumberRange(min=1, max=100_000, message="論点の番号を入れてください。")],
    )
    supplement = TextBody("同じときに書き足すこと", validators=[Length(most=MAX_BODY)])
    easy = TextBody("やさしい日本語版", validators=[Length(most=MAX_BODY)])
    child = TextBody("こども版", validators=[Length(most=MAX_BODY)])
    sources = ChoiceMany("もとにした文", validate_choice=False)
    boilerplate = ChoiceList("定型文", validate_choice=False)

    def offer(
        self, dispositions: Choices, boilerplates: Choices = (), sources: Choices | None = None
    ) -> ReplyForm:
        """Offer the consultation's 対応区分, what may be taken in, and what was taken in."""
        #: Code → symbol and label.
        self.labels = dict(dispositions)
        self.disposition.choices = [*dispositions, ("", "まだ決めない")]
        if self.disposition.data is None:
            self.disposition.data = ""
        self.boilerplate.choices = [("", "選んでください"), *boilerplates]
        self.sources.choices = (
            list(sources) if sources is not None else [(each, each) for each in self.sources.data or ()]
        )
        return self

    def draft(self) -> ReplyDraftText:
        """Return what was written."""
        return ReplyDraftText(
            body=self.body.data or "",
            disposition=self.disposition.data or None,
            based_on=_number(self.based_on.data),
            same_as=self.same_as.data,
            supplement=self.supplement.data or "",
            easy=self.easy.data or "",
            child=self.child.data or "",
            sources=tuple(self.sources.data or ()),
        )


class AmendmentForm(Form):
    """A change of the plan's text."""

    subject = ChoiceList("計画の中の場所")
    operation = ChoiceOne(
        "修正のしかた",
        choices=[(each.value, name) for each, name in OPERATION_NAMES.items()],
        default="replace",
    )
    before = TextBody("今の文（追加のときは、この文のあとに加える）", validators=[Length(most=2000)])
    after = TextBody("新しい文", validators=[Length(most=2000)])

    def offer(self, places: Choices) -> AmendmentForm:
        """Offer the places of the plan."""
        self.subject.choices = list(places)
        return self

    def draft(self) -> AmendmentDraft:
        """Return the amendment."""
        return AmendmentDraft(
            subject=self.subject.data or "",
            operation=Operation(self.operation.data),
            before=self.before.data or "",
            after=self.after.data or "",
        )


class VersionForm(Form):
    """A button that acts on one version of a reply."""

    version_number = HiddenField()

    @property
    def number(self) -> int:
        """The version seen."""
        return _number(self.version_number.data)


class SendBackForm(VersionForm):
    """Why a reply goes back."""

    mend = TextBody(
        "直してほしいこと",
        validators=[Required("何を直してほしいかを書いてください。"), Length(most=MAX_COMMENT)],
    )
    to_step = ChoiceList("戻す先", validate_choice=False)

    def offer(self, earlier: Choices) -> SendBackForm:
        """Offer the earlier steps, beside whoever wrote it."""
        self.to_step.choices = [("", "書いた人（直してもらう）"), *earlier]
        return self

    @property
    def position(self) -> int | None:
        """The step to which it goes back; None: to whoever wrote it."""
        return _number(self.to_step.data) or None


class ApproveForm(VersionForm):
    """A decision on exactly the version seen."""

    content_hash = HiddenField()
    step = HiddenField()
    decision_number = TextLine("決裁番号", validators=[Length(most=60)])
    decided_on = Day("決裁日", validators=[Optional()])
    comment = TextBody("書き添えること", validators=[Length(most=MAX_COMMENT)])

    def approval(self) -> Approval:
        """Return the decision."""
        return Approval(
            version_number=self.number,
            content_hash=self.content_hash.data or "",
            comment=self.comment.data or "",
            decision_number=self.decision_number.data or "",
            decided_on=self.decided_on.data,
            step=self.step.data or None,
        )


class PublishForm(Form):
    """Publishing one reply; a correction says why."""

    correction_note = TextBody("訂正の理由（公表されます）", validators=[Length(most=MAX_COMMENT)])


class WithdrawForm(Form):
    """Taking a published reply back."""

    reason = TextBody(
        "取り下げる理由（公表されます）",
        validators=[Required("取り下げる理由を書いてください。"), Length(most=MAX_COMMENT)],
    )
    along = BooleanField("この考え方と「同じ」としているものも、一緒に取り下げる", default=False)


KINDS = [
    ("final", "結果の公表（すべての意見の検討が済んだとき）"),
    ("interim", "中間公表（決裁が済んだものだけ）"),
]
NOTE = "説明（公表されます。訂正が含まれるときは、その理由）"


class ResultsForm(Form):
    """Publishing a consultation's result."""

    kind = ChoiceOne("公表の種類", choices=KINDS, default="final")
    note = TextBody(NOTE, validators=[Length(most=MAX_COMMENT)])


class PlanForm(Form):
    """When a result is to be published by itself; it stands on one page with :class:`ResultsForm`."""

    publish_on = Day("公表する日", validators=[Required("公表する日を入力してください。")])
    publish_hour = ChoiceList(
        "公表する時刻", choices=[(str(hour), f"{hour}時") for hour in range(24)], default="10"
    )
    plan_kind = ChoiceOne("公表の種類", choices=KINDS, default="final")
    plan_note = TextBody(NOTE, validators=[Length(most=MAX_COMMENT)])

    def publish_at(self) -> datetime:
        """Return the moment."""
        day = cast(date, self.publish_on.data)  # Required: an empty one did not pass.
        return clock.start_of(day) + timedelta(hours=_number(self.publish_hour.data))


class NextVersionForm(Form):
    """The next version of a plan, made of published amendments, as it was looked at."""

    seal = HiddenField()
    stage = ChoiceList("段階", choices=[(each.value, name) for each, name in STAGE_NAMES.items()])
    label = TextLine(
        "版の名前（空なら「第n版」）",
        validators=[Length(most=80)],
    )
    dated_on = Day("版の日付", validators=[Optional()])

    def draft(self, amendments: Sequence[str]) -> VersionDraft:
        """Return the version with the amendments that were ticked."""
        return VersionDraft(
            amendments=tuple(amendments),
            seal=self.seal.data or "",
            stage=VersionStage(self.stage.data),
            label=self.label.data or "",
            dated_on=self.dated_on.data,
        )


class SubmitForm(VersionForm):
    """Handing a version on, over a route."""

    route = ChoiceList("決裁の経路", validate_choice=False)

    def offer(self, routes: Choices, usual: str) -> SubmitForm:
        """Offer the routes, the usual one chosen."""
        self.route.choices = list(routes)
        if self.route.data is None:
            self.route.data = usual
        return self


class PersonForm(Form):
    """Who of the section answers a point (担当者)."""

    person = ChoiceList("担当者")
    note = TextBody("引き継ぐこと", validators=[Length(most=MAX_NOTE)])

    def offer(self, people: Choices) -> PersonForm:
        """Offer the staff of the section."""
        self.person.choices = [("", "選んでください"), *people]
        return self

    def validate_person(self, field: Any) -> None:
        """Somebody must be chosen."""
        if not field.data:
            raise ValidationError("担当者を選んでください。")


class HandBackForm(Form):
    """Handing a point back (返す), and why."""

    back_to = ChoiceOne(
        "返す先",
        choices=[
            ("section", "担当課（課の中で担当者を決め直す）"),
            ("editors", "編集担当（うちの課の担当ではない）"),
        ],
        default="section",
    )
    reason = TextBody("返す理由", validators=[Required("返す理由を書いてください。"), Length(most=MAX_NOTE)])


class InquiryForm(Form):
    """A question to another section (照会)."""

    section = ChoiceList("照会する課")
    question = TextBody(
        "聞きたいこと", validators=[Required("聞きたいことを書いてください。"), Length(most=MAX_QUESTION)]
    )
    due_in = ChoiceOne("回答の期限", default="5")
    due_on = Day("期限の日", validators=[Optional()])

    def offer(self, sections: Choices) -> InquiryForm:
        """Offer the other sections, and deadlines in working days."""
        self.section.choices = list(sections)
        self.due_in.choices = [*_deadlines(), ("", "下の「期限の日」にする")]
        return self

    def validate_due_in(self, field: Any) -> None:
        """A day must be chosen one way or the other."""
        if not field.data and self.due_on.data is None:
            raise ValidationError("期限を選ぶか、「期限の日」を入れてください。")

    def deadline(self) -> date:
        """Return the deadline of a valid form."""
        return cast(date, _deadline(self.due_in.data, self.due_on.data))


class InquiryAnswerForm(Form):
    """The answer of the asked section, based on the version seen."""

    based_on = HiddenField()
    body = TextBody("回答", validators=[Required("回答を書いてください。"), Length(most=MAX_ANSWER)])
    is_partial = BooleanField("まだ続きがある（一部の回答）", default=False)

    @property
    def seen(self) -> int:
        """The number of the answer on which this one is based."""
        return _number(self.based_on.data)


class MoreForm(Form):
    """What is missing in an answer (追加の照会)."""

    missing = TextBody(
        "足りないこと", validators=[Required("何が足りないかを書いてください。"), Length(most=MAX_NOTE)]
    )
    new_due_on = Day("新しい期限（空なら、今の期限のまま）", validators=[Optional()])


class CloseForm(Form):
    """Ending an inquiry."""

    closing_note = TextBody("終える理由（回答がないまま終えるとき）", validators=[Length(most=MAX_NOTE)])


class NumberForm(Form):
    """決裁番号 and 決裁日 of one reply, written in later."""

    later_number = TextLine(
        "決裁番号", validators=[Required("決裁番号を書いてください。"), Length(most=MAX_DECISION_NUMBER)]
    )
    later_decided_on = Day("決裁日", validators=[Required("決裁日を入れてください。")])


class NumbersForm(Form):
    """決裁番号 of many replies: a file, or cells pasted from a spreadsheet."""

    document = FileField("ファイル（CSVかExcel）")
    pasted = TextBody("または、表計算ソフトから貼り付ける", validators=[Length(most=60_000)])

    def content(self) -> bytes:
        """Return what was handed in, as a file; raises Refused where there is nothing."""
        upload: Any = self.document.data
        if upload and upload.filename:
            content = bytes(upload.read())
            upload.seek(0)
            return content
        if not (self.pasted.data or "").strip():
            raise Refused("ファイルを選ぶか、表を貼り付けてください。", field="document")
        return (self.pasted.data or "").encode()


class ConfirmNumbersForm(Form):
    """The lines that were shown and are now to be written in."""

    lines = HiddenField()


class RouteStepForm(WTForm):
    """One step of a route; without a kind the line is empty."""

    kind = ChoiceList("種類", choices=[("", "（使わない）"), *((k.value, n) for k, n in STEP_NAMES.items())])
    position = IntegerField(
        "順番", validators=[Optional(), NumberRange(min=1, max=MOST_STEPS, message="1から8までの数です。")]
    )
    post = ChoiceList("役職", validate_choice=False)
    section = ChoiceList("課", validate_choice=False)
    passes_own = BooleanField("自分が書いたものも承認できる", default=False)


class RouteForm(Form):
    """A route of approval (決裁の経路)."""

    version = HiddenField()
    name = TextLine("経路の名前", validators=[Required("経路の名前を書いてください。"), Length(most=80)])
    section = ChoiceList("この課のふだんの経路にする")
    steps = FieldList(FormField(RouteStepForm), min_entries=MOST_STEPS, max_entries=MOST_STEPS)

    def offer(self, sections: Choices, posts: Choices) -> RouteForm:
        """Offer the ward's sections and posts."""
        self.section.choices = [("", "どの課のものともしない（選べる経路）"), *sections]
        for entry in self.steps:
            entry.form.post.choices = [("", "決裁者（役割）"), *posts]
            entry.form.section.choices = [("", "担当課"), *sections]
        return self

    @property
    def seen(self) -> int:
        """The version of the route that was edited."""
        return _number(self.version.data)

    def draft(self) -> RouteDraft:
        """Return the route as it was filled in; a line without a place stands where its line stands."""
        return RouteDraft(
            name=self.name.data or "",
            section=self.section.data or "",
            steps=tuple(
                StepDraft(
                    position=entry.form.position.data or number,
                    kind=StepKind(entry.form.kind.data),
                    post=entry.form.post.data or "",
                    section=entry.form.section.data or "",
                    refuses_own=not entry.form.passes_own.data,
                )
                for number, entry in enumerate(self.steps, start=1)
                if entry.form.kind.data
            ),
        )


def _deadlines() -> list[tuple[str, str]]:
    today = clock.today()
    return [
        (str(count), f"きょうから{count}開庁日（{date_ja(working_days.after(today, count))}まで）")
        for count in DAYS_OFFERED
    ]


def _deadline(due_in: str | None, due_on: date | None) -> date | None:
    return working_days.after(clock.today(), _number(due_in)) if _number(due_in) else due_on


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 9 else 0


class GatherForm(Form):
    """What becomes of the ticked opinions: into a point, into a new one, or into none for a reason."""

    number = IntegerField(
        "論点の番号",
        validators=[Optional(), NumberRange(min=1, max=100_000, message="論点の番号を入れてください。")],
    )
    new_title = TextLine("新しい論点の題名", validators=[Length(most=MAX_TITLE)])
    new_summary = TextBody("新しい論点の要旨", validators=[Length(most=MAX_SUMMARY)])
    reason = ChoiceList(
        "論点に入れない理由", choices=[(each.value, name) for each, name in NO_POINT_NAMES.items()]
    )
    note = TextLine("「そのほか」の理由", validators=[Length(most=400)])

    def chosen_act(self) -> str:
        """Return the public id of the point whose button was pressed, "new", "none", or nothing: by its number."""
        if request.form.get("act") == "none":
            return "none"
        if request.form.get("act") == "new":
            return "new"
        point = request.form.get("point", "")[:16]
        if not point and not self.number.data:
            raise Refused("どの論点に入れるか、番号を入れてください。", field="number")
        return point

    def check_ticks(self, chosen: Sequence[str]) -> None:
        """Raise Refused when nothing was ticked."""
        if not chosen:
            raise Refused("意見を選んでください。")


class PrecedentForm(Form):
    """Which earlier replies somebody looks for; only read, so it carries no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    find_text = TextLine("ことば")
    find_disposition = ChoiceList("対応区分", validate_choice=False)
    find_section = ChoiceList("答えた課", validate_choice=False)
    find_place = TextLine("計画の場所")
    find_since = Day("公表日（から）", validators=[Optional()])
    find_until = Day("公表日（まで）", validators=[Optional()])

    def offer(self, dispositions: Choices, sections: Sequence[str]) -> PrecedentForm:
        """Offer what published replies have."""
        self.find_disposition.choices = [("", "すべて"), *dispositions]
        self.find_section.choices = [("", "すべて"), *((each, each) for each in sections)]
        return self

    def search(self) -> Search:
        """Return what is looked for."""
        return Search(
            text=(self.find_text.data or "")[:100],
            disposition=self.find_disposition.data or "",
            section=self.find_section.data or "",
            place=(self.find_place.data or "")[:60],
            since=self.find_since.data,
            until=self.find_until.data,
        )


class BoilerplateFilterForm(Form):
    """Which 定型文 somebody wants to see; only read, so it carries no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    text = TextLine("題名・文のことば")
    category = ChoiceList("分類", validate_choice=False)
    section = ChoiceList("どこの定型文か", validate_choice=False)
    retired = BooleanField("使うのをやめたものも", default=False)


class BoilerplateForm(Form):
    """A 定型文 as it is written."""

    based_on = HiddenField()
    title = TextLine(
        "題名", validators=[Required("題名を書いてください。"), Length(most=MAX_BOILERPLATE_TITLE)]
    )
    category = TextLine("分類", validators=[Length(most=MAX_CATEGORY)])
    body = TextBody("文", validators=[Required("文を書いてください。"), Length(most=MAX_BOILERPLATE)])
    section = ChoiceList("だれが使うか")

    def offer(self, sections: Choices) -> BoilerplateForm:
        """Offer the sections for which it may be made."""
        self.section.choices = list(sections)
        return self

    @property
    def number(self) -> int:
        """The version on which it is based."""
        return _number(self.based_on.data)

    def draft(self) -> BoilerplateDraft:
        """Return what was written."""
        return BoilerplateDraft(
            title=self.title.data or "",
            body=self.body.data or "",
            category=self.category.data or "",
            section_code=(self.section.data or None) if self.section else None,
        )


class DispositionForm(Form):
    """One 対応区分."""

    symbol = TextLine("記号", validators=[Required("記号を書いてください。"), Length(most=MAX_SYMBOL)])
    label = TextLine("区分の名前", validators=[Required("名前を書いてください。"), Length(most=MAX_LABEL)])
    meaning = TextBody("意味（結果の凡例に出ます）", validators=[Length(most=MAX_MEANING)])
    changes_plan = BooleanField("計画を直す区分", default=False)

    def draft(self) -> DispositionDraft:
        """Return what was written."""
        return DispositionDraft(
            symbol=self.symbol.data or "",
            label=self.label.data or "",
            meaning=self.meaning.data or "",
            changes_plan=bool(self.changes_plan.data),
        )


class JoinBundlesForm(Form):
    """The bundle with which another one is put together."""

    into = ChoiceList("合わせる先", validate_choice=False)
