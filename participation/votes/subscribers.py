"""What votes does at start-up: the page of a consultation leads to its votes, lists of voices say what
readers think of them; the work of every day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict
from participation.jobs import daily, queue, retention
from participation.votes import commands, queries
from participation.votes.models import Vote

SEAL = "votes.seal"
BY = system("votes")


def register(app: Flask) -> None:
    """Offer the votes as ways to take part in a consultation."""
    offer_ways("votes", queries.ways_into)
    app.jinja_env.globals["stances_on"] = queries.stances_on


@queue.handler(commands.SETTLE)
def settle(payload: dict[str, Any]) -> None:
    """Settle a vote once its time is over."""
    with transaction():
        commands.settle_vote(db.session.get_one(Vote, int(payload["vote"])), by=BY)


@daily.every_day(SEAL, hour=0)
def seal() -> None:
    """Put the day's seals into the chain of each open vote, and settle what nobody settled."""
    for vote_id in [vote.id for vote in queries.list_open()]:
        try:
            with transaction():
                vote = db.session.get_one(Vote, vote_id)
                if queries.is_over(vote):
                    commands.settle_vote(vote, by=BY)
                else:
                    commands.seal_ballots(vote, by=BY)
        except Conflict:
            continue  # Closed or settled by somebody else meanwhile: that is what was wanted.


@retention.kept_for("votes.guesses", 7, "名簿にない番号を入力した記録")
def _forget_guesses(before: datetime) -> int:
    return commands.forget_guesses(before, by=BY)
