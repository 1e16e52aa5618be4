"""Agreeing inside an organisation before it rewrites, withdraws or answers (承認を待つ手続き)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.proposals import queries
from participation.proposals.commands.amending import answer_amendment, answer_merge
from participation.proposals.commands.holding import _hold_right, _lock, _refuse_missing
from participation.proposals.commands.writing import revise_proposal, withdraw_proposal
from participation.proposals.domain import PlannedKind, ProposalText, Stance
from participation.proposals.models import PlannedAct, PlannedApproval, Proposal

SETTLED = "この手続きは、もう済んだか、新しい内容に替わっています。"


def plan_act(
    proposal: Proposal, kind: PlannedKind, words: Mapping[str, Any], target: str = "", *, by: Actor
) -> PlannedAct:
    """Ask the other delegates to agree to these words; what was planned before for the same is over."""
    access.require(by, "proposals.plan", proposal, kind)
    _hold_right(proposal.organisation_id, _RIGHTS.get(kind, Right.SUBMIT), by)
    _lock(proposal)
    access.require(by, "proposals.plan", proposal, kind)
    if kind is PlannedKind.REVISE:
        _refuse_missing(ProposalText(**words))
        if ProposalText(**words) == queries.text_of(proposal):
            raise Refused("いまの文章と同じです。直すところがあるときに、承認を頼んでください。")
    elif kind is not PlannedKind.WITHDRAW and not words["answer"]:
        raise Refused("理由を書いてください。公開のページに載ります。", field="answer")
    before = queries.find_plan(proposal, kind, target)
    if before is not None:
        before.settled_at, before.words = clock.now(), {}
    planned = PlannedAct(
        proposal_id=proposal.id,
        kind=kind,
        target=target,
        words=dict(words),
        row_version=proposal.version,
        asked_by_id=by.person_id,
        asked_at=clock.now(),
    )
    db.session.add(planned)
    db.session.flush()
    audit.record(by, "proposals.plan", proposal, {"kind": kind.value})
    return planned


def approve_plan(
    planned: PlannedAct, proposal: Proposal, stance: Stance, note: str, *, is_note_public: bool, by: Actor
) -> None:
    """Say, as a delegate, whether this may go out in the organisation's name; a later word replaces it."""
    access.require(by, "proposals.approve_plan", proposal)
    _hold_right(proposal.organisation_id, Right.APPROVE, by)
    _lock(proposal)
    db.session.refresh(planned)
    if planned.settled_at is not None:
        raise Conflict(SETTLED)
    if stance is Stance.DISAGREES and not note.strip():
        raise Refused("別の意見を書いてください。", field="note")
    values = {
        "stance": stance,
        "note": note.strip(),
        "is_note_public": is_note_public and bool(note.strip()),
        "sealed": None,
        "at": clock.now(),
    }
    key = {"planned_id": planned.id, "person_id": by.person_id}
    if insert_once(PlannedApproval, key | values, unique=list(key)) is None:
        db.session.execute(
            update(PlannedApproval)
            .where(PlannedApproval.planned_id == planned.id, PlannedApproval.person_id == by.person_id)
            .values(**values)
        )
    audit.record(by, "proposals.approve_plan", proposal, {"stance": stance.value})


def carry_out(planned: PlannedAct, proposal: Proposal, *, by: Actor) -> None:
    """Do what was agreed to, in the very words; the act itself refuses where too few agreed."""
    access.require(by, "proposals.plan", proposal, planned.kind)
    if planned.settled_at is not None:
        raise Conflict(SETTLED)
    words = planned.words
    if planned.kind is PlannedKind.REVISE:
        revise_proposal(proposal, ProposalText(**words), planned.row_version, by=by)
    elif planned.kind is PlannedKind.WITHDRAW:
        withdraw_proposal(proposal, by=by)
    elif planned.kind is PlannedKind.ANSWER_AMENDMENT:
        amendment = queries.get_amendment(proposal, planned.target)
        answer_amendment(amendment, proposal, words["answer"], accept=words["accept"], by=by)
    else:
        offer = queries.get_merge(proposal, planned.target)
        answer_merge(offer, words["answer"], accept=words["accept"], by=by)
    planned.settled_at, planned.is_carried_out, planned.words = clock.now(), True, {}
    audit.record(by, "proposals.plan", proposal, {"carried_out": planned.kind.value})


_RIGHTS = {PlannedKind.WITHDRAW: Right.WITHDRAW}
