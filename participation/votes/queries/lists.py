"""Votes as pages and lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from participation.access.actors import Actor
from participation.consultations.domain import State, Way, state_at
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.domain import Standing
from participation.people.models import PersonStanding
from participation.subjects import queries as subjects
from participation.subjects.models import Subject
from participation.votes.domain import (
    BY_IDENTIFIER,
    COUNTED,
    ONE_TAP,
    Audience,
    Keeping,
    VoteStatus,
    shows_figures,
)
from participation.votes.domain.turnout import are_too_few
from participation.votes.models import Ballot, Vote, VoteCount, VoteOption
from participation.votes.queries.own import RESIDENT_KEY, OwnBallot

MOST_LISTED = 200


@dataclass(frozen=True)
class OptionShown:
    """An option, with its count where it may be seen."""

    code: str
    label: str
    count: int | None
    description: str = ""
    cost: int | None = None
    #: The item of a plan that it is about (計画の項目).
    item_title: str = ""
    item_address: str = ""


@dataclass(frozen=True)
class VoteShown:
    """A vote as a page or a list shows it. Counts are None wherever nobody may see them yet."""

    vote: Vote
    state: State
    options: tuple[OptionShown, ...]
    #: The reader's own choice; never looked up for a visitor on a page that is kept.
    mine: str | None
    subject_title: str
    subject_address: str
    may_cast: bool
    #: How many voted, or None where nobody may see it yet.
    total: int | None = None

    @property
    def are_too_few(self) -> bool:
        """Whether so few secret ballots were cast that only their number is told."""
        return are_too_few(self.vote.keeping, self.total or 0)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Code and label of each option."""
        return [(option.code, option.label) for option in self.options]

    @property
    def is_one_tap(self) -> bool:
        """Whether one tap is enough: nothing to review, no receipt."""
        return self.vote.kind in ONE_TAP and not self.asks_who

    @property
    def asks_who(self) -> bool:
        """Whether the ballot needs more than an account: a receipt, a number on a list, an organisation."""
        vote = self.vote
        return (
            vote.keeping is Keeping.SECRET
            or vote.audience in BY_IDENTIFIER
            or vote.audience is Audience.ORGANISATION
        )

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Label and count of each option; only where they may be seen."""
        return [(option.label, option.count) for option in self.options if option.count is not None]

    @property
    def changes_at(self) -> datetime | None:
        """The next moment at which it opens or closes by itself."""
        return {State.COMING: self.vote.opens_at, State.OPEN: self.vote.closes_at}.get(self.state)


@dataclass(frozen=True)
class VotesOnPage:
    """The votes about the subjects of a page."""

    votes: tuple[VoteShown, ...] = ()
    #: The next moment at which one of them opens or closes.
    changes_at: datetime | None = None


def show_vote(vote: Vote, own: OwnBallot | None, actor: Actor) -> VoteShown:
    """Return one vote with its options, and the reader's own ballot if there is one."""
    (shown,) = _shown(_votes().where(Vote.id == vote.id), actor, {vote.id: own.content} if own else {})
    return shown


def list_votes(actor: Actor, *, with_drafts: bool = False) -> list[VoteShown]:
    """Return votes, those that close last first; drafts for staff only."""
    wanted = _votes().order_by(Vote.closes_at.desc(), Vote.id.desc()).limit(MOST_LISTED)
    if not with_drafts:
        wanted = wanted.where(Vote.status != VoteStatus.DRAFT)
    return _shown(wanted, actor, {})


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> VotesOnPage:
    """Return the votes about these subjects, or with an option about one, in at most three queries."""
    wanted = (
        _votes()
        .where(_is_about(subject_ids), Vote.status != VoteStatus.DRAFT)
        .order_by(Vote.closes_at.desc(), Vote.id.desc())
        .limit(MOST_LISTED)
    )
    shown = _shown(wanted, actor, _own_choices(subject_ids, actor))
    return VotesOnPage(
        votes=tuple(shown),
        changes_at=min((vote.changes_at for vote in shown if vote.changes_at is not None), default=None),
    )


def ways_into(consultation_id: int) -> list[Way]:
    """Return the votes of a consultation as ways to take part in it, those that close first first."""
    now = clock.now()
    votes = db.session.scalars(
        select(Vote)
        .where(Vote.consultation_id == consultation_id, Vote.status != VoteStatus.DRAFT)
        .order_by(Vote.closes_at, Vote.id)
        .limit(MOST_LISTED)
    )
    ways = []
    for vote in votes:
        state = state_at(vote.status, vote.opens_at, vote.closes_at, now)
        changes_at = {State.COMING: vote.opens_at, State.OPEN: vote.closes_at}.get(state)
        is_open = state is State.OPEN
        ways.append(Way("参考投票をする", vote.question, "votes.show", vote.public_id, is_open, changes_at))
    return ways


