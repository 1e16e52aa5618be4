"""Moderation in words: what staff may decide, why an appeal exists, and the limits on reports."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from participation.contributions.domain import ConcernKind

SEED = Path(__file__).parent / "seed" / "guideline_clauses.toml"


class DecisionKind(StrEnum):
    """What was decided about a contribution (対応)."""

    HOLD = "hold"
    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"
    PROPOSE_REDACTION = "propose_redaction"
    REDACT = "redact"
    REFUSE_REDACTION = "refuse_redaction"
    LIFT_REDACTION = "lift_redaction"


DECISION_NAMES = {
    DecisionKind.HOLD: "確認のため表示を止めた",
    DecisionKind.HIDE: "非表示にした",
    DecisionKind.RESTORE: "表示に戻した",
    DecisionKind.KEEP: "そのまま表示することにした",
    DecisionKind.PROPOSE_REDACTION: "黒塗りの案を出した",
    DecisionKind.REDACT: "一部を黒塗りにした",
    DecisionKind.REFUSE_REDACTION: "黒塗りにしないことにした",
    DecisionKind.LIFT_REDACTION: "黒塗りを外した",
}

#: Decisions against which an author may object.
MAY_BE_OBJECTED_TO = (DecisionKind.HIDE, DecisionKind.REDACT)


class AppealOutcome(StrEnum):
    """How an appeal was answered (異議の結果)."""

    UPHELD = "upheld"
    REJECTED = "rejected"


OUTCOME_NAMES = {
    AppealOutcome.UPHELD: "異議を認め、表示に戻した",
    AppealOutcome.REJECTED: "見直したうえで、非表示のままとした",
}


def outcome_name(outcome: AppealOutcome, kind: DecisionKind) -> str:
    """Return how an appeal ended, in words that fit what was decided."""
    if kind is DecisionKind.REDACT:
        return {
            AppealOutcome.UPHELD: "異議を認め、黒塗りを外した",
            AppealOutcome.REJECTED: "見直したうえで、黒塗りのままとした",
        }[outcome]
    return OUTCOME_NAMES[outcome]


#: What cannot wait until somebody opens the desk (至急): those who screen are written to at once.
URGENT = frozenset({ConcernKind.CRY_FOR_HELP})
#: The job that writes to them.
TELL_AT_ONCE = "moderation.tell_at_once"


class ConcernOutcome(StrEnum):
    """How staff dealt with something that needed care (要注意への対応)."""

    GUIDED = "guided"
    NOTHING = "nothing"
    DECIDED = "decided"


CONCERN_OUTCOME_NAMES = {
    ConcernOutcome.GUIDED: "書いた人に案内を送った",
    ConcernOutcome.NOTHING: "読んで、対応はいらないと判断した",
    ConcernOutcome.DECIDED: "ほかの対応で済んだ",
}

#: The topic under which personal data is noted: it has no word list.
PERSONAL_DATA_TOPIC = "personal_data"

#: One account may report so often within 24 hours (reliability.md 1.2).
REPORTS_A_DAY = 20
#: A post is held for review once so many different accounts of this age have reported it (A-04).
REPORTS_TO_HOLD = 3
REPORTER_AGE = timedelta(days=7)
#: Whoever reported in vain so often within this time no longer counts towards holding.
VAIN_REPORTS, VAIN_WITHIN = 5, timedelta(days=90)

MOST_NOTE = 500
MOST_REASON = 500
MOST_APPEAL = 1000

HELD_FOR_REPORTS = "複数の人からの知らせを受けて、区が内容を確認しています。"
HELD = "区が内容を確認しています。"
HELD_FOR_REDACTION = "個人の情報などが書かれていないか、区が確認しています。"


@dataclass(frozen=True)
class Clause:
    """One clause of the rules as it stands in the seed file (投稿ルールの条)."""

    number: int
    title: str
    text: str
    avoid: str
    instead: str


def read_clauses() -> list[Clause]:
    """Return the rules that come with the site, in the order of their numbers."""
    return [Clause(**row) for row in tomllib.loads(SEED.read_text("utf-8"))["clause"]]


def decision_path(public_id: str) -> str:
    """Return the path of the page on which an author reads a decision and may object."""
    return f"/my/decisions/{public_id}"


def public_reason(number: int, title: str) -> str:
    """Return what stands on the tombstone: the clause, nothing of the words."""
    return f"話し合いのルール{number}「{title}」"
