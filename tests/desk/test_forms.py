"""What an address may ask of the register; what cannot be read is left out, never an error."""

from __future__ import annotations

from datetime import date

import pytest

from participation.desk.domain import BulkAction, SaidFilter
from participation.desk.forms import ActForm, filter_from
from participation.foundation.errors import Refused


def test_a_filter_survives_the_address():
    chosen = SaidFilter(
        kind="opinion",
        consultation="plan-2026",
        place="meguro-basic-plan/MP-2-2",
        stage="received",
        text="区報",
        to_on=date(2026, 11, 30),
        unassigned=True,
    )
    assert filter_from(chosen.as_query()) == chosen


@pytest.mark.parametrize("bad", ["2026-02-30", "0000-00-00", "きのう", "9" * 400, "2026-11-01T00:00"])
def test_a_date_that_cannot_be_read_is_left_out(bad):
    assert filter_from({"from_on": bad}).from_on is None


def test_broken_characters_in_a_search_are_left_out():
    assert filter_from({"text": "\ud800"}).text == ""


def test_a_button_of_a_point_says_where_and_an_unknown_action_is_refused(app):
    with app.test_request_context("/"):
        form = ActForm(formdata=None, meta={"csrf": False})
        asked = form.request("", "abc", ["one", "one", "two"])
        assert (asked.action, asked.point, asked.opinions) == (BulkAction.TO_POINT, "abc", ("one", "two"))
        with pytest.raises(Refused):
            form.request("no-such-action", "", ["one"])
