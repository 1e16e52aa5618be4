"""Forms of opinions: fields and messages. One form holds 1..n opinions as body_0, about_0, body_1, …"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import request
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from participation.consultations.queries import AskedSubject, Procedure
from participation.contributions.forms import CarefulForm, Found, found_in
from participation.foundation.text import excerpt
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
            if name in self and name not in ("csrf_token", "submission_id", "count")
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
        )


class PaperForm(_WithOpinions):
    """A submission that came on paper, by telephone or by mouth (代理入力)."""

    most = MAX_PAPER_OPINIONS

    channel = ChoiceList(
        "届いた方法", choices=[(c, n) for c, n in CHANNEL_NAMES.items() if c is not Channel.WEB]
    )
    received_on = Day("届いた日", [Required("届いた日を入力してください。")])
    postmarked_on = Day("消印の日", [Optional()])
    original_number = TextLine("原本の番号", [Length(most=40)])
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
            submitter=Submitter(self.name.data, self.address.data, self.contact.data) if given else None,
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


class IdentityForm(Form):
    """Opening name and address of who submitted."""

    reason = TextLine(
        "見る理由", [Required("見る理由を書いてください。監査の記録に残ります。"), Length(most=200)]
    )


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
        *((each.public_id, f"{each.name}として") for each in organisations),
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
    *,
    data: dict[str, Any] | None = None,
) -> PaperForm:
    """Return the form for staff with as many opinions as were asked for."""
    form = cast(PaperForm, _with_places(PaperForm, subjects, MAX_PAPER_LENGTH, data))
    form.organisation.choices = [
        ("", "団体ではない・登録がない"),
        *((each.public_id, each.name) for each in organisations),
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
