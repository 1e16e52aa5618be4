"""Every kind of page at the desk, for every role: accessible light and dark, valid, light and narrow enough."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from participation.foundation.db import db
from participation.replies.models import Point, WardReply
from tests.journeys.wards import Reader, kinds_of_pages, ward
from tests.support.browser import Site

#: Each role with the account that the demo prints for it, and pages that it must have come to.
STAFF = {
    "screener": ("kakunin", {"desk.index", "desk.opinions", "moderation_desk.show", "opinions_desk.enter"}),
    "officer": ("tanto", {"desk.opinion", "replies_desk.point", "consultations_desk.edit"}),
    "editor": ("henshu", {"replies_desk.points", "plans_desk.upload", "consultations_desk.new"}),
    "approver": ("kessai", {"replies_desk.approval", "replies_desk.publication"}),
    "analyst": ("bunseki", {"desk.index", "surveys_desk.results"}),
    "administrator": ("kanri", {"people_desk.edit", "people_desk.delegates"}),
    "auditor": ("kansa", {"desk.register", "replies_desk.versions"}),
}


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[Flask]:
    """The application on the ward that the site serves."""
    yield from ward(site)


@pytest.mark.browser
def test_every_kind_of_page_at_the_desk_is_accessible(app: Flask, browser: Browser, site: Site) -> None:
    known: set[str] = set()
    faults: list[str] = []
    for role, (name, expected) in STAFF.items():
        rewritten = (_address_of_a_rewritten_reply(app),) if role == "auditor" else ()
        reader = Reader(role, f"{name}@example.jp", "/desk/", rewritten)
        # What one role has shown to be sound is the same template for the next.
        checked = kinds_of_pages(app, browser, site, reader, known=known)
        faults += checked.faults
        known |= checked.endpoints
        assert checked.endpoints >= expected, f"{role} never came to {expected - checked.endpoints}"
    assert not faults, "\n".join(faults)


def _address_of_a_rewritten_reply(app: Flask) -> str:
    """Return a point whose reply has a second version: few have."""
    with app.app_context():
        found = db.session.execute(
            select(Point.public_id)
            .join(WardReply, WardReply.point_id == Point.id)
            .where(WardReply.latest_number > 1)
        ).first()
    assert found is not None
    return f"/desk/points/{found.public_id}"
