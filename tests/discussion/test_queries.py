"""What pages, desks and other slices read of discussions."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.contributions.models import Contribution
from participation.discussion import queries
from participation.discussion.domain import ThreadOrder
from participation.foundation.db import db
from participation.foundation.paging import Edge
from tests.support.builders.discussion import a_post, a_subject, a_thread

pytestmark = pytest.mark.usefixtures("app")


def a_lively_thread(count: int = 130):
    chance, thread, said = random.Random(3), a_thread(), []
    for number in range(count):
        to = chance.choice(said[-20:]) if said and chance.random() < 0.6 else None
        said.append(a_post(thread, f"投稿{number}", to=to))
    return thread, {one.public_id for one in said}


@pytest.mark.parametrize("order", list(ThreadOrder))
def test_every_post_stands_on_exactly_one_page_forth_and_back(order):
    thread, everything = a_lively_thread()
    forth, edges, edge = [], [], Edge()
    while True:
        page = queries.list_posts(thread.id, order, edge, visitor())
        forth.append([line.public_id for line in page.items])
        edges.append(page)
        if page.after is None:
            break
        edge = Edge(after=page.after)
    flat = [public_id for ids in forth for public_id in ids]
    assert len(flat) == len(set(flat)) == len(everything)
    back = queries.list_posts(thread.id, order, Edge(before=edges[-1].before), visitor())
    assert [line.public_id for line in back.items] == forth[-2]
    assert back.after is not None


def test_a_reply_follows_what_it_answers_in_every_order():
    thread, _ = a_lively_thread(60)
    for order in ThreadOrder:
        depths = [line.depth for line in queries.list_posts(thread.id, order, Edge(), visitor()).items]
        assert depths[0] == 0
        assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(depths))


def test_what_a_page_about_subjects_shows_takes_two_queries():
    subject, other, silent = a_subject(), a_subject("別の話題"), a_subject("静かな話題")
    thread = a_thread(about=subject)
    a_post(thread)
    a_thread("別の話し合い", about=other)
    ids, asked = [subject.id, other.id, silent.id], []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = queries.on_subjects(ids, visitor())
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 2
    assert found.counts == {ids[0]: (1, 2), ids[1]: (1, 1), ids[2]: (0, 0)}
    assert (found.thread_count, found.post_count) == (2, 3)
    assert [line.title for line in found.threads] == ["別の話し合い", "お知らせの届け方"]
    assert found.is_open


def test_threads_are_listed_by_their_latest_post(clock):
    subject = a_subject()
    first, _ = a_thread("先", about=subject), clock.advance(timedelta(minutes=1))
    a_thread("後", about=subject)
    clock.advance(timedelta(minutes=1))
    a_post(first)
    titles = [line.title for line in queries.list_threads([subject.id], Edge(), visitor()).items]
    assert titles == ["先", "後"]


def test_the_context_of_a_post_is_what_it_answers():
    thread = a_thread(said="はじめ")
    one = a_post(thread, "一")
    two = a_post(thread, "二", to=one)
    context = queries.find_context(two.id)
    assert context.opening == "はじめ"
    assert [body for _, body in context.above][-1] == "一"
    assert queries.find_context(db.session.get_one(Contribution, two.id).id + 99) is None
