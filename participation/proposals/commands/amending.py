"""Changes to a proposal that others offer (修正案), and joining two proposals with the consent of both."""

from __future__ import annotations

from dataclasses import replace

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries as agreed
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.organisations.models import CommunityOrganisation
from participation.proposals import queries
from participation.proposals.commands.holding import (
    _lock,
    _lock_words,
    _refuse_missing,
)
from participation.proposals.commands.writing import _publish_words
from participation.proposals.domain import PART_NAMES, AmendmentState, MergeState, amendment_body
from participation.proposals.events import AmendmentAnswered, AmendmentOffered, MergeOffered, ProposalsJoined
from participation.proposals.models import MergeOffer, Proposal, ProposalAmendment
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

NO_ANSWER = "理由を書いてください。公開のページに載ります。"
MOST_OPEN_AMENDMENTS = 3


def offer_amendment(
    proposal: Proposal,
    part: str,
    after: str,
    reason: str,
    organisation: CommunityOrganisation | None = None,
    *,
    by: Actor,
) -> ProposalAmendment:
    """Offer other words for a part of a proposal (修正案), as a person or for an organisation."""
    access.require(by, "proposals.amend", proposal, organisation)
    _lock(proposal)
    if part not in PART_NAMES:
        raise Refused("直すところを選んでください。", field="part")
    before = getattr(proposal, part)
    if after.strip() == before.strip():
        raise Refused("いまの文章と同じです。変えたいところを書き直してください。", field="after")
    if not reason.strip():
        raise Refused("理由を書いてください。", field="reason")
    if queries.count_open_amendments(proposal, by.person_id or 0) >= MOST_OPEN_AMENDMENTS:
        raise Refused("返事を待っている修正案があります。返事が来てから、次の案を出してください。")
    if organisation is not None:
        agreed.hold_right(organisation.id, Right.SUBMIT, by)
        words = {"part": part, "after": after.strip(), "reason": reason.strip()}
        agreed.require_agreed(organisation.id, "proposals.amend", words, proposal.public_id)
    body = amendment_body(part, after.strip(), reason.strip())
    said = contributions.say(
        ContributionKind.PROPOSAL,
        body,
        subject_id=proposal.subject_id or 0,
        visibility=Visibility.PUBLISHED,
        author_id=by.person_id,
        organisation_id=organisation.id if organisation else None,
        shown_name=organisation.name if organisation else by.name,
    )
    amendment = ProposalAmendment(
        proposal_id=proposal.id,
        contribution_id=said.id,
        part=part,
        text_version=proposal.text_version,
        before=before,
        after=after.strip(),
        reason=reason.strip(),
        state=AmendmentState.OFFERED,
        offered_at=clock.now(),
    )
    db.session.add(amendment)
    db.session.flush()
    audit.record(by, "proposals.amend", proposal, {"part": part})
    events.publish(AmendmentOffered(proposal.id, amendment.id))
    return amendment


def answer_amendment(
    amendment: ProposalAmendment, proposal: Proposal, answer: str, *, accept: bool, by: Actor
) -> None:
    """Accept or decline a change that was offered, with the reason; an accepted one becomes a new version."""
    access.require(by, "proposals.answer_amendment", proposal)
    agreed.hold_right(proposal.organisation_id, Right.SUBMIT, by)
    _lock_words(proposal)
    _lock(proposal)
    access.require(by, "proposals.answer_amendment", proposal)
    db.session.refresh(amendment, with_for_update=True)
    if amendment.state is not AmendmentState.OFFERED:
        raise Conflict("この修正案には、団体のほかの担当者が先に返事をしました。")
    if not answer.strip():
        raise Refused(NO_ANSWER, field="answer")
    words = {"answer": answer.strip(), "accept": accept}
    agreed.require_agreed(
        proposal.organisation_id,
        "proposals.answer_amendment",
        words,
        proposal.public_id,
        amendment.public_id,
    )
    if accept:
        if getattr(proposal, amendment.part) != amendment.before:
            raise Conflict(
                "修正案が出たあとに、同じところが書き直されています。文章の違いを見て、取り入れるときは「書き直す」から直してください。"
            )
        text = replace(queries.text_of(proposal), **{amendment.part: amendment.after})
        _refuse_missing(text)
        _publish_words(proposal, text, by)
    amendment.state = AmendmentState.ACCEPTED if accept else AmendmentState.DECLINED
    amendment.answer, amendment.answered_at = answer.strip(), clock.now()
    audit.record(by, "proposals.answer_amendment", proposal, {"accepted": accept})
    events.publish(AmendmentAnswered(amendment.id, amendment.contribution_id, accept))


