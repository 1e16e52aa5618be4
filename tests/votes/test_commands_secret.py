"""Secret ballots: one each, changed by the receipt's code alone, and nothing that leads from voter to ballot."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
from sqlalchemy import func, inspect, select, text

from participation.access.actors import system, visitor
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.ids import code, new_token
from participation.people.domain import Standing
from participation.people.models import PersonStanding
from participation.votes import commands, queries
from participation.votes.domain import Audience, Keeping, VoteKind
from participation.votes.domain.electorate import Listed
from participation.votes.domain.sealing import RECEIPT_LENGTH, printed_receipt
from participation.votes.models import Ballot, BallotLink, Elector, Participation, Vote
from participation.votes.queries import Ticket
from tests.support.builders.consultations import a_subject
from tests.support.builders.votes import EDITOR, KINDS, a_vote_of, cast, cast_secretly, close
from tests.support.people import a_resident, actor_of
from tests.votes.test_commands import together

SYSTEM = system("tests")


def secret(kind=VoteKind.SINGLE, **settings):
    return a_vote_of(kind, keeping=Keeping.SECRET, **settings)


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def contents():
    return sorted(db.session.scalars(select(Ballot.content)))


def recount():
    with transaction():
        return commands.recount_votes(check_only=True, by=SYSTEM)


@pytest.mark.parametrize("kind", VoteKind)
@pytest.mark.parametrize("keeping", Keeping)
def test_a_ballot_of_every_kind_is_stored_and_counted_both_ways_of_keeping(app, kind, keeping):
    vote, content = a_vote_of(kind, keeping=keeping), KINDS[kind][1]
    cast_secretly(vote, content)
    assert contents() == [content]
    assert (rows(Participation), queries.count_voters(vote), recount()) == (1, 1, {})


@pytest.mark.parametrize("kind", VoteKind)
def test_an_option_of_another_vote_is_refused_for_every_kind(app, kind):
    vote = secret(kind)
    with pytest.raises(Refused):
        cast_secretly(vote, KINDS[kind][1].replace("o1", "x9").replace("o2", "x8").replace("agree", "o1"))
    assert (rows(Ballot), rows(Participation)) == (0, 0)


def test_nothing_in_the_database_leads_from_who_voted_to_the_ballot(app):
    vote, who = secret(), a_resident()
    for _ in range(3):
        cast_secretly(vote, "o1")
    receipt = cast_secretly(vote, "o2", by=actor_of(who))
    (ballot,) = db.session.execute(text("SELECT * FROM ballots WHERE content = 'o2'")).mappings()
    assert (ballot["voter_key"], ballot["cast_at"], ballot["contribution_id"]) == (None, None, None)
    (part,) = db.session.execute(
        text("SELECT * FROM participations WHERE voter_key = :key"), {"key": f"person:{who.id}"}
    ).mappings()
    shared = {str(value) for value in ballot.values()} & {str(value) for value in part.values()}
    assert shared <= {str(vote.id), "None"}
    # No table but the ballots' own holds what was chosen, the code, or its hash.
    hashed = hashlib.sha256(receipt.encode()).hexdigest()
    for table in inspect(db.engine).get_table_names():
        held = str([tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}"))])
        assert receipt not in held
        assert table == "ballots" or hashed not in held
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "votes.cast", AuditEntry.person_id == who.id)
    ).one()
    assert entry.changes == {}


def test_the_ids_of_ballots_say_nothing_of_their_order(app):
    vote = secret()
    for _ in range(20):
        cast_secretly(vote, "o1")
    ids = list(db.session.scalars(select(Ballot.id).order_by(Ballot.id)))
    assert len(set(ids)) == 20
    assert min(b - a for a, b in pairwise(ids)) > 1


def test_somebody_who_voted_cannot_vote_again_with_another_code(app):
    vote, who = secret(), visitor(new_token())
    cast_secretly(vote, "o1", by=who)
    with pytest.raises(Conflict, match="控えの番号があれば"):
        cast_secretly(vote, "o2", by=who)
    assert contents() == ["o1"]


def test_the_same_form_sent_twice_is_one_ballot_and_the_last_of_it_counts(app):
    vote, who, receipt = secret(), visitor(new_token()), code(RECEIPT_LENGTH)
    for content in ("o1", "o1", "o3"):
        cast_secretly(vote, content, receipt, by=who)
    assert (contents(), queries.count_voters(vote), recount()) == (["o3"], 1, {})


def test_whoever_has_the_code_changes_the_ballot_and_nobody_else_does(app):
    vote = secret()
    receipt = cast_secretly(vote, "o1")
    with transaction():
        commands.change_secret_ballot(vote, "o2", printed_receipt(receipt).upper(), by=visitor())
    assert contents() == ["o2"]
    with pytest.raises(Refused, match="見つかりません"), transaction():
        commands.change_secret_ballot(vote, "o3", code(RECEIPT_LENGTH), by=visitor())
    other = secret()
    with pytest.raises(Refused, match="見つかりません"), transaction():
        commands.change_secret_ballot(other, "o3", receipt, by=visitor())
    close(vote)
    with pytest.raises(Conflict, match="締め切りました"), transaction():
        commands.change_secret_ballot(vote, "o3", receipt, by=visitor())
    assert (contents(), recount()) == (["o2"], {})


def test_a_code_that_another_voter_has_is_refused(app):
    vote = secret()
    receipt = cast_secretly(vote, "o1")
    with pytest.raises(Refused, match="使われています"):
        cast_secretly(vote, "o2", receipt)
    assert (contents(), rows(Participation)) == (["o1"], 1)


@pytest.mark.parametrize("receipt", ["", "short", "x" * 90])
def test_a_secret_ballot_without_a_proper_code_is_refused(app, receipt):
    vote = secret()
    with pytest.raises(Refused), transaction():
        commands.cast_ballot(vote, "o1", ticket=Ticket(receipt=receipt), by=visitor(new_token()))


def test_a_signal_is_not_changed_by_a_code(app):
    vote = a_vote_of(VoteKind.SINGLE)
    receipt = cast_secretly(vote, "o1")
    with pytest.raises(Denied), transaction():
        commands.change_secret_ballot(vote, "o2", receipt, by=visitor())


# ── Who may vote ────────────────────────────────────────────────────────────────────────────


def listed(audience=Audience.LISTED, **settings):
    vote = secret(audience=audience, published=False, **settings)
    with transaction():
        commands.list_electors(vote, [Listed("AB-000017"), Listed("AB-000018")], by=EDITOR)
        commands.publish_vote(vote, by=EDITOR)
    return vote


def cast_with(vote, identifier, content="o1", by=None):
    ticket = Ticket(identifier=identifier, receipt=code(RECEIPT_LENGTH))
    with transaction():
        commands.cast_ballot(vote, content, ticket=ticket, by=by or visitor(new_token()))


def test_who_stands_on_the_list_votes_once_however_the_number_is_typed(app):
    vote = listed()
    cast_with(vote, "ａｂ000017")
    with pytest.raises(Conflict):
        cast_with(vote, "AB-000017")
    with pytest.raises(Refused, match="名簿に見つかりません"):
        cast_with(vote, "AB-000019")
    cast_with(vote, "AB-000018")
    assert (rows(Ballot), rows(Participation)) == (2, 2)


def test_the_list_holds_no_number_that_could_be_read(app):
    listed()
    stored = db.session.scalars(select(Elector.identifier_hash)).all()
    guesses = {hashlib.sha256(each.encode()).hexdigest() for each in ("AB-000017", "ab000017", "AB000017")}
    assert len(stored) == 2
    assert not guesses & set(stored)


def test_a_list_is_closed_once_the_vote_is_published_and_must_not_be_empty(app):
    vote = listed()
    with pytest.raises(Denied), transaction():
        commands.list_electors(vote, [Listed("AB-000020")], by=EDITOR)
    empty = secret(audience=Audience.INVITED, published=False)
    with pytest.raises(Refused, match="名簿がまだありません"), transaction():
        commands.publish_vote(empty, by=EDITOR)


def test_standing_is_asked_of_the_account(app):
    vote = secret(audience=Audience.STANDING, standings=("lives",))
    without, lives = a_resident(), a_resident()
    with transaction():
        db.session.add(PersonStanding(person_id=lives.id, standing=Standing.LIVES))
    with pytest.raises(Refused, match="対象の区分"):
        cast_secretly(vote, "o1", by=actor_of(without))
    cast_secretly(vote, "o1", by=actor_of(lives))
    with pytest.raises(Denied):
        cast_secretly(vote, "o1", by=visitor(new_token()))


# ── Many at once ────────────────────────────────────────────────────────────────────────────


def cast_in_thread(vote_id, content, who, receipt):
    with transaction():
        commands.cast_ballot(
            db.session.get_one(Vote, vote_id), content, ticket=Ticket(receipt=receipt), by=who
        )


def test_fifty_identical_secret_ballots_at_once_are_one_row(app):
    vote, who, receipt = secret(), visitor(new_token()), code(RECEIPT_LENGTH)
    vote_id = vote.id
    assert together(app, [lambda: cast_in_thread(vote_id, "o1", who, receipt)] * 50) == []
    assert (rows(Ballot), rows(Participation), queries.count_voters(vote), recount()) == (1, 1, 1, {})


def test_fifty_attempts_of_one_voter_with_fifty_codes_are_one_row_and_forty_nine_refusals(app):
    vote, who = secret(), visitor(new_token())
    vote_id = vote.id
    codes = [code(RECEIPT_LENGTH) for _ in range(50)]
    acts = [
        lambda n=n, receipt=receipt: cast_in_thread(vote_id, f"o{n % 3 + 1}", who, receipt)
        for n, receipt in enumerate(codes)
    ]
    errors = together(app, acts)
    assert (len(errors), {type(error) for error in errors}) == (49, {Conflict})
    assert (rows(Ballot), rows(Participation), recount()) == (1, 1, {})


def test_fifty_budgets_at_once_agree_with_their_recount(app):
    vote = secret(VoteKind.BUDGET)
    vote_id = vote.id
    acts = [
        lambda n=n: cast_in_thread(
            vote_id, ("o1,o3", "o2", "o2,o3")[n % 3], visitor(new_token()), code(RECEIPT_LENGTH)
        )
        for n in range(50)
    ]
    assert together(app, acts) == []
    kept = queries.kept_counts(vote)
    counts = {option.code: kept[option.id] for option in queries.list_options(vote)}
    assert (rows(Ballot), counts, recount()) == (50, {"o1": 17, "o2": 33, "o3": 33}, {})


# ── The chain ───────────────────────────────────────────────────────────────────────────────


def seal(vote):
    with transaction():
        return commands.seal_ballots(vote, by=SYSTEM)


def test_some_seals_stay_back_each_day_and_none_after_the_closing(app, clock):
    vote = secret()
    for _ in range(25):
        cast_secretly(vote, "o1")
    assert seal(vote) is not None
    assert seal(vote) is None, "one link a day"
    waiting = select(func.count()).select_from(Ballot).where(Ballot.link_id.is_(None))
    assert db.session.scalar(waiting) == 10
    close(vote)
    assert db.session.scalar(waiting) == 0
    assert [len(link.added) for link in queries.links_of(vote)] == [15, 10]


def test_few_seals_wait_for_others(app):
    vote = secret()
    for _ in range(19):
        cast_secretly(vote, "o1")
    seal(vote)
    assert [link.added for link in queries.links_of(vote)] == [()]


def test_a_changed_ballot_is_taken_out_of_the_chain_and_put_in_anew(app):
    vote = secret()
    receipts = [cast_secretly(vote, "o1") for _ in range(30)]
    seal(vote)
    for receipt in receipts:
        with transaction():
            commands.change_secret_ballot(vote, "o2", receipt, by=visitor())
    close(vote)
    first, last = queries.links_of(vote)
    assert (len(first.added), len(last.added), set(last.removed)) == (20, 30, set(first.added))
    assert [link.head for link in (first, last)] == [
        row.head for row in db.session.scalars(select(BallotLink).order_by(BallotLink.number))
    ]
    assert contents() == ["o2"] * 30


def test_a_vote_whose_time_is_over_is_settled_once(app, clock):
    vote = secret()
    cast_secretly(vote, "o1")
    with transaction():
        assert not commands.settle_vote(vote, by=SYSTEM)
    clock.set(vote.closes_at)
    with transaction():
        assert commands.settle_vote(vote, by=SYSTEM)
    with transaction():
        assert not commands.settle_vote(vote, by=SYSTEM)
    assert (vote.status, vote.closed_at) == ("closed", vote.closes_at)


def test_a_public_seed_is_told_once_after_the_closing_and_the_result_waits_for_it(app):
    vote = a_vote_of(VoteKind.RANKING, seed_source="12月7日の最高気温", subject_id=a_subject().id)
    cast(vote, "o1>o2")
    assert (vote.seed, vote.seed_hash) == (None, "")
    with pytest.raises(Denied), transaction():
        commands.tell_seed(vote, "123", by=EDITOR)
    close(vote)
    assert queries.count_closed(vote) is None
    with transaction():
        commands.tell_seed(vote, " 123 ", by=EDITOR)
    assert queries.count_closed(vote).winners == ("o1",)
    with pytest.raises(Conflict), transaction():
        commands.tell_seed(vote, "124", by=EDITOR)
