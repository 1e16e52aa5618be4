"""Forms of spaces."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from participation.contributions.forms import CarefulForm
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.gatherings.domain import MOST_CAPACITY, NEED_NAMES, Need
from participation.spaces.commands import CheckDraft, MeetingDraft, NewsDraft, SeatsDraft
from participation.spaces.domain import (
    AGENDA_NAMES,
    AUDIENCE_NAMES,
    CONSENT_NAMES,
    FOLLOWS,
    LIKENESS_NAMES,
    MOST_DRAFT,
    MOST_MINUTES,
    MOST_REASON,
    MOST_TEXT,
    MOST_TITLE,
    PASSAGE_NAMES,
    STAGE_NAMES,
    AgendaState,
    Audience,
    IssueStage,
    NewsSource,
    PassageAnswer,
)
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

_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


class PlainForm(Form):
    """A button."""


class VersionedForm(Form):
    """A form that remembers which version of the row its writer had before them."""

    version = HiddenField()


class IssueForm(CarefulForm):
    """A local issue."""

    careful_with = ("title", "text")

    title = TextLine("何が課題か", [Required("何が課題かを、短く書いてください。"), Length(most=MOST_TITLE)])
    text = TextBody(
        "くわしく", [Required("どこで、だれが、どう困っているかを書いてください。"), Length(most=MOST_TEXT)]
    )
    for_secretariat = BooleanField("事務局の団体の名前で登録する")


class StageForm(VersionedForm):
    """Another stage of an issue, with the reason."""

    stage = ChoiceOne("次の段階", [RequiredChoice("段階を選んでください。")])
    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=MOST_REASON)])

    def offer(self, stage: IssueStage) -> StageForm:
        """Offer what may follow."""
        self.stage.choices = [(each.value, STAGE_NAMES[each][0]) for each in FOLLOWS[stage]]
        return self


class ReasonForm(Form):
    """A reason that everybody reads."""

    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=MOST_REASON)])


class PassageForm(Form):
    """What the larger space says of an issue passed up to it."""

    answer = ChoiceOne(
        "返事",
        [RequiredChoice("受け止めるかどうかを選んでください。")],
        choices=[
            (each.value, name)
            for each, (name, _) in PASSAGE_NAMES.items()
            if each is not PassageAnswer.WAITING
        ],
    )
    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=MOST_REASON)])


class LinkForm(Form):
    """An offer to link an issue to another space's."""

    other = ChoiceOne("どの課題と", [RequiredChoice("課題を選んでください。")])
    likeness = ChoiceOne(
        "つながり",
        [RequiredChoice("選んでください。")],
        choices=[(each.value, name) for each, name in LIKENESS_NAMES.items()],
    )
    message = TextBody(
        "どこが同じか、似ているか",
        [Required("どこが同じか、似ているかを書いてください。"), Length(most=MOST_REASON)],
    )


class LinkAnswerForm(Form):
    """What the other space says of a link."""

    accept = ChoiceOne(
        "返事", [RequiredChoice("選んでください。")], choices=[("yes", "つなぐ"), ("no", "今はつながない")]
    )
    answer = TextBody("ひとこと", [Required("理由を書いてください。"), Length(most=MOST_REASON)])


class MeetingForm(VersionedForm):
    """A meeting to come."""

    title = TextLine("会議の名前", [Required("会議の名前を書いてください。"), Length(most=MOST_TITLE)])
    day = Day("日", [Required("日付を入力してください。")])
    time = TextLine("始まる時刻", [Required("時刻を「19:00」のように入力してください。")])
    place = TextLine("場所", [Length(most=200)])
    note = TextBody("お知らせ", [Length(most=MOST_TEXT)])

    def validate_time(self, field: TextLine) -> None:
        """The time is one of a day."""
        if not _TIME.fullmatch(field.data):
            raise ValidationError("時刻を「19:00」のように入力してください。")

    def draft(self) -> MeetingDraft:
        """Return what was filled in."""
        found = _TIME.fullmatch(self.time.data)
        assert found is not None
        assert self.day.data is not None
        starts_at = clock.start_of(self.day.data) + timedelta(hours=int(found[1]), minutes=int(found[2]))
        return MeetingDraft(self.title.data, starts_at, self.place.data, self.note.data)


