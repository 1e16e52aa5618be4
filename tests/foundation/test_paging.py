"""Keyset paging walks a list once, forwards and backwards, whatever the cursor says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge, NumberedPage, how_many_fit, keyset, pack, page, unpack
from participation.organisations.models import Section

COLUMNS = (Section.name, Section.id)


@pytest.fixture
def twenty_three(app):
    with transaction():
        for number in range(23):
            db.session.add(Section(code=f"p{number}", name=f"課{number % 5}", department="ページ"))


def walk(edge, limit=5, descending=False):
    statement = select(Section).where(Section.department == "ページ")
    statement, backwards = keyset(statement, COLUMNS, edge, limit=limit, descending=descending)
    rows = db.session.scalars(statement).all()
    return page(rows, [(row.name, row.id) for row in rows], edge, limit=limit, backwards=backwards)


@pytest.mark.parametrize("descending", [False, True])
def test_walking_forwards_shows_every_row_once_in_order(twenty_three, descending):
    seen, edge = [], Edge()
    while True:
        shown = walk(edge, descending=descending)
        seen += [(row.name, row.id) for row in shown.items]
        if shown.after is None:
            break
        edge = Edge(after=shown.after)
    assert len(seen) == 23
    assert seen == sorted(seen, reverse=descending)


def test_walking_back_shows_the_page_before(twenty_three):
    first = walk(Edge())
    second = walk(Edge(after=first.after))
    back = walk(Edge(before=second.before))
    assert [row.id for row in back.items] == [row.id for row in first.items]
    assert back.before is None


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "////", "e30", "W10", pack(["a"]), pack([1, 2]), pack(["a", 2**70]), "A" * 1000, "W" * 300],
)
def test_a_cursor_that_is_not_ours_is_the_beginning(twenty_three, cursor):
    assert [row.id for row in walk(Edge(after=cursor)).items] == [row.id for row in walk(Edge()).items]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([10] * 8, 5),
        ([10] * 3, 3),
        ([40, 40, 40, 40, 40], 2),
        ([500, 1, 1], 1),
        ([90, 20, 1], 1),
        ([], 0),
    ],
)
def test_a_page_of_long_texts_takes_fewer(sizes, expected):
    assert how_many_fit(sizes, most_bytes=100, fewest=1, limit=5) == expected


def test_a_list_sorted_by_a_moment_is_read_page_by_page_too():
    columns = [AuditEntry.at, AuditEntry.id]
    moment = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)
    assert unpack(pack((moment, 7)), columns) == [moment, 7]


@pytest.mark.parametrize(("page", "has_more"), [(1, True), (2, True), (3, False)])
def test_a_numbered_page_says_whether_one_follows(page, has_more):
    assert NumberedPage(("a", "b"), total=5, page=page, size=2).has_more is has_more
