"""Reading the whole demo ward by its links, and looking at one page of every kind.

A link that is shown leads to a page that its reader may open. No page is heavy: few queries to make it,
not too many bytes to send, little script. In the browser the largest page of every kind is accessible
(light and dark), valid HTML and narrow enough.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url
from werkzeug.test import Cookie, TestResponse

from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.models import Person
from tests.support.browser import Site, axe, environment, html_faults, load_demo, overflows, serve, visit
from tests.support.page import Page, PageClient, is_file
from tests.support.people import log_in

MOST_QUERIES = 10
MOST_BYTES = 60_000
MOST_BYTES_OF_SCRIPT = 40_000
WIDTHS = (320, 768, 1280)


@dataclass(frozen=True)
class Reader:
    """Somebody who reads, and the page at which they begin."""

    name: str
    email: str | None
    start: str
    #: How many pages of every kind they open; None: all.
    each: int | None = None
    #: Pages that they pass too, for what only few pages lead to.
    by_way_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a reader came to: the pages by address, the kinds (endpoints, files included), the heavy pages."""

    pages: dict[str, Page]
    kinds: set[str]
    too_heavy: list[str]
    cookie: Cookie | None


class Weigher(PageClient):
    """A crawler that notes the pages that take too many queries, bytes or scripts."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
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


@dataclass
class DemoWard:
    """The demo ward of a test file, and what was read of it so far."""

    app: Flask
    data: Path
    open_until_the_end: ExitStack
    _site: Site | None = None
    _readings: dict[str, Reading] = field(default_factory=dict)
    _looked_at: set[str] = field(default_factory=set)

    def read(self, reader: Reader) -> Reading:
        """Follow all links from where the reader begins; each page is checked, once for all tests."""
        if reader.name not in self._readings:
            self._readings[reader.name] = self._read(reader)
        return self._readings[reader.name]

    def _read(self, reader: Reader) -> Reading:
        client = self.app.test_client()
        if reader.email:
            with self.app.app_context():
                log_in(client, db.session.scalars(select(Person).where(Person.email == reader.email)).one())
        # Outside of the context: every request has a context of its own, as under a server.
        crawler = Weigher(self.app, client)
        pages = crawler.crawl(reader.start, within=reader.start, each=reader.each)
        for path in reader.by_way_of:
            pages |= crawler.crawl(path, within=reader.start, each=1)
        return Reading(pages, crawler.crawled, crawler.too_heavy, client.get_cookie("sid"))

    def faults_in_the_browser(self, reader: Reader, browser: Browser) -> list[str]:
        """Look at the largest page of each kind that nobody before has looked at; return what is wrong."""
        reading = self.read(reader)
        chosen = self._largest_of_each_new_kind(reading)
        found = html_faults({path: page.html for path, page in chosen.items()})
        with visit(browser, self.site) as tab:
            if reading.cookie:
                cookie = {"name": "sid", "value": reading.cookie.value, "url": self.site.url}
                tab.context.add_cookies([cookie])
            for path in chosen:
                tab.goto(path)
                found += axe(tab)
                found += overflows(tab, WIDTHS)
        return found

    @property
    def site(self) -> Site:
        """The ward on a port, for browsers; served from when it is first asked for."""
        if self._site is None:
            self._site = self.open_until_the_end.enter_context(serve(self.data))
        return self._site

    def _largest_of_each_new_kind(self, reading: Reading) -> dict[str, Page]:
        largest: dict[str, tuple[str, Page]] = {}
        addresses = self.app.url_map.bind("localhost")
        for path, page in reading.pages.items():
            kind = addresses.match(page.path)[0]
            if kind not in largest or len(largest[kind][1].html) < len(page.html):
                largest[kind] = (path, page)
        chosen = {kind: found for kind, found in largest.items() if kind not in self._looked_at}
        self._looked_at |= set(chosen)
        return dict(chosen.values())


def demo_ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWard]:
    """Yield the demo ward: on PostgreSQL if TEST_DATABASE_URL names a server, else on SQLite."""
    server = os.environ.get("TEST_DATABASE_URL")
    data = tmp_path_factory.mktemp("ward") / "data"
    clock.stop_everywhere(None)  # The ward's dates are laid out from the day on which it was loaded.
    if server:
        data.mkdir()
        with _database_on(server) as url:
            load_demo(data, DATABASE_URL=url)
            with _opened(data, DATABASE_URL=url) as ward:
                yield ward
    else:
        shutil.copytree(request.getfixturevalue("demo_data"), data)
        with _opened(data) as ward:
            yield ward


def app_on(site: Site) -> Iterator[Flask]:
    """Yield the application on the same data as a running site."""
    clock.stop_everywhere(None)
    with _opened(site.data) as ward:
        yield ward.app


@contextmanager
def _opened(data: Path, **settings: str) -> Iterator[DemoWard]:
    app = create_app(
        environment(data, "http://localhost") | settings | {"APP_ENV": "test", "MAIL_TRANSPORT": "memory"}
    )
    with ExitStack() as open_until_the_end:
        yield DemoWard(app, data, open_until_the_end)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _database_on(server: str) -> Iterator[str]:
    name = f"demo_{uuid.uuid4().hex[:12]}"
    _run(server, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
