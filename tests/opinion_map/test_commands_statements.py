"""Statements: seeded, offered, shown, removed, merged; the register of what was said goes along."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.maps import MOST_OFFERED, StatementStatus
from tests.support.builders.opinion_map import (
    EDITOR,
    TEXTS,
    a_map,
    a_run,
    answer,
    statement_of,
    two_camps,
)
from tests.support.people import a_resident, actor_of

OFFERED = "広場に屋根のあるベンチがほしい"


def offer(opinion_map, text=OFFERED, by=None):
    with transaction():
        return commands.offer_statement(opinion_map, text, by=by or visitor("v"))


def said():
    return db.session.scalars(select(Contribution)).one()


def test_an_offered_statement_waits_in_the_register_until_staff_show_it(app):
    opinion_map, who = a_map(), actor_of(a_resident())
    statement = offer(opinion_map, by=who)
    assert (statement.status, said().kind) == (StatementStatus.WAITING, ContributionKind.MAP_STATEMENT)
    assert (said().visibility, said().author_id) == (Visibility.HELD, who.person_id)
    assert queries.next_turn(opinion_map, who).total == len(TEXTS)
    with transaction():
        commands.show_statement(statement, by=EDITOR)
    assert (said().visibility, statement.status) == (Visibility.PUBLISHED, StatementStatus.SHOWN)
    assert queries.next_turn(opinion_map, who).total == len(TEXTS) + 1
    with pytest.raises(Conflict), transaction():
        commands.show_statement(statement, by=EDITOR)


def test_a_decision_in_the_register_is_followed_and_erased_words_are_gone_everywhere(app):
    opinion_map = a_map()
    statement = offer(opinion_map)
    with transaction():
        contributions.change_visibility(said(), Visibility.PUBLISHED)
    assert statement.status is StatementStatus.SHOWN
    two_camps(opinion_map)
    run = a_run(opinion_map)
    answer(opinion_map, statement.number, "agree", visitor("x"))
    run = a_run(opinion_map)
    with transaction():
        published = commands.publish_run(opinion_map, run, "", by=EDITOR)
    assert OFFERED in str(published.picture)
    with transaction():
        contributions.change_visibility(said(), Visibility.HIDDEN, reason="個人の情報")
    assert statement.status is StatementStatus.REMOVED
    assert OFFERED not in str(published.picture)
    with transaction():
        contributions.erase(said())
    assert OFFERED not in statement.text


def test_a_removed_statement_keeps_its_votes_which_count_again_when_it_comes_back(app):
    opinion_map, who = a_map(), visitor("v")
    answer(opinion_map, 4, "agree", who)
    with pytest.raises(Refused), transaction():
        commands.remove_statement(statement_of(opinion_map, 4), " ", by=EDITOR)
    with transaction():
        commands.remove_statement(statement_of(opinion_map, 4), "ほかの問いの文のため", by=EDITOR)
    assert queries.list_votes(opinion_map) == []
    with transaction():
        commands.show_statement(statement_of(opinion_map, 4), by=EDITOR)
    assert [vote[1:] for vote in queries.list_votes(opinion_map)] == [(4, 1)]


def test_votes_on_a_merged_statement_count_for_the_other_unless_that_was_answered_too(app):
    opinion_map, one, both = a_map(), visitor("one"), visitor("both")
    answer(opinion_map, 5, "disagree", one)
    answer(opinion_map, 5, "disagree", both)
    answer(opinion_map, 6, "agree", both)
    with transaction():
        commands.merge_statement(statement_of(opinion_map, 5), 6, by=EDITOR)
    assert sorted(value for _, number, value in queries.list_votes(opinion_map) if number == 6) == [-1, 1]
    assert queries.own_values(opinion_map, one) == {6: -1}
    assert queries.next_turn(opinion_map, one).answered == 1


def test_a_statement_is_merged_only_into_another_that_is_asked(app):
    opinion_map = a_map()
    with transaction():
        commands.remove_statement(statement_of(opinion_map, 2), "重複のため", by=EDITOR)
    for number in (1, 2, 99, 0):
        with pytest.raises(Refused), transaction():
            commands.merge_statement(statement_of(opinion_map, 1), number, by=EDITOR)


@pytest.mark.parametrize(
    "text", ["", "短い", "あ" * 141, "二つ\nの行がある文", TEXTS[0], "広場の使い方の案１を進めてほしい"]
)
def test_a_statement_that_is_too_short_too_long_or_there_already_is_refused(app, text):
    opinion_map = a_map()
    with pytest.raises(Refused):
        offer(opinion_map, text)
    with pytest.raises(Refused), transaction():
        commands.seed_statements(
            opinion_map, text.split("\n") if text != "二つ\nの行がある文" else [text], by=EDITOR
        )


def test_one_voter_offers_so_many_and_where_none_are_taken_nobody_does(app):
    opinion_map = a_map()
    for number in range(MOST_OFFERED):
        offer(opinion_map, f"新しい考えの{number}番目です")
    with pytest.raises(Refused, match="件まで"):
        offer(opinion_map, "もう一つの新しい考えです")
    with pytest.raises(Denied):
        offer(a_map(takes_statements=False, question="別の問い"))
