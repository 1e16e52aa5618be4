"""A person on a walk through the site: every page they come to is looked at before they go on.

A `Walk` clicks and types as its person would. Each page must be light enough, have one heading, be
clean for axe-core, fit a narrow screen if asked, and, at the end of the walk, be valid HTML.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Response, expect

from participation.demo.cast import PASSWORD
from tests.support.browser import Site, axe, html_faults, visit

MOST_BYTES = 60_000
#: What axe-core looked at in this process: pages whose elements, classes and words are the same are one.
_looked_at: set[str] = set()
#: What differs between two answers of the same page: tokens, addresses, ids, moments.
_PASSING = re.compile(
    r"""\b(?:value|href|src|action|id|for|name|content|datetime|aria-[a-z]*by)="[^"]*"|[0-9]+"""
)


class Walk:
    """One person in one browser of their own."""

    def __init__(self, tab: Page, *, has_script: bool = True) -> None:
        self.tab = tab
        self.has_script = has_script
        self.sources: dict[str, str] = {}

    # ── Going ───────────────────────────────────────────────────────────────────────────────

    def open(self, path: str) -> None:
        """Type an address."""
        self._arrive(self.tab.goto(path))

    def follow(self, text: str, *, within: str = "body") -> None:
        """Click the first link that says this."""
        self._go(self.tab.locator(within).get_by_role("link", name=text).first)

    def press(self, text: str | re.Pattern[str], *, within: str = "body") -> None:
        """Click the button that says exactly this; it leads to a page."""
        self._go(self.tab.locator(within).get_by_role("button", name=text, exact=True).first)

    def press_key(self, key: str) -> None:
        """Press a key that leads to a page."""
        with self.tab.expect_navigation() as coming:
            self.tab.keyboard.press(key)
        self._arrive(coming.value)

    def _go(self, target: Locator) -> None:
        with self.tab.expect_navigation() as coming:
            target.click()
        self._arrive(coming.value)

    def _arrive(self, response: Response | None) -> None:
        if response is not None:  # Not a jump within the page.
            self.look(response)

    def look(self, response: Response) -> None:
        """Check the page that has just come."""
        source = response.text()
        size = len(source.encode())
        assert size <= MOST_BYTES, f"{self.tab.url} has {size} bytes"
        assert self.tab.locator("h1").count() == 1, f"{self.tab.url} has not one h1"
        self.sources[f"{len(self.sources)} {self.tab.url}"] = source
        if self.has_script and _is_new(source):
            # In the dark every component and every kind of page is looked at elsewhere.
            found = axe(self.tab, dark=False)
            assert not found, "\n".join(found)

    # ── Writing ─────────────────────────────────────────────────────────────────────────────

    def fill(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        self._field(label).fill(value)

    def choose(self, label: str) -> None:
        """Tick a box or a circle by its label."""
        self._field(label).check()

    def select(self, label: str, option: str | re.Pattern[str]) -> None:
        """Choose the first option that contains these words from a drop-down list."""
        field = self._field(label)
        value = field.locator("option", has_text=option).first.get_attribute("value")
        field.select_option(value=value or "")

    def unfold(self, text: str) -> None:
        """Open the part of the page that is folded under these words."""
        self.tab.locator("summary", has_text=text).first.click()

    def _field(self, label: str) -> Locator:
        begins = re.compile(f"^\\s*{re.escape(label)}")
        control = self.tab.locator("input, textarea, select").locator("visible=true")
        return self.tab.get_by_label(begins).and_(control).first

    # ── Reading ─────────────────────────────────────────────────────────────────────────────

    def reads(self, *texts: str) -> None:
        """Expect these words on the page, to be seen."""
        for text in texts:
            expect(self.tab.get_by_text(text).locator("visible=true").first).to_be_visible()

    def does_not_read(self, *texts: str) -> None:
        """Expect that the page does not say this anywhere."""
        for text in texts:
            expect(self.tab.get_by_text(text)).to_have_count(0)

    @property
    def heading(self) -> str:
        """What the page is called."""
        return self.tab.locator("h1").inner_text()

    # ── Being somebody ──────────────────────────────────────────────────────────────────────

    def log_in(self, name: str) -> None:
        """Log in as one of the accounts that the demo prints."""
        self.open("/log-in")
        self.fill("メールアドレス", f"{name}@example.jp")
        self.fill("パスワード", PASSWORD)
        self.press("ログインする")


def _is_new(source: str) -> bool:
    seen = _PASSING.sub("", source)
    is_new = seen not in _looked_at
    _looked_at.add(seen)
    return is_new


def post(resident: Walk) -> None:
    """Send a post; who posted less than ten seconds ago is asked to wait, and sends the same words again."""
    end = time.monotonic() + 15
    resident.press("投稿する")
    while resident.tab.title().startswith("エラー：") and time.monotonic() < end:
        resident.reads("10秒ほど待って")
        resident.tab.wait_for_timeout(1000)
        resident.press("投稿する")
    assert not resident.tab.title().startswith("エラー：")


@contextmanager
def walking(browser: Browser, site: Site, **options: Any) -> Iterator[Walk]:
    """Send somebody on a walk; at its end every page they saw must have been valid HTML."""
    has_script = options.get("java_script_enabled", True)
    with visit(browser, site, **options) as tab:
        walk = Walk(tab, has_script=has_script)
        yield walk
    found = html_faults(walk.sources)
    assert not found, "\n".join(found)


def letter_to(site: Site, address: str, about: str) -> str:
    """Wait for the letter to an address whose subject contains `about`; return what it says."""
    folder: Path = site.data / "mail"
    for _ in range(100):
        for path in sorted(folder.glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if letter["To"] == address and about in letter["Subject"]:
                return letter.get_content()
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address} about {about}: {sorted(p.name for p in folder.glob('*'))}")


def address_in(letter: str) -> str:
    """Return the first address of this site in a letter, without its host."""
    found = re.search(r"http://127\.0\.0\.1:\d+(/\S+)", letter)
    assert found, letter
    return found[1]
