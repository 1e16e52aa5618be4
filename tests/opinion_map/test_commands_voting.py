"""Answering statements, alone and by many at once; the counts stay those of a recount."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.access.actors import system, visitor
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.jobs.models import RunStatus
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.maps import Audience, MapAnswer
from participation.opinion_map.models import MapCount, MapVote, MapVoter, OpinionMap, StatementCount
from tests.support.builders.opinion_map import EDITOR, a_map, answer, statement_of, two_camps
from tests.support.people import a_resident, actor_of


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def recount(*, check_only=True):
    with transaction():
        return commands.recount_maps(check_only=check_only, by=system("tests"))


def together(app, acts):
    """Do all acts at the same moment, each in a thread of its own; return the errors."""
    barrier, errors = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                act()
            except Exception as error:
                errors.append(error)

    db.session.rollback()
    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return errors


def vote_in_thread(map_id, number, value, who):
    with transaction():
        opinion_map = db.session.get_one(OpinionMap, map_id)
        commands.vote(opinion_map, statement_of(opinion_map, number), MapAnswer(value), by=who)


def test_an_answer_is_one_row_the_last_counts_and_the_record_does_not_say_which(app):
    opinion_map, who = a_map(), actor_of(a_resident())
    for value in ("agree", "disagree", "disagree", "pass"):
        answer(opinion_map, 3, value, who)
    assert rows(MapVote) == 1
    assert queries.own_values(opinion_map, who) == {3: 0}
    counts = queries.kept_counts(opinion_map)
    assert (counts.voters, counts.votes) == (1, 1)
    assert counts.statements == {statement_of(opinion_map, 3).id: (0, 0, 1)}
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "opinion_map.vote")).all()
    assert [(entry.target_type, entry.changes) for entry in entries] == [("opinion_maps", {})] * 4


def test_fifty_identical_answers_at_once_are_one_row_and_one_voter(app):
    opinion_map, who = a_map(), visitor("one-and-the-same")
    map_id = opinion_map.id
    assert together(app, [lambda: vote_in_thread(map_id, 1, "agree", who)] * 50) == []
    counts = queries.kept_counts(opinion_map)
    assert (rows(MapVote), rows(MapVoter), counts.voters, counts.votes) == (1, 1, 1, 1)
    assert recount() == []


def test_changes_at_once_by_several_voters_leave_counts_that_agree_with_a_recount(app):
    opinion_map = a_map()
    map_id, values = opinion_map.id, ("agree", "disagree", "pass")
    acts = [
        lambda n=n: vote_in_thread(map_id, n % 3 + 1, values[n % 2], visitor(f"v{n % 4}")) for n in range(36)
    ]
    assert together(app, acts) == []
    assert rows(MapVote) == 12
    assert recount() == []
    assert queries.kept_counts(opinion_map).votes == 12


def test_wrong_counts_are_found_and_mended(app):
    opinion_map = a_map()
    answer(opinion_map, 1, "agree", visitor("v"))
    with transaction():
        db.session.scalars(select(StatementCount)).one().agree = 9
        db.session.scalars(select(MapCount).where(MapCount.map_id == opinion_map.id)).one().voters = 5
    assert recount() == [opinion_map.public_id]
    assert recount(check_only=False) == [opinion_map.public_id]
    assert recount() == []


def test_an_answer_is_refused_outside_of_the_period_to_a_removed_statement_and_without_a_key(app, clock):
    opinion_map = a_map()
    with transaction():
        commands.remove_statement(statement_of(opinion_map, 2), "問いと関係がないため", by=EDITOR)
    with pytest.raises(Conflict, match="終わりました"):
        answer(opinion_map, 2, "agree", visitor("v"))
    with pytest.raises(Refused, match="端末"):
        answer(opinion_map, 1, "agree", visitor())
    other = a_map(question="別の問い")
    with pytest.raises(Conflict), transaction():
        commands.vote(opinion_map, statement_of(other, 1), MapAnswer.AGREE, by=visitor("v"))
    clock.set(opinion_map.closes_at)
    with pytest.raises(Conflict, match="締め切りました"):
        answer(opinion_map, 1, "agree", visitor("v"))
    assert rows(MapVote) == 0


def test_where_an_account_is_needed_visitors_are_sent_to_log_in_and_staff_never_vote(app):
    opinion_map = a_map(audience=Audience.ACCOUNT)
    for who in (visitor("v"), EDITOR):
        with pytest.raises(Denied):
            answer(opinion_map, 1, "agree", who)
    answer(opinion_map, 1, "agree", actor_of(a_resident()))
    assert rows(MapVote) == 1


def test_a_visitor_is_known_by_a_hash_that_differs_between_maps_and_by_a_random_pseudonym(app):
    who = visitor("the-key-of-a-visitor")
    for question in ("一つ目", "二つ目"):
        answer(a_map(question=question), 1, "agree", who)
    voters = db.session.scalars(select(MapVoter)).all()
    assert len({each.voter_key for each in voters}) == 2
    assert all(who.guest_key not in each.voter_key for each in voters)
    assert all(each.public_id not in each.voter_key for each in voters)


def test_each_time_that_enough_has_changed_a_run_is_asked_for_unless_one_waits(app):
    opinion_map = a_map()
    two_camps(opinion_map, people=3)
    (waiting,) = queries.list_under_way(opinion_map)
    assert waiting.parameters == {"map": opinion_map.public_id, "seed": 0}
    assert queries.progress_of(opinion_map).since_run == 12 + 36  # Asked for is not computed.
    with transaction():
        waiting.status = RunStatus.RUNNING
    two_camps(opinion_map, people=3)  # The same answers again: nothing changes.
    assert len(queries.list_under_way(opinion_map)) == 1
    for number in range(1, 12):
        answer(opinion_map, number, "agree", visitor("one more"))
    assert [each.status for each in queries.list_under_way(opinion_map)] == ["waiting", "running"]
