"""The demo's 油面住区: an issue at each stage, and a consensus check that became a proposal."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.access.actors import visitor
from participation.foundation.db import db
from participation.spaces import queries
from participation.spaces.domain import IssueStage, LinkState, PassageAnswer
from participation.spaces.models import ConsensusCheck


def test_the_space_shows_an_issue_at_every_stage_of_the_usual_way(demo_ward: Flask) -> None:
    page = queries.get_space_page("aburamen", visitor())
    assert {row.stage for row in page.issues} == set(IssueStage) - {IssueStage.SET_ASIDE}
    assert page.secretariat is not None
    assert (len(page.coming), len(page.held), len(page.news)) == (1, 1, 1)
    assert page.held[0].minutes
    assert page.agenda
    assert page.consultations


def test_a_finished_check_became_a_proposal_and_its_issue_passed_up_and_sideways(demo_ward: Flask) -> None:
    check = db.session.scalars(select(ConsensusCheck).where(ConsensusCheck.proposal_id.is_not(None))).one()
    shown = queries.get_check_page(check.public_id, visitor())
    assert shown.proposal is not None
    assert shown.proposal.submitted_at is not None
    assert all(line.answer for line in shown.answers if line.is_strong)
    issue = queries.get_issue_page(shown.issue.public_id, visitor())
    assert [row.public_id for row in issue.proposals.proposals] == [shown.proposal.public_id]
    assert [line.passage.answer for line in issue.passages] == [PassageAnswer.TAKEN_UP]
    assert [line.link.state for line in issue.links] == [LinkState.AGREED]
