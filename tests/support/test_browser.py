"""The checks of a page in the browser find what they promise to find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import axe, html_faults, overflows

GOOD = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>計画</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>計画</h1>{}</main></body></html>
"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.browser
def test_a_good_page_has_nothing_for_axe(blank: Page) -> None:
    blank.set_content(GOOD.replace("{}", "<p>文</p>"))
    assert axe(blank) == []


@pytest.mark.browser
def test_axe_finds_pale_letters_in_the_dark_only(blank: Page) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #000; color: #222 } }</style>"
    blank.set_content(GOOD.replace("{}", style + "<p>文</p>"))
    assert {fault.split()[0] for fault in axe(blank)} == {"dark"}


@pytest.mark.browser
def test_a_page_that_can_be_scrolled_sideways_is_named_with_its_width(blank: Page) -> None:
    blank.set_content(GOOD.replace("{}", '<p style="width: 500px">文</p>'))
    found = overflows(blank)
    assert ["320px" in found[0], "360px" in found[1], len(found)] == [True, True, 2]


def test_html_that_is_not_valid_is_named_with_its_page() -> None:
    assert html_faults({"/good": GOOD.replace("{}", "<p>文</p>")}) == []
    (fault,) = html_faults({"/bad": GOOD.replace("{}", "<p><div>文</div></p>")})[:1]
    assert fault.startswith("/bad:")
