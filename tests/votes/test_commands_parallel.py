"""Any mixture of voters who vote and change at the same moments leaves one ballot each, counted right, sealed once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from participation.access.actors import system, visitor
from participation.audit.chain import verify
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict
from participation.foundation.ids import code
from participation.foundation.together import side_by_side
from participation.votes import commands, queries
from participation.votes.domain import Keeping, VoteKind
from participation.votes.domain.sealing import RECEIPT_LENGTH, receipt_hash
from participation.votes.domain.terms import VoteName
from participation.votes.models import Ballot, Participation, Vote
from participation.votes.queries import Ticket
from tests.support.builders.votes import EDITOR, a_vote_of, cast_secretly
from tests.votes.test_commands import together

VOTERS = [(visitor(f"voter-{number:020}"), code(RECEIPT_LENGTH)) for number in range(4)]
CONTENTS = ("o1", "o2", "o1,o3", "o2,o3")
#: What happens at one moment: (voter, ballot), or None for the night's work.
MOMENT = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(CONTENTS)), min_size=1, max_size=4)
SYSTEM = system("tests")
#: Where a row lies in its table.
PLACE = {"sqlite": "rowid", "postgresql": "ctid"}


def cast(vote_id, voter, content):
    who, receipt = VOTERS[voter]
    with transaction():
        ticket = Ticket(receipt=receipt)
        commands.cast_ballot(db.session.get_one(Vote, vote_id), content, ticket=ticket, by=who)


def seal(vote_id):
    with transaction():
        commands.seal_ballots(db.session.get_one(Vote, vote_id), by=SYSTEM)


def close(vote_id):
    with transaction():
        commands.close_vote(db.session.get_one(Vote, vote_id), by=EDITOR)


def of_voters(vote):
    """Return voter → what stands on their ballot, found by the receipt that the voter keeps."""
    rows = db.session.execute(
        select(Ballot.receipt_hash, Ballot.content).where(Ballot.vote_id == vote.id)
    ).all()
    known = {receipt_hash(receipt): number for number, (_, receipt) in enumerate(VOTERS)}
    assert len(rows) == len({row.receipt_hash for row in rows})
    return {known[row.receipt_hash]: row.content for row in rows}


def agree(vote):
    with transaction():
        assert commands.recount_votes(check_only=True, by=SYSTEM) == {}
    parts = db.session.scalars(select(Participation.id).where(Participation.vote_id == vote.id)).all()
    assert len(parts) == queries.count_voters(vote) == len(of_voters(vote))


@pytest.mark.parametrize("keeping", Keeping)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(MOMENT, min_size=1, max_size=3), last=MOMENT)
def test_whoever_votes_when_one_ballot_each_is_left_and_the_last_counts(app, keeping, moments, last):
    vote = a_vote_of(VoteKind.APPROVAL, keeping=keeping)
    vote_id, stands = vote.id, {}
    for moment in moments:
        acts = [lambda act=act: cast(vote_id, *act) for act in moment]
        assert together(app, [*acts, lambda: seal(vote_id)]) == []
        sent = {voter: {content for each, content in moment if each == voter} for voter, _ in moment}
        found = of_voters(vote)
        assert found.keys() == stands.keys() | sent.keys()
        assert all(found[voter] in sent.get(voter, {stands.get(voter)}) for voter in found)
        stands = found
        agree(vote)
    acts = [lambda act=act: cast(vote_id, *act) for act in last]
    errors = together(app, [*acts, lambda: close(vote_id)])
    assert {type(error) for error in errors} <= {Conflict}
    agree(vote)
    with transaction():
        commands.settle_vote(db.session.get_one(Vote, vote_id), by=SYSTEM)
    links = queries.links_of(db.session.get_one(Vote, vote_id))
    inside = [seal for link in links for seal in link.added]
    assert len(inside) - sum(len(link.removed) for link in links) == len(of_voters(vote))


@pytest.mark.parametrize("keeping", Keeping)
def test_those_who_come_at_one_moment_are_written_together_and_lie_in_no_order_of_coming(app, keeping):
    votes = [a_vote_of(VoteKind.APPROVAL, keeping=keeping) for _ in range(2)]
    senders = [(visitor(f"sender-{number:020}"), code(RECEIPT_LENGTH)) for number in range(12)]
    sent = [(votes[at % 3 // 2], CONTENTS[at % 4], *each) for at, each in enumerate(senders)]
    sent += [(votes[0], "o2", *senders[0]), (votes[0], "o3", *senders[0])]  # One voter, three times at once.
    with transaction():
        names = [(VoteName(vote.id, vote.public_id), *rest) for vote, *rest in sent]
        side_by_side(
            [
                commands.cast_ballot.steps(name, content, ticket=Ticket(receipt=receipt), by=who)
                for name, content, who, receipt in names
            ]
        )
    with transaction():
        assert commands.recount_votes(check_only=True, by=SYSTEM) == {}
    assert [queries.count_voters(vote) for vote in votes] == [8, 4]
    place = text("SELECT id FROM ballots WHERE vote_id = :vote ORDER BY " + PLACE[db.engine.dialect.name])
    lying = db.session.scalars(place, {"vote": votes[1].id}).all()
    assert list(lying) == sorted(lying)
    parts = select(Participation.voter_key).where(Participation.vote_id == votes[1].id)
    keys = db.session.scalars(parts.order_by(Participation.id)).all()
    assert list(keys) == sorted(keys)
    last = select(Ballot.content).where(Ballot.receipt_hash == receipt_hash(senders[0][1]))
    assert db.session.scalars(last).one() == "o3"
    assert verify().broken is None


def test_of_a_group_that_comes_after_the_closing_nothing_is_kept(app):
    vote = a_vote_of(VoteKind.SINGLE)
    name = VoteName(vote.id, vote.public_id)
    cast_secretly(vote, "o1")  # The terms are known from now on; where the vote stands is not.
    close(vote.id)
    with pytest.raises(Conflict), transaction():
        side_by_side([commands.cast_ballot.steps(name, "o1", by=who) for who, _ in VOTERS])
    assert queries.count_voters(vote) == 1


def test_once_sealed_the_database_no_longer_knows_who_wrote_a_ballot_with_which_transaction(app):
    """PostgreSQL keeps beside each row the number of the transaction that wrote it: that would join the two."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps no such number")
    vote = a_vote_of(VoteKind.SINGLE, keeping=Keeping.SECRET)
    for _ in range(3):
        cast_secretly(vote, "o1")
    joined = text("SELECT count(*) FROM participations p JOIN ballots b ON p.xmin = b.xmin")
    assert db.session.scalar(joined) == 3
    close(vote.id)
    with transaction():
        commands.settle_vote(db.session.get_one(Vote, vote.id), by=SYSTEM)
    assert db.session.scalar(joined) == 0
