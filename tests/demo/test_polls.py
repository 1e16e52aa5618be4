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
    survey = db.session.scalars(select(Survey)).one()
    counts = queries.count_answers(survey)
    rows = reading.table("survey_responses")
    assert counts["", "*"] == len(rows) == 120
    for choice in range(1, 5):
        answered = sum(row["q1"] == str(choice) for row in rows)
        assert counts["q1", f"c{choice}"] == answered


def test_ballots_are_counted_as_they_stand_in_the_content(demo_ward: Flask) -> None:
    expected = Counter((row["vote"], row["choice"]) for row in reading.table("ballots"))
    ids = {vote["question"]: vote["id"] for vote in reading.listed("votes")}
    found = {
        (ids[vote.question], option.code): counts[option.id]
        for vote in db.session.scalars(select(Vote))
        for counts in [vote_queries.kept_counts(vote)]
        for option in vote_queries.list_options(vote)
    }
    assert found == expected


def test_what_people_wrote_yesterday_still_waits_and_the_rest_is_shown(demo_ward: Flask) -> None:
    kinds = [ContributionKind.SURVEY_TEXT, ContributionKind.VOTE_REASON]
    states = Counter(db.session.scalars(select(Contribution.visibility).where(Contribution.kind.in_(kinds))))
    assert set(states) == {Visibility.PUBLISHED, Visibility.HELD}
    assert states[Visibility.HELD] < 10 < states[Visibility.PUBLISHED]
