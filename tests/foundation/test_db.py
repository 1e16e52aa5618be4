"""Writing happens in one place, and what is stored comes back the same."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from participation.foundation import clock as app_clock
from participation.foundation.db import add_counts, after_commit, db, insert_once, transaction
from participation.organisations.models import Section
from participation.people.models import LoginSession, StaffRole
from participation.surveys.models import AnswerCount
from tests.support.builders.surveys import a_survey
from tests.support.people import a_resident


def test_a_row_cannot_be_added_outside_of_a_transaction(app):
    db.session.add(Section(code="x", name="課"))
    with pytest.raises(RuntimeError, match="only inside transaction"):
        db.session.flush()
    db.session.rollback()


def test_a_table_cannot_be_updated_outside_of_a_transaction(app):
    with pytest.raises(RuntimeError, match="only inside transaction"):
        db.session.execute(update(Section).values(name="課"))


def test_an_error_undoes_everything(app):
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="x", name="課"))
        db.session.flush()
        raise ZeroDivisionError
    assert db.session.scalar(select(func.count()).where(Section.code == "x")) == 0


def test_transactions_do_not_nest(app):
    with transaction(), pytest.raises(RuntimeError, match="inside transaction"), transaction():
        pass


def test_what_waits_for_the_commit_is_not_called_when_it_fails(app):
    called = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: called.append(1))
        raise ZeroDivisionError
    with transaction():
        after_commit(lambda: called.append(2))
        assert called == []
    assert called == [2]


def test_a_reference_to_nothing_is_refused_by_both_databases(app):
    with pytest.raises(IntegrityError), transaction():
        db.session.add(StaffRole(person_id=999_999, role="officer"))


def test_a_word_outside_of_an_enumeration_is_refused_by_the_database_itself(app):
    person = a_resident()
    with pytest.raises(IntegrityError), transaction():
        db.session.connection().exec_driver_sql(
            f"INSERT INTO staff_roles (person_id, role) VALUES ({person.id}, 'emperor')"
        )


def test_a_moment_comes_back_as_it_was(app):
    person = a_resident()
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    with transaction():
        db.session.add(
            LoginSession(
                token_hash="x", person_id=person.id, created_at=moment, last_seen_at=moment, ends_at=moment
            )
        )
    db.session.expire_all()
    assert db.session.scalars(select(LoginSession.ends_at)).one() == moment


def test_a_moment_without_a_time_zone_is_refused(app):
    with pytest.raises(Exception, match="time zone"), transaction():
        db.session.execute(
            insert(LoginSession).values(
                token_hash="x", person_id=1, created_at=datetime(2026, 1, 1), last_seen_at=app_clock.now()
            )
        )


def test_inserting_once_gives_the_id_the_first_time_and_nothing_after(app):
    with transaction():
        values = {"code": "once", "name": "課", "department": "", "position": 0}
        first = insert_once(Section, values, unique=["code"])
        assert insert_once(Section, values, unique=["code"]) is None
    assert db.session.scalars(select(Section.id).where(Section.code == "once")).one() == first


def test_read_and_write_in_one_transaction_loses_no_update(app):
    """180 read-modify-write transactions by several threads count to 180 (reliability.md, defects 1 and 2)."""
    with transaction():
        db.session.add(Section(code="counter", name="0"))
    errors: list[Exception] = []

    def count() -> None:
        with app.app_context():
            for _ in range(30):
                try:
                    with transaction():
                        row = db.session.scalars(
                            select(Section).where(Section.code == "counter").with_for_update()
                        ).one()
                        row.name = str(int(row.name) + 1)
                except Exception as error:
                    errors.append(error)

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
    assert db.session.scalars(select(Section.name).where(Section.code == "counter")).one() == "180"


def test_the_clock_can_be_stopped_for_one_thread(app, clock):
    clock.advance(timedelta(hours=1))
    earlier = app_clock.now() - timedelta(days=1)
    with app_clock.at(earlier):
        assert app_clock.now() == earlier
    assert app_clock.now() == clock.moment


def test_a_day_ends_at_midnight_in_tokyo(clock):
    assert app_clock.today().isoformat() == "2026-11-22"
    assert app_clock.end_of(app_clock.today()) == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_many_counters_are_added_to_in_one_statement_and_begin_where_there_were_none(app):
    survey_id = a_survey().id
    rows = [
        {"survey_id": survey_id, "question_code": "q1", "choice": choice, "count": step}
        for choice, step in (("a1", 2), ("zz", 5))
    ]
    for _ in range(2):
        with transaction():
            add_counts(AnswerCount, rows, unique=["survey_id", "question_code", "choice"], counter="count")
    counts = db.session.execute(
        select(AnswerCount.choice, AnswerCount.count).where(
            AnswerCount.question_code == "q1", AnswerCount.choice.in_(["a1", "zz"])
        )
    )
    assert sorted(tuple(row) for row in counts) == [("a1", 4), ("zz", 10)]
    with transaction():
        add_counts(AnswerCount, [], unique=["survey_id"], counter="count")
