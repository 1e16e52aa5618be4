"""Forms of gatherings."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from participation.consultations.queries import AskedSubject
from participation.contributions.forms import CarefulForm
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, take_file
from participation.foundation.table_files import BadTable, read_table
from participation.foundation.text import excerpt
from participation.gatherings.domain import (
    KIND_NAMES,
    MOST_NOTE,
    MOST_PEOPLE,
    MOST_PLACE,
    MOST_RECORD,
    MOST_TEXT,
    MOST_TITLE,
    NEED_NAMES,
    Attendee,
    GatheringDraft,
    GatheringKind,
    Need,
    RegistrationDraft,
)
from participation.gatherings.domain.drawing import MOST_LISTED
from participation.gatherings.models import Gathering
from participation.opinions.domain import MAX_LENGTH, OpinionText
from participation.opinions.forms import choice_of
from participation.people.domain import LANGUAGES
from participation.surveys.domain.inviting import Invitee, read_invitees
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

_TIME = re.compile(r"(\d{1,2})[:：時](\d{1,2})?分?")
#: From so many boxes on, each has fewer words: the page stays light.
MANY_TOPICS = 120
NOT_A_TIME = "時刻を「14:00」のように入力してください。"


def _clock_time(text: str, field: str) -> time:
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found.group(1)) > 23 or int(found.group(2) or 0) > 59:
        raise Refused(NOT_A_TIME, field=field)
    return time(int(found.group(1)), int(found.group(2) or 0))


def _number(text: str, field: str, name: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("人").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6):
        raise Refused(f"{name}は数字で入力してください。", field=field)
    return int(plain)


class GatheringForm(Form):
    """What staff decide about a gathering."""

    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    kind = ChoiceList("種類", [RequiredChoice()], choices=list(KIND_NAMES.items()))
    description = TextBody("内容", [Length(most=MOST_TEXT)])
    held_on = Day("日", [Required("日を入力してください。")])
    starts_at = TextLine("始まる時刻", [Required("始まる時刻を入力してください。")])
    ends_at = TextLine("終わる時刻", [Required("終わる時刻を入力してください。")])
    place = TextLine("会場", [Length(most=MOST_PLACE)])
    access = TextBody("行き方", [Length(most=600)])
    online_url = TextLine("オンラインの入り口", [Length(most=300)])
    needs_registration = BooleanField("申し込みがいる")
    capacity = TextLine("定員（人）")
    has_waiting_list = BooleanField("定員になったら、キャンセル待ちを受け付ける")
    asks_name = BooleanField("お名前を必ず聞く")
    registration_opens_on = Day("申し込みを始める日", [Optional()])
    registration_closes_on = Day("申し込みの最後の日", [Optional()])
    languages = ChoiceMany("使うことば", choices=list(LANGUAGES.items()))
    needs_offered = ChoiceMany("用意する配慮", choices=list(NEED_NAMES.items()))
    needs_note = TextLine("配慮についての説明", [Length(most=300)])
    contact = TextLine("問い合わせ先", [Length(most=MOST_PLACE)])
    consultation_id = ChoiceList("関係する意見募集", coerce=int)
    topics = ChoiceMany("計画のどこについてか", coerce=int)
    part = ChoiceList("地区・住区")
    section_id = ChoiceList("担当の課", coerce=int)
    by_invitation = BooleanField("くじで選んだ人だけが申し込める（無作為抽出の招待制）")
    seed_source = TextLine("くじの種の決め方", [Length(most=200)])
    version = HiddenField(default="0")

    def offer(
        self,
        consultations: list[tuple[int, str]],
        topics: list[tuple[int, str]],
        parts: list[tuple[str, str]],
        sections: list[tuple[int, str]],
    ) -> GatheringForm:
        """Offer what a gathering may belong to."""
        self.consultation_id.choices = [(0, "（意見募集に結びつけない）"), *consultations]
        longest = 36 if len(topics) <= MANY_TOPICS else 18
        self.topics.choices = [(subject_id, excerpt(title, longest)) for subject_id, title in topics]
        self.part.choices = [("", "（区の全体）"), *parts]
        self.section_id.choices = [(0, "（課を示さない）"), *sections]
        return self

    def draft(self, part: tuple[int | None, int | None]) -> GatheringDraft:
        """Return what was decided; `part` is (area, district) of the chosen part of the ward. Raises Refused."""
        day = cast(date, self.held_on.data)
        opens, closes = self.registration_opens_on.data, self.registration_closes_on.data
        return GatheringDraft(
            title=self.title.data,
            kind=GatheringKind(self.kind.data),
            starts_at=datetime.combine(day, _clock_time(self.starts_at.data, "starts_at"), clock.JST),
            ends_at=datetime.combine(day, _clock_time(self.ends_at.data, "ends_at"), clock.JST),
            description=self.description.data,
            place=self.place.data,
            access=self.access.data,
            online_url=self.online_url.data,
            capacity=_number(self.capacity.data, "capacity", "定員"),
            has_waiting_list=self.has_waiting_list.data,
            needs_registration=self.needs_registration.data,
            asks_name=self.asks_name.data,
            registration_opens_at=clock.start_of(opens) if opens else None,
            registration_closes_at=clock.end_of(closes) if closes else None,
            languages=tuple(self.languages.data or ("ja",)),
            needs_offered=frozenset(Need(each) for each in self.needs_offered.data or ()),
            needs_note=self.needs_note.data,
            contact=self.contact.data,
            consultation_id=self.consultation_id.data or None,
            area_id=part[0],
            district_id=part[1],
            section_id=self.section_id.data or None,
            topics=tuple(self.topics.data or ()),
            seed_source=self.seed_source.data,
            by_invitation=self.by_invitation.data,
        )


def gathering_values(gathering: Gathering, topics: tuple[int, ...], part: str) -> dict[str, Any]:
    """Return a gathering as its form shows it."""
    starts, ends = gathering.starts_at.astimezone(clock.JST), gathering.ends_at.astimezone(clock.JST)
    opens, closes = gathering.registration_opens_at, gathering.registration_closes_at
    same = {
        name: getattr(gathering, name)
        for name in (
            "title",
            "kind",
            "description",
            "place",
            "access",
            "online_url",
            "needs_registration",
            "has_waiting_list",
            "asks_name",
            "languages",
            "needs_offered",
            "needs_note",
            "contact",
            "by_invitation",
            "seed_source",
        )
    }
    return {
        **same,
        "held_on": starts.date(),
        "starts_at": f"{starts:%H:%M}",
        "ends_at": f"{ends:%H:%M}",
        "capacity": "" if gathering.capacity is None else str(gathering.capacity),
        "registration_opens_on": opens.astimezone(clock.JST).date() if opens else None,
        "registration_closes_on": clock.last_day(closes) if closes else None,
        "consultation_id": gathering.consultation_id or 0,
        "topics": list(topics),
        "part": part,
        "section_id": gathering.section_id or 0,
        "version": str(gathering.version),
    }


class RegisterForm(Form):
    """Taking part: how many, how to reach them, what they need."""

    people = IntegerField(
        "人数（ご本人を含めて）",
        [NumberRange(min=1, max=MOST_PEOPLE, message=f"人数は1人から{MOST_PEOPLE}人までにしてください。")],
        default=1,
    )
    code = TextLine(
        "招待状の番号", [Length(most=60)], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
    name = TextLine("お名前", [Length(most=100)], render_kw={"autocomplete": "name"})
    email = TextLine(
        "メールアドレス", [Length(most=254)], render_kw={"autocomplete": "email", "inputmode": "email"}
    )
    phone = TextLine("電話番号", [Length(most=40)], render_kw={"autocomplete": "tel", "inputmode": "tel"})
    needs = ChoiceMany("参加にあたって必要なこと", choices=list(NEED_NAMES.items()))
    note = TextBody("そのほか、伝えておきたいこと", [Length(most=MOST_NOTE)])

    def draft(self) -> RegistrationDraft:
        """Return what was filled in."""
        return RegistrationDraft(
            people=self.people.data or 0,
            attendee=Attendee(
                name=self.name.data,
                email=self.email.data.strip(),
                phone=self.phone.data.strip(),
                needs=frozenset(Need(each) for each in self.needs.data or ()),
                note=self.note.data.strip(),
            ),
            code=self.code.data if "code" in self else "",
        )

    def offer(self, gathering: Gathering, *, with_code: bool) -> RegisterForm:
        """Ask only for what this gathering asks for; first the needs that it meets."""
        if not (gathering.by_invitation and with_code):
            del self.code
        offered = [need for need in Need if need in gathering.needs_offered]
        self.needs.choices = [
            *((need.value, NEED_NAMES[need]) for need in offered),
            *((need.value, f"{NEED_NAMES[need]}（相談）") for need in Need if need not in offered),
        ]
        return self


class PeopleForm(Form):
    """How many come, changed by staff who were asked to."""

    people = IntegerField(
        "人数",
        [NumberRange(min=1, max=MOST_PEOPLE, message=f"人数は1人から{MOST_PEOPLE}人までにしてください。")],
    )


class PlainForm(Form):
    """A button: nothing to fill in."""


class ReasonForm(Form):
    """A reason, which is recorded."""

    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=400)])


class DoorForm(Form):
    """The code of a registration, photographed or typed."""

    code = TextLine(
        "申し込みの番号（QRコード）",
        [Required("QRコードを読み取るか、番号を入力してください。"), Length(most=300)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autofocus": True},
    )


class WalkInForm(Form):
    """How many came without a registration."""

    people = IntegerField(
        "人数",
        [NumberRange(min=-200, max=200, message="-200から200までの数にしてください。")],
        default=1,
    )


class RoomForm(CarefulForm):
    """A voice from the room."""

    about = ChoiceList("どの項目についてですか", [RequiredChoice("選んでください。")])
    body = TextBody("意見", [Required("意見を書いてください。"), Length(most=MAX_LENGTH)])
    language = ChoiceList("書いたことば", choices=list(LANGUAGES.items()), default="ja")

    def offer(self, subjects: list[AskedSubject]) -> RoomForm:
        """Offer what the consultation asks about; where it is one thing, it is chosen."""
        self.about.choices = [(each.public_id, choice_of(each)) for each in subjects]
        if len(subjects) > 1:
            self.about.choices = [("", "選んでください"), *self.about.choices]
        return self

    def text(self) -> OpinionText:
        """Return what was written."""
        return OpinionText(self.about.data, self.body.data)


class RecordForm(CarefulForm):
    """The record of a gathering."""

    body = TextBody("記録", [Required("記録の本文を書いてください。"), Length(most=MOST_RECORD)])
    attendance = TextLine("参加した人数")
    numbers = TextLine("関係する意見の番号", [Length(most=400)])
    version = HiddenField(default="0")

    def attended(self) -> int | None:
        """Return how many took part; raises Refused."""
        return _number(self.attendance.data, "attendance", "人数")

    def opinion_numbers(self) -> list[int]:
        """Return the numbers of opinions; raises Refused for what is none."""
        plain = unicodedata.normalize("NFKC", self.numbers.data)
        parts = [part for part in re.split(r"[,、\s]+", plain) if part]
        if any(not (part.isascii() and part.isdigit() and len(part) <= 7) for part in parts):
            raise Refused("意見の番号を、「12、15」のように数字で書いてください。", field="numbers")
        return [int(part) for part in parts]


class FileForm(Form):
    """A document for a record."""

    document = FileField("資料のファイル", [FileRequired("ファイルを選んでください。")])

    def upload(self) -> tuple[CheckedFile, bytes]:
        """Return the file, checked by its content; raises Refused."""
        content: bytes = self.document.data.read()
        self.document.data.seek(0)
        try:
            return take_file(self.document.data.filename or "資料", content)
        except Refused as refusal:
            raise Refused(refusal.reason, field="document") from refusal


class DrawForm(Form):
    """A draw: the list of numbers, how many, the seed."""

    document = FileField("番号の一覧（CSVかExcel）", [FileRequired("ファイルを選んでください。")])
    count = TextLine("選ぶ人数", [Required("選ぶ人数を入力してください。")])
    seed = TextLine(
        "くじの種", [Required("公表した決め方による、くじの種を入力してください。"), Length(most=100)]
    )

    def how_many(self) -> int:
        """Return how many are drawn; raises Refused."""
        return _number(self.count.data, "count", "選ぶ人数") or 0

    def invitees(self) -> tuple[Invitee, ...]:
        """Return the list; raises Refused with the line."""
        content: bytes = self.document.data.read()
        self.document.data.seek(0)
        try:
            rows = []
            for row in read_table(content, most_rows=MOST_LISTED + 1).rows:
                if row.wrong:
                    raise Refused(f"{row.line}行目：{row.wrong}", field="document")
                if not row.is_empty:
                    rows.append((row.line, row.cells))
            return read_invitees(rows, most=MOST_LISTED)
        except BadTable as bad:
            raise Refused(bad.message, field="document") from bad
        except Refused as refusal:
            raise Refused(refusal.reason, field="document") from refusal


class CodeChoice(Form):
    """Taking the codes of a draw out, as letters."""

    letters = ChoiceOne(
        "取り出し方",
        [RequiredChoice()],
        choices=[("letters", "招待状（PDF）と番号の一覧（CSV）"), ("list", "番号の一覧（CSV）だけ")],
        default="letters",
    )
