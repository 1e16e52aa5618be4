"""Counting: what was kept, what a recount gives, and how a closed vote came out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.votes.domain import COUNTED, ORIGIN_NAMES, Origin, VoteKind
from participation.votes.domain.ballots import Election, in_words, whole
from participation.votes.domain.marking import election, marks_in
from participation.votes.domain.outcomes import Outcome
from participation.votes.domain.rules import DIVIDING, RULE_NAMES, Counting, Rule, by_other_rules, tally
from participation.votes.domain.turnout import Cell, are_too_few, broken_down
from participation.votes.models import SHARDS, Ballot, Vote, VoteCount, VoteOption
from participation.votes.queries.finding import is_told, paper_for

UNITS = {
    Rule.PLURALITY: "票",
    Rule.APPROVAL: "票",
    Rule.IRV: "票",
    Rule.STV: "票",
    Rule.GREEDY: "支持",
    Rule.EQUAL_SHARES: "支持",
}


@dataclass(frozen=True)
class Placed:
    """An option in the result (結果の一行)."""

    label: str
    figure: str
    cost: int | None
    is_chosen: bool
    #: The figure as a number for a bar; None for a part of one.
    number: int | None = None


@dataclass(frozen=True)
class ByOther:
    """What another rule gives on the same ballots; it does not count."""

    rule: str
    chosen: str
    is_same: bool


@dataclass(frozen=True)
class Counted:
    """How a closed vote was counted (数え方と経過)."""

    rule: str
    seed: str
    steps: tuple[str, ...]
    winners: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()
    unit: str = ""
    others: tuple[ByOther, ...] = ()
    spent: str = ""

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Label and figure of each option, where all figures are whole."""
        rows = [(each.label, each.number) for each in self.placed if each.number is not None]
        return rows if len(rows) == len(self.placed) else []


def ballots_of(vote: Vote) -> Election:
    """Return the ballots of a closed vote, ready to be counted or written; raises NotFound before that.

    Equal ballots are counted together by the database: no row of a ballot and no order comes near a file.
    """
    if not is_told(vote) or are_too_few(vote.keeping, count_voters(vote)):
        raise NotFound
    return _election(vote)


def count_closed(vote: Vote, *, voters: int | None = None) -> Counted | None:
    """Return how a closed vote was counted; None while it is open, before its seed is known, where nothing
    is chosen between, and where so few secret ballots were cast that only their number is told.
    `voters`: how many ballots there are, where that is known already.
    """
    if not is_told(vote) or vote.kind is VoteKind.STANCE or vote.seed is None:
        return None
    voters = count_voters(vote) if voters is None else voters
    if not voters or are_too_few(vote.keeping, voters):
        return None
    return _counted(id(db.engine), vote.id, vote.public_id, voters, vote.seed)


def winners_of(vote: Vote) -> list[str] | None:
    """Return the codes of what a closed vote chose, in order; None where it chooses nothing, or not yet."""
    counted = count_closed(vote)
    return list(counted.winners) if counted is not None else None


