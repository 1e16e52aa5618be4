"""Casting ballots."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, and_, bindparam, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.text import character_count
from participation.votes import queries
from participation.votes.commands.counting import _count
from participation.votes.domain import (
    MOST_REASON,
    State,
    state_at,
)
from participation.votes.events import BallotCast
from participation.votes.models import Ballot, Vote, VoteOption
from participation.votes.policies import NOT_YET, OVER

#: The statements of a ballot, made once: casting is what happens most and at once.
_ballots = cast(Table, Ballot.__table__)

_LOCK_AND_OPTION = (
    select(Vote.status, Vote.opens_at, Vote.closes_at, VoteOption.id)
    .outerjoin(VoteOption, and_(VoteOption.vote_id == Vote.id, VoteOption.code == bindparam("code")))
    .where(Vote.id == bindparam("vote_id"))
    .with_for_update(read=True, of=Vote)
)

_LOCK_BALLOT = (
    select(Ballot.id, Ballot.option_id)
    .where(Ballot.vote_id == bindparam("vote_id"), Ballot.voter_key == bindparam("key"))
    .with_for_update()
)

_MOVE_BALLOT = (
    update(_ballots)
    .where(_ballots.c.id == bindparam("ballot_id"))
    .values(option_id=bindparam("option"), cast_at=bindparam("at"))
)


def cast_ballot(vote: Vote, code: str, *, reason: str | None = None, by: Actor) -> None:
    """Take a ballot, or a changed one: the last counts, until the closing.

    The vote's row is locked before the time is looked at, so a ballot is either before the closing
    and counted, or after it and refused. Without a `reason` (None) the one given before stays; an
    empty one takes it back. The audit trail never says for what somebody voted.
    """
    access.require(by, "votes.cast", vote)
    option_id = _option_while_open(vote, code)
    key = queries.voter_key(vote, by)
    if key is None:
        raise Refused("投票する端末を確かめられませんでした。画面を開き直してください。")
    values = {
        "vote_id": vote.id,
        "voter_key": key,
        "option_id": option_id,
        "cast_at": clock.now(),
        "contribution_id": None,
    }
    if insert_once(Ballot, values, unique=["vote_id", "voter_key"]) is not None:
        _count({option_id: 1})
    else:
        _change_ballot(vote, key, option_id)
    if reason is not None:
        _give_reason(vote, key, reason.strip(), by)
    audit.record(by, "votes.cast", vote)
    events.publish(BallotCast(vote.id))


def _option_while_open(vote: Vote, code: str) -> int:
    """Return the id of the option; refuse unless the vote, now locked, is open."""
    locked = db.session.execute(_LOCK_AND_OPTION, {"vote_id": vote.id, "code": code}).one_or_none()
    if locked is None:
        raise NotFound
    status, opens_at, closes_at, option_id = locked
    state = state_at(status, opens_at, closes_at, clock.now())
    if state is not State.OPEN:
        raise Conflict(NOT_YET if state is State.COMING else OVER)
    if option_id is None:
        raise Refused("選択肢の中から一つ選んでください。", field="choice")
    return option_id


def _change_ballot(vote: Vote, key: str, option_id: int) -> None:
    """Move the voter's one ballot to another option; their row is locked, so changes come one by one."""
    ballot_id, before = db.session.execute(_LOCK_BALLOT, {"vote_id": vote.id, "key": key}).one()
    if before == option_id:
        return
    db.session.execute(_MOVE_BALLOT, {"ballot_id": ballot_id, "option": option_id, "at": clock.now()})
    _count({before: -1, option_id: 1})


def _give_reason(vote: Vote, key: str, reason: str, by: Actor) -> None:
    """Put the reason into the register, held until staff have looked; an empty one takes it back."""
    if reason and not vote.asks_reason:
        raise Refused("この参考投票では、理由はうかがっていません。", field="reason")
    if character_count(reason) > MOST_REASON:
        raise Refused(f"理由は{MOST_REASON}文字以内にしてください。", field="reason")
    if not vote.asks_reason:
        return
    ballot_id, said_id = db.session.execute(
        select(Ballot.id, Ballot.contribution_id).where(Ballot.vote_id == vote.id, Ballot.voter_key == key)
    ).one()
    said = db.session.get_one(Contribution, said_id) if said_id is not None else None
    if said is not None and said.visibility in (Visibility.WITHDRAWN, Visibility.ERASED):
        said = None
    if said is not None:
        if not reason:
            contributions.change_visibility(said, Visibility.WITHDRAWN)
        elif said.body != reason:
            contributions.revise(said, reason)
            contributions.change_visibility(said, Visibility.HELD)
    elif reason:
        said = contributions.say(
            ContributionKind.VOTE_REASON,
            reason,
            subject_id=vote.subject_id,
            consultation_id=vote.consultation_id,
            author_id=by.person_id,
            visibility=Visibility.HELD,
        )
        db.session.execute(
            update(Ballot)
            .where(Ballot.id == ballot_id)
            .values(contribution_id=said.id)
            .execution_options(synchronize_session=False)
        )
