"""Reading votes and, when they may be seen, their figures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select

from participation.access.actors import Actor
from participation.consultations.domain import Way
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.subjects import queries as subjects
from participation.subjects.models import Subject
from participation.votes.domain import (
    Audience,
    ResultsShown,
    State,
    VoteKind,
    VoteStatus,
    shows_figures,
    state_at,
)
from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Marks, Option
from participation.votes.domain.rules import RULE_NAMES, Counting, Rule, tally
from participation.votes.models import Ballot, Vote, VoteCount, VoteOption

MOST_LISTED = 200
MOST_REASONS = 50


@dataclass(frozen=True)
class OptionShown:
    """An option, with its count where it may be seen."""

    code: str
    label: str
    count: int | None


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

    @property
    def total(self) -> int | None:
        """How many voted, or None where nobody may see it yet."""
        counts = [option.count for option in self.options]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Code and label of each option."""
        return [(option.code, option.label) for option in self.options]

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


@dataclass(frozen=True)
class Counted:
    """How a closed vote was counted (数え方と経過)."""

    rule: str
    #: The seed of the lot that decides ties: the vote's own number, public before anybody votes.
    seed: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class OwnBallot:
    """The reader's own ballot."""

    code: str
    label: str
    reason: str
    at: datetime


def voter_key(vote: Vote, actor: Actor) -> str | None:
    """Return under which key the actor votes here; None for a visitor not yet recognised."""
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if actor.guest_key is None:
        return None
    return "guest:" + hashlib.sha256(f"vote:{vote.public_id}:{actor.guest_key}".encode()).hexdigest()


def get_vote(public_id: str) -> Vote:
    """Return a vote by its public id; raises NotFound."""
    vote = db.session.scalars(select(Vote).where(Vote.public_id == public_id)).one_or_none()
    if vote is None:
        raise NotFound
    return vote


def get_public_vote(public_id: str) -> Vote:
    """Return a vote that is no draft; raises NotFound."""
    vote = get_vote(public_id)
    if vote.status is VoteStatus.DRAFT:
        raise NotFound
    return vote


def list_options(vote: Vote) -> Sequence[VoteOption]:
    """Return the options of a vote in order."""
    return db.session.scalars(
        select(VoteOption).where(VoteOption.vote_id == vote.id).order_by(VoteOption.position)
    ).all()


def show_vote(vote: Vote, actor: Actor) -> VoteShown:
    """Return one vote with its options and the reader's own choice."""
    own = find_own_ballot(vote, actor)
    (shown,) = _shown(_votes().where(Vote.id == vote.id), actor, {vote.id: own.code} if own else {})
    return shown


def election_of(shown: VoteShown) -> Election:
    """Return the ballots of a closed vote, ready to be counted or written; raises NotFound before that.

    They are made of the counts: no row of a ballot, no moment and no order comes near a file.
    """
    if shown.state is not State.CLOSED or shown.total is None:
        raise NotFound
    options = tuple(Option(option.code, option.label) for option in shown.options)
    marks: dict[Marks, int] = {
        (position,): option.count for position, option in enumerate(shown.options) if option.count
    }
    return Election(BallotPaper(BallotKind.CHOICE, options), marks=marks, title=shown.vote.question)


def count_closed(shown: VoteShown) -> Counted | None:
    """Return how a closed vote was counted; None while it is open, and where nothing is chosen between."""
    if shown.state is not State.CLOSED or shown.vote.kind is VoteKind.STANCE or not shown.total:
        return None
    seed = shown.vote.public_id
    outcome = tally(election_of(shown), Counting(Rule.PLURALITY, seed=seed))
    return Counted(RULE_NAMES[Rule.PLURALITY], seed, tuple(step.words for step in outcome.steps))


def find_own_ballot(vote: Vote, actor: Actor) -> OwnBallot | None:
    """Return the reader's own ballot, or None."""
    key = voter_key(vote, actor)
    if key is None:
        return None
    row = db.session.execute(
        select(VoteOption.code, VoteOption.label, Ballot.cast_at, Contribution.body)
        .join(Ballot, Ballot.option_id == VoteOption.id)
        .outerjoin(
            Contribution,
            and_(
                Contribution.id == Ballot.contribution_id,
                Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED)),
            ),
        )
        .where(Ballot.vote_id == vote.id, Ballot.voter_key == key)
    ).one_or_none()
    if row is None:
        return None
    code, label, at, reason = row
    return OwnBallot(code, label, reason or "", at)


