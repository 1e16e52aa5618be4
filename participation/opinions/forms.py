"""Forms of opinions: fields and messages. One form holds 1..n opinions as body_0, about_0, body_1, …"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import request
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from participation.consultations.queries import AskedSubject, Procedure
from participation.contributions.forms import CarefulForm, Found, found_in
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.text import clean_line, excerpt
from participation.opinions.domain import (
    CHANNEL_NAMES,
    MAX_LENGTH,
    MAX_OPINIONS,
    MAX_PAPER_LENGTH,
    MAX_PAPER_OPINIONS,
    Channel,
    OpinionText,
    PaperDraft,
    SubmissionDraft,
    Submitter,
)
from participation.opinions.domain.attachments import (
    MAX_WEB_FILES,
    WEB_KINDS,
    Attachment,
    attachment_of,
)
from participation.opinions.domain.dividing import (
    ASIDE_NAMES,
    MAX_PIECES,
    Arrangement,
    AsideReason,
    Piece,
    cut_up,
)
from participation.opinions.domain.importing import WHOLE_TITLE, ImportColumn
from participation.opinions.domain.origins import Origin
from participation.opinions.domain.scans import MAX_BYTES, CheckedFile, take_file
from participation.opinions.queries.dividing import Division, choices_of_subjects
from participation.organisations.models import CommunityOrganisation
from participation.people.domain import (
    AGE_BAND_NAMES,
    LANGUAGES,
    STANDING_NAMES,
    AgeBand,
    Standing,
)
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
    whole_number,
)
from participation.web.uploads import take

AS_PERSON = "person"
WITH_NAME, WITHOUT_NAME = "name", "nobody"
NOT_SAID = ("", "答えない")
NOT_CHOSEN = ("", "選んでください")


class _WithOpinions(Form):
    """What the forms with several opinions share."""

    count = HiddenField()
    most = MAX_OPINIONS

    @property
    def places(self) -> range:
        """The numbers of the opinions in the form."""
        return range(whole_number(self.count.data, least=1, most=self.most, default=1))

    def opinion_fields(self) -> list[tuple[Any, Any]]:
        """Return (about, body) of each opinion."""
        return [(self[f"about_{place}"], self[f"body_{place}"]) for place in self.places]

    def texts(self) -> tuple[OpinionText, ...]:
        """Return the opinions as typed."""
        return tuple(OpinionText(about.data, body.data) for about, body in self.opinion_fields())

    def pairs(self) -> list[tuple[str, str]]:
        """Return what was filled in as (name, value), to travel through the page of confirmation."""
        return [
            (name, value)
            for name, values in request.form.lists()
            if name in self and name not in ("csrf_token", "submission_id", "count", "kept")
            for value in values
        ]

    def personal_data(self) -> list[Found]:
        """Return what of somebody's personal data the opinions seem to contain, quoted."""
        return found_in((f"意見{number}", text.body) for number, text in enumerate(self.texts(), start=1))


