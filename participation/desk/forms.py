"""The filter of the register and the queue, and what staff do with opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import BooleanField, HiddenField

from participation.contributions.domain import KIND_NAMES, VISIBILITY_NAMES
from participation.desk.domain import BulkAction, BulkRequest, SaidFilter
from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.opinions.domain import CHANNEL_NAMES, STAGE_NAMES
from participation.replies.domain import MAX_COMMENT, MAX_SUMMARY, MAX_TITLE, NO_POINT_NAMES
from participation.web.forms import ChoiceList, Day, Form, Length, TextBody, TextLine

Choices = Sequence[tuple[str, str]]
ALL = ("", "すべて")


class FilterForm(Form):
    """Which of everything said somebody wants to see; only read, so it carries no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    text = TextLine("本文のことば・受付番号")
    kind = ChoiceList("種類", choices=[ALL, *((each.value, name) for each, name in KIND_NAMES.items())])
    consultation = ChoiceList("案件", validate_choice=False)
    place = ChoiceList("計画の場所（その下を含む）", validate_choice=False)
    section = ChoiceList("担当課", validate_choice=False)
    stage = ChoiceList(
        "意見の段階", choices=[ALL, *((each.value, name) for each, name in STAGE_NAMES.items())]
    )
    visibility = ChoiceList(
        "公開の状態", choices=[ALL, *((each.value, name) for each, name in VISIBILITY_NAMES.items())]
    )
    channel = ChoiceList(
        "提出方法", choices=[ALL, *((each.value, name) for each, name in CHANNEL_NAMES.items())]
    )
    from_on = Day("この日から")
    to_on = Day("この日まで")
    order = ChoiceList("並び", choices=[("", "古い順"), ("new", "新しい順")])
    unassigned = BooleanField("論点に入っていない意見だけ")
    topic = HiddenField()

    @classmethod
    def showing(
        cls, chosen: SaidFilter, *, consultations: Choices, places: Choices, sections: Choices
    ) -> FilterForm:
        """Return the form as it stands for a filter."""
        form = cls(
            formdata=None,
            text=chosen.text,
            kind=chosen.kind,
            consultation=chosen.consultation,
            place=chosen.place,
            section=chosen.section,
            stage=chosen.stage,
            visibility=chosen.visibility,
            channel=chosen.channel,
            from_on=chosen.from_on,
            to_on=chosen.to_on,
            order="new" if chosen.newest_first else "",
            unassigned=chosen.unassigned,
            topic=chosen.topic,
        )
        form.consultation.choices = [ALL, *consultations]
        form.place.choices = [ALL, *places]
        form.section.choices = [ALL, *sections]
        return form


def filter_from(args: Mapping[str, str]) -> SaidFilter:
    """Return the filter that an address carries; what cannot be read is left out."""
    return SaidFilter(
        kind=args.get("kind", "")[:32],
        consultation=args.get("consultation", "")[:60],
        place=args.get("place", "")[:120],
        visibility=args.get("visibility", "")[:32],
        stage=args.get("stage", "")[:32],
        channel=args.get("channel", "")[:32],
        section=args.get("section", "")[:40],
        unassigned=args.get("unassigned", "") in ("1", "y"),
        text=_words(args.get("text", "")),
        from_on=_day(args.get("from_on", "")),
        to_on=_day(args.get("to_on", "")),
        newest_first=args.get("order") == "new",
        topic=args.get("topic", "")[:16],
    )


class ActForm(Form):
    """What somebody does with the ticked opinions, or with the one they look at."""

    current = HiddenField()
    reason = TextBody("理由・書き添えること", validators=[Length(most=MAX_COMMENT)])
    clause = ChoiceList("非表示にするときの、ルールの条", validate_choice=False)
    title = TextLine("新しい論点の題名", validators=[Length(most=MAX_TITLE)])
    summary = TextBody("新しい論点の要旨", validators=[Length(most=MAX_SUMMARY)])
    without_reason = ChoiceList(
        "論点に入れない理由",
        choices=[("", "選んでください"), *((each.value, name) for each, name in NO_POINT_NAMES.items())],
        validate_choice=False,  # The command says which reasons there are.
    )

    def offer(self, clauses: Choices) -> ActForm:
        """Offer the clauses of the rules."""
        self.clause.choices = [("", "選んでください"), *clauses]
        return self

    def request(self, action: str, point: str, opinions: Sequence[str]) -> BulkRequest:
        """Return what is asked for; a button 「ここに入れる」 names the point."""
        if point:
            action = BulkAction.TO_POINT.value
        if action not in set(BulkAction):
            raise Refused("することを選んでください。")
        clause = self.clause.data or ""
        return BulkRequest(
            action=BulkAction(action),
            opinions=tuple(dict.fromkeys(opinions)),
            point=point,
            title=self.title.data or "",
            summary=self.summary.data or "",
            reason=self.reason.data or "",
            clause_number=int(clause) if clause.isascii() and clause.isdigit() and len(clause) < 6 else 0,
            without_reason=self.without_reason.data or "",
        )


def _words(text: str) -> str:
    try:
        return clean_line(text)[:100]
    except Refused:
        return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