def list_votes(actor: Actor, *, with_drafts: bool = False) -> list[VoteShown]:
    """Return votes, those that close last first; drafts for staff only."""
    wanted = _votes().order_by(Vote.closes_at.desc(), Vote.id.desc()).limit(MOST_LISTED)
    if not with_drafts:
        wanted = wanted.where(Vote.status != VoteStatus.DRAFT)
    return _shown(wanted, actor, {})


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> VotesOnPage:
    """Return the votes about these subjects in at most three queries, whatever their number."""
    wanted = (
        _votes()
        .where(Vote.subject_id.in_(subject_ids), Vote.status != VoteStatus.DRAFT)
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


def list_reasons(vote: Vote, actor: Actor) -> Sequence[Contribution]:
    """Return the reasons that the reader may read, newest first, without the ballot they came with."""
    return db.session.scalars(
        select(Contribution)
        .join(Ballot, Ballot.contribution_id == Contribution.id)
        .where(Ballot.vote_id == vote.id, visible_to(actor), Contribution.body != "")
        .order_by(Contribution.said_at.desc(), Contribution.id.desc())
        .limit(MOST_REASONS)
    ).all()


def recount(vote: Vote) -> dict[int, int]:
    """Return option id → ballots, counted one by one."""
    rows = db.session.execute(
        select(Ballot.option_id, func.count()).where(Ballot.vote_id == vote.id).group_by(Ballot.option_id)
    )
    return dict(rows.all())


def kept_counts(vote: Vote) -> dict[int, int]:
    """Return option id → ballots, as kept; for commands, which know when they may be told."""
    rows = db.session.execute(
        select(VoteCount.option_id, VoteCount.count).where(VoteCount.vote_id == vote.id)
    )
    return dict(rows.all())


def list_subject_choices() -> list[tuple[int, str]]:
    """Return (id, title) of what may be spoken about now, for staff who choose."""
    rows = db.session.execute(
        select(Subject.id, Subject.title)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None))
        .order_by(Subject.id)
        .limit(1000)
    )
    return [(subject_id, title) for subject_id, title in rows]


def list_consultation_choices() -> list[tuple[int, str]]:
    """Return (id, title) of all consultations, newest first, for staff who choose."""
    rows = db.session.execute(select(Consultation.id, Consultation.title).order_by(Consultation.id.desc()))
    return [(consultation_id, title) for consultation_id, title in rows]


def _votes() -> Select[Vote, Subject]:
    return select(Vote, Subject).join(Subject, Subject.id == Vote.subject_id)


def _shown(wanted: Select[Vote, Subject], actor: Actor, mine: dict[int, str]) -> list[VoteShown]:
    found = db.session.execute(wanted).all()
    if not found:
        return []
    now = clock.now()
    states = {vote.id: state_at(vote.status, vote.opens_at, vote.closes_at, now) for vote, _ in found}
    visible = {vote.id for vote, _ in found if shows_figures(vote.results_shown, states[vote.id])}
    options: dict[int, list[OptionShown]] = {vote.id: [] for vote, _ in found}
    for vote_id, code, label, count in db.session.execute(
        select(VoteOption.vote_id, VoteOption.code, VoteOption.label, VoteCount.count)
        .outerjoin(VoteCount, VoteCount.option_id == VoteOption.id)
        .where(VoteOption.vote_id.in_(options))
        .order_by(VoteOption.vote_id, VoteOption.position)
    ):
        options[vote_id].append(OptionShown(code, label, (count or 0) if vote_id in visible else None))
    return [
        VoteShown(
            vote=vote,
            state=states[vote.id],
            options=tuple(options[vote.id]),
            mine=mine.get(vote.id),
            subject_title=subject.title,
            subject_address=subjects.address_of(subject),
            may_cast=vote.audience is Audience.ANYONE or actor.is_member,
        )
        for vote, subject in found
    ]


def _own_choices(subject_ids: Sequence[int], actor: Actor) -> dict[int, str]:
    if actor.person_id is None:
        return {}
    rows = db.session.execute(
        select(Ballot.vote_id, VoteOption.code)
        .join(VoteOption, VoteOption.id == Ballot.option_id)
        .join(Vote, Vote.id == Ballot.vote_id)
        .where(Vote.subject_id.in_(subject_ids), Ballot.voter_key == f"person:{actor.person_id}")
    )
    return dict(rows.all())


def hides_figures(vote: Vote) -> bool:
    """Return whether this vote keeps its figures from everybody until it is closed."""
    state = state_at(vote.status, vote.opens_at, vote.closes_at, clock.now())
    return vote.results_shown is ResultsShown.AFTER_CLOSING and state is not State.CLOSED
