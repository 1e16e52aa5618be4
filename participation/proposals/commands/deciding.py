"""Moving a proposal from stage to stage, and looking at it under the published criteria."""

from __future__ import annotations

from sqlalchemy import update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.proposals import queries
from participation.proposals.commands.holding import _lock, _note_stage
from participation.proposals.domain import Verdict, criteria, stages
from participation.proposals.events import ProposalAdvanced
from participation.proposals.models import CriterionReview, Proposal


def advance_proposal(
    proposal: Proposal, stage: str, reason: str, section_id: int | None, *, by: Actor
) -> None:
    """Move a proposal to another stage, with the reason and the section, for everybody to read."""
    access.require(by, "proposals.advance", proposal)
    seen = proposal.stage
    _lock(proposal)
    if proposal.stage != seen or proposal.withdrawn_at is not None:
        raise Conflict("この提案の段階は、ほかの人が先に変えました。画面を開き直してください。")
    if stage not in stages()[proposal.stage].follows:
        raise Refused("いまの段階からは、その段階へ進めません。", field="stage")
    if not reason.strip():
        raise Refused("理由を書いてください。公開のページに載ります。", field="reason")
    if stages()[seen].needs_review and stages()[stage].is_final:
        _refuse_unreviewed(proposal)
    proposal.stage = stage
    _note_stage(proposal, reason.strip(), section_id)
    audit.record(by, "proposals.advance", proposal, changes={"from": seen, "to": stage})
    events.publish(ProposalAdvanced(proposal.id, stage))


def review_criterion(
    proposal: Proposal, criterion: str, verdict: Verdict, reason: str, section_id: int | None, *, by: Actor
) -> None:
    """Say how a proposal stands under one published criterion (観点ごとの評価), for everybody to read."""
    access.require(by, "proposals.review", proposal)
    if criterion not in criteria():
        raise Refused("観点を一覧から選び直してください。", field="criterion")
    if not reason.strip():
        raise Refused("理由を書いてください。公開のページに載ります。", field="reason")
    _lock(proposal)
    values = {
        "verdict": verdict,
        "reason": reason.strip(),
        "section_id": section_id,
        "reviewed_at": clock.now(),
    }
    key = {"proposal_id": proposal.id, "criterion": criterion}
    if insert_once(CriterionReview, key | values, unique=list(key)) is None:
        db.session.execute(
            update(CriterionReview)
            .where(CriterionReview.proposal_id == proposal.id, CriterionReview.criterion == criterion)
            .values(**values)
        )
    audit.record(by, "proposals.review", proposal, {"criterion": criterion, "verdict": verdict.value})


def _refuse_unreviewed(proposal: Proposal) -> None:
    missing = criteria().keys() - {review.criterion for review in queries.list_reviews(proposal)}
    if missing:
        names = "、".join(each.name for code, each in criteria().items() if code in missing)
        raise Refused(f"結論の前に、すべての観点の評価が要ります。まだのもの：{names}", field="stage")