class NewMeetingForm(MeetingForm):
    """A meeting to come, for which people may register."""

    takes_registrations = BooleanField("参加の申し込みを受け付ける（次の画面で、定員などを決めます）")


class SeatsForm(Form):
    """How a meeting is registered for."""

    ends = TextLine("終わる時刻", [Required("終わる時刻を「20:30」のように入力してください。")])
    capacity = IntegerField(
        "定員（人）",
        [Optional(), NumberRange(1, MOST_CAPACITY, f"1から{MOST_CAPACITY:,}までの数を入力してください。")],
    )
    has_waiting_list = BooleanField("定員になったら、キャンセル待ちを受け付ける", default=True)
    closes_on = Day("申し込みの最後の日", [Optional()])
    asks_name = BooleanField("お名前を必ず聞く")
    needs_offered = ChoiceMany("用意する配慮", choices=[(each.value, NEED_NAMES[each]) for each in Need])
    needs_note = TextLine("配慮についての説明", [Length(most=300)])
    contact = TextLine(
        "問い合わせ先（公開します）", [Required("問い合わせ先を書いてください。"), Length(most=300)]
    )
    consultation = ChoiceList("会場で聞いた意見を、どの案件の受付簿に入れるか", default="")

    def validate_ends(self, field: TextLine) -> None:
        """The time is one of a day."""
        if not _TIME.fullmatch(field.data):
            raise ValidationError("時刻を「20:30」のように入力してください。")

    def draft(self, starts_at: datetime, consultation_id: int | None) -> SeatsDraft:
        """Return what was filled in, of a meeting that begins at this moment. Raises Refused."""
        found = _TIME.fullmatch(self.ends.data)
        assert found is not None
        day = clock.start_of(starts_at.astimezone(clock.JST).date())
        ends_at = day + timedelta(hours=int(found[1]), minutes=int(found[2]))
        if ends_at <= starts_at:
            raise Refused("終わる時刻は、始まる時刻より後にしてください。", field="ends")
        if self.closes_on.data is not None and clock.start_of(self.closes_on.data) >= starts_at:
            raise Refused("申し込みの最後の日は、会議の日までにしてください。", field="closes_on")
        return SeatsDraft(
            ends_at=ends_at,
            contact=self.contact.data,
            capacity=self.capacity.data,
            has_waiting_list=bool(self.has_waiting_list.data),
            asks_name=bool(self.asks_name.data),
            closes_at=min(clock.end_of(self.closes_on.data), starts_at) if self.closes_on.data else None,
            needs_offered=frozenset(Need(each) for each in self.needs_offered.data or ()),
            needs_note=self.needs_note.data,
            consultation_id=consultation_id,
        )


class MinutesForm(VersionedForm):
    """The minutes of a meeting."""

    minutes = TextBody("議事録", [Required("議事録を書いてください。"), Length(most=MOST_MINUTES)])
    attended = IntegerField(
        "参加した人の数", [Optional(), NumberRange(0, 10_000, "0から10,000までの数を入力してください。")]
    )


class AgendaForm(Form):
    """An item of the agenda."""

    title = TextLine("議題", [Required("議題を書いてください。"), Length(most=MOST_TITLE)])
    text = TextBody("説明", [Length(most=MOST_TEXT)])
    meeting = ChoiceList("どの会議で話すか")
    issue = ChoiceList("どの課題についてか")


class SettleForm(VersionedForm):
    """What became of an item of the agenda."""

    state = ChoiceOne(
        "どうなったか",
        [RequiredChoice("選んでください。")],
        choices=[
            (each.value, name) for each, (name, _) in AGENDA_NAMES.items() if each is not AgendaState.PLANNED
        ],
    )
    outcome = TextBody(
        "決まったこと、または理由",
        [Required("決まったこと、または理由を書いてください。"), Length(most=MOST_TEXT)],
    )
    meeting = ChoiceList("続けて話すときは、どの会議で")