class OpinionForm(_WithOpinions):
    """Opinions by the web (意見を出す)."""

    speaks_as = ChoiceOne("だれの意見ですか", default=AS_PERSON)
    shown = ChoiceOne("公開するときの名前", default=WITH_NAME)
    standings = ChoiceMany("区とのかかわり", choices=list(STANDING_NAMES.items()))
    language = ChoiceList("書いたことば", choices=list(LANGUAGES.items()), default="ja")
    takes_profile = BooleanField("登録してある年代と住区を、集計のために添える")
    files = MultipleFileField(
        "ファイル", render_kw={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}
    )
    #: Files that were chosen before, as "k7mw3fpxrt 4p…".
    kept = HiddenField()
    files_may_be_public = BooleanField("区が確かめたあと、添付をだれでも読めるようにしてよい")
    name = TextLine(
        "氏名（団体は名称と代表者名）",
        [Required("氏名を入力してください。"), Length(most=100)],
        render_kw={"autocomplete": "name"},
    )
    address = TextLine(
        "住所（団体は所在地）",
        [Required("住所を入力してください。"), Length(most=200)],
        render_kw={"autocomplete": "street-address"},
    )

    def standings_in_words(self) -> str:
        """Return what was ticked."""
        return "、".join(STANDING_NAMES[Standing(each)] for each in self.standings.data or ())

    def language_in_words(self) -> str:
        """Return the name of the language chosen."""
        return LANGUAGES[self.language.data]

    def draft(self) -> SubmissionDraft:
        """Return what was filled in."""
        speaks_as = self.speaks_as.data if "speaks_as" in self else AS_PERSON
        submitter = None
        if "name" in self:
            submitter = Submitter(self.name.data, self.address.data)
        return SubmissionDraft(
            opinions=self.texts(),
            standings=frozenset(Standing(each) for each in self.standings.data or ()),
            language=self.language.data,
            organisation=None if speaks_as == AS_PERSON else speaks_as,
            shows_name="shown" in self and self.shown.data == WITH_NAME,
            takes_profile="takes_profile" in self and bool(self.takes_profile.data),
            submitter=submitter,
            files=self.kept_ids(),
            files_may_be_public=bool(self.files_may_be_public.data),
        )

    def kept_ids(self) -> tuple[str, ...]:
        """Return the files that were chosen before."""
        return tuple(dict.fromkeys((self.kept.data or "").split()[:MAX_WEB_FILES]))

    def keep(self, public_ids: Sequence[str]) -> None:
        """Carry these files on to the next page."""
        self.kept.data = " ".join(public_ids)

    def take_files(self) -> list[tuple[Attachment, bytes]]:
        """Return the chosen files as they may be kept; what cannot be is said at the field."""
        found = []
        for upload in self.files.data or []:
            if not getattr(upload, "filename", ""):
                continue
            try:
                taken = take(upload, kinds=WEB_KINDS, most_bytes=MAX_BYTES)
            except Refused as refusal:
                self.refuse(Refused(refusal.reason, field="files"))
                continue
            found.append((attachment_of(taken.checked, taken.facts), taken.content))
        return found


class PaperForm(_WithOpinions):
    """A submission that came on paper, by telephone or by mouth (代理入力)."""

    most = MAX_PAPER_OPINIONS

    channel = ChoiceList(
        "届いた方法", choices=[(c, n) for c, n in CHANNEL_NAMES.items() if c is not Channel.WEB]
    )
    received_on = Day("届いた日", [Required("届いた日を入力してください。")])
    postmarked_on = Day("消印の日", [Optional()])
    original_number = TextLine("原本の番号", [Length(most=40)])
    origin = ChoiceList("どの集まりで聞いたか", default="")
    organisation = ChoiceList("登録のある団体", default="")
    organisation_name = TextLine("登録のない団体の名前", [Length(most=120)])
    people_count = IntegerField(
        "人数", [NumberRange(min=1, max=10_000, message="1から10,000までの数にしてください。")], default=1
    )
    standings = ChoiceMany("区とのかかわり", choices=list(STANDING_NAMES.items()))
    age_band = ChoiceList("年代", choices=[NOT_SAID, *AGE_BAND_NAMES.items()], default="")
    language = ChoiceList("書かれたことば", choices=list(LANGUAGES.items()), default="ja")
    name = TextLine("氏名", [Length(most=100)])
    address = TextLine("住所", [Length(most=200)])
    contact = TextLine("電話番号など", [Length(most=200)])
    was_read_back = BooleanField("書き取った内容を読み返して、本人に確かめた")
    title = TextLine("件名", [Length(most=200)])
    files = MultipleFileField("原本の写し（スキャン）")
    enters_twice = BooleanField("本文を2回入力して、違いを確かめる")
    #: What was typed the first time, while the second is typed; and whether the difference was shown.
    first_bodies = HiddenField()
    difference_seen = HiddenField()

    def uploads(self) -> list[tuple[CheckedFile, bytes]] | None:
        """Return the scans, checked by their content; None: something of them cannot be kept."""
        return uploads_of(self)

    def firsts(self) -> list[str]:
        """Return the texts as they were typed the first time; empty: this is the first time."""
        try:
            typed = json.loads(self.first_bodies.data or "[]")
        except ValueError:
            return []
        return [str(each) for each in typed] if isinstance(typed, list) else []

    def needs_second_typing(self) -> bool:
        """Whether the texts are to be typed once more before anything is kept."""
        return bool(self.enters_twice.data) and not self.difference_seen.data and not self.firsts()

    def typed_differently(self) -> list[tuple[int, str, str]]:
        """Return (number of the opinion, first text, second text) where the two differ and nobody saw it yet."""
        if not self.enters_twice.data or self.difference_seen.data:
            return []
        firsts = self.firsts() + [""] * len(self.places)
        pairs = zip(self.texts(), firsts, strict=False)
        return [
            (number, first, text.body)
            for number, (text, first) in enumerate(pairs, start=1)
            if first.strip() != text.body.strip()
        ]

    def once_more(self) -> dict[str, Any]:
        """Return what is in the form, with the texts put aside and their fields empty again."""
        data = with_one_more(self) | {"count": str(len(self.places))}
        data["first_bodies"] = json.dumps([text.body for text in self.texts()], ensure_ascii=False)
        return data | {f"body_{place}": "" for place in self.places}

    def draft(self) -> PaperDraft:
        """Return what was filled in."""
        given = self.name.data or self.address.data or self.contact.data
        return PaperDraft(
            channel=Channel(self.channel.data),
            received_on=cast(Any, self.received_on.data),
            opinions=self.texts(),
            postmarked_on=self.postmarked_on.data,
            original_number=self.original_number.data,
            was_read_back=bool(self.was_read_back.data),
            standings=frozenset(Standing(each) for each in self.standings.data or ()),
            age_band=AgeBand(self.age_band.data) if self.age_band.data else None,
            language=self.language.data,
            organisation=self.organisation.data or None,
            organisation_name=self.organisation_name.data,
            people_count=self.people_count.data or 1,
            title=self.title.data,
            origin=self.origin.data if "origin" in self else "",
            submitter=Submitter(self.name.data, self.address.data, self.contact.data) if given else None,
        )


