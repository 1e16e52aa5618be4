"""What is remembered is read again as soon as something it was read from changed, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.remembering import remembered
from participation.organisations.models import Section
from participation.people.models import LoginAttempt, Person
from tests.support.people import a_resident, a_section

read = {"count": 0}


def names(department: str) -> list[str]:
    read["count"] += 1
    return list(db.session.scalars(select(Section.name).where(Section.department == department)))


def sections(department: str) -> list[Section]:
    return list(db.session.scalars(select(Section).where(Section.department == department)))


def attempts() -> list[LoginAttempt]:
    return list(db.session.scalars(select(LoginAttempt)))


@pytest.fixture(autouse=True)
def nothing_read(app):
    read["count"] = 0


def ask(reading=names, *arguments, **options):
    """Ask as a request of its own would: with a session that knows nothing."""
    db.session.remove()
    return remembered(reading, *(arguments or ("試し",)), **options)


def add_section(code: str = "n") -> None:
    with transaction():
        db.session.add(Section(code=code, name=f"{code}課", department="試し"))


def test_what_did_not_change_is_read_once():
    assert ask() == ask() == []
    assert read["count"] == 1


def test_a_change_is_read_with_the_very_next_request():
    ask()
    add_section()
    assert ask() == ["n課"]


def test_a_change_elsewhere_leaves_it():
    ask()
    a_resident()
    ask()
    assert read["count"] == 1


def test_each_argument_has_an_answer_of_its_own():
    add_section()
    assert ask(names, "試し") != ask(names, "ほか")


def test_it_holds_no_longer_than_it_says(clock):
    until = app_clock.now() + timedelta(minutes=1)
    ask(until=lambda _found: until)
    clock.advance(timedelta(seconds=59))
    ask(until=lambda _found: until)
    assert read["count"] == 1
    clock.advance(timedelta(seconds=1))
    ask(until=lambda _found: until)
    assert read["count"] == 2


def test_rows_stay_as_they_were_read():
    add_section()
    (kept,) = ask(sections)
    with transaction():
        db.session.scalars(select(Section).where(Section.code == "n")).one().name = "別の課"
    assert kept.name == "n課"
    assert [section.name for section in ask(sections)] == ["別の課"]


def test_in_a_transaction_that_writes_everything_is_read():
    ask()
    with transaction():
        db.session.add(Section(code="n", name="n課", department="試し"))
        db.session.flush()
        assert remembered(names, "試し") == ["n課"]
    assert ask() == ["n課"]


def test_a_change_that_is_rolled_back_is_not_remembered():
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="n", name="n課", department="試し"))
        db.session.flush()
        remembered(names, "試し")
        raise ZeroDivisionError
    assert ask() == []


def test_where_the_session_holds_rows_nothing_is_taken_out_of_it():
    person = a_resident()
    db.session.remove()
    held = db.session.get_one(Person, person.id)
    remembered(names, "試し")
    assert held in db.session


def test_what_nothing_counts_cannot_be_remembered():
    with pytest.raises(RuntimeError, match="login_attempts"):
        remembered(attempts)


def test_the_counters_are_asked_once_for_all_parts_of_a_page():
    a_section()
    db.session.remove()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", hear := lambda *told: statements.append(told[2]))
    for part in ("一", "二", "三"):
        remembered(names, part)
    event.remove(db.engine, "before_cursor_execute", hear)
    assert sum("FROM freshness" in statement for statement in statements) == 1
