"""What all commands of proposals share: taking the row, saving words, noting a stage."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from participation.access.actors import Actor
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.proposals.domain import ProposalText, stages
from participation.proposals.models import Proposal, ProposalRevision, StageChange

MOST_REVISIONS = 200


def _lock(proposal: Proposal) -> None:
    """Take the row for this transaction."""
    db.session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _lock_words(proposal: Proposal) -> None:
    """Take the words before the proposal: who covers a part of them (黒塗り) locks in this order too."""
    db.session.get(Contribution, proposal.contribution_id, with_for_update={"key_share": True})


def _share(proposal: Proposal) -> None:
    """Hold the row, so that an endorsement is of the text and in the stage that its giver saw."""
    db.session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    if proposal.withdrawn_at is not None or not stages()[proposal.stage].takes_endorsements:
        raise Conflict("賛同の受付は終わりました。")


def _set_text(
    proposal: Proposal, text: ProposalText, by: Actor, *, typed: ProposalText | None = None
) -> None:
    """Keep words, and the wording as a revision: with it a later form is compared.

    `typed` is what the writer's form held, where the words of somebody else were joined to it.
    """
    for part, words in text.as_dict().items():
        setattr(proposal, part, words)
    proposal.edited_at = clock.now()
    if by.person_id is not None:
        proposal.edited_by_id = by.person_id
    db.session.flush()  # The row gets its version.
    values = {
        "text": text.as_dict(),
        "typed": (typed or text).as_dict(),
        "sealed": None,
        "saved_at": clock.now(),
        "saved_by_id": proposal.edited_by_id,
    }
    key = {"proposal_id": proposal.id, "row_version": proposal.version}
    if insert_once(ProposalRevision, key | values, unique=list(key)) is None:
        # The row is what it was: only what the form held may be other.
        db.session.execute(
            update(ProposalRevision)
            .where(
                ProposalRevision.proposal_id == proposal.id,
                ProposalRevision.row_version == proposal.version,
            )
            .values(**values)
        )
    oldest = (
        select(ProposalRevision.id)
        .where(ProposalRevision.proposal_id == proposal.id)
        .order_by(ProposalRevision.id.desc())
        .offset(MOST_REVISIONS)
        .limit(1)
        .scalar_subquery()
    )
    db.session.execute(
        delete(ProposalRevision).where(
            ProposalRevision.proposal_id == proposal.id, ProposalRevision.id <= oldest
        )
    )


def _refuse_missing(text: ProposalText) -> None:
    for part, reason in text.missing().items():
        raise Refused(reason, field=part)


def _note_stage(proposal: Proposal, reason: str, section_id: int | None) -> None:
    db.session.add(
        StageChange(
            proposal_id=proposal.id,
            stage=proposal.stage,
            reason=reason,
            section_id=section_id,
            changed_at=clock.now(),
        )
    )
