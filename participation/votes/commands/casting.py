"""Casting ballots: signals, which carry their voter's key, and secret ballots, which carry nothing of it.

The vote's row is locked before the time is looked at, so a ballot is either before the closing and
counted, or after it and refused. The audit trail never says for what somebody voted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update

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
from participation.votes.domain import COUNTED, MOST_REASON, Keeping, Origin, State, state_at
from participation.votes.domain.ballots import BadBallot, BallotPaper, Option
from participation.votes.domain.marking import Limits, checked, marks_in, paper_of
from participation.votes.domain.sealing import RECEIPT_LENGTH, plain_receipt, receipt_hash, seal_of
from participation.votes.events import BallotCast
from participation.votes.models import (
    Ballot,
    Participation,
    ReplacedSeal,
    Vote,
    VoteOption,
    new_ballot_id,
    new_salt,
)
from participation.votes.policies import NOT_YET, OVER
from participation.votes.queries import NOBODY, Ticket, Voter

ALREADY = (
    "この参考投票には、もう投票しています。秘密の票は、控えの番号があれば、締切まで変えられます。"
    "番号がないと、どの票があなたのものか区にも分からないので、変えられません。"
)
UNKNOWN_RECEIPT = "その控えの番号の票は見つかりませんでした。番号を確かめてください。"

#: The statements of a ballot, made once: casting is what happens most and at once.
_ballots = cast(Table, Ballot.__table__)
_PUT_IN = insert(_ballots)
_LOCK_AND_OPTIONS = (
    select(
        Vote.status,
        Vote.opens_at,
        Vote.closes_at,
        VoteOption.id,
        VoteOption.code,
        VoteOption.label,
        VoteOption.cost,
    )
    .join(VoteOption, VoteOption.vote_id == Vote.id)
    .where(Vote.id == bindparam("vote_id"))
    .order_by(VoteOption.position)
    .with_for_update(read=True, of=Vote)
)
_COLUMNS = (Ballot.id, Ballot.content, Ballot.salt, Ballot.link_id)
_LOCK_SIGNAL = (
    select(*_COLUMNS)
    .where(Ballot.vote_id == bindparam("vote_id"), Ballot.voter_key == bindparam("key"))
    .with_for_update()
)
_LOCK_SECRET = (
    select(*_COLUMNS)
    .where(Ballot.vote_id == bindparam("vote_id"), Ballot.receipt_hash == bindparam("receipt"))
    .with_for_update()
)
_CHANGE = (
    update(_ballots)
    .where(_ballots.c.id == bindparam("ballot_id"))
    .values(content=bindparam("new"), cast_at=bindparam("at"), salt=bindparam("new_salt"), link_id=None)
)


@dataclass(frozen=True)
class _Open:
    """A vote that is locked and open: what may be written, and the ids of the options."""

    vote_id: int
    paper: BallotPaper
    option_ids: dict[str, int]
    is_counted: bool

    def ids(self, content: str) -> list[int]:
        """Return the ids of the marked options, where marks are counted while they come in."""
        return [self.option_ids[code] for code in marks_in(self.paper, content)] if self.is_counted else []


def cast_ballot(
    vote: Vote, content: str, *, ticket: Ticket = NOBODY, reason: str | None = None, by: Actor
) -> None:
    """Take a ballot, or a changed one: the last counts, until the closing.

    Of a secret ballot `ticket.receipt` is the code that its voter keeps: whoever sends the same form twice
    has one ballot, and who has the code may change it. Without a `reason` (None) the one given before
    stays; an empty one takes it back.
    """
    access.require(by, "votes.cast", vote)
    locked = _lock_while_open(vote)
    content = _checked(locked, content)
    voter = queries.find_voter(vote, by, ticket)
    if voter is None:
        raise Refused("投票する端末を確かめられませんでした。画面を開き直してください。")
    if vote.keeping is Keeping.SECRET:
        _cast_secret(locked, voter, content, ticket.receipt)
    else:
        _cast_signal(locked, voter, content, ticket.receipt)
        if reason is not None:
            _give_reason(vote, voter.key, reason.strip(), by)
    audit.record(by, "votes.cast", vote)
    events.publish(BallotCast(vote.id))


def change_secret_ballot(vote: Vote, content: str, receipt: str, *, by: Actor) -> None:
    """Change the secret ballot that this receipt's code belongs to; who asks is not looked at."""
    access.require(by, "votes.change_ballot", vote)
    locked = _lock_while_open(vote)
    content = _checked(locked, content)
    found = db.session.execute(
        _LOCK_SECRET, {"vote_id": vote.id, "receipt": receipt_hash(receipt)}
    ).one_or_none()
    if found is None:
        raise Refused(UNKNOWN_RECEIPT, field="receipt")
    _change(locked, found, content, at=None)
    audit.record(by, "votes.change_ballot", vote)
    events.publish(BallotCast(vote.id))


