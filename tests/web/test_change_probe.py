"""The cheap question whether anything public changed."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from participation.foundation.db import db, transaction
from participation.organisations.models import Section
from participation.people.models import LoginAttempt
from participation.web import change_probe
from tests.support.people import a_section


def test_nothing_changed_is_the_same_answer(app):
    assert change_probe.stamp() == change_probe.stamp()


def test_a_committed_change_is_another_answer(app):
    before = change_probe.stamp()
    a_section()
    assert change_probe.stamp() != before


def test_a_change_by_statement_counts_too(app):
    section = a_section()
    before = change_probe.stamp()
    with transaction():
        db.session.execute(update(Section).where(Section.id == section.id).values(name="別の名前"))
    assert change_probe.stamp() != before


def test_a_change_that_was_undone_is_no_change(app):
    before = change_probe.stamp()
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="x", name="消える課"))
        db.session.flush()
        raise ZeroDivisionError
    assert change_probe.stamp() == before


def test_what_no_page_shows_is_no_change(app, clock):
    before = change_probe.stamp()
    with transaction():
        db.session.add(LoginAttempt(account_hash="a", network="b", at=clock.moment))
    assert change_probe.stamp() == before


def test_a_connection_that_went_stale_is_replaced(app):
    before = change_probe.stamp()
    change_probe._own.connection.close()
    assert change_probe.stamp() == before


def test_each_thread_asks_for_itself(app):
    answers = []

    def ask():
        with app.app_context():
            answers.append(change_probe.stamp())
            change_probe._close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [change_probe.stamp()] * 4
