"""Looking at one page of every kind, as somebody reaches it by links."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import db
from participation.people.models import Person
from tests.support.browser import Site, axe, environment, html_faults, overflows, visit
from tests.support.page import Page, PageClient
from tests.support.people import log_in
from tests.support.walk import MOST_BYTES

#: How many pages of every kind are opened on the way to all kinds.
EACH = 6


@dataclass(frozen=True)
class Reader:
    """Somebody who reads, and the page at which they begin."""

    name: str
    email: str | None
    start: str
    #: Pages that they pass too, for what only few pages lead to.
    by_way_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    endpoints: set[str]
    faults: list[str]


def ward(site: Site) -> Iterator[Flask]:
    """Yield the application on the same data as the running site."""
    clock.stop_everywhere(None)  # The ward's dates are laid out from the day on which it was loaded.
    app = create_app(environment(site.data, "http://localhost") | {"MAIL_TRANSPORT": "memory"})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def kinds_of_pages(
    app: Flask, browser: Browser, site: Site, reader: Reader, *, known: Set[str] = frozenset()
) -> Checked:
    """Follow the links; look at the heaviest page of each kind in the browser, but for the kinds in `known`."""
    client = app.test_client()
    with app.app_context():
        if reader.email:
            log_in(client, db.session.scalars(select(Person).where(Person.email == reader.email)).one())
    # Outside of the context: every request has a context of its own, as under a server.
    pages = PageClient(app, client).crawl(reader.start, within=reader.start, each=EACH)
    for path in reader.by_way_of:
        pages |= PageClient(app, client).crawl(path, within=reader.start, each=1)
    faults = [
        f"{reader.name}: {path} has {size} bytes"
        for path, page in pages.items()
        if (size := len(page.html.encode())) > MOST_BYTES
    ]
    heaviest: dict[str, tuple[str, Page]] = {}
    addresses = app.url_map.bind("localhost")
    for path, page in pages.items():
        endpoint = addresses.match(page.path)[0]
        before = heaviest.get(endpoint)
        if before is None or len(before[1].html) < len(page.html):
            heaviest[endpoint] = (path, page)
    chosen = {endpoint: found for endpoint, found in heaviest.items() if endpoint not in known}
    faults += html_faults({path: page.html for path, page in chosen.values()})
    cookie = client.get_cookie("sid")
    with visit(browser, site) as tab:
        if reader.email and cookie:
            tab.context.add_cookies([{"name": "sid", "value": cookie.value, "url": site.url}])
        for path, _ in chosen.values():
            tab.goto(path)
            faults += axe(tab)
            faults += overflows(tab, (320, 768, 1280))
    return Checked(set(heaviest), faults)
