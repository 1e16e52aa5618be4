"""Making votes: draft, change, publish."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_token
from participation.jobs import queue
from participation.votes import queries
from participation.votes.commands.counting import CHANGED_MEANWHILE, _lock, _replace_counts
from participation.votes.domain import (
    BUDGETING,
    BY_IDENTIFIER,
    POINTING,
    VoteDraft,
    VoteStatus,
    why_not,
)
from participation.votes.domain.sealing import seed_hash
from participation.votes.events import VotePublished
from participation.votes.models import Vote, VoteOption

#: The job that settles a vote once its time is over.
SETTLE = "votes.settle"


def draft_vote(draft: VoteDraft, *, by: Actor) -> Vote:
    """Begin a vote that only staff see."""
    access.require(by, "votes.draft")
    vote = Vote(status=VoteStatus.DRAFT, created_at=clock.now(), **_columns(draft))
    db.session.add(vote)
    db.session.flush()  # The options need its id.
    _replace_options(vote, draft)
    audit.record(by, "votes.draft", vote)
    return vote


def change_vote(vote: Vote, draft: VoteDraft, *, by: Actor) -> None:
    """Change a draft."""
    access.require(by, "votes.change", vote)
    _lock(vote, VoteStatus.DRAFT)
    if vote.version != draft.version:
        raise Conflict(CHANGED_MEANWHILE)
    for column, value in _columns(draft).items():
        setattr(vote, column, value)
    _replace_options(vote, draft)
    audit.record(by, "votes.change", vote)


def publish_vote(vote: Vote, *, by: Actor) -> None:
    """Let people vote from the opening on; question, options and rule stay as they are from now on.

    Where no public figure is to decide ties, a seed is drawn now, and its hash published: nobody can
    choose it afterwards, and nobody can compute the lot before the closing.
    """
    access.require(by, "votes.publish", vote)
    _lock(vote, VoteStatus.DRAFT)
    if vote.closes_at <= clock.now():
        raise Refused("締切がもう過ぎています。受付期間を直してから公開してください。")
    if vote.audience in BY_IDENTIFIER and not queries.count_electors(vote):
        raise Refused("投票できる人の名簿がまだありません。名簿か招待の番号を用意してから公開してください。")
    vote.status = VoteStatus.OPEN
    if not vote.seed_source:
        vote.seed = new_token()
        vote.seed_hash = seed_hash(vote.seed)
    _replace_counts(vote, {})
    queue.enqueue(SETTLE, {"vote": vote.id}, run_after=vote.closes_at)
    audit.record(by, "votes.publish", vote)
    events.publish(VotePublished(vote.id))


def _columns(draft: VoteDraft) -> dict[str, Any]:
    wrong = why_not(draft)
    if wrong is not None:
        field, reason = wrong
        raise Refused(reason, field=field)
    return {
        "question": draft.question,
        "explanation": draft.explanation,
        "kind": draft.kind,
        "subject_id": draft.subject_id,
        "consultation_id": draft.consultation_id,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "audience": draft.audience,
        "standings": list(draft.standings),
        "results_shown": draft.results_shown,
        "asks_reason": draft.asks_reason,
        "keeping": draft.keeping,
        "rule": draft.declared_rule,
        "compares": draft.compares,
        "seats": 1 if draft.kind in BUDGETING else draft.seats,
        "least": draft.least,
        "most": draft.most_marked,
        "points": draft.points if draft.kind in POINTING else None,
        "budget": draft.budget if draft.kind in BUDGETING else None,
        "completion": draft.completion,
        "seed_source": draft.seed_source,
        "has_rooms": draft.has_rooms,
    }


def _replace_options(vote: Vote, draft: VoteDraft) -> None:
    """Write the options of a draft anew: nobody has voted for them yet."""
    db.session.execute(delete(VoteOption).where(VoteOption.vote_id == vote.id))
    for position, (code, option) in enumerate(draft.options(), start=1):
        db.session.add(
            VoteOption(
                vote_id=vote.id,
                code=code,
                label=option.label,
                description=option.description,
                cost=option.cost,
                subject_id=option.subject_id,
                position=position,
            )
        )