class CheckForm(Form):
    """The beginning of a consensus check."""

    title = TextLine(
        "何についての合意確認か", [Required("何についてかを書いてください。"), Length(most=MOST_TITLE)]
    )
    draft = TextBody("たたき台", [Required("たたき台を書いてください。"), Length(most=MOST_DRAFT)])
    audience = ChoiceOne(
        "答えられる人",
        [RequiredChoice("選んでください。")],
        choices=[(each.value, name) for each, name in AUDIENCE_NAMES.items()],
    )
    ends_on = Day("答えを受け付ける最後の日", [Required("日付を入力してください。")])

    def check(self) -> CheckDraft:
        """Return what was filled in."""
        assert self.ends_on.data is not None
        return CheckDraft(
            self.title.data, self.draft.data, Audience(self.audience.data), clock.end_of(self.ends_on.data)
        )


class ConsentForm(CarefulForm):
    """What one says of a draft."""

    careful_with = ("reason",)

    consent = ChoiceOne(
        "あなたの答え",
        [RequiredChoice("4つの中から選んでください。")],
        choices=[(each.value, f"{name}（{meaning}）") for each, (name, meaning) in CONSENT_NAMES.items()],
    )
    reason = TextBody(
        "理由", [Required("理由を書いてください。短くてもかまいません。"), Length(most=MOST_REASON)]
    )
    is_strong = BooleanField("強い心配です（このままでは進めないでほしい）")


class WordsForm(Form):
    """An answer to a concern."""

    words = TextBody("事務局の答え", [Required("答えを書いてください。"), Length(most=MOST_REASON)])


class CloseForm(Form):
    """What the secretariat makes of a check."""

    conclusion = TextBody(
        "まとめ",
        [Required("合意できたこと、できなかったことを書いてください。"), Length(most=MOST_DRAFT)],
    )


class NewsForm(VersionedForm):
    """What stands at the head and at the foot of a number of the news."""

    title = TextLine("題名", [Required("ニュースの題名を書いてください。"), Length(most=MOST_TITLE)])
    lead = TextBody("はじめのあいさつ", [Length(most=600)])
    contact = TextLine("問い合わせ先（公開します）", [Length(most=200)])

    def news(self) -> NewsDraft:
        """Return what was filled in."""
        return NewsDraft(self.title.data, self.lead.data, self.contact.data)


class PieceForm(Form):
    """A piece of the news."""

    taken = ChoiceList("どこからとるか")
    heading = TextLine("見出し", [Length(most=MOST_TITLE)])
    text = TextBody("本文", [Length(most=MOST_REASON)])

    def source(self) -> tuple[NewsSource, int | None]:
        """Return what it is taken from."""
        kind, _, number = (self.taken.data or "").partition(":")
        if kind not in set(NewsSource) or not number.isascii() or not number.isdigit() or len(number) > 12:
            return NewsSource.OWN, None
        return NewsSource(kind), int(number)


class IntroductionForm(VersionedForm):
    """A few words about the space."""

    introduction = TextBody("この空間の紹介", [Length(most=600)])


class SecretariatForm(Form):
    """Which organisation runs the space."""

    organisation = ChoiceList("事務局の団体")


class TouchForm(Form):
    """A consultation that touches the place."""

    consultation = ChoiceList("案件", [RequiredChoice("案件を選んでください。")])
    reason = TextLine(
        "この地域にどう関わるか", [Required("どう関わるかを書いてください。"), Length(most=MOST_TITLE)]
    )


class FindForm(Form):
    """A 町丁目 with its block (街区), typed by somebody who looks for their 住区."""

    town = TextLine("町名と丁目（例 上目黒二丁目）", [Length(most=40)])
    block = TextLine("街区の番号（例 12番3号なら 12）", [Length(most=10)])


def time_of(moment: datetime) -> str:
    """Return a moment's time as it is typed."""
    return moment.astimezone(clock.JST).strftime("%H:%M")