def offer_merge(proposal: Proposal, into: Proposal, message: str, *, by: Actor) -> MergeOffer:
    """Offer to join a proposal into another (まとめる申し出), from the side of either."""
    access.require(by, "proposals.offer_merge", proposal, into)
    own = proposal if by.may_for(proposal.organisation_id, Right.SUBMIT) else into
    agreed.hold_right(own.organisation_id, Right.SUBMIT, by)
    if not message.strip():
        raise Refused("なぜいっしょにするとよいかを書いてください。", field="message")
    _lock_both(proposal, into)
    access.require(by, "proposals.offer_merge", proposal, into)
    if queries.find_open_merge(proposal, into) is not None:
        raise Conflict("同じ申し出が、もう出ています。")
    other = into if own is proposal else proposal
    words = {"ends": proposal.public_id, "message": message.strip()}
    agreed.require_agreed(own.organisation_id, "proposals.offer_merge", words, own.public_id, other.public_id)
    offer = MergeOffer(
        proposal_id=proposal.id,
        into_id=into.id,
        offered_by_id=own.organisation_id,
        message=message.strip(),
        state=MergeState.OFFERED,
        offered_at=clock.now(),
    )
    db.session.add(offer)
    db.session.flush()
    audit.record(by, "proposals.offer_merge", proposal, {"into": into.id})
    events.publish(MergeOffered(other.id, offer.id))
    return offer


def answer_merge(offer: MergeOffer, answer: str, *, accept: bool, by: Actor) -> None:
    """Agree to a joining, or not, as the other side; with agreement the one ends and points to the other.

    Endorsements are not carried over: whoever endorsed is told, and may endorse the other.
    """
    asked = queries.get_asked(offer)
    access.require(by, "proposals.answer_merge", asked)
    proposal = db.session.get_one(Proposal, offer.proposal_id)
    into = db.session.get_one(Proposal, offer.into_id)
    agreed.hold_right(asked.organisation_id, Right.SUBMIT, by)
    _lock_both(proposal, into)
    db.session.refresh(offer, with_for_update=True)
    if offer.state is not MergeState.OFFERED:
        raise Conflict("この申し出には、もう返事があります。")
    if not answer.strip():
        raise Refused(NO_ANSWER, field="answer")
    words = {"answer": answer.strip(), "accept": accept}
    agreed.require_agreed(
        asked.organisation_id, "proposals.answer_merge", words, asked.public_id, offer.public_id
    )
    if accept:
        if not (queries.is_open(proposal) and queries.is_open(into)):
            raise Conflict("どちらかの提案が、もう動かせなくなっています。")
        proposal.merged_into_id = into.id
        subjects.close_subject(db.session.get_one(Subject, proposal.subject_id))
    offer.state = MergeState.AGREED if accept else MergeState.DECLINED
    offer.answer, offer.answered_at = answer.strip(), clock.now()
    audit.record(by, "proposals.answer_merge", proposal, {"accepted": accept, "into": into.id})
    if accept:
        events.publish(ProposalsJoined(proposal.id, into.id))


def _lock_both(proposal: Proposal, into: Proposal) -> None:
    """Both rows, always in the same order: two offers at once do not wait for each other."""
    for each in sorted((proposal, into), key=lambda one: one.id):
        _lock(each)
