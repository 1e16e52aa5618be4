"""Without a mouse, on a narrow screen, and magnified."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from participation.demo.cast import PASSWORD
from tests.support.browser import Site, overflows, visit
from tests.support.keys import Keys
from tests.support.walk import walking

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
