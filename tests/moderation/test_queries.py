"""What staff and the public read of moderation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from participation.access.actors import Role
from participation.contributions.domain import Visibility
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge
from participation.moderation import commands, queries
from tests.support.builders.moderation import a_voice, the_rules
from tests.support.people import a_member_of_staff, a_resident, actor_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def screener():
    return actor_of(a_member_of_staff(Role.SCREENER))


def test_what_is_held_or_reported_waits_and_nothing_else(screener):
    clauses, reporter = the_rules(), actor_of(a_resident())
    held = a_voice(a_resident(), "確認中", visibility=Visibility.HELD)
    reported = a_voice(a_resident(), "知らせあり")
    a_voice(a_resident(), "ふつう")
    with transaction():
        commands.report(reported, clauses[0], "ひどい", by=reporter)
    waiting = {case.public_id: case.report_count for case in queries.list_cases(Edge()).items}
    assert waiting == {held.public_id: 0, reported.public_id: 1}
    assert queries.count_cases() == 2
    with transaction():
        commands.keep(reported, "問題ありません。", by=screener)
        commands.restore(held, by=screener)
    assert queries.count_cases() == 0


def test_a_case_file_has_reports_without_names_and_all_decisions(screener):
    clauses, person = the_rules(), a_resident("つばめ")
    reporter = actor_of(person)
    said = a_voice(a_resident())
    with transaction():
        commands.report(said, clauses[3], "確かめていません", by=reporter)
        commands.hide(said, clauses[3], "理由", by=screener)
    file = queries.get_case(said.public_id)
    assert [(line.clause, line.note, line.is_open) for line in file.reports] == [
        (f"4 {clauses[3].title}", "確かめていません", False)
    ]
    assert "つばめ" not in repr(file.reports)
    assert file.decisions[0].name == "非表示にした"


def test_a_decision_is_shown_to_the_author_only(screener):
    clauses, author = the_rules(), a_resident()
    said = a_voice(author)
    with transaction():
        decision = commands.hide(said, clauses[0], "理由", by=screener)
    assert queries.get_own_decision(decision.public_id, author.id).reason == "理由"
    for other in (a_resident().id, None):
        with pytest.raises(NotFound):
            queries.get_own_decision(decision.public_id, other)


def test_the_tally_counts_by_month_of_tokyo_and_by_clause(screener, clock):
    clauses = the_rules()
    one, two, three = (a_voice(a_resident(), f"{n}") for n in range(3))
    clock.set(datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC))  # 23:59:59 of 31 October in Tokyo
    with transaction():
        commands.hide(one, clauses[0], "理由", by=screener)
    clock.set(datetime(2026, 10, 31, 15, 0, tzinfo=UTC))  # 1 November in Tokyo
    with transaction():
        commands.hide(two, clauses[0], "理由", by=screener)
        commands.hide(three, clauses[2], "理由", by=screener)
        commands.restore(three, by=screener)
    months = queries.list_tally()
    assert len(months) == 12
    november, october, september = months[:3]
    assert (november.first_day.month, november.hidden, november.restored) == (11, {1: 1, 3: 1}, 1)
    assert (october.first_day.month, october.hidden, october.restored) == (10, {1: 1}, 0)
    assert september.hidden_total == 0
