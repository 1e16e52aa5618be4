"""Casting ballots: signals, which carry their voter's key, and secret ballots, which carry nothing of it.

The vote's row is locked before the time is looked at, so a ballot is either before the closing and
counted, or after it and refused. The audit trail never says for what somebody voted.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.text import character_count
from participation.foundation.together import Step, Steps, in_steps
from participation.votes import queries
from participation.votes.commands.counting import _count
from participation.votes.commands.taking import NewBallot, _lock_while_open, _take
from participation.votes.domain import MOST_REASON, Keeping
from participation.votes.domain.ballots import BadBallot
from participation.votes.domain.marking import checked
from participation.votes.domain.sealing import RECEIPT_LENGTH, plain_receipt, receipt_hash, seal_of
from participation.votes.domain.terms import Terms, VoteName
from participation.votes.events import BallotCast
from participation.votes.models import Ballot, ReplacedSeal, Vote, new_salt
from participation.votes.queries import NOBODY, Ticket, Voter

ALREADY = (
    "この参考投票には、もう投票しています。秘密の票は、控えの番号があれば、締切まで変えられます。"
    "番号がないと、どの票があなたのものか区にも分からないので、変えられません。"
)
USED_RECEIPT = "その控えの番号は使われています。画面を開き直して、もう一度お願いします。"
UNKNOWN_RECEIPT = "その控えの番号の票は見つかりませんでした。番号を確かめてください。"

_ballots = cast(Table, Ballot.__table__)
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


@in_steps
def cast_ballot(
    vote: Vote | VoteName, content: str, *, ticket: Ticket = NOBODY, reason: str | None = None, by: Actor
) -> Steps[None]:
    """Take a ballot, or a changed one: the last counts, until the closing.

    Of `vote` nothing but which it is is used: all else is read anew under the lock, maybe in another thread.

    Of a secret ballot `ticket.receipt` is the code that its voter keeps: whoever sends the same form twice
    has one ballot, and who has the code may change it. Without a `reason` (None) the one given before
    stays; an empty one takes it back.
    """
    terms = queries.get_terms(vote)
    access.require(by, "votes.cast", terms)
    content = _checked(terms, content)
    voter = queries.find_voter(terms, by, ticket)
    if voter is None:
        raise Refused("投票する端末を確かめられませんでした。画面を開き直してください。")
    taken = yield Step(_take, _new_ballot(terms, voter, content, ticket.receipt))
    if not taken.is_put_in:
        raise Refused(USED_RECEIPT)
    if not taken.is_first:
        _cast_again(terms, voter, content, ticket.receipt)
    if reason is not None and terms.keeping is Keeping.SIGNAL:
        _give_reason(terms, voter.key, reason.strip(), by)
    audit.record(by, "votes.cast", (Vote, terms.id))
    events.publish(BallotCast(terms.id))


def change_secret_ballot(vote: Vote, content: str, receipt: str, *, by: Actor) -> None:
    """Change the secret ballot that this receipt's code belongs to; who asks is not looked at."""
    access.require(by, "votes.change_ballot", vote)
    _lock_while_open(vote.id)
    terms = queries.get_terms(vote)
    content = _checked(terms, content)
    found = db.session.execute(
        _LOCK_SECRET, {"vote_id": vote.id, "receipt": receipt_hash(receipt)}
    ).one_or_none()
    if found is None:
        raise Refused(UNKNOWN_RECEIPT, field="receipt")
    _change(terms, found, content, at=None)
    audit.record(by, "votes.change_ballot", vote)
    events.publish(BallotCast(vote.id))


def _checked(terms: Terms, content: str) -> str:
    if not content and terms.paper.least:
        raise Refused("まだ何も選ばれていません。", field="choice")
    try:
        return checked(terms.paper, content)
    except BadBallot as refusal:
        raise Refused(str(refusal), field="choice") from None


def _new_ballot(terms: Terms, voter: Voter, content: str, receipt: str) -> NewBallot:
    """Return what is put in of somebody who has no ballot yet; a secret one knows nothing of them."""
    is_secret = terms.keeping is Keeping.SECRET
    if is_secret and len(plain_receipt(receipt)) != RECEIPT_LENGTH:
        raise Refused("控えの番号がありません。画面を開き直して、もう一度お願いします。")
    return NewBallot(
        vote_id=terms.id,
        voter=voter,
        is_secret=is_secret,
        content=content,
        option_ids=terms.counted(content),
        receipt_hash=receipt_hash(receipt) if receipt else None,
    )


def _cast_again(terms: Terms, voter: Voter, content: str, receipt: str) -> None:
    """Move the one ballot of somebody who has one; its row is locked, so changes come one by one."""
    hashed = receipt_hash(receipt) if receipt else None
    if terms.keeping is Keeping.SECRET:
        found = db.session.execute(_LOCK_SECRET, {"vote_id": terms.id, "receipt": hashed}).one_or_none()
        if found is None:
            raise Conflict(ALREADY)
        if found.content != content:
            _change(terms, found, content, at=None)
        return
    found = db.session.execute(_LOCK_SIGNAL, {"vote_id": terms.id, "key": voter.key}).one()
    if found.content != content:
        _change(terms, found, content, at=clock.now())
    if hashed is not None:
        db.session.execute(
            update(Ballot)
            .where(Ballot.id == found.id)
            .values(receipt_hash=hashed)
            .execution_options(synchronize_session=False)
        )


def _change(terms: Terms, found: Any, content: str, *, at: Any) -> None:
    """Write another ballot in the place of one; a seal that stood in the chain is taken out of it."""
    if found.link_id is not None:
        db.session.add(
            ReplacedSeal(vote_id=terms.id, seal=seal_of(found.salt, found.content), added_id=found.link_id)
        )
    db.session.execute(_CHANGE, {"ballot_id": found.id, "new": content, "at": at, "new_salt": new_salt()})
    _count(terms.id, terms.counted(content), before=terms.counted(found.content))


def _give_reason(vote: Terms, key: str, reason: str, by: Actor) -> None:
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
