"""The proposals of the demo's associations."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from participation.demo import reading
from participation.foundation.db import db
from participation.proposals.models import OrganisationEndorsement, PersonEndorsement, Proposal
from participation.spaces.models import ConsensusCheck


def test_six_proposals_stand_at_the_stage_that_their_last_step_led_to(demo_ward: Flask) -> None:
    expected = {
        entry["title"]: entry["steps"][-1]["stage"] if "steps" in entry else "received"
        for entry in reading.listed("proposals")
    }
    of_checks = select(ConsensusCheck.proposal_id).where(ConsensusCheck.proposal_id.is_not(None))
    found = {
        proposal.title: proposal.stage
        for proposal in db.session.scalars(select(Proposal).where(Proposal.id.not_in(of_checks)))
    }
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
