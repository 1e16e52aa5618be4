"""Reading votes; above all, what is not told before the closing."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.consultations.domain import State
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.votes import queries
from participation.votes.domain import Audience, ResultsShown
from tests.support.builders.consultations import a_subject
from tests.support.builders.votes import EDITOR, a_vote, cast
from tests.support.people import a_resident, actor_of

GUEST = visitor("k" * 20)


def selects(ask):
    seen = []

    def listen(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return [text for text in seen if text.lstrip().upper().startswith("SELECT")]


@pytest.mark.parametrize("actor", [GUEST, EDITOR])
def test_nobody_sees_a_running_total_where_the_vote_hides_it(app, clock, actor):
    vote = a_vote(results_shown=ResultsShown.AFTER_CLOSING)
    cast(vote)
    for shown in (
        queries.show_vote(vote, queries.find_own_ballot(vote, actor), actor),
        queries.list_votes(actor)[0],
    ):
        assert (shown.total, shown.rows) == (None, [])
    clock.set(vote.closes_at)
    assert queries.show_vote(vote, queries.find_own_ballot(vote, actor), actor).rows == [
        ("賛成", 1),
        ("反対", 0),
        ("どちらともいえない", 0),
    ]


def test_a_live_vote_shows_its_figures_at_once(app):
    vote = a_vote()
    cast(vote)
    assert queries.show_vote(vote, None, GUEST).total == 1


def test_drafts_are_for_staff(app):
    vote = a_vote(published=False)
    with pytest.raises(NotFound):
        queries.get_public_vote(vote.public_id)
    assert queries.list_votes(GUEST) == []
    assert [shown.state for shown in queries.list_votes(EDITOR, with_drafts=True)] == [State.DRAFT]


def test_a_page_finds_its_votes_in_three_queries_whatever_their_number(app):
    subject_id = a_subject().id
    for _ in range(5):
        a_vote(subject_id=subject_id)
    a_vote()
    a_vote(subject_id=subject_id, published=False)
    resident = actor_of(a_resident())
    found = []
    assert len(selects(lambda: found.append(queries.on_subjects([subject_id], resident)))) == 3
    assert len(found[0].votes) == 5
    assert len(selects(lambda: queries.on_subjects([subject_id], GUEST))) == 2
    assert queries.on_subjects([10**6], resident) == queries.VotesOnPage()


def test_a_page_shows_members_their_own_choice_and_never_a_visitors(app):
    vote = a_vote(audience=Audience.ANYONE)
    resident = actor_of(a_resident())
    cast(vote, "disagree", resident)
    guest = cast(vote, "agree")
    assert queries.on_subjects([vote.subject_id], resident).votes[0].mine == "disagree"
    on_page = queries.on_subjects([vote.subject_id], guest)
    assert (on_page.votes[0].mine, on_page.changes_at) == (None, vote.closes_at)


def test_reasons_are_read_once_published_and_by_their_authors_before(app):
    vote, author = a_vote(), actor_of(a_resident())
    cast(vote, "agree", author, reason="祖母も読めるから")
    assert list(queries.list_reasons(vote, GUEST)) == []
    assert [said.body for said in queries.list_reasons(vote, author)] == ["祖母も読めるから"]
    with transaction():
        contributions.change_visibility(db.session.query(Contribution).one(), Visibility.PUBLISHED)
    assert len(queries.list_reasons(vote, GUEST)) == 1
