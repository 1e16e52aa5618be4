"""Forms of consultations at the desk: fields and messages."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Self, cast

from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from participation.consultations.domain import (
    ALWAYS,
    KIND_NAMES,
    MODERATION_NAMES,
    PUBLICATION_NAMES,
    ConsultationDraft,
    ConsultationKind,
    ModerationMode,
    Period,
    PhaseKind,
    PhaseSpan,
    PublicationMode,
)
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

SCHEMES = [
    ("meguro5", "目黒区の5区分"),
    ("nerima6", "練馬区の6区分"),
    ("setagaya", "世田谷区の区分"),
    ("generic", "一般の区分"),
]
#: How long the published result is announced as the last phase.
PUBLISHED_FOR = timedelta(days=365)


class ButtonForm(Form):
    """A form with nothing but a button."""


class ConsultationForm(Form):
    """What a consultation says (案件の内容)."""

    #: The version that was on the screen: another one meanwhile is a conflict.
    version = HiddenField()
    title = TextLine("案件の名前", [Required("案件の名前を入力してください。"), Length(most=200)])
    code = TextLine("コード（アドレスになります）", [Required("コードを入力してください。"), Length(most=60)])
    kind = ChoiceOne("手続の種類", choices=list(KIND_NAMES.items()), default=ConsultationKind.PUBLIC_COMMENT)
    section = ChoiceList("担当の課", default="")
    summary = TextBody("要点（3行まで）", [Length(most=300)])
    description = TextBody("何について聴くか", [Length(most=10_000)])
    promise = TextBody("意見をどう扱うか（約束）", [Length(most=2_000)])
    eligibility = TextBody("出せる方", [Length(most=1_000)])
    how_to_submit = TextBody("紙・FAX・窓口での出し方", [Length(most=2_000)])
    allows_guests = BooleanField("登録していない人も、ウェブから出せる", default=True)
    needs_identity = BooleanField("氏名と住所を必ず書いてもらう（要綱で必要なときだけ）")
    counts_postmark = BooleanField("郵送は消印の日で数える（消印有効）")
    moderation = ChoiceOne(
        "意見や投稿を公開するとき", choices=list(MODERATION_NAMES.items()), default=ModerationMode.HOLD_ALL
    )
    publication = ChoiceOne(
        "結果での載せ方", choices=list(PUBLICATION_NAMES.items()), default=PublicationMode.SUMMARY
    )
    disposition_scheme = ChoiceList("対応区分の組", choices=SCHEMES, default="generic")
    short_period_reason = TextBody(
        "募集を30日より短くする理由（パブリックコメントで短くするときだけ。公表します）", [Length(most=1_000)]
    )

    @classmethod
    def of(cls, consultation: Consultation) -> dict[str, Any]:
        """Return what fills the form for a consultation that exists."""
        data = {field.name: getattr(consultation, field.name) for field in fields(ConsultationDraft)}
        data["section"] = str(consultation.section_id or "")
        data["version"] = str(consultation.version)
        return data

    def draft(self) -> ConsultationDraft:
        """Return what was filled in."""
        return ConsultationDraft(
            code=self.code.data,
            title=self.title.data,
            kind=ConsultationKind(self.kind.data),
            summary=self.summary.data,
            description=self.description.data,
            promise=self.promise.data,
            eligibility=self.eligibility.data,
            how_to_submit=self.how_to_submit.data,
            short_period_reason=self.short_period_reason.data,
            section_id=int(self.section.data) if self.section.data else None,
            allows_guests=bool(self.allows_guests.data),
            needs_identity=bool(self.needs_identity.data),
            counts_postmark=bool(self.counts_postmark.data),
            moderation=ModerationMode(self.moderation.data),
            publication=PublicationMode(self.publication.data),
            disposition_scheme=self.disposition_scheme.data,
        )


class PhasesForm(Form):
    """The days of the procedure (手続の流れ); each day counts whole, from 0時 to 24時 in Tokyo."""

    announced_on = Day("予告の日", [Optional()])
    opens_on = Day("募集の最初の日", [Required("募集の最初の日を入力してください。")])
    closes_on = Day("募集の最後の日", [Optional()])
    published_on = Day("結果を公表する予定の日", [Optional()])

    @staticmethod
    def of(phases: tuple[PhaseSpan, ...]) -> dict[str, date]:
        """Return what fills the form for phases that are set."""
        data: dict[str, date] = {}
        for phase in phases:
            begins, last = _day(phase.period.opens_at), _day(phase.period.last_day)
            if phase.kind is PhaseKind.ANNOUNCED:
                data["announced_on"] = begins
            elif phase.kind is PhaseKind.OPEN:
                data["opens_on"] = begins
                if not phase.period.is_endless:
                    data["closes_on"] = last
            elif phase.kind is PhaseKind.PUBLISHED:
                data["published_on"] = begins
        return data

    def phases(self, kind: ConsultationKind) -> list[PhaseSpan]:
        """Return the phases that the days make; raises Refused where they are not in order."""
        always = kind is ConsultationKind.RESIDENTS_VOICE
        announced, first = self.announced_on.data, self.opens_on.data
        last, published = self.closes_on.data, self.published_on.data
        assert first is not None  # Required.
        if last is None and not always:
            raise Refused("募集の最後の日を入力してください。", field="closes_on")
        opens = clock.start_of(first)
        closes = ALWAYS if always or last is None else clock.end_of(last)
        spans = [PhaseSpan(PhaseKind.OPEN, _period(opens, closes, "closes_on", "募集の最後の日"))]
        if announced is not None:
            before = _period(clock.start_of(announced), opens, "announced_on", "募集の最初の日")
            spans.insert(0, PhaseSpan(PhaseKind.ANNOUNCED, before))
        if published is not None and not always:
            shown = clock.start_of(published)
            between = _period(closes, shown, "published_on", "結果を公表する予定の日")
            spans.append(PhaseSpan(PhaseKind.CONSIDERING, between))
            spans.append(PhaseSpan(PhaseKind.PUBLISHED, Period(shown, shown + PUBLISHED_FOR)))
        return spans


class ExtendForm(Form):
    """A later deadline."""

    closes_on = Day("新しい募集の最後の日", [Required("新しい募集の最後の日を入力してください。")])

    def last_day(self) -> date:
        """Return the day that was filled in."""
        day = self.closes_on.data
        assert day is not None  # Required.
        return day


class NotConductForm(Form):
    """Why the ward does not ask after all."""

    reason = TextBody(
        "実施しない理由（公表します）", [Required("理由を書いてください。"), Length(most=1_000)]
    )


class MaterialForm(Form):
    """A document that explains the matter."""

    title = TextLine("資料の名前", [Required("資料の名前を入力してください。"), Length(most=200)])
    source = TextLine("出典", [Length(most=200)])
    address = TextLine("アドレス", [Length(most=500)], render_kw={"inputmode": "url"})
    body = TextBody("本文", [Length(most=20_000)])


class SubjectsForm(Form):
    """Subjects to be asked about."""

    subjects = ChoiceMany("意見を聴く項目")


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.JST).date()


def _period(begins: datetime, ends: datetime, field: str, name: str) -> Period:
    if ends <= begins:
        raise Refused(f"「{name}」が、その前の日付より早くなっています。", field=field)
    return Period(begins, ends)


class AskingForm(Form):
    """What staff decide of everything that asks residents: about what, in which consultation, how long."""

    subject_id = ChoiceList("対象", [RequiredChoice("対象を選んでください。")], coerce=int)
    consultation_id = ChoiceList("案件", coerce=int)
    opens_on = Day("受付開始の日", [Required("受付を始める日を入力してください。")])
    closes_on = Day("受付の最後の日", [Required("受付の最後の日を入力してください。")])
    #: The version that was on the screen: another one meanwhile is a conflict.
    version = HiddenField(default="1")

    def offer(self, subjects: list[tuple[int, str]], consultations: list[tuple[int, str]]) -> Self:
        """Offer what may be asked about."""
        self.subject_id.choices = subjects
        self.consultation_id.choices = [(0, "（案件に結びつけない）"), *consultations]
        return self

    def asked(self) -> dict[str, Any]:
        """Return what was decided, as a draft takes it; the last day counts whole."""
        return {
            "subject_id": self.subject_id.data,
            "consultation_id": self.consultation_id.data or None,
            "opens_at": clock.start_of(cast(date, self.opens_on.data)),
            "closes_at": clock.end_of(cast(date, self.closes_on.data)),
            "version": self.seen_version,
        }


class Asking(Protocol):
    """Something that asks residents: a survey, a vote, a map."""

    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    version: int


def asking_values(asking: Asking) -> dict[str, Any]:
    """Return the same of what stands there, as its form shows it."""
    return {
        "subject_id": asking.subject_id,
        "consultation_id": asking.consultation_id or 0,
        "opens_on": asking.opens_at.astimezone(clock.JST).date(),
        "closes_on": clock.last_day(asking.closes_at),
        "version": str(asking.version),
    }
