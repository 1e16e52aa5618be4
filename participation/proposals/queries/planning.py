"""Reading what an organisation is about to do with a submitted proposal, and who agrees (承認を待つ手続き)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.people.models import Membership, Person
from participation.proposals.domain import PlannedKind, Stance
from participation.proposals.models import PlannedAct, PlannedApproval, Proposal, ProposalAmendment
from participation.proposals.queries.working import ApprovalLine


def find_plan(proposal: Proposal, kind: PlannedKind, target: str = "") -> PlannedAct | None:
    """Return what waits for approval of this kind (and about this), or None."""
    return db.session.scalars(
        select(PlannedAct).where(
            PlannedAct.proposal_id == proposal.id,
            PlannedAct.kind == kind,
            PlannedAct.target == target,
            PlannedAct.settled_at.is_(None),
        )
    ).one_or_none()


def get_plan(proposal: Proposal, public_id: str) -> PlannedAct:
    """Return something planned for a proposal, also when it is settled; raises NotFound."""
    found = db.session.scalars(
        select(PlannedAct).where(PlannedAct.proposal_id == proposal.id, PlannedAct.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_plans(proposal: Proposal) -> Sequence[PlannedAct]:
    """Return what waits for approval."""
    return db.session.scalars(
        select(PlannedAct)
        .where(PlannedAct.proposal_id == proposal.id, PlannedAct.settled_at.is_(None))
        .order_by(PlannedAct.id)
    ).all()


def count_plan_approvals(planned: PlannedAct, proposal: Proposal) -> int:
    """Return how many agree who still are delegates with the right to approve."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(PlannedApproval)
            .join(
                Membership,
                (Membership.person_id == PlannedApproval.person_id)
                & (Membership.organisation_id == proposal.organisation_id),
            )
            .where(
                PlannedApproval.planned_id == planned.id,
                PlannedApproval.stance == Stance.AGREES,
                Membership.may_approve,
                Membership.begins_on <= clock.today(),
                Membership.ends_on > clock.today(),
                or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
            )
        )
        or 0
    )


def list_plan_approvals(planned: PlannedAct) -> list[ApprovalLine]:
    """Return what delegates said of something planned."""
    rows = db.session.execute(
        select(PlannedApproval, Person.nickname)
        .join(Person, Person.id == PlannedApproval.person_id)
        .where(PlannedApproval.planned_id == planned.id)
        .order_by(PlannedApproval.id)
    )
    return [
        ApprovalLine(each.person_id, name, each.stance, each.note, each.is_note_public, True, each.at)
        for each, name in rows
    ]


def get_amendment(proposal: Proposal, public_id: str) -> ProposalAmendment:
    """Return a change that was offered to a proposal; raises NotFound."""
    found = db.session.scalars(
        select(ProposalAmendment).where(
            ProposalAmendment.proposal_id == proposal.id, ProposalAmendment.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
