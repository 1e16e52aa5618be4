"""The paper of the demo: invited, typed twice, one that differs, two that wait."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.demo.sheets import TITLE
from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.domain.paper_entry import PaperStatus
from participation.surveys.models import Response, Survey


def test_the_paper_of_the_demo_stands_at_every_step(demo_ward: Flask) -> None:
    survey = db.session.scalars(select(Survey).where(Survey.title == TITLE)).one()
    assert queries.count_paper_forms(survey) == {
        PaperStatus.COUNTED: 7,
        PaperStatus.DIFFERING: 1,
        PaperStatus.WAITING: 2,
    }
    whole = queries.show_response_rates(survey)[0]
    assert (whole.invited, whole.returned, whole.answered) == (60, 2, 7)
    on_paper = Response.paper_number.is_not(None)
    origins = list(
        db.session.scalars(select(Response.origin).where(Response.survey_id == survey.id, on_paper))
    )
    assert sorted(origins) == ["counter", *["paper"] * 5, "telephone"]
