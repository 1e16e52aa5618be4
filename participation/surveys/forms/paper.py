"""Forms of the paper: settings, and the fields into which a form is typed (made from the questions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms import Field as AnyField
from wtforms.validators import NumberRange

from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, take_file
from participation.surveys.commands import Entry, PaperSettingsDraft
from participation.surveys.commands.paper import DECIDE, MOST_SCANS
from participation.surveys.domain import ORIGIN_NAMES, Asked, Origin, Questionnaire
from participation.surveys.domain.paper_entry import (
    DECISION_NAMES,
    ENTRY_CHECK_NAMES,
    NOT_TYPED,
    TYPED_ORIGINS,
    EntryCheck,
    PaperDecision,
    PaperDraft,
    PaperReading,
    legend_of,
    read_typed,
)
from participation.surveys.queries import PaperSays
from participation.web.forms import (
    ChoiceList,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    TextBody,
    TextLine,
    whole_number,
)

NEED_DECISION = (
    "紙の答えに、決まりと合わないところがあります。書かれたとおりに残したまま、扱いを選んでください。"
)


class PaperSettingsForm(Form):
    """What the sheets say besides the questions, and who enters them."""

    return_to = TextBody("返送先", [Length(most=400)])
    contact = TextBody("問い合わせ先", [Length(most=400)])
    use_of_answers = TextBody(
        "回答の使い方の説明", [Required("回答を何に使うかを書いてください。"), Length(most=1000)]
    )
    entry_check = ChoiceOne(
        "入力のしかた", choices=[(each.value, name) for each, name in ENTRY_CHECK_NAMES.items()]
    )
    sample_percent = IntegerField(
        "一部だけのときの割合（%）", [NumberRange(1, 100, "1から100までの数を入力してください。")]
    )
    counts_late = BooleanField("締切のあとに届いた紙も数える（締切後の印は残ります）")
    is_public = BooleanField("アンケートの画面から、だれでも調査票を取り出せるようにする")
    settings_version = HiddenField()

    def draft(self) -> PaperSettingsDraft:
        """Return what was filled in."""
        return PaperSettingsDraft(
            self.return_to.data,
            self.contact.data,
            self.use_of_answers.data,
            EntryCheck(self.entry_check.data),
            self.sample_percent.data or 1,
            bool(self.counts_late.data),
            whole_number(self.settings_version.data, least=0, most=10**9, default=0),
            bool(self.is_public.data),
        )


def paper_settings_form(says: PaperSays) -> PaperSettingsForm:
    """Return the form of the settings as they are."""
    return PaperSettingsForm(
        data={
            "return_to": says.return_to,
            "contact": says.contact,
            "use_of_answers": says.use_of_answers,
            "entry_check": says.entry_check,
            "sample_percent": says.sample_percent,
            "counts_late": says.counts_late,
            "is_public": says.is_public,
            "settings_version": str(says.version),
        }
    )


@dataclass(frozen=True)
class TypedRow:
    """A question in the form: its field, what is typed there, and the field of a decision where one is needed."""

    field: AnyField
    legend: str
    decision: AnyField | None
    breach: str
    is_long: bool = False


class TypedForm(Form):
    """The fields of a questionnaire; :func:`typed_form` adds one for each question."""

    form_version_seen = HiddenField()
    questionnaire: Questionnaire
    asked: tuple[Asked, ...]
    #: What is typed of the questions that are not in the form.
    typed_before: Mapping[str, str]
    decided_before: Mapping[str, PaperDecision]
    reading = PaperReading()

    @property
    def version(self) -> int:
        """The state of the paper form that was seen."""
        return whole_number(self.form_version_seen.data, least=0, most=10**9, default=0)

    def entry(self) -> Entry:
        """Return what was typed, and the decisions that the reading asks for."""
        typed = {
            **self.typed_before,
            **{each.code: self._fields[f"t_{each.code}"].data or "" for each in self.asked},
        }
        chosen = {each.code: self._fields[f"d_{each.code}"].data for each in self.asked}
        decisions = {code: PaperDecision(value) for code, value in chosen.items() if value}
        kept = {code: each for code, each in self.decided_before.items() if code not in chosen}
        breaches = read_typed(self.questionnaire, typed, {}).breaches
        return Entry(typed, {code: each for code, each in {**kept, **decisions}.items() if code in breaches})

    def rows(self) -> list[TypedRow]:
        """Return the questions with their fields."""
        return [
            TypedRow(
                self._fields[f"t_{each.code}"],
                legend_of(each.spec),
                self._fields[f"d_{each.code}"] if each.code in self.reading.breaches else None,
                self.reading.breaches.get(each.code, ""),
                each.spec.kind == "text",
            )
            for each in self.asked
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Mark slips of the typist, and ask for a decision where the paper breaks a rule."""
        is_valid = super().validate(extra_validators)
        entry = self.entry()
        self.reading = read_typed(self.questionnaire, entry.typed, entry.decisions)
        for code, slip in self.reading.slips.items():
            self._mark(f"t_{code}", slip)
        undecided = self.reading.undecided(entry.decisions)
        for code in undecided:
            self._mark(f"d_{code}", DECIDE)
        if undecided:
            self.form_errors.append(NEED_DECISION)
        for code, decisions in self.reading.possible.items():
            if f"d_{code}" in self._fields:
                self._fields[f"d_{code}"].choices = _choices(decisions)
        return is_valid and not self.reading.slips and not undecided

    def _mark(self, name: str, words: str) -> None:
        if name in self._fields:
            self._fields[name].errors = [words]
        else:
            self.form_errors.append(words)


