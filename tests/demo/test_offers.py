"""The proposals of the demo's associations."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from participation.demo import reading
from participation.foundation.db import db
from participation.proposals.models import OrganisationEndorsement, PersonEndorsement, Proposal


def test_six_proposals_stand_at_the_stage_that_their_last_step_led_to(demo_ward: Flask) -> None:
    expected = {
        entry["title"]: entry["steps"][-1]["stage"] if "steps" in entry else "received"
        for entry in reading.listed("proposals")
    }
    # One more is written from an agreement of a neighbourhood: tests/demo/test_neighbourhoods.py looks at it.
    proposals = db.session.scalars(select(Proposal).where(Proposal.title.in_(expected)))
    found = {proposal.title: proposal.stage for proposal in proposals}
    assert found == expected
    assert Counter(found.values()) == dict.fromkeys(
        ("received", "considering", "adopted", "conditional", "carrying_out", "declined"), 1
    )


def test_associations_and_residents_endorsed_as_the_content_says(demo_ward: Flask) -> None:
    named = [name for entry in reading.listed("proposals") for name in entry["endorsed_by"]]
    by_organisations = sum(name.startswith("o") for name in named)
    counts = [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (OrganisationEndorsement, PersonEndorsement)
    ]
    assert counts == [by_organisations, len(named) - by_organisations]
