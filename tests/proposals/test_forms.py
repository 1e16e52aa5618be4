"""The forms of proposals, beside what the pages' tests see of them."""

from __future__ import annotations

import pytest

from participation.proposals.forms import AdvanceForm, TextForm, text_form
from tests.support.builders.proposals import TEXT, a_proposal


def test_the_form_shows_the_words_as_they_stand(app):
    proposal = a_proposal()
    with app.test_request_context("/"):
        form = text_form(proposal)
        assert form.text() == TEXT
        assert form.seen_version == proposal.version


@pytest.mark.parametrize("given", ["", "x", "-1", "１", "9" * 30])
def test_a_version_that_is_no_number_never_matches(app, given):
    with app.test_request_context("/", method="POST", data={"version": given}):
        assert TextForm().seen_version == 0


def test_only_stages_that_may_follow_are_offered(app):
    with app.test_request_context("/"):
        form = AdvanceForm().offer("considering", [(1, "広報課")])
        assert [choice.label for choice in form.stage.choices] == ["協議", "不採択"]
