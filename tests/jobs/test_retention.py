"""Retention: what is over goes once a day, whoever was restarted in between."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.foundation.db import db, transaction
from participation.jobs import queue, retention, worker
from participation.jobs.models import OutboxRow
from participation.people.models import LoginAttempt
from participation.web.models import SentForm

pytestmark = pytest.mark.usefixtures("app")


def planned():
    db.session.rollback()
    return db.session.scalars(
        select(OutboxRow.run_after).where(OutboxRow.kind == retention.KIND, OutboxRow.done_at.is_(None))
    ).all()


def rows(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_work_asks_for_itself_again_tomorrow(clock):
    retention.plan()
    assert worker.drain() == 1
    assert planned() == [clock.moment + timedelta(days=1)]
    assert worker.drain() == 0, "not before"
    clock.advance(timedelta(days=1))
    assert worker.drain() == 1
    assert planned() == [clock.moment + timedelta(days=1)]


def test_starting_many_times_plans_it_once():
    for _ in range(3):
        retention.plan()
    assert len(planned()) == 1
    worker.drain()
    retention.plan()
    assert len(planned()) == 1


def test_work_that_was_done_goes_after_thirty_days_and_waiting_work_stays(clock):
    @queue.handler("test.kept")
    def work(_payload):
        """Nothing."""

    with transaction():
        queue.enqueue("test.kept", {})
        queue.enqueue("test.kept", {}, run_after=clock.moment + timedelta(days=400))
    worker.drain()
    clock.advance(timedelta(days=30))
    retention.forget_old()
    assert rows(OutboxRow) == 2
    clock.advance(timedelta(seconds=1))
    retention.forget_old()
    assert rows(OutboxRow) == 1


def test_what_recognises_double_sending_goes_after_a_week(clock):
    with transaction():
        db.session.add(
            SentForm(submission_id="a" * 24, owner="guest:x", content_hash="x", created_at=clock.moment)
        )
    clock.advance(timedelta(days=7, seconds=1))
    retention.forget_old()
    assert rows(SentForm) == 0


def test_failed_log_ins_go_after_ninety_days(clock):
    with transaction():
        db.session.add(LoginAttempt(account_hash="a", network="b", at=clock.moment))
    clock.advance(timedelta(days=90, seconds=1))
    retention.forget_old()
    assert rows(LoginAttempt) == 0


#: What nobody comes back for: files never sent, wrong codes, letters that were never finished.
KEPT_BRIEFLY = {
    "survey_files",
    "survey_exports",
    "survey_code_attempts",
    "notices.letters",
    "opinions.waiting_files",
}


def test_every_rule_says_in_japanese_what_it_lets_go():
    rules = retention.all_rules()
    assert {rule.name for rule in rules} >= {"outbox", "sent_forms", "people.log_ins", "opinions.identities"}
    assert [rule.name for rule in rules if not re.search("[ぁ-ん]", rule.meaning)] == []
    assert {rule.name for rule in rules if rule.period < timedelta(days=7)} == KEPT_BRIEFLY
    assert all(rule.period >= timedelta(days=1) for rule in rules)


def test_the_command_tells_what_it_would_do_and_what_it_did(app, clock):
    with transaction():
        db.session.add(LoginAttempt(account_hash="a", network="b", at=clock.moment))
    clock.advance(timedelta(days=91))
    run = app.test_cli_runner().invoke
    assert "90日" in run(args=["jobs", "forget", "--dry-run"]).output
    assert rows(LoginAttempt) == 1
    assert "1件を消しました" in run(args=["jobs", "forget"]).output
    assert rows(LoginAttempt) == 0
