"""The survey of the demo."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.demo import reading
from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.models import Survey


def test_120_people_answered_and_the_counts_agree_with_the_content(demo_ward: Flask) -> None:
    survey = db.session.scalars(select(Survey)).one()
    counts = queries.count_answers(survey)
    rows = reading.table("survey_responses")
    assert counts["", "*"] == len(rows) == 120
    for choice in range(1, 5):
        answered = sum(row["q1"] == str(choice) for row in rows)
        assert counts["q1", f"c{choice}"] == answered
