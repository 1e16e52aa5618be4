"""Lists are short of queries and never by popularity; what is held or hidden is nobody's to read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.challenges import queries
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from tests.support.builders.challenges import OFFICER, a_call, a_challenge, an_application, an_idea, words_of
from tests.support.builders.proposals import a_team


@pytest.fixture
def count_queries(app):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    def counted(function, *given, **named):
        db.session.rollback()
        seen.clear()
        function(*given, **named)
        return sum(statement.startswith("SELECT") for statement in seen)

    return counted


def test_pages_take_as_many_queries_for_many_rows_as_for_one(app, clock, count_queries):
    challenge = a_challenge()
    organisation, delegate = a_team()
    call = a_call(organisation, delegate)
    an_idea(challenge)
    wanted = {
        "challenges": (queries.list_challenges,),
        "challenge": (queries.show_challenge, challenge, visitor()),
        "ideas": (queries.list_ideas, visitor()),
        "board": (queries.list_calls, visitor()),
        "call": (queries.show_call, call.public_id, visitor()),
        "candidates": (queries.list_idea_candidates, challenge),
    }
    before = {name: count_queries(*what) for name, what in wanted.items()}
    for number in range(3):
        an_idea(challenge)
        an_application(call, *a_team(f"{number}番目の会"))
        a_challenge()
    assert {name: count_queries(*what) for name, what in wanted.items()} == before
    assert max(before.values()) <= 7


def test_the_order_of_ideas_is_by_lot_and_another_on_another_day(app, clock):
    challenge = a_challenge()
    for _ in range(6):
        an_idea(challenge)
    orders = set()
    for _ in range(4):
        rows = queries.show_challenge(challenge, visitor()).ideas
        orders.add(tuple(row.public_id for row in rows))
        assert tuple(row.public_id for row in queries.list_ideas(visitor()).rows) == tuple(
            row.public_id for row in rows
        )
        clock.advance(timedelta(days=1))
    assert len(orders) > 1


def test_what_is_hidden_is_in_no_list_and_no_count_and_held_words_are_nobody_elses(app, clock):
    challenge = a_challenge()
    hidden, held, shown = an_idea(challenge), an_idea(challenge), an_idea(challenge)
    with transaction():
        contributions.change_visibility(words_of(hidden), Visibility.HIDDEN, reason="ルール第2条")
        contributions.change_visibility(words_of(held), Visibility.HELD, reason="確認")
    assert [row.public_id for row in queries.show_challenge(challenge, visitor()).ideas] == [shown.public_id]
    assert queries.list_challenges().rows[0].idea_count == 1
    page = queries.show_idea(hidden.public_id, visitor())
    assert not page.is_readable
    with pytest.raises(NotFound):
        queries.show_idea(held.public_id, visitor())
    assert queries.show_idea(held.public_id, OFFICER).is_readable


def test_ideas_that_look_for_a_challenge_are_found_and_calls_by_what_they_are_for(app, clock):
    challenge = a_challenge()
    an_idea(challenge)
    free = an_idea()
    assert [row.public_id for row in queries.list_ideas(visitor(), is_free=True).rows] == [free.public_id]
    organisation, delegate = a_team()
    a_call(organisation, delegate, resources=("people",))
    place = a_call(organisation, delegate, resources=("place",), apply_until=clock.moment.date())
    found = queries.list_calls(visitor(), resource="place", side="needs").rows
    assert [row.public_id for row in found] == [place.public_id]
    assert queries.list_calls(visitor(), side="offers").rows == ()
    clock.advance(timedelta(days=1))
    assert queries.list_calls(visitor(), resource="place").total == 0
    assert queries.list_calls(visitor(), resource="place", is_running=False).total == 1
