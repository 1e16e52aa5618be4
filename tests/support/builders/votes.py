"""Builders of votes: made and cast through the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from participation.access.actors import Actor, Role, system, visitor
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.ids import code, new_token
from participation.votes import commands
from participation.votes.domain import Audience, OptionDraft, ResultsShown, VoteDraft, VoteKind
from participation.votes.domain.sealing import RECEIPT_LENGTH
from participation.votes.models import Vote
from participation.votes.queries import Ticket
from tests.support.builders.consultations import a_subject

EDITOR = Actor(roles=frozenset({Role.EDITOR}), name="編集")


def a_vote_draft(**settings: Any) -> VoteDraft:
    """A stance vote that opened yesterday and closes in ten days."""
    now = clock.now()
    usual: dict[str, Any] = {
        "question": "区報を掲示板にも貼るべきですか",
        "explanation": "費用は年に30万円ほどです。",
        "kind": VoteKind.STANCE,
        "choices": (),
        "consultation_id": None,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
        "audience": Audience.ANYONE,
        "results_shown": ResultsShown.LIVE,
        "asks_reason": True,
    }
    if "labels" in settings:
        settings["choices"] = tuple(OptionDraft(label) for label in settings.pop("labels"))
    if "subject_id" not in settings:
        usual["subject_id"] = a_subject().id
    return VoteDraft(**{**usual, **settings})


def a_vote(*, published: bool = True, **settings: Any) -> Vote:
    """A vote; `settings` as of VoteDraft."""
    draft = a_vote_draft(**settings)
    with transaction():
        vote = commands.draft_vote(draft, by=EDITOR)
        if published:
            commands.publish_vote(vote, by=EDITOR)
    return vote


PROJECTS = (
    OptionDraft("公園の水飲み場", "駅前の公園に一つ", 4_000_000),
    OptionDraft("図書館の夜間開館", "週に2日", 5_000_000),
    OptionDraft("通学路の見守り", "", 2_000_000),
)
#: For each kind: what a vote of it needs, and a ballot.
KINDS: dict[VoteKind, tuple[dict[str, Any], str]] = {
    VoteKind.STANCE: ({}, "agree"),
    VoteKind.SINGLE: ({"labels": ("甲", "乙", "丙")}, "o2"),
    VoteKind.APPROVAL: ({"labels": ("甲", "乙", "丙"), "most": 2}, "o1,o3"),
    VoteKind.SCORE: ({"labels": ("甲", "乙", "丙")}, "o1:5,o3:0"),
    VoteKind.RANKING: ({"labels": ("甲", "乙", "丙")}, "o3>o1"),
    VoteKind.PRIORITIES: ({"labels": ("甲", "乙", "丙", "丁")}, "o4>o1>o2"),
    VoteKind.POINTS: ({"labels": ("甲", "乙", "丙"), "points": 10}, "o1:7,o2:3"),
    VoteKind.BUDGET: ({"choices": PROJECTS, "budget": 8_000_000}, "o1,o3"),
    VoteKind.BUDGET_POINTS: ({"choices": PROJECTS, "budget": 8_000_000, "points": 10}, "o1:4,o3:6"),
}


def a_vote_of(kind: VoteKind, **settings: Any) -> Vote:
    """A vote of a kind, whose figures are hidden until it closes."""
    usual = {"kind": kind, "results_shown": ResultsShown.AFTER_CLOSING, "asks_reason": False}
    return a_vote(**{**usual, **KINDS[kind][0], **settings})


def cast_secretly(vote: Vote, content: str, receipt: str = "", by: Actor | None = None) -> str:
    """Cast a secret ballot; return the receipt's code."""
    receipt = receipt or code(RECEIPT_LENGTH)
    with transaction():
        commands.cast_ballot(vote, content, ticket=Ticket(receipt=receipt), by=by or visitor(new_token()))
    return receipt


def close(vote: Vote) -> None:
    """Close a vote and settle it."""
    with transaction():
        commands.close_vote(vote, by=EDITOR)
    with transaction():
        commands.settle_vote(vote, by=system("tests"))


def cast(vote: Vote, content: str = "agree", by: Actor | None = None, *, reason: str | None = None) -> Actor:
    """Cast a ballot; return who did."""
    who = by or visitor(new_token())
    with transaction():
        commands.cast_ballot(vote, content, reason=reason, by=who)
    return who
