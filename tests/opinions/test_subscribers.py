"""What opinions hears from above."""

from __future__ import annotations

import pytest

from participation.consultations.domain import tallies
from participation.contributions.events import ContributionAnswered
from participation.foundation import events
from participation.foundation.db import transaction
from participation.opinions import queries
from participation.opinions.domain import OpinionStage
from tests.support.builders.opinions import an_opinion

pytestmark = pytest.mark.usefixtures("app")


def test_an_answer_published_above_is_remembered_by_the_opinion() -> None:
    opinion = an_opinion()
    with transaction():
        events.publish(ContributionAnswered(opinion.contribution_id, "/points/abc"))
    found = queries.get_opinion(opinion.public_id)
    assert (found.stage, found.answer_path) == (OpinionStage.ANSWERED, "/points/abc")


def test_consultations_learn_how_many_opinions_they_have() -> None:
    opinion = an_opinion()
    assert tallies([opinion.consultation_id])[opinion.consultation_id].opinions == 1
