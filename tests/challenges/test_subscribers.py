"""Where challenges, ideas and calls stand is known to all, and what of them is pending."""

from __future__ import annotations

import pytest

from participation.organisations.domain import list_pending
from participation.subjects.domain import path_of
from tests.support.builders.challenges import a_call
from tests.support.builders.proposals import a_team


@pytest.mark.parametrize(
    ("kind", "path"),
    [("challenge", "/challenges/abc"), ("idea", "/ideas/abc"), ("call", "/cooperation/abc")],
)
def test_a_subject_leads_to_its_page(app, kind, path):
    assert path_of(kind, "abc") == path


def test_a_call_that_runs_stands_on_the_hand_over_sheet(app, clock):
    organisation, delegate = a_team()
    call = a_call(organisation, delegate)
    assert f"/cooperation/{call.public_id}" in [each.path for each in list_pending(organisation.id)]
