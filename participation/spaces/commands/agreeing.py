"""Consensus checks (合意確認): begun with a draft, answered with reasons, closed, made into a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations.models import CommunityOrganisation
from participation.proposals import commands as proposals
from participation.proposals.domain import MOST_PART, MOST_TITLE, ProposalText
from participation.proposals.models import Proposal
from participation.spaces import queries
from participation.spaces.commands.holding import _hold, _lock, _refuse_empty
from participation.spaces.domain import (
    LONGEST_CHECK,
    Audience,
    Consent,
    IssueStage,
    outcome_in_words,
    purpose_of,
)
from participation.spaces.events import ConsensusClosed, ConsensusOpened
from participation.spaces.models import ConsensusAnswer, ConsensusCheck, LocalIssue, Space


@dataclass(frozen=True)
class CheckDraft:
    """What is asked in a consensus check."""

    title: str
    draft: str
    audience: Audience
    ends_at: datetime


def open_check(space: Space, issue: LocalIssue, draft: CheckDraft, *, by: Actor) -> ConsensusCheck:
    """Begin a consensus check on a draft about an issue that is talked about."""
    access.require(by, "spaces.open_check", space)
    _hold(space, Right.SUBMIT, by)
    _lock(issue)
    now = clock.now()
    if issue.space_id != space.id or issue.stage not in (IssueStage.TALK, IssueStage.ACTION):
        raise Refused("合意確認は、話し合い中か取り組み中の課題について始められます。")
    if not now < draft.ends_at <= now + LONGEST_CHECK:
        raise Refused("締切は、あすから90日後までの日にしてください。", field="ends_on")
    if queries.find_open_check(issue.id) is not None:
        raise Conflict("この課題の合意確認は、もう始まっています。")
    check = ConsensusCheck(
        space_id=space.id,
        issue_id=issue.id,
        title=_refuse_empty(draft.title, "title", "何についての合意確認かを書いてください。"),
        draft=_refuse_empty(draft.draft, "draft", "たたき台を書いてください。"),
        audience=draft.audience,
        opened_at=now,
        ends_at=draft.ends_at,
        conclusion="",
    )
    db.session.add(check)
    db.session.flush()
    audit.record(by, "spaces.open_check", check, {"audience": draft.audience.value})
    events.publish(ConsensusOpened(check.id))
    return check


def say_consent(
    check: ConsensusCheck, space: Space, consent: Consent, reason: str, *, is_strong: bool = False, by: Actor
) -> ConsensusAnswer:
    """Say what one thinks of the draft, with the reason; saying it again changes it. One answer for each person."""
    place = queries.get_place_of_answerer(check, space, by)
    access.require(by, "spaces.take_part", check, space, *place)
    reason = _refuse_empty(reason, "reason", "理由を書いてください。短くてもかまいません。")
    _lock(check)  # Answers and the closing come one after another.
    answer = queries.find_own_answer(check, by)
    if check.closed_at is not None or (answer is None and clock.now() >= check.ends_at):
        raise Conflict("この合意確認の答えの受付は終わりました。")
    is_strong = is_strong and consent is Consent.CONCERN
    if answer is None:
        said = contributions.say(
            ContributionKind.CONSENSUS_REASON,
            reason,
            subject_id=db.session.get_one(LocalIssue, check.issue_id).subject_id,
            author_id=by.person_id,
            shown_name=by.name,
            visibility=Visibility.PUBLISHED,
        )
        answer = ConsensusAnswer(
            check_id=check.id,
            person_id=by.person_id,
            contribution_id=said.id,
            consent=consent,
            is_strong=is_strong,
            said_at=clock.now(),
            answer="",
        )
        db.session.add(answer)
    else:
        said = db.session.get_one(Contribution, answer.contribution_id, with_for_update={"key_share": True})
        if said.visibility not in (Visibility.PUBLISHED, Visibility.HELD):
            raise Denied("この答えの理由は、今は書き直せません。")
        if (answer.consent, answer.is_strong, said.body) != (consent, is_strong, reason):
            # What was answered was an answer to other words.
            answer.answer, answer.answered_at = "", None
        contributions.revise(said, reason)
        answer.consent, answer.is_strong, answer.said_at = consent, is_strong, clock.now()
    db.session.flush()
    audit.record(by, "spaces.take_part", check)
    return answer


def answer_concern(
    check: ConsensusCheck, space: Space, answer: ConsensusAnswer, words: str, *, by: Actor
) -> None:
    """Answer, as the secretariat, to a concern or a condition; everybody reads it beside the reason."""
    access.require(by, "spaces.answer_concern", space, check)
    _hold(space, Right.DRAFT, by)
    _lock(check)
    if check.closed_at is not None or answer.check_id != check.id:
        raise Conflict("この合意確認は終わりました。")
    db.session.refresh(answer)
    answer.answer = _refuse_empty(words, "words", "答えを書いてください。")
    answer.answered_at = clock.now()
    audit.record(by, "spaces.answer_concern", check, {"answer": answer.public_id})


def close_check(check: ConsensusCheck, space: Space, conclusion: str, *, by: Actor) -> None:
    """Close a check after its time, once every strong concern has its answer; counts and reasons stand."""
    access.require(by, "spaces.close_check", space, check)
    _hold(space, Right.SUBMIT, by)
    _lock(check)
    if check.closed_at is not None:
        raise Conflict("この合意確認は、もう終わっています。")
    if clock.now() < check.ends_at:
        raise Refused("答えの締切を過ぎてから、終えられます。")
    waiting = queries.count_unanswered_strong(check)
    if waiting:
        raise Refused(f"強い心配が{waiting}件、答えを待っています。すべてに答えてから、終えてください。")
    check.conclusion = _refuse_empty(
        conclusion, "conclusion", "合意できたこと、できなかったことを書いてください。"
    )
    check.closed_at = clock.now()
    audit.record(by, "spaces.close_check", check)
    events.publish(ConsensusClosed(check.id))


def draft_from_check(check: ConsensusCheck, space: Space, *, by: Actor) -> Proposal:
    """Draft a proposal to the ward (提案書) from a closed check, in the secretariat's name.

    It goes the way of every proposal from here: written on together, approved inside, submitted.
    """
    access.require(by, "spaces.propose", space, check)
    _hold(space, Right.DRAFT, by)
    _lock(check)
    if check.proposal_id is not None:
        raise Conflict("この合意確認からは、もう提案書をつくりました。")
    issue = db.session.get_one(LocalIssue, check.issue_id)
    organisation = db.session.get_one(CommunityOrganisation, space.organisation_id)
    said, hidden = queries.list_said_of_draft(check)
    proposal = proposals.draft_proposal(organisation, issue.subject_id, check.title[:MOST_TITLE], by=by)
    db.session.flush()
    text = ProposalText(
        title=check.title[:MOST_TITLE],
        purpose=purpose_of(
            issue.title, space.name, check.draft, check.conclusion, outcome_in_words(said, hidden), MOST_PART
        ),
        place=space.name,
    )
    proposals.write_draft(proposal, text, proposal.version, by=by)
    check.proposal_id = proposal.id
    audit.record(by, "spaces.propose", check, {"proposal": proposal.public_id})
    return proposal
