"""Confirming that an idea belongs to a challenge, or does not; making a proposal of an idea."""

from __future__ import annotations

from sqlalchemy import update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.challenges import queries
from participation.challenges.domain import MOST_TITLE, IdeaText, LinkedBy, LinkOrigin, LinkState
from participation.challenges.events import IdeaGrew, IdeaLinked
from participation.challenges.models import Challenge, Idea, IdeaLink
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.organisations.models import CommunityOrganisation
from participation.proposals import commands as proposals
from participation.proposals.domain import ProposalText
from participation.proposals.models import Proposal

LINKED_TITLE = "あなたのアイデアが、区政課題に結び付けられました"


def link_idea(idea: Idea, challenge: Challenge, *, by: Actor) -> None:
    """Confirm that an idea belongs to a challenge (結び付けの確認), as its author or for the ward."""
    said = db.session.get_one(Contribution, idea.contribution_id)
    access.require(by, "challenges.link", said, challenge)
    who = _who(said, by)
    _say_link(idea, challenge, LinkOrigin.FOUND, who, "", by)
    audit.record(by, "challenges.link", idea, {"challenge_id": challenge.id})
    audit.record(by, "challenges.link", challenge, {"idea_id": idea.id})
    events.publish(IdeaLinked(idea.id, challenge.id))
    if who is LinkedBy.STAFF:
        told = f"区の職員が、「{challenge.title}」に結び付けました。合わないときは、アイデアのページから外せます。"
        events.publish(AuthorTold(said.id, LINKED_TITLE, told, f"/ideas/{idea.public_id}"))


def refuse_link(idea: Idea, challenge: Challenge, reason: str, *, by: Actor) -> None:
    """Say that an idea does not belong to a challenge, or no longer: it is not offered again as a candidate."""
    said = db.session.get_one(Contribution, idea.contribution_id)
    access.require(by, "challenges.link", said, challenge)
    who = _who(said, by)
    if who is LinkedBy.STAFF and not reason.strip():
        raise Refused("理由を書いてください。アイデアを出した人が読みます。", field="reason")
    _say_link(idea, challenge, LinkOrigin.FOUND, who, reason.strip(), by, state=LinkState.DECLINED)
    audit.record(by, "challenges.link", idea, {"challenge_id": challenge.id, "declined": True})
    audit.record(by, "challenges.link", challenge, {"idea_id": idea.id, "declined": True})


def grow_idea(idea: Idea, organisation: CommunityOrganisation, *, by: Actor) -> Proposal:
    """Begin a proposal from an idea; once it is submitted, each shows where it came from and what became of it."""
    said = db.session.get_one(Contribution, idea.contribution_id)
    access.require(by, "challenges.grow_idea", said, idea.may_be_taken_up, organisation)
    text = IdeaText.read(said.body)
    proposal = proposals.draft_proposal(
        organisation, said.subject_id, text.title[:MOST_TITLE], by=by, origin_id=idea.subject_id
    )
    db.session.flush()
    words = ProposalText(title=proposal.title, purpose=text.idea, resources=text.brings)
    proposals.write_draft(proposal, words, proposal.version, by=by)
    audit.record(by, "challenges.grow_idea", idea, {"proposal_id": proposal.id})
    events.publish(IdeaGrew(idea.id, proposal.id))
    return proposal


def _say_link(
    idea: Idea,
    challenge: Challenge,
    origin: LinkOrigin,
    who: LinkedBy,
    reason: str,
    by: Actor,
    *,
    state: LinkState = LinkState.CONFIRMED,
) -> None:
    """Inner: note what a person said about an idea and a challenge; the last word of either side holds.

    Raises Conflict where it was said already: two who press at once do not tell the author twice.
    """
    key = {"challenge_id": challenge.id, "idea_id": idea.id}
    said = {
        "state": state,
        "said_by": who,
        "person_id": by.person_id,
        "reason": reason,
        "said_at": clock.now(),
    }
    if insert_once(IdeaLink, key | said | {"origin": origin}, unique=list(key)) is not None:
        return
    present = queries.get_link(idea, challenge)
    db.session.refresh(present, with_for_update=True)
    if present.state is state:
        raise Conflict("この結び付けは、ほかの人が先に確かめました。画面を開き直してください。")
    if present.said_by is LinkedBy.AUTHOR and who is LinkedBy.STAFF and state is LinkState.CONFIRMED:
        raise Refused("アイデアを出した人が、この課題には合わないと答えています。")
    db.session.execute(update(IdeaLink).where(IdeaLink.id == present.id).values(**said))
    db.session.expire(present)


def _who(said: Contribution, by: Actor) -> LinkedBy:
    """An author who is on the ward's staff speaks of their own idea as its author."""
    own = said.author_id is not None and said.author_id == by.person_id
    own = own or said.organisation_id in by.delegated_ids
    return LinkedBy.AUTHOR if own else LinkedBy.STAFF
