"""What proposals does at start-up."""

from __future__ import annotations

from participation.foundation.db import db
from participation.proposals.subscribers import proposal_path
from participation.subjects import queries as subjects
from participation.subjects.models import Subject
from tests.support.builders.proposals import a_proposal


def test_a_proposal_as_a_subject_leads_to_its_page(app, client):
    proposal = a_proposal()
    subject = db.session.get_one(Subject, proposal.subject_id)
    address = subjects.address_of(subject)
    assert address == proposal_path(proposal.public_id)
    assert client.get(address).status_code == 200
