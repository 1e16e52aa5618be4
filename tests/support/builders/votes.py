"""Builders of votes: made and cast through the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from participation.access.actors import Actor, Role, visitor
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.ids import new_token
from participation.votes import commands
from participation.votes.domain import Audience, OptionDraft, ResultsShown, VoteDraft, VoteKind
from participation.votes.models import Vote
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


def cast(vote: Vote, code: str = "agree", by: Actor | None = None, *, reason: str | None = None) -> Actor:
    """Cast a ballot; return who did."""
    who = by or visitor(new_token())
    with transaction():
        commands.cast_ballot(vote, code, reason=reason, by=who)
    return who
