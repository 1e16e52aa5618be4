"""Every kind of page that the public reads: accessible light and dark, valid, light enough, narrow enough."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.wards import Reader, kinds_of_pages, ward
from tests.support.browser import Site

GUEST = Reader("guest", None, "/")
RESIDENT = Reader("resident", "kumin@example.jp", "/")
DELEGATE = Reader("delegate", "dantai@example.jp", "/")
#: Pages that a test's own crawl must have met, so that it cannot pass by meeting nothing.
EXPECTED = {
    "front.home",
    "front.node",
    "plans.show",
    "consultations.show",
    "opinions.new",
    "opinions.index",
    "replies.results",
    "replies.point",
    "discussion.show",
    "surveys.show",
    "votes.show",
    "proposals.show",
    "moderation.rules",
    "people.log_in",
    "people.sign_up",
}


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[Flask]:
    """The application on the ward that the site serves."""
    yield from ward(site)


@pytest.mark.browser
def test_every_kind_of_page_is_accessible_to_a_guest(app: Flask, browser: Browser, site: Site) -> None:
    checked = kinds_of_pages(app, browser, site, GUEST)
    assert not checked.faults, "\n".join(checked.faults)
    assert checked.endpoints >= EXPECTED


@pytest.mark.browser
def test_every_kind_of_page_is_accessible_to_a_member(app: Flask, browser: Browser, site: Site) -> None:
    resident = kinds_of_pages(app, browser, site, RESIDENT)
    delegate = kinds_of_pages(app, browser, site, DELEGATE, known=resident.endpoints)
    faults = resident.faults + delegate.faults
    assert not faults, "\n".join(faults)
    assert resident.endpoints >= {"opinions.my_opinions", "discussion.new", "people.account", "notices.index"}
    assert delegate.endpoints >= {"proposals.new"}
