"""What happened to a point: the latest beside the work, all of it in pages, nothing twice and nothing missing."""

from __future__ import annotations

from datetime import timedelta

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge
from participation.replies import commands
from participation.replies.queries import history, one_point
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, approved


def moved(point, opinion, times, clock):
    for _ in range(times):
        for change in (commands.remove_from_point, commands.add_to_point):
            clock.advance(timedelta(minutes=1))
            with transaction():
                change(point.public_id, [opinion.public_id], by=system("tests"))


def test_every_movement_and_decision_stands_on_exactly_one_page(app, clock, monkeypatch):
    monkeypatch.setattr(history, "SHOWN", 4)
    opinion = an_opinion()
    point = a_point([opinion])
    moved(point, opinion, 4, clock)
    clock.advance(timedelta(minutes=1))
    approved(point)
    moved(point, opinion, 2, clock)
    db.session.rollback()
    written = one_point.get_written_point(point.public_id, system("tests"))
    of_reply = one_point.said_of(written.versions)
    assert [line.what for line in of_reply] == ["第1版を決裁しました", "第1版を決裁に回しました"]

    seen, edge = [], Edge()
    for _ in range(10):
        shown = history.list_history(written.point, of_reply, edge, limit=4)
        seen += shown.items
        if shown.after is None:
            break
        edge = Edge(after=shown.after)
    assert [line.at for line in seen] == sorted((line.at for line in seen), reverse=True)
    assert len(seen) == 2 + 12 + 2
    assert sum(line.what == "意見を外しました" for line in seen) == 6
    assert seen[-1].what == "論点を作りました" or seen[-2].what == "論点を作りました"
    last = history.list_history(written.point, of_reply, Edge(before=shown.before), limit=4)
    assert last.after is not None


def test_beside_the_work_stand_the_latest_and_a_way_to_the_rest(app, clock, monkeypatch):
    monkeypatch.setattr(history, "LATEST", 3)
    opinion = an_opinion()
    point = a_point([opinion])
    assert history.latest(point, []).after is None
    moved(point, opinion, 2, clock)
    shown = history.latest(point, [])
    assert len(shown.items) == 3
    assert shown.after
