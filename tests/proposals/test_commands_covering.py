"""Covered words (黒塗り) are covered in all that is kept of a proposal, and erased ones erased."""

from __future__ import annotations

from sqlalchemy import select

from participation.access.actors import Role
from participation.agreements import queries as agreed
from participation.agreements.domain import Stance
from participation.agreements.models import AgreementVoice
from participation.contributions import commands as contributions
from participation.contributions.domain import RedactionReason, Visibility, places_of
from participation.contributions.models import Contribution
from participation.contributions.queries import list_versions
from participation.foundation.db import db, transaction
from participation.moderation import commands as moderation
from participation.proposals import commands, queries
from participation.proposals.domain import ProposalText
from participation.proposals.models import (
    Proposal,
    ProposalAmendment,
    ProposalRevision,
    ProposalVersion,
)
from tests.support.builders.proposals import TEXT, a_draft, a_team
from tests.support.people import a_member_of_staff, a_resident, actor_of

NAME = "山吹はなこ"
KEPT = (Proposal, AgreementVoice, ProposalAmendment, ProposalRevision, ProposalVersion)


def a_proposal_with_a_name() -> Proposal:
    """The name stands in a wording before the submission, the submitted one, a note and a quoted part."""
    (organisation, delegate), neighbour = a_team(), actor_of(a_resident())
    by = actor_of(delegate)
    proposal = a_draft(organisation, delegate, title=f"{NAME}さんの道")
    first = ProposalText(**{**TEXT.as_dict(), "purpose": f"はじめは{NAME}さんのため。"})
    whole = ProposalText(**{**TEXT.as_dict(), "purpose": f"{NAME}さんと歩きます。"})
    with transaction():
        commands.write_draft(proposal, first, proposal.version, by=by)
    with transaction():
        commands.approve_draft(proposal, Stance.AGREES, f"{NAME}さんに頼む", is_note_public=True, by=by)
        commands.submit_proposal(proposal, whole, proposal.version, by=by)
    with transaction():
        commands.offer_amendment(proposal, "purpose", "みんなで歩きます。", "広がります。", by=neighbour)
    with transaction():
        commands.revise_proposal(proposal, TEXT, proposal.version, by=by)
    return proposal


def everything_kept() -> str:
    return "\n".join(
        str(row) for model in KEPT for row in db.session.execute(select(model.__table__).order_by(model.id))
    )


def the_said(proposal: Proposal) -> Contribution:
    return db.session.get_one(Contribution, proposal.contribution_id)


def cover(proposal: Proposal) -> None:
    first, second = (actor_of(a_member_of_staff(Role.SCREENER)) for _ in range(2))
    with transaction():
        said = the_said(proposal)
        texts = {said.revision: said.body} | {v.revision: v.body for v in list_versions(said)}
        places = {
            revision: places_of(NAME, text, RedactionReason.NAME)
            for revision, text in texts.items()
            if NAME in text
        }
        moderation.propose_redaction(said, places, said.revision, by=first)
        moderation.confirm_redaction(said, by=second)


def test_covered_words_are_covered_in_all_that_is_kept_and_come_back_as_they_were(app):
    proposal = a_proposal_with_a_name()
    before = [(row.text, row.typed) for row in queries.list_revisions(proposal)]
    assert everything_kept().count(NAME) > 5
    cover(proposal)
    assert NAME not in everything_kept()
    [approval] = agreed.list_voices_about(
        proposal.organisation_id, "proposals.submit", proposal.public_id, ""
    )
    assert approval.note == "■■■■■さんに頼む"
    assert db.session.scalars(select(ProposalAmendment.before)).one() == "■■■■■さんと歩きます。"
    with transaction():
        contributions.lift_redactions(the_said(proposal), decider_id=None)
    assert [(row.text, row.typed) for row in queries.list_revisions(proposal)] == before
    assert [row.sealed for row in queries.list_revisions(proposal)] == [None] * len(before)
    [approval] = agreed.list_voices_about(
        proposal.organisation_id, "proposals.submit", proposal.public_id, ""
    )
    assert approval.note == f"{NAME}さんに頼む"
    assert db.session.scalars(select(ProposalAmendment.before)).one() == f"{NAME}さんと歩きます。"


def test_an_offered_change_to_covered_words_can_still_be_accepted(app):
    (organisation, delegate), neighbour = a_team(), actor_of(a_resident())
    by, proposal = actor_of(delegate), a_draft(organisation, delegate)
    words = ProposalText(**{**TEXT.as_dict(), "purpose": f"{NAME}さんと歩きます。"})
    with transaction():
        commands.submit_proposal(proposal, words, proposal.version, by=by)
    with transaction():
        offered = commands.offer_amendment(
            proposal, "purpose", "みんなで歩きます。", "広がります。", by=neighbour
        )
    cover(proposal)
    with transaction():
        commands.answer_amendment(offered, proposal, "よい案です。", accept=True, by=by)
    assert proposal.purpose == "みんなで歩きます。"


def test_erased_words_are_erased_in_all_that_is_kept(app):
    proposal = a_proposal_with_a_name()
    cover(proposal)
    [offered] = db.session.scalars(select(ProposalAmendment)).all()
    with transaction():
        said = the_said(proposal)
        contributions.change_visibility(said, Visibility.HIDDEN)
        contributions.erase(said)
        change = db.session.get_one(Contribution, offered.contribution_id)
        contributions.change_visibility(change, Visibility.HIDDEN)
        contributions.erase(change)
    kept = everything_kept()
    assert "■" not in kept
    assert "歩きます" not in kept
    assert TEXT.purpose not in kept
    assert queries.list_revisions(proposal) == []
    assert proposal.title == "（消去された提案）"
