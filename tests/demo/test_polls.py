"""The survey and the votes of the demo."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import select

from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.demo import reading
from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.models import Survey
from participation.votes import queries as vote_queries
from participation.votes.models import Vote


def test_120_people_answered_and_the_counts_agree_with_the_content(demo_ward: Flask) -> None:
    survey = db.session.scalars(select(Survey).where(Survey.title == "区の情報は届いていますか")).one()
    counts = queries.count_answers(survey)
    rows = reading.table("survey_responses")
    on_paper = [row for row in reading.table("survey_papers") if row["second_by"] and not row["again"]]
    assert len(rows) == 120
    assert counts["", "*"] == len(rows) + len(on_paper)
    for choice in range(1, 5):
        answered = sum(row["q1"] == str(choice) for row in (*rows, *on_paper))
        assert counts["q1", f"c{choice}"] == answered


def test_a_question_of_one_tap_leads_to_the_survey_that_asks_the_same(demo_ward: Flask) -> None:
    (tap,) = db.session.scalars(select(Survey).where(Survey.is_one_tap)).all()
    whole = db.session.get_one(Survey, tap.leads_to_id)
    first, (asked,) = queries.get_questionnaire(whole).questions[0], queries.get_questionnaire(tap).questions
    assert (asked.text, asked.spec) == (first.text, first.spec)
    counts = queries.count_answers(tap)
    (entry,) = reading.listed("taps")
    assert [counts["q1", f"c{n}"] for n in range(1, 5)] == entry["chosen"]
    assert counts["", "*"] == sum(entry["chosen"])


def test_ballots_are_counted_as_they_stand_in_the_content(demo_ward: Flask) -> None:
    rows = reading.table("ballots")
    kinds = {vote["id"]: vote["kind"] for vote in reading.listed("votes")}
    ids = {vote["question"]: vote["id"] for vote in reading.listed("votes")}
    marks = Counter(
        (row["vote"], code)
        for row in rows
        if kinds[row["vote"]] != "ranking"
        for code in row["choice"].split(",")
    )
    votes = db.session.scalars(select(Vote)).all()
    found = {
        (ids[vote.question], option.code): counts[option.id]
        for vote in votes
        if vote.kind != "ranking"
        for counts in [vote_queries.kept_counts(vote)]
        for option in vote_queries.list_options(vote)
    }
    assert found == marks
    assert {ids[vote.question]: vote_queries.count_voters(vote) for vote in votes} == Counter(
        row["vote"] for row in rows
    )


def test_the_ranking_is_closed_settled_and_counted_and_the_budget_is_open(demo_ward: Flask) -> None:
    votes = {vote.kind: vote for vote in db.session.scalars(select(Vote).where(Vote.keeping == "secret"))}
    ranking, budget = votes["ranking"], votes["budget"]
    counted = vote_queries.count_closed(ranking)
    assert counted is not None
    assert len(counted.steps) > 4, "one round alone would explain little"
    assert len(vote_queries.list_heads(ranking)) > 10
    record = vote_queries.record_of(ranking)
    assert record is not None
    assert len(record["ballots"]) == len(record["receipts"]) == 41
    assert (vote_queries.count_closed(budget), vote_queries.record_of(budget)) == (None, None)
    assert vote_queries.list_heads(budget)


def test_what_people_wrote_yesterday_still_waits_and_the_rest_is_shown(demo_ward: Flask) -> None:
    kinds = [ContributionKind.SURVEY_TEXT, ContributionKind.VOTE_REASON]
    states = Counter(db.session.scalars(select(Contribution.visibility).where(Contribution.kind.in_(kinds))))
    assert set(states) == {Visibility.PUBLISHED, Visibility.HELD}
    assert states[Visibility.HELD] < 10 < states[Visibility.PUBLISHED]


def test_the_survey_is_weighted_to_a_population_that_says_it_is_invented(demo_ward: Flask) -> None:
    survey = db.session.scalars(select(Survey).where(Survey.title == "区の情報は届いていますか")).one()
    run = queries.find_current_run(survey)
    assert run is not None
    assert set(run.matches) == {"年代", "地区"}
    assert 100 < run.weighted < 120
    assert run.effective > 80
    assert {margin.source for margin in queries.margins_of(run)} == {"見本のための架空の人口"}