def counting_of(vote: Vote, voters: int) -> Counting:
    """Return the declared way of counting; where shares grow, they grow by a hundredth, a yen at least."""
    return Counting(
        vote.rule,
        seats=vote.seats,
        seed=vote.seed or "",
        completion=vote.completion,
        increase=max(1, (vote.budget or 0) // (max(voters, 1) * 100)),
    )


def count_voters(vote: Vote) -> int:
    """Return how many ballots there are, as kept; for whoever knows that it may be told."""
    kept = select(func.sum(VoteCount.count)).where(
        VoteCount.vote_id == vote.id, VoteCount.option_id.is_(None)
    )
    return db.session.scalar(kept) or 0


def list_origins(vote: Vote) -> tuple[Cell, ...]:
    """Return how many ballots came by which door; empty before the closing and where all came by one.

    A door through which few came is not told, as everywhere where people are counted apart.
    """
    if not is_told(vote) or not vote.has_rooms:
        return ()
    rows = dict(
        db.session.execute(
            select(Ballot.origin, func.count()).where(Ballot.vote_id == vote.id).group_by(Ballot.origin)
        ).all()
    )
    if set(rows) <= {Origin.WEB}:
        return ()
    doors = {ORIGIN_NAMES[origin]: rows[origin] for origin in Origin if rows.get(origin)}
    if len(doors) == 1:
        return tuple(Cell(name, count) for name, count in doors.items())  # Nobody is told apart.
    return broken_down(doors)


def recount(vote: Vote) -> dict[int | None, int]:
    """Return option id → ballots, and None → all ballots, from the ballots themselves."""
    paper = paper_for(vote)
    ids = {
        code: option_id
        for option_id, code in db.session.execute(
            select(VoteOption.id, VoteOption.code).where(VoteOption.vote_id == vote.id)
        )
    }
    counts: dict[int | None, int] = {None: 0}
    for content, count in _contents(vote):
        counts[None] += count
        for code in marks_in(paper, content) if vote.kind in COUNTED else ():
            counts[ids[code]] = counts.get(ids[code], 0) + count
    return counts


def lacks_counts(vote: Vote) -> bool:
    """Return whether rows are missing in which the ballots of a vote are counted."""
    options = select(func.count()).select_from(VoteOption).where(VoteOption.vote_id == vote.id)
    rows = select(func.count()).select_from(VoteCount).where(VoteCount.vote_id == vote.id)
    return db.session.scalar(rows) != ((db.session.scalar(options) or 0) + 1) * SHARDS


def kept_counts(vote: Vote) -> dict[int, int]:
    """Return option id → ballots, as kept; for commands, which know when they may be told."""
    return {option: count for option, count in all_kept_counts(vote).items() if option is not None}


def all_kept_counts(vote: Vote) -> dict[int | None, int]:
    """Return option id → ballots, and None → all ballots, as kept."""
    rows = db.session.execute(
        select(VoteCount.option_id, func.sum(VoteCount.count))
        .where(VoteCount.vote_id == vote.id)
        .group_by(VoteCount.option_id)
    )
    return dict(rows.all())


@lru_cache(maxsize=32)
def _counted(_engine: int, vote_id: int, _public_id: str, _voters: int, _seed: str) -> Counted:
    """Count once for many readers: what it depends on stands in the arguments, and a closed vote stays."""
    vote = db.session.get_one(Vote, vote_id)
    counting, ballots = counting_of(vote, _voters), _election(vote)
    outcome = tally(ballots, counting)
    others = by_other_rules(ballots, counting) if vote.compares else {}
    return Counted(
        rule=RULE_NAMES[vote.rule],
        seed=_seed,
        steps=tuple(step.words for step in outcome.steps),
        winners=tuple(ballots.options[at].code for at in outcome.winners),
        placed=_placed(ballots, outcome),
        unit=UNITS.get(vote.rule, "点"),
        others=tuple(
            ByOther(
                RULE_NAMES[rule],
                "、".join(ballots.options[at].name for at in other.winners) or "選ばれません",
                set(other.winners) == set(outcome.winners),
            )
            for rule, other in others.items()
        ),
        spent=ballots.money(outcome.spent) if vote.rule in DIVIDING and outcome.spent is not None else "",
    )


def _placed(ballots: Election, outcome: Outcome) -> tuple[Placed, ...]:
    chosen = {at: place for place, at in enumerate(outcome.winners)}
    order = sorted(
        range(len(ballots.options)),
        key=lambda at: (chosen.get(at, len(chosen)), -outcome.scores.get(at, 0), at),
    )
    return tuple(
        Placed(
            ballots.options[at].name,
            in_words(outcome.scores[at]) if at in outcome.scores else "―",
            None if ballots.options[at].cost is None else int(ballots.options[at].cost or 0),
            at in chosen,
            score if isinstance(score := whole(outcome.scores.get(at, 0)), int) else None,
        )
        for at in order
    )


def _election(vote: Vote) -> Election:
    return election(paper_for(vote), _contents(vote), title=vote.question, budget=vote.budget)


def _contents(vote: Vote) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(Ballot.content, func.count())
        .where(Ballot.vote_id == vote.id)
        .group_by(Ballot.content)
        .order_by(Ballot.content)
    )
    return [(content, count) for content, count in rows]
