"""What several threads send at one moment is stored with one commit; what fails costs the others nothing."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.foundation.together import Step, in_steps, side_by_side, together
from participation.places.models import Area

#: How many rows each step wrote.
written_at_once = []


def write_all(areas):
    written_at_once.append(len(areas))
    db.session.add_all(areas)
    db.session.flush()
    return [area.id for area in areas]


@in_steps
def put(name):
    """Write a row; return its id."""
    return (yield Step(write_all, Area(code=name, name=name, position=99)))


def names():
    db.session.rollback()
    return set(db.session.scalars(select(Area.name).where(Area.position == 99)))


def at_once(app, first, *others):
    """Carry out `first`, and the others while it is being carried out; return what each gave or raised."""
    found, begun, go_on = {}, Event(), Event()

    def leading():
        begun.set()
        assert go_on.wait(5)
        return (yield from first())

    def run(place, act):
        with app.app_context():
            try:
                found[place] = together(act)
            except Exception as error:
                found[place] = error

    threads = [Thread(target=run, args=(0, leading))]
    threads[0].start()
    assert begun.wait(5)
    threads += [Thread(target=run, args=(place, act)) for place, act in enumerate(others, start=1)]
    for thread in threads[1:]:
        thread.start()
    for _ in range(500):
        if len(app.extensions["together"].waiting) == len(others):
            break
        Event().wait(0.002)
    go_on.set()
    for thread in threads:
        thread.join(10)
    return [found[place] for place in range(len(threads))]


@pytest.fixture
def commits(app):
    """How often something was committed."""
    seen = []

    def count(_connection):
        seen.append(1)

    event.listen(db.engine, "commit", count)
    yield seen
    event.remove(db.engine, "commit", count)


def test_all_that_wait_are_stored_with_one_commit(app, commits):
    ids = at_once(app, partial(put.steps, "甲"), partial(put.steps, "乙"), partial(put.steps, "丙"))
    assert {type(each) for each in ids} == {int}
    assert names() == {"甲", "乙", "丙"}
    assert len(commits) == 1


def test_what_several_want_to_have_done_is_done_for_all_of_them_at_once(app):
    @in_steps
    def put_two(first, second):
        return [(yield from put.steps(first)), (yield from put.steps(second))]

    written_at_once.clear()
    with transaction():
        acts = [put.steps("甲"), put_two.steps("乙", "丙"), put_two.steps("丁", "戊")]
        one, two, three = side_by_side(acts)
        assert written_at_once == [3, 2]
        assert put_two("己", "庚") == [max(two + three) + 1, max(two + three) + 2]
    stored = dict(db.session.execute(select(Area.name, Area.id).where(Area.position == 99)).all())
    assert [stored[name] for name in "甲乙丙丁戊"] == [one, *two, *three]


def test_what_is_refused_to_one_is_told_to_them_alone_and_the_others_are_stored(app):
    def refused():
        yield from put.steps("だめ")
        raise Refused("いけません。")

    first, second, third = at_once(app, partial(put.steps, "甲"), refused, partial(put.steps, "丙"))
    assert isinstance(second, Refused)
    assert second.reason == "いけません。"
    assert isinstance(first, int)
    assert isinstance(third, int)
    assert names() == {"甲", "丙"}


def test_where_the_database_lets_nobody_write_all_are_told_and_nothing_is_stored(app):
    def locked():
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    found = at_once(app, partial(put.steps, "甲"), locked)
    assert all(isinstance(each, OperationalError) for each in found)
    assert names() == set()


def test_of_two_groups_that_wait_for_each_other_one_is_carried_out_part_by_part(app):
    tries = []

    def deadlocked():
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("INSERT", {}, type("Deadlock", (Exception,), {"sqlstate": "40P01"})())
        return (yield from put.steps("乙"))

    found = at_once(app, partial(put.steps, "甲"), deadlocked)
    assert {type(each) for each in found} == {int}
    assert names() == {"甲", "乙"}


def test_who_leads_and_breaks_off_leaves_the_others_to_themselves(app):
    def broken_off():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        together(broken_off)
    assert isinstance(together(partial(put.steps, "甲")), int)
    assert names() == {"甲"}


def test_alone_it_is_a_transaction_like_any_other(app):
    assert isinstance(together(partial(put.steps, "甲")), int)
    with pytest.raises(Refused):
        together(lambda: (_ for _ in ()).throw(Refused("いけません。")))
    assert names() == {"甲"}
    with transaction(), pytest.raises(RuntimeError, match="inside transaction"):
        together(partial(put.steps, "乙"))
