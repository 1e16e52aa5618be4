"""What the forms of projects make of what is typed."""

from __future__ import annotations

import pytest

from participation.projects.forms import ProjectForm


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_no_number_never_matches(app, given):
    with app.test_request_context("/", method="POST", data={"version": given}):
        assert ProjectForm().seen_version == 0
