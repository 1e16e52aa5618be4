"""Weighting a survey: reproducible, recorded, put in place of the one before."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.surveys import commands, queries
from participation.surveys.domain.margins import read_margins
from participation.surveys.domain.matching import match_margin
from participation.surveys.models import ResponseWeight, WeightingRun
from tests.support.builders.answered import ANALYST, MARGINS, a_surveyed_ward, fill, weighted


def weights(run):
    return dict(
        db.session.execute(
            select(ResponseWeight.response_id, ResponseWeight.weight).where(ResponseWeight.run_id == run.id)
        ).all()
    )


@pytest.fixture
def survey(app):
    return a_surveyed_ward(120)


def test_weights_meet_the_margins_and_the_run_says_how(survey):
    run = weighted(survey)
    found = weights(run)
    assert len(found) == run.weighted == 120
    assert sum(found.values()) == pytest.approx(120)
    assert [(row[1], pytest.approx(row[5])) for row in run.fits] == [
        ("若い", 0.3),
        ("中ほど", 0.5),
        ("高い", 0.2),
    ]
    assert run.matches == {"年代": {"key": "q1", "categories": {"若い": "a1", "中ほど": "a2", "高い": "a3"}}}
    assert queries.margins_of(run)[0].populations == {"若い": 300, "中ほど": 500, "高い": 200}
    assert queries.find_current_run(survey).id == run.id
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.weight")).one()
    assert entry.changes["run"] == run.public_id


def test_the_same_answers_and_margins_give_the_same_weights_and_the_run_before_is_kept_without(survey):
    first = weighted(survey)
    before = weights(first)
    second = weighted(survey)
    assert weights(second) == before
    assert (first.data_hash, first.fits) == (second.data_hash, second.fits)
    db.session.rollback()
    assert weights(db.session.get_one(WeightingRun, first.id)) == {}
    assert [row.is_current for row in queries.list_runs(survey)] == [True, False]


def test_who_answers_later_has_no_weight_until_the_next_run(survey):
    run = weighted(survey)
    fill(survey, [{"q1": ["a1"]}] * 3)
    assert queries.count_unweighted(survey, run) == 3
    again = weighted(survey)
    assert again.data_hash != run.data_hash
    assert queries.count_unweighted(survey, again) == 0


def test_weights_may_be_dropped(survey):
    weighted(survey)
    with transaction():
        commands.drop_weights(survey, by=ANALYST)
    assert queries.find_current_run(survey) is None
    assert db.session.scalar(select(func.count()).select_from(ResponseWeight)) == 0


def matches_of(survey, text, *keys):
    variables = queries.list_variables(queries.show_survey(survey))
    return [
        match_margin(margin, queries.find_variable(variables, key))
        for margin, key in zip(read_margins(text).margins, keys, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "keys", "words"),
    [
        (MARGINS.replace("高い", "とても高い"), ["q1"], "「とても高い」と同じ名前の選択肢"),
        (
            MARGINS + "別の年代,若い,1,x,2026-01-01\n別の年代,高い,1,x,2026-01-01\n",
            ["q1", "q1"],
            "同じ設問を2つ",
        ),
        (MARGINS, ["q4"], "いくつでも選べる設問"),
    ],
)
def test_margins_that_do_not_fit_are_refused(survey, text, keys, words):
    with pytest.raises(Refused, match=words), transaction():
        commands.weight_survey(survey, matches_of(survey, text, *keys), by=ANALYST)
    assert queries.find_current_run(survey) is None


def test_what_cannot_be_weighted_is_refused_in_the_words_of_the_statistics(app):
    survey = a_surveyed_ward(0)
    fill(survey, [{"q1": ["a1"]}] * 20)
    with pytest.raises(Refused, match="「中ほど」は人口が500人いますが、答えた人がいません"), transaction():
        commands.weight_survey(survey, matches_of(survey, MARGINS, "q1"), by=ANALYST)


def test_officers_and_auditors_do_not_weight(survey):
    for role in (Role.OFFICER, Role.AUDITOR):
        with pytest.raises(Denied), transaction():
            commands.weight_survey(survey, [], by=Actor(roles=frozenset({role})))