class ImportForm(Form):
    """A file of opinions, and what holds where its rows are silent (意見の取り込み)."""

    document = FileField("ファイル", [FileRequired("ファイルを選んでください。")])
    channel = ChoiceList("届いた方法", choices=list(CHANNEL_NAMES.items()), default=Channel.POST)
    received_on = Day("届いた日", [Required("届いた日を入力してください。")], default=clock.today)
    node = ChoiceList("対象の項目", default="")
    number_column = TextLine("番号の列の名前", [Length(most=100)])
    body_column = TextLine("本文の列の名前", [Length(most=100)])

    def options(self) -> dict[str, Any]:
        """Return what was chosen, as it is kept with the file."""
        named = {ImportColumn.NUMBER: self.number_column.data, ImportColumn.BODY: self.body_column.data}
        return {
            "channel": self.channel.data,
            "received_on": self.received_on.data.isoformat(),  # type: ignore[union-attr]
            "node": self.node.data,
            "mapping": {column.value: name for column, name in named.items() if name},
        }

    def filename(self) -> str:
        """Return the name of the file as its keeper gave it."""
        return clean_line(self.document.data.filename or "意見")[-200:]

    def content(self) -> bytes:
        """Return the file."""
        content: bytes = self.document.data.read()
        self.document.data.seek(0)  # Whether it was sent before is seen from its content, too.
        return content


class PlainForm(Form):
    """A button: nothing to fill in."""


class FilesForm(Form):
    """Scans for a submission that was entered before (写しを付ける)."""

    files = MultipleFileField("原本の写し")

    def uploads(self) -> list[tuple[CheckedFile, bytes]] | None:
        """Return what was chosen, checked by its content; None: something of it cannot be kept."""
        return uploads_of(self)


class RemoveFileForm(Form):
    """Taking away a scan that was attached by mistake."""

    reason = TextLine("外す理由", [Required("外す理由を書いてください。記録に残ります。"), Length(most=200)])


class UnpublishFileForm(Form):
    """Showing an attachment to nobody outside any more."""

    reason = TextLine(
        "公開をやめる理由", [Required("公開をやめる理由を書いてください。記録に残ります。"), Length(most=200)]
    )


