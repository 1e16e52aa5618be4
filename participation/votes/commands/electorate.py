"""Writing who may vote: as hashes with a key that is kept outside the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.votes import queries
from participation.votes.commands.counting import _lock
from participation.votes.domain import VoteStatus
from participation.votes.domain.electorate import Listed
from participation.votes.models import Elector, ElectorGuess, Vote


def list_electors(vote: Vote, listed: Sequence[Listed], *, by: Actor) -> int:
    """Add to those who may vote, all of them or none; only while the vote is a draft."""
    access.require(by, "votes.list_electors", vote)
    _lock(vote, VoteStatus.DRAFT)
    rows = {queries.identifier_hash(vote, each.identifier): each.area_id for each in listed}
    if len(rows) < len(listed):
        raise Refused("同じ番号が2回あります。", field="document")
    known = set(db.session.scalars(select(Elector.identifier_hash).where(Elector.vote_id == vote.id)))
    if known & rows.keys():
        raise Refused(f"もう名簿にのっている番号が{len(known & rows.keys())}件あります。", field="document")
    db.session.execute(
        insert(Elector),
        [{"vote_id": vote.id, "identifier_hash": each, "area_id": area} for each, area in rows.items()],
    )
    audit.record(by, "votes.list_electors", vote, changes={"added": len(rows)})
    return len(rows)


def note_guess(vote: Vote, network: str, *, by: Actor) -> None:
    """Remember a number that stands on no list, with a hash of where it came from."""
    access.require(by, "votes.cast", vote)
    db.session.add(ElectorGuess(vote_id=vote.id, network_hash=queries.network_hash(network), at=clock.now()))
    audit.record(by, "votes.cast", vote, changes={"on_the_list": False})


def forget_guesses(before: datetime, *, by: Actor) -> int:
    """Let go of wrong numbers that no longer count; return how many."""
    access.require(by, "votes.forget_guesses")
    gone = db.session.execute(
        delete(ElectorGuess).where(ElectorGuess.at < before).returning(ElectorGuess.id)
    ).all()
    audit.record(by, "votes.forget_guesses", "elector_guesses", changes={"rows": len(gone)})
    return len(gone)
