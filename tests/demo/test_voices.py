"""What was handed in, counted as the ward counts it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.consultations.queries import get_consultation, get_procedure
from participation.foundation.db import db
from participation.opinions.models import Submission
from participation.opinions.queries import count_for_consultation


def test_72_people_and_14_organisations_said_168_things(demo_ward: Flask) -> None:
    tally = count_for_consultation(get_consultation("plan2-draft").id)
    assert tally.in_words() == "72人・14団体から168件"
    assert (tally.submissions, tally.distinct_texts) == (86, 157)


def test_24_children_are_counted_as_24_people(demo_ward: Flask) -> None:
    tally = count_for_consultation(get_consultation("children-peace").id)
    assert (tally.people, tally.submissions, tally.opinions) == (24, 1, 24)


def test_the_letter_posted_in_time_is_not_late(demo_ward: Flask) -> None:
    letter = db.session.scalars(select(Submission).where(Submission.original_number == "post-S24")).one()
    closed = get_procedure("plan2-draft").open_period
    assert closed is not None
    assert letter.received_at > closed.closes_at
    assert not letter.is_late
