"""What of an organisation waits for the ward is on its hand-over list, until it is answered or taken back."""

from __future__ import annotations

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.opinions import commands
from participation.opinions.domain import OpinionStage
from participation.organisations.domain import list_pending
from tests.support.builders.opinions import a_submission, opinions_of
from tests.support.people import a_delegate, an_organisation


def test_an_unanswered_opinion_of_an_organisation_is_handed_over(app):
    organisation = an_organisation()
    person = a_delegate(organisation)
    submission = a_submission(by=person, organisation=organisation.public_id)
    (waiting,) = list_pending(organisation.id)
    assert waiting.path == f"/receipts/{submission.receipt_number}"
    assert list_pending(an_organisation("よその会").id) == []
    for stage in list(OpinionStage)[1:]:
        with transaction():
            commands.advance_opinions(opinions_of(submission), stage, by=system("tests"))
    assert list_pending(organisation.id) == []
