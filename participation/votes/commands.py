"""Changing votes and casting ballots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, select, update

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
from participation.votes.domain import (
    MOST_OPTIONS,
    MOST_REASON,
    OWN_OPTIONS,
    State,
    VoteDraft,
    VoteStatus,
    state_at,
)
from participation.votes.events import BallotCast, VoteClosed, VotePublished
from participation.votes.models import Ballot, Vote, VoteCount, VoteOption
from participation.votes.policies import NOT_YET, OVER

#: The statements of a ballot, made once: casting is what happens most and at once.
_ballots, _counts = cast(Table, Ballot.__table__), cast(Table, VoteCount.__table__)
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
_MOVE_COUNT = (
    update(_counts)
    .where(_counts.c.option_id == bindparam("option"))
    .values(count=_counts.c.count + bindparam("step"))
)

CHANGED_MEANWHILE = "ほかの人がこの参考投票を先に変更しました。画面を開き直して、もう一度直してください。"


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


def close_vote(vote: Vote, *, by: Actor) -> dict[int, int]:
    """Take no more ballots from this moment; return option id → ballots, which is final.

    Waits for the ballots that are being cast: what is reported is what is stored.
    """
    access.require(by, "votes.close", vote)
    _lock(vote, VoteStatus.OPEN)
    vote.status, vote.closed_at = VoteStatus.CLOSED, clock.now()
    audit.record(by, "votes.close", vote)
    events.publish(VoteClosed(vote.id))
    return queries.kept_counts(vote)


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


def recount_votes(*, check_only: bool = False, by: Actor) -> dict[str, int]:
    """Count all ballots anew; return how many kept counts were wrong, by vote, and mend them."""
    access.require(by, "votes.recount")
    wrong: dict[str, int] = {}
    for vote in db.session.scalars(
        select(Vote).where(Vote.status != VoteStatus.DRAFT).order_by(Vote.id).with_for_update()
    ).all():
        true, kept = queries.recount(vote), queries.kept_counts(vote)
        differing = {
            option for option in true.keys() | kept.keys() if true.get(option, 0) != kept.get(option, 0)
        }
        if differing:
            wrong[vote.public_id] = len(differing)
            if not check_only:
                _replace_counts(vote, true)
    audit.record(by, "votes.recount", "vote_counts", changes={"wrong": wrong, "check_only": check_only})
    return wrong


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


def _lock(vote: Vote, expected: VoteStatus) -> None:
    """Take the vote's row for this transaction and see that nobody changed its status meanwhile."""
    db.session.scalars(
        select(Vote).where(Vote.id == vote.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if vote.status is not expected:
        raise Conflict(CHANGED_MEANWHILE)


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


def _count(steps: Mapping[int, int]) -> None:
    """Move the counts, in the order of the options, so that two voters never wait for each other."""
    for option_id, step in sorted(steps.items()):
        db.session.execute(_MOVE_COUNT, {"option": option_id, "step": step})


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


def _replace_counts(vote: Vote, counts: Mapping[int, int]) -> None:
    db.session.execute(delete(VoteCount).where(VoteCount.vote_id == vote.id))
    for option in queries.list_options(vote):
        db.session.add(VoteCount(vote_id=vote.id, option_id=option.id, count=counts.get(option.id, 0)))
