"""Walks through the demo ward by its links: every page is sound, whoever reads it.

A link that is shown leads to a page that its reader may open; every page of the site is linked.
No page is heavy: few queries to make it, not too many bytes to send, little script.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from participation.access.actors import Role
from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.models import Membership, Person, StaffRole
from tests.support.browser import environment, html_faults, load_demo
from tests.support.page import Page, PageClient, is_file
from tests.support.people import log_in

STAFF = (
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
#: Pages that no page links to: letters do, or machines ask for them (the script of a page for a piece of it).
UNLINKED = ("static", "assets.", "health.", "gallery.", "proposals.similar")
#: Pages that only open after something was sent, or to whom it concerns: a confirmation, a receipt.
BEHIND_A_FORM = frozenset(
    {
        "discussion.permalink_to",  # leads on to a page of the thread, so it is never where one ends
        "moderation.reported",
        "opinions.print_receipt",
        "opinions.receipt",
        "opinions.revise",
        "opinions.withdraw",
        "people.left",
        "people.letter_sent",
        "people.password_chosen",
        "surveys.resume",  # by a secret link, once answers were kept half-written
        "surveys.review",
        "surveys.saved",
        "surveys.thanks",
        "votes.change",  # with the code of a receipt; linked for whoever may vote in a secret vote
    }
)
#: Pages that are linked once there is something to show: a second version, the result of a closed survey, answers
#: that two people released as open data.
ONCE_THERE_IS_SOMETHING = frozenset(
    {
        "plans.compare",
        "proposals.version",
        "surveys.image",
        "surveys.open_data",
        "surveys.open_data_columns",
        "surveys.results",
    }
)


@pytest.fixture(scope="module")
def demo_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on the demo ward: on PostgreSQL if TEST_DATABASE_URL names a server, else on SQLite."""
    server = os.environ.get("TEST_DATABASE_URL")
    data = tmp_path_factory.mktemp("ward") / "data"
    clock.stop_everywhere(None)  # The ward's dates are laid out from the day on which it was loaded.
    if server:
        data.mkdir()
        name = f"demo_{uuid.uuid4().hex[:12]}"
        _on_server(server, f'CREATE DATABASE "{name}"')
        settings = {"DATABASE_URL": make_url(server).set(database=name).render_as_string(hide_password=False)}
        load_demo(data, **settings)
    else:
        shutil.copytree(request.getfixturevalue("demo_data"), data)
        settings = {}
    app = create_app(
        environment(data, "http://localhost") | settings | {"APP_ENV": "test", "MAIL_TRANSPORT": "memory"}
    )
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if server:
        _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


#: A guest and an editor open every address; whoever else sees the same templates with other rights opens so many of
#: a kind. What the two databases could do differently shows in the first few.
OF_A_KIND = 10
MOST_QUERIES = 10
MOST_BYTES = 60_000
MOST_BYTES_OF_SCRIPT = 40_000


class Weigher(PageClient):
    """A crawler that notes the pages that take too many queries, bytes or scripts."""

    def __init__(self, app: Flask, client: FlaskClient | None = None) -> None:
        super().__init__(app, client)
        self.too_heavy: list[str] = []
        self._queries = 0
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        self._queries += not statement.startswith("BEGIN")

    def _respond(self, method: str, path: str, **options: Any) -> TestResponse:
        self._queries = 0
        response = super()._respond(method, path, **options)
        if self._queries > MOST_QUERIES:  # Once more, as after a change: parts of a page are remembered.
            self.app.extensions["page_cache"].clear()
            self._queries = 0
            response = super()._respond(method, path, **options)
        if response.mimetype != "text/html" or is_file(response):
            return response  # A whole result as a file is read by the hundreds: `bench papers` measures it.
        size = len(response.get_data())
        if self._queries > MOST_QUERIES or size > MOST_BYTES:
            self.too_heavy.append(f"{path}: {self._queries} queries, {size:,} bytes")
        return response

    def crawl(self, *args: Any, **options: Any) -> dict[str, Page]:
        """Crawl, and weigh the scripts that each page loads."""
        pages = super().crawl(*args, **options)
        for path, page in pages.items():
            weight = sum(script.stat().st_size for script in page.scripts)
            if weight > MOST_BYTES_OF_SCRIPT:
                self.too_heavy.append(f"{path}: {weight:,} bytes of script")
        return pages


@dataclass(frozen=True)
class Guest:
    """What a guest reaches from the first page: the pages by address, all endpoints, the heavy pages."""

    pages: dict[str, Page]
    crawled: set[str]
    too_heavy: list[str]


@pytest.fixture(scope="module")
def guest_pages(demo_app: Flask) -> Guest:
    """Every page that a guest reaches from the first one."""
    client = Weigher(demo_app)
    return Guest(client.crawl("/"), client.crawled, client.too_heavy)


def _logged_in(app: Flask, person: Person) -> FlaskClient:
    return log_in(app.test_client(), person)


def test_every_page_that_a_guest_can_reach_is_sound(guest_pages: Guest) -> None:
    assert len(guest_pages.pages) > 100


def test_no_page_that_a_guest_can_reach_is_heavy(guest_pages: Guest) -> None:
    assert guest_pages.too_heavy == []


def test_every_public_page_is_reached_by_links(demo_app: Flask, guest_pages: Guest) -> None:
    public = {
        rule.endpoint
        for rule in demo_app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and getattr(demo_app.view_functions[rule.endpoint], "access", "") == "public"
        and not rule.endpoint.startswith(UNLINKED)
        and "token" not in rule.arguments
    }
    missing = sorted(public - guest_pages.crawled - BEHIND_A_FORM - ONCE_THERE_IS_SOMETHING)
    assert missing == []
    assert public >= BEHIND_A_FORM | ONCE_THERE_IS_SOMETHING


def test_every_page_that_a_resident_can_reach_is_sound_and_light(demo_app: Flask) -> None:
    with demo_app.app_context():
        person = db.session.scalars(
            select(Person).where(Person.is_staff.is_(False), Person.email_confirmed_at.is_not(None)).limit(1)
        ).one()
        client = Weigher(demo_app, _logged_in(demo_app, person))
    assert client.crawl("/", each=OF_A_KIND)
    assert client.too_heavy == []


def test_every_page_that_a_delegate_can_reach_is_sound_and_light(demo_app: Flask) -> None:
    with demo_app.app_context():
        person = db.session.scalars(
            select(Person).join(Membership, Membership.person_id == Person.id).order_by(Person.id).limit(1)
        ).one()
        client = Weigher(demo_app, _logged_in(demo_app, person))
    assert client.crawl("/", each=OF_A_KIND)
    assert client.too_heavy == []


@pytest.mark.parametrize("role", STAFF, ids=lambda role: role.value)
def test_every_page_that_staff_can_reach_from_their_desk_is_sound_and_light(
    demo_app: Flask, role: Role
) -> None:
    with demo_app.app_context():
        person = db.session.scalars(
            select(Person)
            .join(StaffRole, StaffRole.person_id == Person.id)
            .where(StaffRole.role == role)
            .limit(1)
        ).one()
        client = Weigher(demo_app, _logged_in(demo_app, person))
    is_everywhere = role is Role.EDITOR and not os.environ.get("TEST_DATABASE_URL")
    pages = client.crawl("/desk/", within="/desk/", each=None if is_everywhere else OF_A_KIND)
    assert len(pages) > 1
    assert client.too_heavy == []


@pytest.mark.browser
def test_every_page_that_a_guest_can_reach_is_valid_html(guest_pages: Guest) -> None:
    assert html_faults({path: page.html for path, page in guest_pages.pages.items()}) == []
