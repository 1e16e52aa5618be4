"""What staff ask of topics: which opinions to sort, how to show them, what to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import HiddenField

from participation.reading.domain.runs import MAX_LABEL, MAX_NOTE, SAMPLE_SIZES, TopicFilter
from participation.reading.queries.maps import FilterChoices
from participation.web.forms import (
    ChoiceList,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
    whole_number,
)

ALL = ("", "すべて")


class SortForm(Form):
    """Which opinions are sorted into topics."""

    consultation = ChoiceList(
        "案件", validators=[RequiredChoice("案件を選んでください。")], validate_choice=True
    )
    seed = TextLine("乱数の種（0から999まで）", default="0")

    def offer(self, consultations: Sequence[tuple[str, str]]) -> SortForm:
        """Offer the consultations to which somebody said something."""
        self.consultation.choices = [("", "選んでください"), *consultations, ("all", "すべての案件")]
        return self

    @property
    def seed_number(self) -> int:
        """The seed as a number."""
        return whole_number(self.seed.data, least=0, most=999, default=0)


class TopicFilterForm(Form):
    """Which opinions of a run are counted and shown; only read, so it carries no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    place = ChoiceList("計画の場所（その下を含む）", validate_choice=False)
    consultation = ChoiceList("案件", validate_choice=False)
    channel = ChoiceList("提出方法", validate_choice=False)
    from_on = Day("受け付けた日（から）")
    to_on = Day("受け付けた日（まで）")
    submitter = ChoiceList("提出した人", validate_choice=False)
    standing = ChoiceList("区とのかかわり（提出資格）", validate_choice=False)
    age = ChoiceList("年代", validate_choice=False)
    area = ChoiceList("地区", validate_choice=False)

    @classmethod
    def showing(cls, chosen: TopicFilter, choices: FilterChoices) -> TopicFilterForm:
        """Return the form as it stands for a filter."""
        form = cls(
            formdata=None,
            place=chosen.place,
            consultation=chosen.consultation,
            channel=chosen.channel,
            from_on=chosen.from_on,
            to_on=chosen.to_on,
            submitter=chosen.submitter,
            standing=chosen.standing,
            age=chosen.age,
            area=chosen.area,
        )
        form.place.choices = [ALL, *choices.places]
        form.consultation.choices = [ALL, *choices.consultations]
        form.channel.choices = [ALL, *choices.channels]
        form.submitter.choices = [ALL, *choices.submitters]
        form.standing.choices = [ALL, *choices.standings]
        form.age.choices = [ALL, *choices.ages]
        form.area.choices = [ALL, *choices.areas]
        return form


def filter_from(args: Mapping[str, str]) -> TopicFilter:
    """Return the filter that an address carries; what cannot be read is left out."""
    return TopicFilter(
        place=args.get("place", "")[:120],
        consultation=args.get("consultation", "")[:60],
        channel=args.get("channel", "")[:32],
        from_on=_day(args.get("from_on", "")),
        to_on=_day(args.get("to_on", "")),
        age=args.get("age", "")[:32],
        area=args.get("area", "")[:40],
        submitter=args.get("submitter", "")[:32],
        standing=args.get("standing", "")[:32],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class RenameForm(Form):
    """The name of a topic, and what staff have to say about it."""

    version = HiddenField()
    label = TextLine(
        "話題の名前", validators=[Required("話題の名前を書いてください。"), Length(most=MAX_LABEL)]
    )
    note = TextBody("職員の説明", validators=[Length(most=MAX_NOTE)])

    @property
    def version_number(self) -> int:
        """The state that was seen."""
        return whole_number(self.version.data, least=0, most=10**9, default=-1)


class MergeForm(Form):
    """The topic into which another one goes."""

    into = ChoiceList(
        "まとめる先", validators=[RequiredChoice("まとめる先を選んでください。")], validate_choice=False
    )


class MoveForm(Form):
    """Where the ticked opinions go: to a topic that there is, or to a new one."""

    to = ChoiceList("移す先", validate_choice=False)
    new_label = TextLine("新しい話題の名前", validators=[Length(most=MAX_LABEL)])


class SampleForm(Form):
    """How many opinions are drawn by lot."""

    size = ChoiceOne(
        "確かめる件数",
        choices=[(str(size), f"{size}件") for size in SAMPLE_SIZES],
        validators=[RequiredChoice("件数を選んでください。")],
        default=str(SAMPLE_SIZES[0]),
    )


class LabelForm(Form):
    """What an opinion is about."""

    opinion = HiddenField()
    topic = ChoiceOne(
        "この意見の話題", validators=[RequiredChoice("話題を選んでください。")], validate_choice=False
    )
