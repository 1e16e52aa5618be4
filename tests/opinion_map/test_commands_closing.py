"""What a run holds of the votes is exact, and the last votes of a closed map are computed, once."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, update

from participation.access.actors import Actor, Role, visitor
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.jobs import long_runs
from participation.jobs.models import RunStatus
from participation.opinion_map import commands, queries, subscribers
from participation.opinion_map.domain import apart
from participation.opinion_map.domain.maps import MapAnswer
from participation.opinion_map.models import MapCount, OpinionMap
from participation.opinion_map.queries import voting
from tests.support.builders.opinion_map import EDITOR, a_map, a_run, answer, computed, statement_of, two_camps

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    monkeypatch.setattr(apart, "compute_votes", computed)


def since(opinion_map):
    return queries.progress_of(opinion_map).since_run


def waiting(opinion_map):
    return [each.asked_by_id for each in queries.list_under_way(opinion_map)]


def close(opinion_map, by=EDITOR):
    with transaction():
        commands.close_map(db.session.get_one(OpinionMap, opinion_map.id), by=by)


def computed_map(people=3, **settings):
    """A map whose votes are all in a run, and for which nothing is asked."""
    opinion_map = a_map(**settings)
    two_camps(opinion_map, people=people)
    long_runs.work_off()
    assert since(opinion_map) == 0
    return opinion_map


# ── What a run holds ────────────────────────────────────────────────────────────────────────


def test_a_run_holds_what_was_voted_until_its_votes_are_read_however_early_it_was_asked_for(app):
    opinion_map = a_map()
    two_camps(opinion_map, people=1)  # The tenth vote asks for a run, which waits.
    for number in range(1, 5):
        answer(opinion_map, number, "agree", visitor("one more"))
    long_runs.work_off()
    assert (queries.find_latest_run(opinion_map).votes, since(opinion_map)) == (16, 0)


def test_what_comes_while_a_run_is_computed_is_what_the_page_tells_of(app, monkeypatch):
    opinion_map = a_map()
    two_camps(opinion_map, people=1)

    def slowly(content, **options):
        answer(opinion_map, 1, "agree", visitor("late"))
        answer(opinion_map, 2, "agree", visitor("late"))
        return computed(content, **options)

    monkeypatch.setattr(apart, "compute_votes", slowly)
    subscribers.run_map(opinion_map.public_id)
    assert (queries.find_latest_run(opinion_map).votes, since(opinion_map)) == (12, 2)


def test_a_vote_that_comes_between_two_readings_is_in_neither_the_run_nor_its_count(app, monkeypatch):
    opinion_map = a_map()
    answer(opinion_map, 1, "agree", visitor("first"))
    map_id, standing = opinion_map.id, voting._standing

    def vote_elsewhere():
        with app.app_context(), transaction():
            there = db.session.get_one(OpinionMap, map_id)
            commands.vote(there, statement_of(there, 2), MapAnswer.AGREE, by=visitor("second"))

    def with_a_vote_before(asked):
        thread = Thread(target=vote_elsewhere)
        thread.start()
        thread.join()
        return standing(asked)

    db.session.rollback()
    monkeypatch.setattr(voting, "_standing", with_a_vote_before)
    run = a_run(opinion_map)
    assert (run.votes, queries.kept_counts(opinion_map).votes, since(opinion_map)) == (1, 2, 1)


def test_an_answer_changed_and_changed_back_is_no_new_run_and_stands_as_no_later_change(app):
    opinion_map = computed_map()
    run = queries.find_latest_run(opinion_map)
    for value in (
        "pass",
        "agree" if queries.own_values(opinion_map, visitor("voter-001"))[1] > 0 else "disagree",
    ):
        answer(opinion_map, 1, value, visitor("voter-001"))
    assert since(opinion_map) == 2
    assert subscribers.run_map(opinion_map.public_id).id == run.id
    assert since(opinion_map) == 0


def test_of_a_run_of_earlier_days_nothing_is_said_until_the_next(app):
    opinion_map = computed_map()
    with transaction():
        db.session.execute(update(MapCount).values(changes_in_run=None))
    answer(opinion_map, 1, "agree", visitor("one more"))
    assert since(opinion_map) is None
    subscribers.run_map(opinion_map.public_id)
    assert since(opinion_map) == 0


# ── The last votes ──────────────────────────────────────────────────────────────────────────


def test_closing_a_map_asks_for_a_run_with_its_last_votes_whoever_closes_it(app):
    opinion_map = computed_map()
    answer(opinion_map, 1, "agree", visitor("last"))
    assert waiting(opinion_map) == []
    close(opinion_map, by=OFFICER)
    assert waiting(opinion_map) == [None]
    entries = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert set(entries) == {"opinion_map.close", "opinion_map.compute"}
    long_runs.work_off()
    assert (queries.find_latest_run(opinion_map).votes, since(opinion_map)) == (37, 0)
    subscribers.compute_closed()
    assert waiting(opinion_map) == []


def test_closing_a_map_of_which_all_is_computed_or_nothing_was_voted_asks_for_nothing(app):
    for opinion_map in (computed_map(), a_map(question="だれも答えていない問い")):
        close(opinion_map)
        subscribers.compute_closed()
        assert waiting(opinion_map) == []


def test_no_second_run_is_asked_for_while_one_is_open_but_after_it_what_it_missed(app):
    opinion_map = computed_map()
    answer(opinion_map, 1, "agree", visitor("last"))
    with transaction():
        asked = commands.ask_for_run(opinion_map, by=EDITOR)
        asked.status = RunStatus.RUNNING
    a_run(opinion_map)
    answer(opinion_map, 2, "agree", visitor("last"))
    close(opinion_map)
    subscribers.compute_closed()
    assert len(waiting(opinion_map)) == 1
    with transaction():
        long_runs.get(asked.public_id).status = RunStatus.DONE
    subscribers.compute_closed()
    long_runs.work_off()
    assert (queries.find_latest_run(opinion_map).votes, since(opinion_map)) == (38, 0)


def test_the_night_after_its_deadline_a_map_is_computed_with_its_last_votes_once(app, clock):
    opinion_map = computed_map()
    answer(opinion_map, 1, "agree", visitor("last"))
    subscribers.compute_closed()
    assert waiting(opinion_map) == []  # It still takes votes.
    clock.set(opinion_map.closes_at)
    for _ in range(2):
        subscribers.compute_closed()
        assert len(waiting(opinion_map)) == 1
    long_runs.work_off()
    assert since(opinion_map) == 0
    clock.advance(timedelta(days=1))
    subscribers.compute_closed()
    assert waiting(opinion_map) == []


@pytest.mark.parametrize("end", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_a_last_run_that_failed_or_was_cancelled_is_left_to_staff_but_one_of_before_is_made_up_for(
    app, clock, end
):
    opinion_map = computed_map()
    answer(opinion_map, 1, "agree", visitor("last"))
    with transaction():
        commands.ask_for_run(opinion_map, by=EDITOR).status = end
    clock.set(opinion_map.closes_at)
    subscribers.compute_closed()
    (last,) = queries.list_under_way(opinion_map)
    with transaction():
        last.status = end
    clock.advance(timedelta(days=1))
    subscribers.compute_closed()
    assert waiting(opinion_map) == []
    assert since(opinion_map) == 1


def test_a_statement_taken_away_after_the_deadline_is_made_good_the_night_after(app, clock):
    opinion_map = computed_map()
    clock.set(opinion_map.closes_at)
    with transaction():
        commands.remove_statement(statement_of(opinion_map, 1), "問いと違うため", by=EDITOR)
    subscribers.compute_closed()
    long_runs.work_off()
    assert (queries.find_latest_run(opinion_map).votes, since(opinion_map)) == (33, 0)
