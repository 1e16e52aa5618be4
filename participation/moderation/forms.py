"""Forms of moderation: fields and messages."""

from __future__ import annotations

from typing import Any

from participation.contributions.forms import CarefulForm
from participation.moderation import queries
from participation.moderation.domain import (
    DECISION_NAMES,
    MOST_APPEAL,
    MOST_NOTE,
    MOST_REASON,
    OUTCOME_NAMES,
    AppealOutcome,
    DecisionKind,
)
from participation.moderation.models import GuidelineClause
from participation.web.forms import ChoiceList, ChoiceOne, Form, Length, Required, RequiredChoice, TextBody

ACTS = {
    DecisionKind.HIDE: "非表示にする（ルールに反している）",
    DecisionKind.HOLD: "確認のため、いったん表示を止める",
    DecisionKind.RESTORE: "表示に戻す・表示する",
    DecisionKind.KEEP: "そのまま表示する（知らせに答える）",
}
assert set(ACTS) == set(DECISION_NAMES)


class ReportForm(Form):
    """Telling the ward that a post breaks a rule (通報)."""

    clause = ChoiceOne("どのルールに反していますか", [RequiredChoice()])
    note = TextBody("くわしいこと", [Length(most=MOST_NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clauses = {str(clause.number): clause for clause in queries.list_clauses()}
        self.clause.choices = [(number, clause.title) for number, clause in self._clauses.items()]

    def chosen(self) -> GuidelineClause:
        """Return the clause that was chosen."""
        return self._clauses[self.clause.data]


class DecideForm(Form):
    """A decision about a contribution (対応)."""

    kind = ChoiceOne("対応", [RequiredChoice()], choices=[(kind.value, name) for kind, name in ACTS.items()])
    clause = ChoiceList("反しているルール（非表示にするとき）")
    reason = TextBody("書いた人に伝える理由", [Length(most=MOST_REASON)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clauses = {str(clause.number): clause for clause in queries.list_clauses()}
        listed = [(number, f"{number} {clause.title}") for number, clause in self._clauses.items()]
        self.clause.choices = [("", "選んでください"), *listed]

    def chosen(self) -> GuidelineClause | None:
        """Return the clause that was chosen, if one was."""
        return self._clauses.get(self.clause.data or "")


class AppealForm(CarefulForm):
    """An objection to a decision (異議の申し出)."""

    body = TextBody(
        "見直してほしい理由", [Required("見直してほしい理由を書いてください。"), Length(most=MOST_APPEAL)]
    )


class AnswerAppealForm(Form):
    """The answer to an objection."""

    outcome = ChoiceOne(
        "見直した結果",
        [RequiredChoice()],
        choices=[(outcome.value, name) for outcome, name in OUTCOME_NAMES.items()],
    )
    answer = TextBody(
        "書いた人への回答", [Required("書いた人に伝える回答を書いてください。"), Length(most=MOST_APPEAL)]
    )

    def chosen(self) -> AppealOutcome:
        """Return the outcome that was chosen."""
        return AppealOutcome(self.outcome.data)
