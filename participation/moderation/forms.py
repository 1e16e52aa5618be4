"""Forms of moderation: fields and messages."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField

from participation.contributions.domain import (
    REDACTION_REASON_NAMES,
    Covering,
    RedactionReason,
    cover,
    joined,
    places_of,
)
from participation.contributions.forms import CarefulForm
from participation.foundation.errors import Refused
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
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
    whole_number,
)

ACTS = {
    DecisionKind.HIDE: "非表示にする（ルールに反している）",
    DecisionKind.HOLD: "確認のため、いったん表示を止める",
    DecisionKind.RESTORE: "表示に戻す・表示する",
    DecisionKind.KEEP: "そのまま表示する（知らせに答える）",
}
assert set(ACTS) <= set(DECISION_NAMES)


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


class RedactForm(Form):
    """Which passages are to be covered, and why (黒塗りの案)."""

    passages = ChoiceMany("伏せるところ（自動で見つけたもの）")
    words = TextBody("ほかに伏せることば（1行に1つ。同じことばはすべて伏せます）", [Length(most=2000)])
    reason = ChoiceList(
        "ほかに伏せることばの理由",
        choices=[("", "選んでください"), *((r.value, name) for r, name in REDACTION_REASON_NAMES.items())],
        default="",
    )
    revision = HiddenField()

    def offer(self, file: queries.RedactFile) -> RedactForm:
        """Offer the passages that were found."""
        self.passages.choices = [
            (
                each.value,
                f"「{each.words}」（{REDACTION_REASON_NAMES[each.reason]}）"
                f"　…{each.before}【{each.words}】{each.after}…".replace("\n", " ")
                + ("　書き直す前の文" if each.is_older else ""),
            )
            for each in file.candidates
        ]
        return self

    @property
    def seen_revision(self) -> int:
        """The revision of the words that the proposer had before them."""
        return whole_number(self.revision.data, least=0, most=10**6, default=-1)

    def coverings(self, file: queries.RedactFile) -> dict[int, list[Covering]]:
        """Return by revision what is to be covered; raises Refused for words that stand nowhere."""
        chosen: dict[int, list[Covering]] = {}
        for value in self.passages.data or ():
            revision, start, end, reason = value.split(":")
            chosen.setdefault(int(revision), []).append(
                Covering(int(start), int(end), RedactionReason(reason))
            )
        words = [line.strip() for line in self.words.data.split("\n") if line.strip()]
        if words and not self.reason.data:
            raise Refused("ことばを伏せる理由を選んでください。", field="reason")
        for each in words:
            places = {
                revision: places_of(each, text, RedactionReason(self.reason.data))
                for revision, text in file.texts.items()
            }
            if not any(places.values()):
                raise Refused(
                    f"「{each}」は、文の中にありません。書かれているとおりに入れてください。", field="words"
                )
            for revision, found in places.items():
                chosen.setdefault(revision, []).extend(found)
        chosen = {revision: joined(some) for revision, some in chosen.items() if some}
        if not chosen:
            raise Refused("伏せるところを選ぶか、伏せることばを書いてください。", field="words")
        return chosen

    def preview(self, file: queries.RedactFile) -> list[str]:
        """Return the texts as they would read, the present one first."""
        chosen = self.coverings(file)
        return [cover(text, chosen.get(revision, ())) for revision, text in file.texts.items()]


class DecideRedactionForm(Form):
    """The second person's decision about a proposed covering (二人目の確認)."""

    shows = BooleanField("伏せたあと、ほかの人にも表示する", default=True)
    refusal = TextLine("認めないときの理由（職員の記録に残ります）", [Length(most=MOST_REASON)])


class LiftForm(Form):
    """Why covered words stand again."""

    lift_reason = TextLine(
        "黒塗りを外す理由", [Required("黒塗りを外す理由を書いてください。"), Length(most=MOST_REASON)]
    )


class LookForm(Form):
    """Why somebody looks at covered words."""

    look_reason = TextLine(
        "見る理由", [Required("見る理由を書いてください。監査の記録に残ります。"), Length(most=200)]
    )


class ConcernForm(Form):
    """What is sent to the author, or that nothing is needed."""

    text = TextBody("書いた人に送る案内", [Length(most=1000)])

    def for_concern(self, public_id: str) -> ConcernForm:
        """Tell the field apart from that of another concern on the same page."""
        self.text.id = f"text-{public_id}"
        return self
