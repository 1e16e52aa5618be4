"""Every page that staff can reach from their desk, in every role: sound, light, accessible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from participation.foundation.db import db
from participation.replies.models import Point, WardReply
from tests.journeys.wards import DemoWard, Reader, demo_ward

#: An editor comes to nearly every kind of page; whoever else sees the same templates with other rights.
OF_A_KIND, OF_A_KIND_FOR_THE_EDITOR = 6, 20
#: Each role with the account that the demo prints for it, and pages that it must have come to.
STAFF = {
    "editor": ("henshu", {"replies_desk.points", "plans_desk.upload", "consultations_desk.new"}),
    "screener": ("kakunin", {"desk.index", "desk.opinions", "moderation_desk.show", "opinions_desk.enter"}),
    "officer": ("tanto", {"desk.opinion", "replies_desk.point", "consultations_desk.edit"}),
    "approver": ("kessai", {"replies_desk.approval", "replies_desk.publication"}),
    "analyst": ("bunseki", {"desk.index", "surveys_desk.results"}),
    "administrator": ("kanri", {"people_desk.edit", "people_desk.delegates"}),
    "auditor": ("kansa", {"desk.register", "replies_desk.versions"}),
}


@pytest.fixture(scope="module")
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWard]:
    """The demo ward, as the tests of this file find it."""
    yield from demo_ward(request, tmp_path_factory)


def _reader(role: str, ward: DemoWard) -> Reader:
    return Reader(
        role,
        f"{STAFF[role][0]}@example.jp",
        "/desk/",
        OF_A_KIND_FOR_THE_EDITOR if role == "editor" else OF_A_KIND,
        (_address_of_a_rewritten_reply(ward),) if role == "auditor" else (),
    )


def _address_of_a_rewritten_reply(ward: DemoWard) -> str:
    """Return a point whose reply has a second version: few have."""
    with ward.app.app_context():
        found = db.session.execute(
            select(Point.public_id)
            .join(WardReply, WardReply.point_id == Point.id)
            .where(WardReply.latest_number > 1)
        ).first()
    assert found is not None
    return f"/desk/points/{found.public_id}"


@pytest.mark.parametrize("role", STAFF)
def test_every_page_that_staff_can_reach_is_sound_and_light(ward: DemoWard, role: str) -> None:
    reading = ward.read(_reader(role, ward))
    assert reading.too_heavy == []
    assert reading.kinds >= STAFF[role][1]


@pytest.mark.browser
@pytest.mark.parametrize("role", STAFF)
def test_every_kind_of_page_at_the_desk_is_accessible_and_narrow_enough(
    ward: DemoWard, browser: Browser, role: str
) -> None:
    faults = ward.faults_in_the_browser(_reader(role, ward), browser)
    assert not faults, "\n".join(faults)
