"""Long runs go one at a time, tell how far they are, end when somebody wants it, and go on after a stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound, Refused
from participation.jobs import long_runs, queue, retention, worker
from participation.jobs.models import LongRun, RunStatus

BY = system("test")
seen: list[long_runs.Run] = []
acts: list = []


@long_runs.runner("test.long", name="試し")
def work(run):
    """Do what the test wants done, portion by portion."""
    seen.append(run)
    first = (run.checkpoint or {}).get("portion", 0)
    for number in range(first, 3):
        if acts:
            acts.pop(0)(run)
        long_runs.checkpoint(run, {"portion": number + 1})
        run._told_at = -1.0
        long_runs.progress(run, number + 1, 3, f"{number + 1}つ目を終えました。")
    return {"from": first}


@queue.handler("test.beside")
def _beside(_payload):
    """A letter, say."""


@pytest.fixture(autouse=True)
def _fresh():
    seen.clear()
    acts.clear()


def ask(title="試しの処理", **parameters):
    with transaction():
        return long_runs.start("test.long", parameters, by=BY, title=title, about="test:1").public_id


def now(public_id):
    db.session.rollback()
    db.session.expire_all()
    return long_runs.get(public_id)


def test_a_run_is_done_and_keeps_its_result(app):
    public_id = ask()
    assert now(public_id).status is RunStatus.WAITING
    assert long_runs.work_off() == 1
    run = now(public_id)
    assert (run.status, run.done, run.total, run.result) == (RunStatus.DONE, 3, 3, {"from": 0})
    assert run.words == "3つ目を終えました。"
    assert not long_runs.is_due()


def test_one_run_at_a_time_in_the_order_in_which_they_were_asked_for(app):
    first, second = ask("1"), ask("2")
    held = long_runs.claim()
    assert held is not None
    assert held.public_id == first
    assert not long_runs.is_due()
    assert long_runs.claim() is None
    long_runs.perform(held)
    assert long_runs.claim().public_id == second


def test_mail_goes_out_while_a_run_is_under_way(app):
    def send(_run):
        with transaction():
            queue.enqueue("test.beside", {})
        assert worker.drain() == 1

    ask()
    acts.append(send)
    assert long_runs.work_off() == 1
    assert now(seen[0].public_id).status is RunStatus.DONE


def test_a_run_whose_machine_stopped_goes_on_from_its_last_checkpoint(app, clock):
    public_id = ask()
    held = long_runs.claim()
    long_runs.checkpoint(held, {"portion": 2})
    clock.advance(timedelta(seconds=59))
    assert long_runs.claim() is None
    clock.advance(timedelta(seconds=2))
    assert long_runs.is_due()
    assert long_runs.work_off() == 1
    assert now(public_id).result == {"from": 2}
    # Who comes back after that writes no more.
    with pytest.raises(long_runs.Lost):
        long_runs.checkpoint(held, {"portion": 0})
    long_runs.perform(held)
    assert now(public_id).result == {"from": 2}


def test_a_run_that_stops_again_and_again_without_getting_further_is_given_up(app, clock):
    public_id = ask()
    for _ in range(3):
        assert long_runs.release(long_runs.claim())
    assert long_runs.claim() is None
    run = now(public_id)
    assert (run.status, run.reason) == (RunStatus.FAILED, long_runs.STOPPED_OFTEN)


def test_a_waiting_run_is_cancelled_at_once_and_a_running_one_at_its_next_word(app):
    waiting = ask()
    with transaction():
        long_runs.ask_to_cancel(long_runs.get(waiting))
    assert now(waiting).status is RunStatus.CANCELLED
    with transaction(), pytest.raises(Refused, match="もう終わって"):
        long_runs.ask_to_cancel(long_runs.get(waiting))

    def cancel(run):
        with transaction():
            long_runs.ask_to_cancel(long_runs.get(run.public_id))

    running = ask()
    acts.append(cancel)
    long_runs.work_off()
    run = now(running)
    assert (run.status, run.checkpoint) == (RunStatus.CANCELLED, {"portion": 1})
    with transaction():
        again = long_runs.start_again(long_runs.get(running), by=BY).public_id
    long_runs.work_off()
    assert now(again).result == {"from": 1}
    with transaction(), pytest.raises(Refused, match="やり直せるのは"):
        long_runs.start_again(long_runs.get(again), by=BY)


def test_what_was_read_is_let_go_of_before_long_computing_however_often_a_run_tells_how_far_it_is(app):
    held = []

    def read_and_tell(run):
        for _ in range(3):
            db.session.scalars(select(LongRun)).all()
            long_runs.progress(run, 0, 3, "読み終えました。")
            held.append(db.session().in_transaction())

    acts.append(read_and_tell)
    ask()
    long_runs.work_off()
    assert held == [False, False, False]


def test_a_refusal_is_told_in_its_own_words_and_a_mistake_in_general_ones(app):
    def refuse(_run):
        raise Refused("文がありません。")

    def break_down(_run):
        raise ZeroDivisionError

    refused, broken = ask(), ask()
    acts.extend([refuse, break_down])
    assert long_runs.work_off() == 2
    assert now(refused).reason == "文がありません。"
    assert (now(broken).status, now(broken).reason) == (RunStatus.FAILED, long_runs.BROKE)


def test_where_the_database_is_held_by_somebody_the_run_is_begun_again_from_its_checkpoint(app):
    def held(_run):
        raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))

    public_id = ask()
    acts.extend([lambda _run: None, held])
    run = long_runs.claim()
    with pytest.raises(OperationalError):
        long_runs.perform(run)
    assert long_runs.release(run)
    assert long_runs.work_off() == 1
    assert now(public_id).result == {"from": 1}


def test_an_undone_change_asks_for_nothing_and_an_unknown_kind_is_a_mistake(app):
    with pytest.raises(ZeroDivisionError), transaction():
        long_runs.start("test.long", {}, by=BY, title="x")
        raise ZeroDivisionError
    assert not long_runs.is_due()
    with transaction(), pytest.raises(LookupError):
        long_runs.start("test.unknown", {}, by=BY, title="x")


def test_lists_show_what_is_open_first(app):
    first = ask("1")
    long_runs.work_off()
    second = ask("2")
    assert [run.public_id for run in long_runs.list_all()] == [second, first]
    assert [run.public_id for run in long_runs.list_about("test:1")] == [second, first]
    assert long_runs.list_about("test:1", kinds=("other",)) == []


def test_old_runs_are_let_go_and_open_ones_are_kept(app, clock):
    old = ask()
    long_runs.work_off()
    clock.advance(timedelta(days=long_runs.KEPT_DAYS + 1))
    fresh = ask()
    retention.forget_old()
    with pytest.raises(NotFound):
        now(old)
    assert db.session.scalars(select(LongRun.public_id)).all() == [fresh]
