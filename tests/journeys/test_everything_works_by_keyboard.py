"""Without a mouse, on a narrow screen, and magnified."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from participation.demo.cast import PASSWORD
from tests.support.browser import Site, overflows, visit
from tests.support.walk import Walk, walking

OPINION = "キーボードだけで使っています。会議の資料も、同じように読めるとうれしいです。"
MAIN_PAGES = (
    "/",
    "/plans/meguro-basic-plan",
    "/plans/meguro-basic-plan/MP-1-1-1",
    "/consultations",
    "/consultations/plan2-plan",
    "/consultations/plan2-plan/opinions/new",
    "/consultations/plan2-draft/results",
    "/proposals",
    "/sign-up",
)
FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return ring && box.bottom > 0 && box.top < innerHeight;
}"""
NAME_OF_FOCUS = """() => {
    const element = document.activeElement;
    const labels = element.labels ? [...element.labels].map(label => label.innerText) : [];
    return [element.getAttribute('aria-label'), ...labels, element.innerText].filter(Boolean).join(' ');
}"""


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.tab = walk, walk.tab

    def to(self, words: str, *, most: int = 120) -> None:
        """Press Tab until the focus is on what has this name; it is seen all the way."""
        for _ in range(most):
            self.tab.keyboard.press("Tab")
            assert self.tab.evaluate(FOCUS_IS_SEEN), f"the focus is not seen: {self._name()}"
            if words in self._name():
                return
        raise AssertionError(f"Tab never comes to {words} on {self.tab.url}")

    def write(self, words: str, text: str) -> None:
        """Go to a field and type."""
        self.to(words)
        self.tab.keyboard.insert_text(text)

    def enter(self, words: str) -> None:
        """Go to a link or a button and press Enter."""
        self.to(words)
        self.walk.press_key("Enter")

    def _name(self) -> str:
        return str(self.tab.evaluate(NAME_OF_FOCUS))


@pytest.mark.browser
def test_logging_in_and_submitting_an_opinion_needs_no_mouse(browser: Browser, site: Site) -> None:
    with walking(browser, site) as walk:
        keys = Keys(walk)
        walk.open("/")
        keys.enter("ログイン")
        keys.write("メールアドレス", "kumin@example.jp")
        keys.write("パスワード", PASSWORD)
        walk.press_key("Enter")
        walk.open("/consultations/plan2-plan")
        keys.enter("意見を出す")
        keys.to("どの項目について")
        walk.tab.keyboard.press("ArrowDown")
        keys.write("意見", OPINION)
        keys.to("区内に住んでいる")
        walk.tab.keyboard.press("Space")
        keys.enter("内容を確かめる")
        walk.reads(OPINION)
        keys.enter("この内容で送る")
        assert walk.heading == "意見を1件受け付けました"


@pytest.mark.browser
def test_the_first_tab_stop_leads_past_the_menu(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        for path in ("/", "/plans/meguro-basic-plan/MP-1-1-1"):
            tab.goto(path)
            tab.keyboard.press("Tab")
            skip = tab.get_by_role("link", name="本文へ進む")
            expect(skip).to_be_focused()
            expect(skip).to_be_in_viewport()
            tab.keyboard.press("Enter")
            tab.keyboard.press("Tab")
            assert tab.evaluate("() => document.activeElement.closest('header, nav.pt-header') === null")


@pytest.mark.browser
@pytest.mark.parametrize("path", MAIN_PAGES)
def test_a_page_fits_a_small_phone_and_a_magnified_screen(browser: Browser, site: Site, path: str) -> None:
    with visit(browser, site) as tab:
        tab.goto(path)
        assert overflows(tab) == []
        _magnify_text(tab)
        assert overflows(tab, widths=(640, 1280)) == []


def _magnify_text(tab: Page) -> None:
    """Show letters twice as large, as a reader's own setting does."""
    session = tab.context.new_cdp_session(tab)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    tab.evaluate("() => { document.documentElement.style.setProperty('font-size', '200%') }")
