"""date_range: what the component promises."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from participation.web.forms import Day, Form
from tests.components.conftest import Draw


class Sample(Form):
    """From … to …"""

    opens_on = Day("始まり")
    closes_on = Day("終わり")


def test_two_days_stand_under_one_legend(draw: Draw) -> None:
    form = Sample(formdata=None, meta={"csrf": False})
    root = draw('{{ date_range(form.opens_on, form.closes_on, legend="期間") }}', form=form)
    assert root.all("legend")[0].text == "期間"
    assert [label.text for label in root.all("label")] == ["始まり", "終わり"]


def test_an_impossible_day_is_said_once_and_read_out_with_both(draw: Draw) -> None:
    form = Sample(formdata=MultiDict({"opens_on": "2026-13-45"}), meta={"csrf": False})
    form.validate()
    root = draw('{{ date_range(form.opens_on, form.closes_on, legend="期間") }}', form=form)
    assert root.all("fieldset")[0].attrs["aria-describedby"] == "opens_on-range"
    assert "日付を" in root.all("div", id="opens_on-range")[0].text