class EntryForm(TypedForm):
    """A form on paper as it comes in."""

    number = TextLine("整理番号", [Required("紙の整理番号を入力してください。"), Length(most=40)])
    origin = ChoiceList("届き方", choices=[(each.value, ORIGIN_NAMES[each]) for each in TYPED_ORIGINS])
    received_on = Day("届いた日", [Required("届いた日を入力してください。")])
    form_version = HiddenField()
    code = TextLine("招待の番号（印刷されているとき）", [Length(most=40)])
    shares_texts = BooleanField("「意見として載せてよい」に✓がある")
    files = MultipleFileField("写し（スキャン）")

    def draft(self) -> PaperDraft:
        """Return what was typed."""
        entry = self.entry()
        return PaperDraft(
            number=self.number.data,
            origin=Origin(self.origin.data),
            received_on=self.received_on.data or clock.today(),
            form_version=whole_number(self.form_version.data, least=1, most=10**6, default=1),
            typed=entry.typed,
            decisions=entry.decisions,
            code=self.code.data,
            shares_texts=bool(self.shares_texts.data),
        )

    def validate_received_on(self, field: Any) -> None:
        """No form comes tomorrow."""
        if field.data is not None and field.data > clock.today():
            raise ValueError("きょうまでの日を入力してください。")


class SettleForm(TypedForm):
    """What stands on the paper, where two entries differ."""


class CorrectForm(TypedForm):
    """A form that is corrected, and why."""

    reason = TextLine("直す理由", [Required("直す理由を書いてください。記録に残ります。"), Length(most=200)])


class ReasonForm(Form):
    """Why a form is taken out, or a scan taken away."""

    reason = TextLine("理由", [Required("理由を書いてください。記録に残ります。"), Length(most=200)])
    form_version_seen = HiddenField()

    @property
    def version(self) -> int:
        """The state of the paper form that was seen."""
        return whole_number(self.form_version_seen.data, least=0, most=10**9, default=0)


class ScansForm(Form):
    """Scans to be attached."""

    files = MultipleFileField("写し（スキャン）")


def uploads_of(form: Any) -> list[tuple[CheckedFile, bytes]] | None:
    """Return the files that were chosen and may be kept; None: one may not, and the form says why."""
    found = []
    for upload in form.files.data or []:
        if not getattr(upload, "filename", ""):
            continue
        content = upload.read()
        upload.seek(0)  # Whether it was sent before is seen from its content, too.
        try:
            found.append(take_file(upload.filename, content))
        except Refused as refusal:
            form.files.errors = [refusal.reason]
            return None
    if len(found) > MOST_SCANS:
        form.files.errors = [f"1通に付けられるのは{MOST_SCANS}個までです。"]
        return None
    return found


def typed_form(
    kind: type[TypedForm],
    questionnaire: Questionnaire,
    *,
    only: Iterable[str] | None = None,
    typed: Mapping[str, str] | None = None,
    decisions: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    seen: int = 0,
) -> Any:
    """Return a form with a field for each question that is typed, or for those in `only`.

    `typed` and `decisions` are what holds so far: it fills the fields, and stands for questions without one.
    """
    wanted = None if only is None else set(only)
    asked = tuple(
        each
        for each in questionnaire.questions
        if each.spec.kind not in NOT_TYPED and (wanted is None or each.code in wanted)
    )
    names = questionnaire.numbers()
    fields: dict[str, Any] = {}
    start: dict[str, Any] = {"form_version_seen": str(seen), **(data or {})}
    for each in asked:
        name = f"{names.get(each.code, each.code)} {each.text}"
        fields[f"t_{each.code}"] = (TextBody if each.spec.kind == "text" else TextLine)(name)
        fields[f"d_{each.code}"] = ChoiceList(
            f"{names.get(each.code, each.code)} の扱い", choices=_choices(PaperDecision), default=""
        )
        start[f"t_{each.code}"] = (typed or {}).get(each.code, "")
        start[f"d_{each.code}"] = (decisions or {}).get(each.code, "")
    made = type("FormOfPaper", (kind,), fields)
    made.questionnaire, made.asked = questionnaire, asked  # type: ignore[attr-defined]
    kept = {each.code for each in asked}
    made.typed_before = {code: words for code, words in (typed or {}).items() if code not in kept}  # type: ignore[attr-defined]
    made.decided_before = {  # type: ignore[attr-defined]
        code: PaperDecision(value) for code, value in (decisions or {}).items() if code not in kept
    }
    return cast(Any, made(data=start))


def _choices(decisions: Iterable[PaperDecision]) -> list[tuple[str, str]]:
    return [("", "選んでください"), *((each.value, DECISION_NAMES[each]) for each in decisions)]