def _lock_while_open(vote: Vote) -> _Open:
    """Lock the vote against closing; refuse unless it is open at this moment."""
    rows = db.session.execute(_LOCK_AND_OPTIONS, {"vote_id": vote.id}).all()
    if not rows:
        raise NotFound
    status, opens_at, closes_at = rows[0][:3]
    state = state_at(status, opens_at, closes_at, clock.now())
    if state is not State.OPEN:
        raise Conflict(NOT_YET if state is State.COMING else OVER)
    options = [Option(code, label, cost) for *_, code, label, cost in rows]
    limits = Limits(vote.least, vote.most, vote.points, vote.budget)
    return _Open(
        vote.id,
        paper_of(vote.kind, options, limits),
        {row.code: row.id for row in rows},
        vote.kind in COUNTED,
    )


def _checked(locked: _Open, content: str) -> str:
    if not content and locked.paper.least:
        raise Refused("まだ何も選ばれていません。", field="choice")
    try:
        return checked(locked.paper, content)
    except BadBallot as refusal:
        raise Refused(str(refusal), field="choice") from None


def _cast_signal(locked: _Open, voter: Voter, content: str, receipt: str) -> None:
    """Put a signal in, or move the voter's one ballot; their row is locked, so changes come one by one."""
    hashed = receipt_hash(receipt) if receipt else None
    if _take_part(locked.vote_id, voter):
        _put_in(locked, content, voter_key=voter.key, receipt_hash=hashed, cast_at=clock.now())
        return
    found = db.session.execute(_LOCK_SIGNAL, {"vote_id": locked.vote_id, "key": voter.key}).one()
    if found.content != content:
        _change(locked, found, content, at=clock.now())
    if hashed is not None:
        db.session.execute(
            update(Ballot)
            .where(Ballot.id == found.id)
            .values(receipt_hash=hashed)
            .execution_options(synchronize_session=False)
        )


def _cast_secret(locked: _Open, voter: Voter, content: str, receipt: str) -> None:
    """Write that somebody took part, and put a ballot in that knows nothing of them."""
    if len(plain_receipt(receipt)) != RECEIPT_LENGTH:
        raise Refused("控えの番号がありません。画面を開き直して、もう一度お願いします。")
    key = {"vote_id": locked.vote_id, "receipt": receipt_hash(receipt)}
    if _take_part(locked.vote_id, voter):
        if db.session.execute(_LOCK_SECRET, key).one_or_none() is not None:
            raise Refused("その控えの番号は使われています。画面を開き直して、もう一度お願いします。")
        _put_in(locked, content, voter_key=None, receipt_hash=key["receipt"], cast_at=None)
        return
    found = db.session.execute(_LOCK_SECRET, key).one_or_none()
    if found is None:
        raise Conflict(ALREADY)
    if found.content != content:
        _change(locked, found, content, at=None)


def _take_part(vote_id: int, voter: Voter) -> bool:
    """Write that somebody voted; return whether it is the first time."""
    values = {
        "vote_id": vote_id,
        "voter_key": voter.key,
        "day": clock.today(),
        "area_id": voter.area_id,
        "age_band": voter.age_band,
    }
    return insert_once(Participation, values, unique=["vote_id", "voter_key"]) is not None


def _put_in(locked: _Open, content: str, **values: Any) -> None:
    row = {
        "id": new_ballot_id(),
        "vote_id": locked.vote_id,
        "content": content,
        "salt": new_salt(),
        "origin": Origin.WEB,
        "contribution_id": None,
        "link_id": None,
    }
    db.session.execute(_PUT_IN, {**row, **values})
    _count(locked.vote_id, locked.ids(content), voters=1)


def _change(locked: _Open, found: Any, content: str, *, at: Any) -> None:
    """Write another ballot in the place of one; a seal that stood in the chain is taken out of it."""
    if found.link_id is not None:
        db.session.add(
            ReplacedSeal(
                vote_id=locked.vote_id, seal=seal_of(found.salt, found.content), added_id=found.link_id
            )
        )
    db.session.execute(_CHANGE, {"ballot_id": found.id, "new": content, "at": at, "new_salt": new_salt()})
    _count(locked.vote_id, locked.ids(content), before=locked.ids(found.content))


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
