"""What everybody can check about a closed vote: seals, receipts, the chain, the trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from participation.foundation.db import db
from participation.votes.domain.ballots import BallotPaper
from participation.votes.domain.outcomes import written
from participation.votes.domain.sealing import Link, Tree, receipt_hash, seal_of
from participation.votes.domain.turnout import are_too_few
from participation.votes.models import Ballot, BallotLink, ReplacedSeal, Vote, VoteOption
from participation.votes.queries.finding import list_options, paper_for
from participation.votes.queries.tallying import count_voters, winners_of

RECORD_FORMAT = "participation-vote-record"


@dataclass(frozen=True)
class Included:
    """A receipt in the published list (控えの番号の確認), with the path to the root of the tree."""

    entry: str
    index: int
    size: int
    proof: tuple[str, ...]
    root: str


@dataclass(frozen=True)
class Head:
    """The published head of the chain on one day (記録の見出し)."""

    number: int
    day: date
    head: str


def list_heads(vote: Vote) -> list[Head]:
    """Return the heads of the chain, newest first: they may be seen while the vote is open, and tell nothing."""
    links = db.session.scalars(
        select(BallotLink).where(BallotLink.vote_id == vote.id).order_by(BallotLink.number.desc())
    )
    return [Head(link.number, link.day, link.head) for link in links]


def roots_of(vote: Vote) -> tuple[str, str] | None:
    """Return the roots of the trees of seals and of receipts; None before the vote is settled."""
    if vote.settled_at is None:
        return None
    return Tree(_seals(vote)).root, Tree(_receipts(vote)).root


def find_receipt(vote: Vote, code: str) -> Included | None:
    """Return where a receipt's code stands in the list of a settled vote, or None."""
    receipts, entry = _receipts(vote), receipt_hash(code)
    if vote.settled_at is None or entry not in receipts:
        return None
    tree, index = Tree(receipts), receipts.index(entry)
    return Included(entry, index, tree.size, tuple(tree.proof(index)), tree.root)


def has_record(vote: Vote) -> bool:
    """Return whether everything about a vote is published: it is settled, and few ballots tell nobody's."""
    return vote.settled_at is not None and not are_too_few(vote.keeping, count_voters(vote))


def record_of(vote: Vote) -> dict[str, Any] | None:
    """Return everything that is published about a settled vote, as verify.py reads it; None before that,
    and where so few secret ballots were cast that only their number is told.
    """
    if not has_record(vote):
        return None
    ballots = db.session.execute(
        select(Ballot.salt, Ballot.content).where(Ballot.vote_id == vote.id, Ballot.link_id.is_not(None))
    ).all()
    # Sorted by their seals, which are random: no order in which anything came in.
    sealed = sorted((seal_of(salt, content), salt, content) for salt, content in ballots)
    seals, receipts = [seal for seal, _, _ in sealed], _receipts(vote)
    return {
        "format": RECORD_FORMAT,
        "version": 1,
        "vote": _settings(vote, paper_for(vote), list_options(vote)),
        "seed": vote.seed,
        "seed_hash": vote.seed_hash,
        "seed_source": vote.seed_source,
        "ballots": [{"salt": salt, "ballot": content} for _, salt, content in sealed],
        "receipts": receipts,
        "chain": [
            {
                "number": link.number,
                "day": link.day,
                "previous": link.previous,
                "added": list(link.added),
                "removed": list(link.removed),
                "head": link.head,
            }
            for link in links_of(vote)
        ],
        "roots": {"ballots": Tree(seals).root, "receipts": Tree(receipts).root},
        "winners": winners_of(vote),
    }


def links_of(vote: Vote) -> list[Link]:
    """Return the whole chain of a vote, made anew from the ballots and what was taken out."""
    rows = db.session.scalars(
        select(BallotLink).where(BallotLink.vote_id == vote.id).order_by(BallotLink.number)
    ).all()
    added: dict[int, list[str]] = {row.id: [] for row in rows}
    removed: dict[int, list[str]] = {row.id: [] for row in rows}
    for link_id, salt, content in db.session.execute(
        select(Ballot.link_id, Ballot.salt, Ballot.content).where(
            Ballot.vote_id == vote.id, Ballot.link_id.is_not(None)
        )
    ):
        added[link_id or 0].append(seal_of(salt, content))
    for each in db.session.scalars(select(ReplacedSeal).where(ReplacedSeal.vote_id == vote.id)):
        added[each.added_id].append(each.seal)
        if each.removed_id is not None:
            removed[each.removed_id].append(each.seal)
    return [
        Link(
            vote.public_id,
            row.number,
            row.day.isoformat(),
            row.previous,
            tuple(sorted(added[row.id])),
            tuple(sorted(removed[row.id])),
        )
        for row in rows
    ]


def _settings(vote: Vote, paper: BallotPaper, options: Sequence[VoteOption]) -> dict[str, Any]:
    limits = {
        "least": paper.least,
        "most": paper.most,
        "highest": None if paper.highest is None else written(paper.highest),
        "total": None if paper.total_most is None else written(paper.total_most),
        "cost_most": None if paper.cost_most is None else written(paper.cost_most),
    }
    return {
        "id": vote.public_id,
        "question": vote.question,
        "kind": vote.kind.value,
        "written": paper.kind.value,
        "rule": vote.rule.value,
        "seats": vote.seats,
        "completion": vote.completion.value,
        "budget": vote.budget,
        "limits": {key: value for key, value in limits.items() if value is not None},
        "options": [
            {"code": each.code, "name": each.label, **({} if each.cost is None else {"cost": each.cost})}
            for each in options
        ],
    }


def _seals(vote: Vote) -> list[str]:
    rows = db.session.execute(
        select(Ballot.salt, Ballot.content).where(Ballot.vote_id == vote.id, Ballot.link_id.is_not(None))
    )
    return sorted(seal_of(salt, content) for salt, content in rows)


def _receipts(vote: Vote) -> list[str]:
    found = db.session.scalars(
        select(Ballot.receipt_hash).where(Ballot.vote_id == vote.id, Ballot.receipt_hash.is_not(None))
    )
    return sorted(each for each in found if each is not None)
