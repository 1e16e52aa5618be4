"""Forms of votes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, cast

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from participation.consultations.forms import AskingForm, asking_values
from participation.contributions.forms import CarefulForm
from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.people.domain import STANDING_NAMES
from participation.votes import queries
from participation.votes.commands import BatchDraft
from participation.votes.domain import (
    AUDIENCE_NAMES,
    BY_IDENTIFIER,
    KEEPING_NAMES,
    KIND_NAMES,
    MOST_DESCRIPTION,
    MOST_REASON,
    ORIGIN_NAMES,
    OWN_OPTIONS,
    RESULTS_NAMES,
    RULES_OF,
    Audience,
    Keeping,
    OptionDraft,
    Origin,
    ResultsShown,
    VoteDraft,
    VoteKind,
)
from participation.votes.domain.ballots import BadBallot, BallotKind, BallotPaper, in_words
from participation.votes.domain.electorate import MOST_INVITED_AT_ONCE
from participation.votes.domain.equal_shares import COMPLETION_NAMES, Completion
from participation.votes.domain.marking import marked, pointed, ranked
from participation.votes.domain.rules import RULE_NAMES, Rule
from participation.votes.models import Vote, VoteOption
from participation.votes.queries import Ticket
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

#: So many ballots a batch holds at most.
MOST_IN_A_BATCH = 20_000
#: The rules by which a vote may be decided, in the order of the list of rules.
RULE_CHOICES = [
    (rule.value, name)
    for rule, name in RULE_NAMES.items()
    if any(rule in rules for rules in RULES_OF.values())
]


class BallotForm(CarefulForm):
    """One ballot: what its kind asks for, who casts it where an account does not tell, and the reason.

    `ballot_form` makes a form of this kind for one vote. What may be written is checked by the paper
    (domain/ballots.py), here and again when the ballot is cast; whatever was chosen stays in the form.
    """

    careful_with = ("reason",)
    paper: ClassVar[BallotPaper]

    #: Opened to change a secret ballot: the receipt's code is typed.
    is_change: ClassVar[bool] = False

    def validate(self, extra_validators: Any = None) -> bool:
        """Check fields and paper; refuse two answers where a browser never sends them."""
        is_valid = super().validate(extra_validators)
        for name, field in self._fields.items():
            if not isinstance(field, ChoiceMany) and len(request.form.getlist(name)) > 1:
                field.errors = ["一つだけ選んでください。"]
                is_valid = False
        if is_valid:
            try:
                self.content = self._content()
            except BadBallot as refusal:
                self.refuse(Refused(str(refusal), field="choice"))
                is_valid = False
        return is_valid

    content = ""
    #: What the form was opened with, for showing it again without what was sent.
    kept_values: Mapping[str, Any] = MappingProxyType({})

    @property
    def ballot_fields(self) -> list[Any]:
        """The fields in which the ballot is written."""
        return [field for field in self if field.name == "choice" or field.name.startswith(("p_", "r_"))]

    @property
    def costs(self) -> dict[str, int]:
        """What each project costs, by its code."""
        return {option.code: int(option.cost or 0) for option in self.paper.options}

    @property
    def given_reason(self) -> str | None:
        """The reason, or None where the form did not ask for one (a tap on the subject's page)."""
        return self.reason.data if "reason" in request.form and "reason" in self else None

    @property
    def ticket(self) -> Ticket:
        """What the voter brings besides their account."""
        organisation = str(self["organisation_id"].data or "") if "organisation_id" in self else ""
        return Ticket(
            identifier=self["identifier"].data if "identifier" in self else "",
            organisation_id=int(organisation) if organisation.isascii() and organisation.isdigit() else None,
            receipt=self["receipt"].data if "receipt" in self else "",
        )

    def _content(self) -> str:
        kind = self.paper.kind
        if kind is BallotKind.CHOICE:
            return marked(self.paper, [self["choice"].data] if self["choice"].data else [])
        if kind is BallotKind.APPROVAL:
            return marked(self.paper, self["choice"].data or [])
        if kind is BallotKind.RANKING:
            return ranked(self.paper, self._places())
        return pointed(self.paper, self._given())

    def _places(self) -> list[str]:
        codes = [field.data or "" for field in self.ballot_fields]
        named = [code for code in codes if code]
        if codes[: len(named)] != named:
            empty = codes.index("") + 1
            raise BadBallot(f"{empty}位が空いています。1位から順に、間をあけずに選んでください。")
        return named

    def _given(self) -> list[tuple[str, int]]:
        given = []
        for field in self.ballot_fields:
            text = unicodedata.normalize("NFKC", str(field.data or "")).strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                field.errors = ["0以上の整数で書いてください。"]
                raise BadBallot(f"「{field.label.text}」の点が読めません。0以上の整数で書いてください。")
            given.append((field.name.removeprefix("p_"), int(text)))
        return given


def ballot_form(
    vote: Vote,
    paper: BallotPaper,
    *,
    organisations: Sequence[tuple[int, str]] = (),
    values: Mapping[str, Any] | None = None,
    changing: bool = False,
) -> BallotForm:
    """Return the form in which a ballot of this vote is written."""
    fields: dict[str, Any] = {"paper": paper, "is_change": changing, **_ballot_fields(paper)}
    if vote.asks_reason:
        fields["reason"] = TextBody("理由（書かなくてもかまいません）", [Length(most=MOST_REASON)])
    else:
        fields["careful_with"] = ()
    if vote.audience in BY_IDENTIFIER and not changing:
        label = "招待の番号" if vote.audience is Audience.INVITED else "名簿の番号"
        fields["identifier"] = TextLine(label, [Required(f"{label}を入力してください。"), Length(most=100)])
    if vote.audience is Audience.ORGANISATION and not changing and len(organisations) > 1:
        fields["organisation_id"] = ChoiceList(
            "どの団体として投票しますか",
            choices=[("", "選んでください"), *organisations],
            validate_choice=False,
        )
    if changing:
        fields["receipt"] = TextLine(
            "控えの番号", [Required("控えの番号を入力してください。"), Length(most=100)]
        )
    made = type("VoteBallotForm", (BallotForm,), fields)
    kept = dict(values or {})
    form: BallotForm = made(data=kept)
    form.kept_values = kept
    return form


def ballot_values(paper: BallotPaper, content: str, reason: str = "") -> dict[str, Any]:
    """Return a ballot as its form shows it."""
    values: dict[str, Any] = {"reason": reason}
    if paper.kind is BallotKind.CHOICE:
        values["choice"] = content
    elif paper.kind is BallotKind.APPROVAL:
        values["choice"] = content.split(",") if content else []
    elif paper.kind is BallotKind.RANKING:
        values |= {f"r_{place}": code for place, code in enumerate(content.split(">"), start=1)}
    else:
        pairs = (part.partition(":") for part in content.split(",") if part)
        values |= {f"p_{code}": number for code, _, number in pairs}
    return values


def _ballot_fields(paper: BallotPaper) -> dict[str, Any]:
    choices = [(option.code, option.name) for option in paper.options]
    if paper.kind is BallotKind.CHOICE:
        one = [RequiredChoice("一つ選んでください。")]
        return {"choice": ChoiceOne("あなたの考え", one, choices=choices, validate_choice=False)}
    if paper.kind is BallotKind.APPROVAL:
        costs = [(o.code, f"{o.name}（{in_words(o.cost)}円）" if o.cost else o.name) for o in paper.options]
        return {"choice": ChoiceMany("選ぶもの", choices=costs, validate_choice=False)}
    if paper.kind is BallotKind.RANKING:
        places = min(paper.most or len(choices), len(choices))
        return {
            f"r_{place}": ChoiceList(
                f"{place}位", choices=[("", "選ばない"), *choices], validate_choice=False
            )
            for place in range(1, places + 1)
        }
    if paper.kind is BallotKind.SCORE:
        points = [(str(number), f"{number}点") for number in range(int(paper.highest or 0) + 1)]
        return {
            f"p_{option.code}": ChoiceOne(option.name, choices=points, validate_choice=False)
            for option in paper.options
        }
    return {f"p_{option.code}": TextLine(option.name) for option in paper.options}


class SendForm(Form):
    """A ballot that was looked at once more: what the page before carried over (確かめたあとの投票)."""

    content = HiddenField()
    receipt = HiddenField()
    proof = HiddenField()
    identifier = HiddenField()
    organisation_id = HiddenField()
    reason = HiddenField()
    changing = HiddenField()

    @property
    def ticket(self) -> Ticket:
        """What the voter brings besides their account."""
        organisation = self.organisation_id.data or ""
        is_number = organisation.isascii() and organisation.isdigit() and len(organisation) < 10
        return Ticket(
            (self.identifier.data or "")[:100],
            int(organisation) if is_number else None,
            (self.receipt.data or "")[:100],
        )


class ReceiptForm(Form):
    """The code of a receipt, to look it up in the published list."""

    receipt = TextLine("控えの番号", [Required("控えの番号を入力してください。"), Length(most=100)])


class VoteForm(AskingForm):
    """What staff decide about a vote."""

    question = TextLine("問い", [Required("問いを書いてください。"), Length(most=200)])
    explanation = TextBody("説明", [Length(most=3000)])
    kind = ChoiceOne("投票のしかた", [RequiredChoice()], choices=list(KIND_NAMES.items()))
    labels = TextBody("選択肢")
    budget = TextLine("予算（円）")
    points = TextLine("持ち点")
    least = TextLine("選ぶ数の下限")
    most = TextLine("選べる数の上限")
    seats = TextLine("選ばれる数")
    rule = ChoiceList("結果を決める数え方", choices=[("", "おすすめの数え方"), *RULE_CHOICES])
    compares = BooleanField("ほかの数え方の結果も、参考として並べて見せる")
    completion = ChoiceList("均等配分方式で予算が残ったとき", choices=list(COMPLETION_NAMES.items()))
    keeping = ChoiceOne("票の保管", [RequiredChoice()], choices=list(KEEPING_NAMES.items()))
    seed_source = TextLine("くじの種にする公の数字", [Length(most=200)])
    has_rooms = BooleanField("会場でも投票する（紙の票か挙手）")
    standings = ChoiceMany("投票できる人の区分", choices=list(STANDING_NAMES.items()))
    audience = ChoiceOne("投票できる人", [RequiredChoice()], choices=list(AUDIENCE_NAMES.items()))
    results_shown = ChoiceOne("途中経過", [RequiredChoice()], choices=list(RESULTS_NAMES.items()))
    asks_reason = BooleanField("理由もたずねる")

    def draft(self) -> VoteDraft:
        """Return what was decided; the last day counts whole."""
        kind = VoteKind(self.kind.data)
        return VoteDraft(
            question=self.question.data,
            explanation=self.explanation.data,
            kind=kind,
            choices=() if kind in OWN_OPTIONS else self._options(),
            **self.asked(),
            audience=Audience(self.audience.data),
            results_shown=ResultsShown(self.results_shown.data),
            asks_reason=self.asks_reason.data,
            keeping=Keeping(self.keeping.data),
            rule=Rule(self.rule.data) if self.rule.data else None,
            compares=self.compares.data,
            seats=_number(self.seats) or 1,
            least=_number(self.least) or 1,
            most=_number(self.most) if kind is not VoteKind.PRIORITIES else None,
            points=_number(self.points),
            budget=_number(self.budget),
            completion=Completion(self.completion.data),
            seed_source=self.seed_source.data,
            standings=tuple(self.standings.data or ()),
            has_rooms=self.has_rooms.data,
        )

    def _options(self) -> tuple[OptionDraft, ...]:
        """Read an option a line: 名前, or 名前｜費用｜説明｜項目の記号."""
        lines = [self._parts(line) for line in self.labels.data.split("\n") if line.strip()]
        items = queries.item_subjects((item for *_, item in lines if item), beside=self.subject_id.data)
        return tuple(
            OptionDraft(label, description, cost, items[item] if item else None)
            for label, cost, description, item in lines
            if label
        )

    def _parts(self, line: str) -> tuple[str, int | None, str, str]:
        """Return name, cost, description and the code of an item of a plan."""
        label, amount, description, item, *_ = (
            *(part.strip() for part in re.split(r"[|｜]", clean_line(line), maxsplit=3)),
            "",
            "",
            "",
        )
        cost = whole_yen(amount)
        if amount and cost is None:
            raise Refused(f"「{label[:40]}」の費用が読めません。数字で書いてください。", field="labels")
        return label[:200], cost, description[:MOST_DESCRIPTION], item


def whole_yen(text: str) -> int | None:
    """Return an amount of money as staff write it (1,200万 is not read), or None."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("円").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 13 else None


def _number(field: TextLine) -> int | None:
    if not field.data.strip():
        return None
    number = whole_yen(field.data)
    if number is None:
        raise Refused(f"「{field.label.text}」は、数字で書いてください。", field=field.name)
    return number


class SeedForm(Form):
    """The public figure that became the seed."""

    seed = TextLine("くじの種", [Required("くじの種になる数字を書いてください。"), Length(most=100)])


class ElectorsForm(Form):
    """A list of those who may vote."""

    document = FileField("名簿のファイル", [FileRequired("ファイルを選んでください。")])

    def content(self) -> bytes:
        """Return the file."""
        upload: Any = self.document.data
        content = bytes(upload.read())
        upload.seek(0)  # Whether it was sent before is seen from its content, too.
        return content


class InvitationsForm(Form):
    """How many invitations are to be made."""

    number = TextLine("番号の数", [Required("いくつ作るかを書いてください。")])
    wanted = 0

    def validate(self, extra_validators: Any = None) -> bool:
        """Take a whole number within bounds."""
        if not super().validate(extra_validators):
            return False
        self.wanted = whole_yen(self.number.data) or 0
        if not 1 <= self.wanted <= MOST_INVITED_AT_ONCE:
            self.number.errors = [f"1から{MOST_INVITED_AT_ONCE:,}までの数で書いてください。"]
            return False
        return True


class BatchForm(Form):
    """A batch of ballots that came from a room."""

    place = TextLine("会場", [Required("会場の名前を書いてください。"), Length(most=120)])
    origin = ChoiceOne(
        "種類",
        [RequiredChoice()],
        choices=[(each, ORIGIN_NAMES[each]) for each in (Origin.PAPER, Origin.HANDS)],
    )
    held_on = Day("投票した日", [Required("日を入力してください。")])
    counted = TextLine("会場で数えた数", [Required("会場で数えた数を書いてください。")])

    def draft(self) -> BatchDraft:
        """Return the batch; raises Refused."""
        counted = _number(self.counted)
        if counted is None or not 1 <= counted <= MOST_IN_A_BATCH:
            raise Refused(f"1から{MOST_IN_A_BATCH:,}までの数で書いてください。", field="counted")
        return BatchDraft(self.place.data, Origin(self.origin.data), cast(date, self.held_on.data), counted)


class EntriesForm(Form):
    """One person's entry of a batch."""

    entries = TextBody("票", [Required("票を書いてください。"), Length(most=60_000)])
    gap_reason = TextLine("差の理由", [Length(most=300)])
    version = HiddenField(default="1")

    @property
    def seen(self) -> int:
        """The version of the batch that was seen."""
        return whole_yen(self.version.data or "") or 0


class PlainForm(Form):
    """A button: publish, close."""


def vote_values(vote: Vote, options: Sequence[VoteOption]) -> dict[str, Any]:
    """Return a vote as its form shows it."""
    items = queries.item_codes(options, beside=vote.subject_id)
    return {
        "question": vote.question,
        "explanation": vote.explanation,
        "kind": vote.kind.value,
        "labels": "" if vote.kind in OWN_OPTIONS else "\n".join(_written(each, items) for each in options),
        "budget": _shown(vote.budget),
        "points": _shown(vote.points),
        "least": _shown(vote.least),
        "most": _shown(vote.most),
        "seats": _shown(vote.seats),
        "rule": vote.rule.value,
        "compares": vote.compares,
        "completion": vote.completion.value,
        "keeping": vote.keeping.value,
        "seed_source": vote.seed_source,
        "standings": vote.standings,
        "has_rooms": vote.has_rooms,
        **asking_values(vote),
        "audience": vote.audience.value,
        "results_shown": vote.results_shown.value,
        "asks_reason": vote.asks_reason,
    }


def _written(option: VoteOption, items: Mapping[int, str]) -> str:
    item = items.get(option.subject_id or 0, "")
    parts = [option.label, _shown(option.cost), option.description, item]
    while not parts[-1]:
        parts.pop()
    return "｜".join(parts)


def _shown(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
