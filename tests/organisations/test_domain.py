"""The file of sections is whole, and every kind has its name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from participation.organisations import domain
from participation.organisations.domain import (
    Pending,
    kind_name,
    kinds,
    list_pending,
    read_sections,
    state_of,
)


def test_sections_have_unique_codes_and_departments():
    rows = read_sections("meguro")
    assert len({row.code for row in rows}) == len(rows) > 0
    assert all(row.name and row.department for row in rows)


def test_a_ward_without_a_file_has_no_sections():
    assert read_sections("nerima") == []


def test_every_kind_is_whole_and_an_unknown_one_keeps_its_code():
    assert all(kind.name and kind.unit and kind.years > 0 and kind.asks for kind in kinds().values())
    assert kind_name("npo") == "NPO・市民活動団体"
    assert kind_name("gone") == "gone"


AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed", "until", "returned", "withdrawn", "state"),
    [
        (None, None, None, None, "waiting"),
        (None, None, AT, None, "returned"),
        (AT, None, None, None, "confirmed"),
        (AT, date(2026, 11, 23), None, None, "confirmed"),
        (AT, date(2026, 11, 22), None, None, "expired"),
        (AT, date(2026, 11, 23), None, AT, "withdrawn"),
        (None, None, AT, AT, "withdrawn"),
    ],
)
def test_how_an_organisation_stands_follows_from_its_dates(confirmed, until, returned, withdrawn, state):
    found = state_of(
        confirmed_at=confirmed,
        confirmed_until=until,
        returned_at=returned,
        withdrawn_at=withdrawn,
        today=date(2026, 11, 22),
    )
    assert found == state


def test_what_is_pending_comes_from_every_slice_that_said_so(monkeypatch):
    monkeypatch.setattr(domain, "_pending", {})
    domain.register_pending("b", lambda of: [Pending("意見", f"団体{of}", "/b")])
    domain.register_pending("a", lambda of: [Pending("下書き", f"団体{of}", "/a")])
    assert [(each.what, each.title) for each in list_pending(7)] == [("下書き", "団体7"), ("意見", "団体7")]
