"""What lists say of voices: counts in one query, the reader's own only on their own page."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.contributions.domain import ContributionKind
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.votes import queries
from participation.votes.domain.stances import Stance
from tests.support.people import a_resident, actor_of
from tests.votes.test_commands_stances import a_voice, take


def test_a_list_of_voices_takes_one_query_the_readers_own_included(app):
    ids, people = [a_voice() for _ in range(3)], [actor_of(a_resident()) for _ in range(5)]
    for who in people:
        take(ids[0], Stance.AGREE, who)
    take(ids[1], Stance.DISAGREE, people[0])
    seen = []

    def count(_connection, _cursor, statement, *_more):
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    shared, own = queries.stances_on(ids), queries.stances_on(ids, people[0])
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) == 2
    assert [shared.words(each) for each in ids] == [
        "賛成5・反対0・どちらともいえない0",
        *["賛成・反対を伝える"] * 2,
    ]
    assert own.words(ids[1]) == "賛成・反対を伝える（あなたは反対）"
    assert queries.stances_on([]).counts == {}


def test_a_voice_of_another_kind_has_no_page_of_stances(app):
    said_id = a_voice()
    public_id = db.session.get_one(Contribution, said_id).public_id
    assert queries.get_voice(public_id, visitor()).id == said_id
    with transaction():
        db.session.get_one(Contribution, said_id).kind = ContributionKind.PROPOSAL
    with pytest.raises(NotFound):
        queries.get_voice(public_id, visitor())
