"""Builders of proposals: written, submitted and endorsed through the commands."""

from __future__ import annotations

from participation.access.actors import Actor, Role
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.proposals import commands
from participation.proposals.domain import ProposalText, Verdict, criteria
from participation.proposals.models import Proposal
from tests.support.builders.consultations import a_subject
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")
TEXT = ProposalText(
    title="掲示板に区報の要点を貼る",
    purpose="紙の区報が届かない人にも、区のお知らせを届けます。",
    roles="町会が貼り、区が要点をつくります。",
    resources="掲示板18か所と、貼り替える人10人。",
    request="毎月1日までに、A4一枚の要点を渡してください。",
)


def a_team(name: str = "さくら坂町会") -> tuple[CommunityOrganisation, Person]:
    """A confirmed organisation and one of its delegates."""
    organisation = an_organisation(name)
    return organisation, a_delegate(organisation)


def a_draft(
    organisation: CommunityOrganisation,
    delegate: Person,
    *,
    title: str = TEXT.title,
    about: int | None = None,
) -> Proposal:
    """A draft with a title only."""
    about_id = about or a_subject().id
    with transaction():
        return commands.draft_proposal(
            db.session.get_one(CommunityOrganisation, organisation.id), about_id, title, by=actor_of(delegate)
        )


def a_proposal(
    organisation: CommunityOrganisation | None = None,
    delegate: Person | None = None,
    *,
    title: str = TEXT.title,
    about: int | None = None,
) -> Proposal:
    """A submitted proposal."""
    if organisation is None or delegate is None:
        organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate, title=title, about=about)
    text = ProposalText(**{**TEXT.as_dict(), "title": title})
    with transaction():
        commands.submit_proposal(proposal, text, proposal.version, by=actor_of(delegate))
    return proposal


def endorse(proposal: Proposal, person: Person, organisation: CommunityOrganisation | None = None) -> None:
    """Endorse as a person, or for an organisation."""
    with transaction():
        commands.endorse_proposal(proposal, organisation, by=actor_of(person))


def advance(proposal: Proposal, *stages: str, reason: str = "必要なことが書かれています。") -> None:
    """Move a proposal through these stages; what stands before an outcome (協議, 評価) is done on the way."""
    for stage in stages:
        if stage in ("adopted", "conditional") and proposal.stage == "considering":
            advance(proposal, "consulting", reason=reason)
        if stage in ("adopted", "conditional", "declined") and proposal.stage == "consulting":
            review(proposal)
        with transaction():
            commands.advance_proposal(proposal, stage, reason, None, by=OFFICER)


def review(proposal: Proposal, *codes: str) -> None:
    """Say under these criteria, or all, that the proposal meets them."""
    for code in codes or criteria():
        with transaction():
            commands.review_criterion(proposal, code, Verdict.MET, "書かれています。", None, by=OFFICER)


def endorse_from_one_place(proposal: Proposal, how_many: int, *, network: str = "192.0.2") -> None:
    """Endorsements by accounts that were made today, all from one network."""
    for _ in range(how_many):
        person = a_resident()
        with transaction():
            db.session.get_one(Person, person.id).created_at = clock.now()
            commands.endorse_proposal(proposal, by=actor_of(person), network=network)
