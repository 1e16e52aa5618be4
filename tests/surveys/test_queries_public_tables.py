"""Tables for everybody: laid out once, of one crowd, without a small number in them or between them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from participation.access.actors import Role
from participation.foundation.clock import now
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.domain.disclosure import LEAST_CELL
from participation.surveys.domain.publications import PublicationKind
from participation.surveys.models import Response
from tests.support.builders.answered import ANALYST, a_surveyed_ward, fill, weighted
from tests.support.people import a_member_of_staff, actor_of


@pytest.fixture
def survey(app, clock):
    survey = a_surveyed_ward()
    clock.advance(timedelta(days=11))
    return survey


def page_of(survey):
    return queries.show_survey(queries.get_survey(survey.public_id))


def published(survey, prepared):
    approver = actor_of(a_member_of_staff(Role.APPROVER))
    with transaction():
        kept = commands.prepare_publication(survey, prepared, note="読んだ", by=ANALYST)
    with transaction():
        commands.decide_publication(kept, publishes=True, by=approver)
    return kept


def answers_of(survey):
    return [row.answers for row in queries.list_export_rows(survey)]


def numbers_of(content):
    """Every (keys, counts) of what is published, None where withheld."""
    return [
        (tuple(each["keys"]), np.array(each["counts"], dtype=object))
        for table in content["tables"]
        for each in table["laid"]
        if each["keys"]
    ]


def test_in_public_no_small_number_stands_in_a_table_nor_in_its_parts(survey):
    prepared = queries.prepare_tables(page_of(survey), ["q3", "q4", "q1"], ["q2"])
    parts = queries.prepare_tables(page_of(survey), ["q4"], ["q1"], "q2")
    for _, counts in numbers_of(prepared.content) + numbers_of(parts.content):
        inner = counts[tuple(slice(0, -1) for _ in counts.shape)]
        assert all(count is None or count >= LEAST_CELL for count in inner.ravel())
        assert counts[tuple(-1 for _ in counts.shape)] == len(answers_of(survey))
    table = queries.public_table(parts.content["tables"][0], 0)
    for _, cells in table.body:
        assert all(cell.percent is None for cell in cells if cell.count is None), "the share vanishes, too"


def test_in_public_several_choices_are_each_a_table_of_their_own(survey):
    prepared = queries.prepare_tables(page_of(survey), ["q4"], ["q1"])
    table = queries.public_table(prepared.content["tables"][0])
    assert [label for label, _ in table.body] == ["区報", "掲示板", "SNS"]
    counted = Counter(choice for each in answers_of(survey) for choice in each["q4"])
    assert [cells[-1].count for _, cells in table.body] == [counted["a1"], counted["a2"], counted["a3"]]
    with pytest.raises(Refused, match="一つに決まる"):
        queries.prepare_tables(page_of(survey), ["q3"], ["q4"])


def test_what_is_published_later_is_held_against_what_was_seen_before(survey):
    """q3 by age, then q3 by area, then both at once: every small number keeps its other worlds."""
    first = queries.prepare_tables(page_of(survey), ["q3"], ["q1"])
    published(survey, first)
    with pytest.raises(Refused, match="まだ公表していない"):
        queries.prepare_tables(page_of(survey), ["q3"], ["q1"])
    second = queries.prepare_tables(page_of(survey), ["q3", "q4"], ["q2", "q1"], "")
    assert second.seen_before == 1
    stale = queries.prepare_tables(page_of(survey), ["q1"], ["q2"])
    published(survey, second)
    with pytest.raises(Refused, match="もう一度用意"), transaction():
        commands.prepare_publication(survey, stale, note="読んだ", by=ANALYST)
    third = queries.prepare_tables(page_of(survey), ["q4"], ["q1"], "q2")
    assert third.seen_before == 2


def test_the_tables_stay_those_of_the_same_people(survey):
    first = published(survey, queries.prepare_tables(page_of(survey), ["q3"], ["q1"]))
    before = numbers_of(first.content)
    fill(survey, [{"q1": ["a1"], "q2": ["a1"], "q3": ["a1"], "q4": ["a1"]}] * 30)
    later = queries.prepare_tables(page_of(survey), ["q3"], ["q2"])
    (counts,) = (counts for _, counts in numbers_of(later.content))
    assert counts[-1, -1] == before[0][1][-1, -1], "who came later is not in them"
    with transaction():
        row = next(iter(queries.list_export_rows(survey)))
        db.session.get_one(Response, row.id).changed_at = now()
    with pytest.raises(Refused, match="直されたか消されて"):
        queries.prepare_tables(page_of(survey), ["q3"], ["q2"])


def test_few_people_are_no_table(app, clock):
    survey = a_surveyed_ward(people=9)
    clock.advance(timedelta(days=11))
    with pytest.raises(Refused, match="公表できません"):
        queries.prepare_tables(page_of(survey), ["q3"], ["q1"])


def test_weighted_figures_stand_beside_the_plain_ones_and_hold_for_later_tables(survey):
    with pytest.raises(Refused, match="まだ重み"):
        queries.prepare_weighted(page_of(survey))
    run = weighted(survey)
    published(survey, queries.prepare_tables(page_of(survey), ["q3"], ["q1", "q2"]))
    prepared = queries.prepare_weighted(page_of(survey))
    published(survey, prepared)
    shown = queries.weighted_in(prepared.content)
    ages = next(each for each in shown if "年代" in each.title)
    assert [row.weighted for row in ages.rows] == [0.3, 0.5, 0.2], "the margins"
    assert ages.rows[0].plain != ages.rows[0].weighted
    assert ages.rows[0].weighted_interval.low < 0.3 < ages.rows[0].weighted_interval.high
    assert prepared.content["effective"] == pytest.approx(run.effective, abs=0.05)
    with pytest.raises(Refused, match="違う重み"):
        queries.prepare_weighted(page_of(survey))
    assert queries.prepare_tables(page_of(survey), ["q4"], ["q2"]).content["tables"]


def test_a_comparison_is_of_waves_whose_figures_are_public(survey):
    other = a_surveyed_ward(60, seed=8)
    with transaction():
        for number, each in enumerate((other, survey), 1):
            stored = queries.get_survey(each.public_id)
            stored.series, stored.wave = "区報", number
    prepared = queries.prepare_comparison(page_of(survey), "q3", issuer="ある区")
    assert prepared.kind is PublicationKind.COMPARISON
    found = queries.comparison_in(prepared.content)
    assert len(found.askings) == 2
    with transaction():
        queries.get_survey(other.public_id).results_shown = "never"
    with pytest.raises(Refused, match="比べる相手"):
        queries.prepare_comparison(page_of(survey), "q3", issuer="ある区")
