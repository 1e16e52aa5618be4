"""Approval routes (決裁の経路): steps, seats, acts, handing over to a deputy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """What is asked of whoever has the turn (決裁の段の種類)."""

    AGREE = "agree"
    CONSULT = "consult"
    DECIDE = "decide"


STEP_NAMES = {StepKind.AGREE: "承認", StepKind.CONSULT: "合議", StepKind.DECIDE: "決裁"}


class RunState(StrEnum):
    """How far a version is on its route (回付の状態)."""

    RUNNING = "running"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    RECALLED = "recalled"
    LAPSED = "lapsed"


RUN_STATE_NAMES = {
    RunState.RUNNING: "回っています",
    RunState.APPROVED: "決裁が済みました",
    RunState.SENT_BACK: "差し戻されました",
    RunState.RECALLED: "引き戻しました",
    RunState.LAPSED: "新しい版ができたため、取りやめになりました",
}


class ActKind(StrEnum):
    """What somebody did on a route (回付の記録)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    RECALLED = "recalled"


ACT_NAMES = {
    ActKind.SUBMITTED: "決裁に回しました",
    ActKind.APPROVED: "承認しました",
    ActKind.RETURNED: "前の段に戻しました",
    ActKind.SENT_BACK: "書いた人に差し戻しました",
    ActKind.RECALLED: "引き戻しました",
}
#: The shortest route: one approver decides (決裁者だけ). It stands in no table, so that it is always there.
SHORTEST = ""
SHORTEST_NAME = "決裁者だけ"
#: Whoever has the role of an approver has the turn, whatever post they hold.
APPROVER_SEAT = "決裁者"
MOST_STEPS = 8


@dataclass(frozen=True)
class StepDraft:
    """One step of a route before it is kept: steps of one position have their turn at once (並行)."""

    position: int
    kind: StepKind
    #: The post's code; empty: whoever has the role of an approver.
    post: str = ""
    #: The section's code; empty: the section that answers the point (担当課).
    section: str = ""
    refuses_own: bool = True


@dataclass(frozen=True)
class RouteDraft:
    """A route of approval before it is kept."""

    name: str
    steps: tuple[StepDraft, ...]
    #: The code of the section whose usual route it is; empty: a choice for everybody.
    section: str = ""


class HandoverKind(StrEnum):
    """How a point went from hand to hand (担当の移り変わり)."""

    GIVEN = "given"
    HANDED_BACK = "handed_back"
    LEFT = "left"


HANDOVER_NAMES = {
    HandoverKind.GIVEN: "担当者を決めました",
    HandoverKind.HANDED_BACK: "担当課に返しました",
    HandoverKind.LEFT: "担当課が変わり、担当者を外しました",
}