def _is_about(subject_ids: Sequence[int]) -> ColumnElement[bool]:
    with_option = select(VoteOption.vote_id).where(VoteOption.subject_id.in_(subject_ids))
    return or_(Vote.subject_id.in_(subject_ids), Vote.id.in_(with_option))


def _votes() -> Select[Vote, Subject]:
    return select(Vote, Subject).join(Subject, Subject.id == Vote.subject_id)


def _shown(wanted: Select[Vote, Subject], actor: Actor, mine: dict[int, str]) -> list[VoteShown]:
    found = db.session.execute(wanted).all()
    if not found:
        return []
    now = clock.now()
    states = {vote.id: state_at(vote.status, vote.opens_at, vote.closes_at, now) for vote, _ in found}
    visible = {
        vote.id
        for vote, _ in found
        if shows_figures(vote.results_shown, states[vote.id]) and not (vote.has_rooms and not vote.settled_at)
    }
    options: dict[int, list[OptionShown]] = {vote.id: [] for vote, _ in found}
    # The line of a vote's voters has no option: one question brings both.
    counts = (
        select(VoteCount.vote_id, VoteCount.option_id, func.sum(VoteCount.count).label("count"))
        .where(VoteCount.vote_id.in_([vote.id for vote, _ in found if vote.status is not VoteStatus.DRAFT]))
        .group_by(VoteCount.vote_id, VoteCount.option_id)
        .subquery()
    )
    rows: Sequence[Any] = db.session.execute(
        select(counts.c.vote_id, VoteOption, counts.c.count, Subject)
        .outerjoin(VoteOption, VoteOption.id == counts.c.option_id)
        .outerjoin(Subject, Subject.id == VoteOption.subject_id)
        .order_by(counts.c.vote_id, VoteOption.position)
    ).all()
    totals = {vote_id: count for vote_id, option, count, _ in rows if option is None}
    told = {
        vote.id
        for vote, _ in found
        if vote.id in visible
        and vote.kind in COUNTED
        and not are_too_few(vote.keeping, totals.get(vote.id, 0))
    }
    for vote_id, option, count, item in rows:
        if option is not None:
            options[vote_id].append(_option(option, item, count if vote_id in told else None))
    drafts = [vote.id for vote, _ in found if vote.status is VoteStatus.DRAFT]
    if drafts:
        drafted: Sequence[Any] = db.session.execute(
            select(VoteOption, Subject)
            .outerjoin(Subject, Subject.id == VoteOption.subject_id)
            .where(VoteOption.vote_id.in_(drafts))
            .order_by(VoteOption.position)
        ).all()
        for option, item in drafted:
            options[option.vote_id].append(_option(option, item, None))
    return [
        VoteShown(
            vote=vote,
            state=states[vote.id],
            options=tuple(options[vote.id]),
            mine=mine.get(vote.id),
            subject_title=subject.title,
            subject_address=subjects.address_of(subject),
            may_cast=vote.audience in (Audience.ANYONE, *BY_IDENTIFIER) or actor.is_member,
            total=totals.get(vote.id, 0) if vote.id in visible else None,
        )
        for vote, subject in found
    ]


def _option(option: VoteOption, item: Subject | None, count: int | None) -> OptionShown:
    return OptionShown(
        option.code,
        option.label,
        count,
        option.description,
        option.cost,
        item.title if item is not None else "",
        subjects.address_of(item) if item is not None else "",
    )


def _own_choices(subject_ids: Sequence[int], actor: Actor) -> dict[int, str]:
    if actor.person_id is None:
        return {}
    confirmed = select(literal(RESIDENT_KEY) + PersonStanding.proof_hash).where(
        PersonStanding.person_id == actor.person_id,
        PersonStanding.standing == Standing.LIVES,
        PersonStanding.proof_hash.is_not(None),
    )
    rows = db.session.execute(
        select(Ballot.vote_id, Ballot.content)
        .join(Vote, Vote.id == Ballot.vote_id)
        .where(
            _is_about(subject_ids),
            or_(Ballot.voter_key == f"person:{actor.person_id}", Ballot.voter_key.in_(confirmed)),
        )
    )
    return dict(rows.all())
