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
from participation.votes.commands.counting import CHANGED_MEANWHILE, _lock, _replace_counts
from participation.votes.domain import (
    MOST_OPTIONS,
    OWN_OPTIONS,
    VoteDraft,
    VoteStatus,
)
from participation.votes.events import VotePublished
from participation.votes.models import Vote, VoteOption


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
    """Let people vote from the opening on; question and options stay as they are from now on."""
    access.require(by, "votes.publish", vote)
    _lock(vote, VoteStatus.DRAFT)
    if vote.closes_at <= clock.now():
        raise Refused("締切がもう過ぎています。受付期間を直してから公開してください。")
    vote.status = VoteStatus.OPEN
    _replace_counts(vote, {})
    audit.record(by, "votes.publish", vote)
    events.publish(VotePublished(vote.id))


def _columns(draft: VoteDraft) -> dict[str, Any]:
    if draft.closes_at <= draft.opens_at:
        raise Refused("締切は、受付開始よりあとにしてください。", field="closes_on")
    if draft.kind not in OWN_OPTIONS and not 2 <= len(draft.labels) <= MOST_OPTIONS:
        raise Refused(f"選択肢を2つから{MOST_OPTIONS}まで、1行に1つずつ書いてください。", field="labels")
    if len(set(draft.labels)) != len(draft.labels):
        raise Refused("同じ選択肢が2つあります。", field="labels")
    return {
        "question": draft.question,
        "explanation": draft.explanation,
        "kind": draft.kind,
        "subject_id": draft.subject_id,
        "consultation_id": draft.consultation_id,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "audience": draft.audience,
        "results_shown": draft.results_shown,
        "asks_reason": draft.asks_reason,
    }


def _replace_options(vote: Vote, draft: VoteDraft) -> None:
    """Write the options of a draft anew: nobody has voted for them yet."""
    db.session.execute(delete(VoteOption).where(VoteOption.vote_id == vote.id))
    for position, (code, label) in enumerate(draft.options(), start=1):
        db.session.add(VoteOption(vote_id=vote.id, code=code, label=label, position=position))
