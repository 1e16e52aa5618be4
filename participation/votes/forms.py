"""Forms of votes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from flask import request
from wtforms import BooleanField, HiddenField

from participation.contributions.forms import CarefulForm
from participation.foundation import clock
from participation.foundation.text import clean_line
from participation.votes.domain import (
    AUDIENCE_NAMES,
    KIND_NAMES,
    MOST_REASON,
    OWN_OPTIONS,
    RESULTS_NAMES,
    Audience,
    ResultsShown,
    VoteDraft,
    VoteKind,
)
from participation.votes.models import Vote, VoteOption
from participation.votes.queries import VoteShown
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
)


class BallotForm(CarefulForm):
    """One ballot: the choice and, if the voter likes, the reason."""

    careful_with = ("reason",)

    choice = ChoiceOne(
        "あなたの考え", [RequiredChoice("一つ選んでください。")], choices=[], validate_choice=False
    )
    reason = TextBody("理由（書かなくてもかまいません）", [Length(most=MOST_REASON)])

    def offer(self, shown: VoteShown) -> BallotForm:
        """Offer the options of a vote."""
        self.choice.choices = [(option.code, option.label) for option in shown.options]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse two choices at once: a browser never sends them."""
        is_valid = super().validate(extra_validators)
        if len(request.form.getlist("choice")) > 1:
            self.choice.errors = ["一つだけ選んでください。"]
            return False
        return is_valid

    @property
    def given_reason(self) -> str | None:
        """The reason, or None where the form did not ask for one (a tap on the subject's page)."""
        return self.reason.data if "reason" in request.form else None


class VoteForm(Form):
    """What staff decide about a vote."""

    question = TextLine("問い", [Required("問いを書いてください。"), Length(most=200)])
    explanation = TextBody("説明", [Length(most=3000)])
    kind = ChoiceOne("投票のしかた", [RequiredChoice()], choices=list(KIND_NAMES.items()))
    labels = TextBody("選択肢")
    subject_id = ChoiceList("対象", [RequiredChoice("対象を選んでください。")], coerce=int)
    consultation_id = ChoiceList("案件", coerce=int)
    opens_on = Day("受付開始の日", [Required("受付を始める日を入力してください。")])
    closes_on = Day("受付の最後の日", [Required("受付の最後の日を入力してください。")])
    audience = ChoiceOne("投票できる人", [RequiredChoice()], choices=list(AUDIENCE_NAMES.items()))
    results_shown = ChoiceOne("途中経過", [RequiredChoice()], choices=list(RESULTS_NAMES.items()))
    asks_reason = BooleanField("理由もたずねる")
    version = HiddenField(default="1")

    def offer(self, subjects: list[tuple[int, str]], consultations: list[tuple[int, str]]) -> VoteForm:
        """Offer what may be voted about."""
        self.subject_id.choices = subjects
        self.consultation_id.choices = [(0, "（案件に結びつけない）"), *consultations]
        return self

    def draft(self) -> VoteDraft:
        """Return what was decided; the last day counts whole."""
        kind, version = VoteKind(self.kind.data), self.version.data or ""
        lines = (clean_line(line)[:200] for line in self.labels.data.split("\n"))
        return VoteDraft(
            question=self.question.data,
            explanation=self.explanation.data,
            kind=kind,
            labels=() if kind in OWN_OPTIONS else tuple(line for line in lines if line),
            subject_id=self.subject_id.data,
            consultation_id=self.consultation_id.data or None,
            opens_at=clock.start_of(cast(date, self.opens_on.data)),
            closes_at=clock.end_of(cast(date, self.closes_on.data)),
            audience=Audience(self.audience.data),
            results_shown=ResultsShown(self.results_shown.data),
            asks_reason=self.asks_reason.data,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        )


class PlainForm(Form):
    """A button: publish, close."""


def vote_values(vote: Vote, options: list[VoteOption]) -> dict[str, Any]:
    """Return a vote as its form shows it."""
    return {
        "question": vote.question,
        "explanation": vote.explanation,
        "kind": vote.kind.value,
        "labels": "" if vote.kind in OWN_OPTIONS else "\n".join(option.label for option in options),
        "subject_id": vote.subject_id,
        "consultation_id": vote.consultation_id or 0,
        "opens_on": vote.opens_at.astimezone(clock.JST).date(),
        "closes_on": (vote.closes_at - timedelta(microseconds=1)).astimezone(clock.JST).date(),
        "audience": vote.audience.value,
        "results_shown": vote.results_shown.value,
        "asks_reason": vote.asks_reason,
        "version": str(vote.version),
    }
