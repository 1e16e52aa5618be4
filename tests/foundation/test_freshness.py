"""Counters that move with every committed change of what a page may show, and with nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select, text, update

from participation.foundation import freshness
from participation.foundation.db import Base, db, insert_once, transaction
from participation.organisations.models import Section
from participation.people.models import LoginAttempt
from tests.support.people import a_section


def stamp():
    db.session.rollback()
    return freshness.stamp(db.session())


def writes():
    return {
        "an object": lambda: db.session.add(Section(code="n", name="新しい課")),
        "a statement": lambda: db.session.execute(update(Section).values(name=Section.name + "あ")),
        "a deletion": lambda: db.session.execute(delete(Section).where(Section.code == "kept")),
        "an insert_once": lambda: insert_once(
            Section, {"code": "once", "name": "課", "position": 1, "department": ""}, unique=["code"]
        ),
    }


@pytest.mark.parametrize("way", ["an object", "a statement", "a deletion", "an insert_once"])
def test_every_way_of_writing_moves_the_counter(app, way):
    before = stamp()
    with transaction():
        writes()[way]()
    after = stamp()
    assert after != before
    assert sum(version for _, version in after) == sum(version for _, version in before) + 1


def test_a_change_that_touches_many_rows_moves_it_once(app):
    before = dict(stamp())
    with transaction():
        db.session.add_all(Section(code=f"n{n}", name="課") for n in range(5))
        db.session.execute(update(Section).values(name="課"))
    assert dict(stamp())["organisations"] == before.get("organisations", 0) + 1


def test_reading_and_touching_without_changing_move_nothing(app):
    section = a_section("広報課")
    before = stamp()
    with transaction():
        db.session.get_one(Section, section.id).name = "広報課"
        db.session.scalar(select(func.count()).select_from(Section))
    assert stamp() == before


def test_a_table_that_no_page_shows_moves_nothing(app, clock):
    before = stamp()
    with transaction():
        db.session.add(LoginAttempt(account_hash="a", network="b", at=clock.moment))
    assert stamp() == before


def test_a_change_that_was_undone_moves_nothing_later_either(app, clock):
    before = stamp()
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="n", name="課"))
        db.session.flush()
        raise ZeroDivisionError
    with transaction():
        db.session.add(LoginAttempt(account_hash="a", network="b", at=clock.moment))
    assert stamp() == before


def test_a_change_is_counted_under_the_slice_of_its_table_only(app):
    before = dict(stamp())
    with transaction():
        freshness.notice(db.session(), Base.metadata.tables["ballots"])
    after = dict(stamp())
    assert after.pop("votes") == before.pop("votes", 0) + 1
    assert after == before


def test_every_table_belongs_to_its_slice():
    scopes = {mapper.class_.__table__: mapper.class_.__module__ for mapper in Base.registry.mappers}
    assert len(scopes) > 40
    for table, module in scopes.items():
        if module.startswith("participation."):
            assert freshness.scope_of(table) == module.split(".")[1]


def test_a_table_of_no_slice_is_counted_too(app):
    before = dict(stamp())
    with transaction():
        freshness.notice(db.session(), SimpleNamespace(info={}))
    assert dict(stamp())[freshness.OTHERS] == before.get(freshness.OTHERS, 0) + 1


def test_on_postgresql_writers_do_not_queue_for_one_row(app, monkeypatch):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction():
        db.session.execute(text("DELETE FROM freshness"))
    shards = iter(range(16))
    monkeypatch.setattr(freshness.random, "randrange", lambda _count: next(shards))
    for number in range(3):
        with transaction():
            db.session.add(Section(code=f"n{number}", name="課"))
    assert db.session.execute(text("SELECT count(*), sum(version) FROM freshness")).one() == (3, 3)
    assert dict(stamp())["organisations"] == 3


def test_the_counters_are_a_table_that_migrations_know(app):
    assert "freshness" in Base.metadata.tables