class ReceiptForm(Form):
    """Finding one's opinions again by receipt number and secret."""

    number = TextLine(
        "受付番号",
        [Required("受付番号を入力してください。"), Length(most=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    secret = TextLine(
        "合言葉",
        [Required("合言葉を入力してください。"), Length(most=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ReviseForm(CarefulForm):
    """Other words for an opinion."""

    body = TextBody("意見", [Required("意見を書いてください。"), Length(most=MAX_LENGTH)])


class WithdrawForm(Form):
    """Taking an opinion back."""

    reason = TextBody("理由", [Length(most=400)])
    whole_letter = BooleanField("同じ手紙のほかの意見も、いっしょに取り下げる")


class IdentityForm(Form):
    """Opening name and address of who submitted."""

    reason = TextLine(
        "見る理由", [Required("見る理由を書いてください。監査の記録に残ります。"), Length(most=200)]
    )


def uploads_of(form: Any) -> list[tuple[CheckedFile, bytes]] | None:
    """Return the chosen files of a form, checked by their content; what cannot be kept is said at the field."""
    found = []
    for upload in form.files.data or []:
        if not getattr(upload, "filename", ""):
            continue
        content = upload.read()
        upload.seek(0)  # Whether it was sent before is seen from its content, too.
        try:
            found.append(take_file(upload.filename, content))
        except Refused as refusal:
            form.refuse(Refused(refusal.reason, field="files"))
    return None if form.files.errors else found


def opinion_form(
    procedure: Procedure, subjects: Sequence[AskedSubject], *, data: dict[str, Any] | None = None
) -> OpinionForm:
    """Return the form with as many opinions as were asked for; `data` fills it instead of what was sent."""
    form = cast(OpinionForm, _with_places(OpinionForm, subjects, MAX_LENGTH, data))
    if not procedure.consultation.needs_identity:
        del form.name, form.address
    return form


def choice_of(subject: AskedSubject) -> str:
    """Return a subject as a line of a drop-down list: a ○項目 stands under its 視点."""
    return ("　○ " if subject.is_part else "") + excerpt(subject.title, 60)


def offer_organisations(form: OpinionForm, organisations: Sequence[CommunityOrganisation]) -> None:
    """Let a delegate choose in whose name they speak; others are not asked."""
    if not organisations:
        del form.speaks_as
        return
    form.speaks_as.choices = [
        (AS_PERSON, "個人として"),
        *(
            (
                each.public_id,
                f"{each.name}として" + ("（担当者の承認を頼みます）" if each.approvals_needed else ""),
            )
            for each in organisations
        ),
    ]


def offer_names(form: OpinionForm, nickname: str) -> None:
    """Let somebody with an account choose whether their name is shown; visitors have none."""
    if not nickname:
        del form.shown
        return
    form.shown.choices = [
        (WITH_NAME, f"「{nickname}」（団体としてなら団体の名前）"),
        (WITHOUT_NAME, "名前を出さない（匿名）"),
    ]


def paper_form(
    subjects: Sequence[AskedSubject],
    organisations: Sequence[CommunityOrganisation],
    origins: Sequence[Origin] = (),
    *,
    data: dict[str, Any] | None = None,
) -> PaperForm:
    """Return the form for staff with as many opinions as were asked for."""
    form = cast(PaperForm, _with_places(PaperForm, subjects, MAX_PAPER_LENGTH, data))
    form.organisation.choices = [
        ("", "団体ではない・登録がない"),
        *((each.public_id, each.name) for each in organisations),
    ]
    form.origin.choices = [("", "集まりではない"), *((each.code, each.name) for each in origins)]
    if not origins:
        del form.origin
    return form


def import_form(subjects: Sequence[AskedSubject]) -> ImportForm:
    """Return the form for a file; where one item is asked about, there is nothing to choose."""
    form = ImportForm()
    form.node.choices = [
        ("", WHOLE_TITLE if len(subjects) > 1 else choice_of(subjects[0]) if subjects else WHOLE_TITLE),
        *((each.public_id, choice_of(each)) for each in subjects if len(subjects) > 1),
    ]
    return form


def day_in(text: str | None) -> date | None:
    """Return the day in an address, or None if there is none that can be read."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def with_one_more(form: _WithOpinions) -> dict[str, Any]:
    """Return what is in the form, with room for one opinion more."""
    data = {name: value for name, value in form.data.items() if name != "csrf_token"}
    data["count"] = str(min(form.most, len(form.places) + 1))
    return data


def without(form: _WithOpinions, removed: int) -> dict[str, Any]:
    """Return what is in the form, without the opinion at a place; one always stays."""
    kept = [place for place in form.places if place != removed] or [0]
    data = {
        name: value
        for name, value in form.data.items()
        if name != "csrf_token" and not name.startswith(("about_", "body_"))
    }
    for place, former in enumerate(kept):
        data[f"about_{place}"] = form[f"about_{former}"].data
        data[f"body_{place}"] = form[f"body_{former}"].data
    data["count"] = str(len(kept))
    return data


def _with_places(
    base: type[_WithOpinions], subjects: Sequence[AskedSubject], longest: int, data: dict[str, Any] | None
) -> _WithOpinions:
    asked = data.get("count") if data is not None else request.form.get("count")
    count = whole_number(asked, least=1, most=base.most, default=1)
    choices = [NOT_CHOSEN, *((each.public_id, choice_of(each)) for each in subjects)]
    fields: dict[str, Any] = {}
    for place in range(count):
        number = "" if count == 1 else str(place + 1)
        fields[f"about_{place}"] = ChoiceList(
            f"意見{number}は、どの項目についてですか",
            [Required("何についての意見か、選んでください。")],
            choices=choices,
            default="",
        )
        fields[f"body_{place}"] = TextBody(
            f"意見{number}", [Required("意見を書いてください。"), Length(most=longest)]
        )
    made = type(base.__name__, (base,), fields)
    form: _WithOpinions = made() if data is None else made(formdata=None, data=data)
    form.count.data = str(count)
    return form


# ── Dividing a letter ───────────────────────────────────────────────────────────────────────

#: Up to so many boxes with the same long list of items; beyond that the number of the item is typed.
MOST_OPTIONS = 160
AS_OPINION = "opinion"
STILL_OPEN = "open"
PIECE_KINDS = [
    (AS_OPINION, "意見"),
    *((each.value, f"意見に数えない：{name}") for each, name in ASIDE_NAMES.items()),
    (STILL_OPEN, "まだ決めない"),
]


class DivideForm(Form):
    """What becomes of each piece of a letter: opinion 1, 2, …, or none (意見に分ける)."""

    version = HiddenField()
    #: Where the letter is cut, as "0,7,19".
    cuts = HiddenField()
    note = TextLine("「そのほか」にしたときの理由", [Length(most=200)])
    choices: Sequence[tuple[str, str]] = ()

    @classmethod
    def for_division(cls, division: Division, cuts: Sequence[int] | None) -> DivideForm:
        """Return the form for a letter, cut at these places; None: as it was sent."""
        choices = choices_of_subjects(division)
        sent = cuts is None
        asked = _places_in(request.form.get("cuts", "")) if cuts is None else cuts
        ranges = cut_up(division.text, asked)[:MAX_PIECES]
        fields: dict[str, Any] = {"choices": choices}
        for place in range(len(ranges)):
            fields[f"kind_{place}"] = ChoiceList("これは", choices=PIECE_KINDS, default=AS_OPINION)
            fields[f"number_{place}"] = IntegerField(
                "意見の番号",
                [
                    Optional(),
                    NumberRange(1, MAX_PIECES, message=f"1から{MAX_PIECES}までの番号にしてください。"),
                ],
            )
            fields[f"about_{place}"] = _about(choices, len(ranges))
        made = type(cls.__name__, (cls,), fields)
        if sent:
            form: DivideForm = made()
        else:
            form = made(formdata=None, data=_as_it_stands(division, ranges, choices))
        form.cuts.data = ",".join(str(start) for start, _ in ranges)
        form.ranges = ranges
        return form

    ranges: Sequence[tuple[int, int]] = ()

    def piece_fields(self) -> list[tuple[tuple[int, int], Any, Any, Any]]:
        """Return (range, kind, number, about) of each piece."""
        return [
            (each, self[f"kind_{n}"], self[f"number_{n}"], self[f"about_{n}"])
            for n, each in enumerate(self.ranges)
        ]

    def arrangement(self) -> Arrangement | None:
        """Return what was arranged; None when something must be mended, which is told at its field.

        The numbers that were typed only say which pieces belong together and in which order.
        """
        typed = [number.data for _, kind, number, _ in self.piece_fields() if kind.data == AS_OPINION]
        order = {number: place for place, number in enumerate(sorted({n for n in typed if n}), start=1)}
        pieces: list[Piece] = []
        about: dict[int, str] = {}
        for (start, end), kind, number, subject in self.piece_fields():
            if kind.data != AS_OPINION:
                aside = None if kind.data == STILL_OPEN else AsideReason(kind.data)
                pieces.append(Piece(start, end, aside=aside, note=self._note_for(aside)))
                continue
            if not number.data:
                number.errors = [
                    *number.errors,
                    "意見の番号を入れてください。同じ番号の区切りが、1つの意見になります。",
                ]
                continue
            place = order[number.data]
            pieces.append(Piece(start, end, opinion=place))
            if place not in about:
                about[place] = self._subject(subject)
        return Arrangement(tuple(pieces), about) if not self.errors else None

    def _note_for(self, aside: AsideReason | None) -> str:
        return self.note.data if aside is AsideReason.OTHER else ""

    def _subject(self, field: Any) -> str:
        """Return the public id of what a piece is about: chosen, or typed as its number in the list."""
        typed = (field.data or "").strip()
        known = {public_id for public_id, _ in self.choices}
        if typed in known:
            return str(typed)
        number = re.match(r"\d+", unicodedata.normalize("NFKC", typed))
        if number and 1 <= int(number[0]) <= len(self.choices):
            return self.choices[int(number[0]) - 1][0]
        field.errors = [*field.errors, "何についての意見か、一覧の番号を入れてください。"]
        return ""


def numbered_subjects(choices: Sequence[tuple[str, str]]) -> list[str]:
    """Return the items as the list beside a box shows them: 「3　図書館」."""
    return [f"{place}　{excerpt(title, 40)}" for place, (_, title) in enumerate(choices, start=1)]


def has_long_list(choices: Sequence[tuple[str, str]], pieces: int) -> bool:
    """Return whether items are typed by their number instead of chosen from a list at each piece."""
    return len(choices) * pieces > MOST_OPTIONS


def _about(choices: Sequence[tuple[str, str]], pieces: int) -> Any:
    if has_long_list(choices, pieces):
        return TextLine("何について（一覧の番号）", render_kw={"list": "subjects", "autocomplete": "off"})
    return ChoiceList("何について", choices=[(value, excerpt(title, 50)) for value, title in choices])


def _places_in(text: str) -> list[int]:
    """Return the places in "0,7,19"."""
    found = [whole_number(each, least=0, most=10**6, default=0) for each in text[:2000].split(",")]
    return sorted(set(found))


def _as_it_stands(
    division: Division, ranges: Sequence[tuple[int, int]], choices: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return what the form shows first: what stands, and for new cuts an opinion each."""
    whole = {(piece.start, piece.end): piece for piece in division.pieces}
    uncut = {
        each.opinion: all(
            (other.start, other.end) in ranges for other in division.pieces if other.opinion == each.opinion
        )
        for each in division.pieces
        if each.opinion is not None
    }
    keys: list[tuple[int, int] | None] = []
    data: dict[str, Any] = {"version": division.version}
    listed = numbered_subjects(choices)
    ids = [public_id for public_id, _ in choices]
    for place, (start, end) in enumerate(ranges):
        here = next((p for p in division.pieces if p.start <= start < p.end), division.pieces[0])
        owner = division.opinion_at(here.opinion)
        subject = owner.subject.public_id if owner else division.opinions[0].subject.public_id
        data[f"about_{place}"] = (
            listed[ids.index(subject)] if has_long_list(choices, len(ranges)) else subject
        )
        standing = whole.get((start, end))
        if standing is not None and standing.opinion is None:
            data[f"kind_{place}"] = standing.aside.value if standing.aside else STILL_OPEN
            data["note"] = standing.note or data.get("note", "")
            keys.append(None)
        else:
            together = here.opinion is not None and uncut[here.opinion]
            keys.append((here.opinion or 0, -1 if together else start))
            data[f"kind_{place}"] = AS_OPINION
    numbers = {key: n for n, key in enumerate(sorted({key for key in keys if key is not None}), start=1)}
    data |= {f"number_{place}": numbers[key] for place, key in enumerate(keys) if key is not None}
    return data
