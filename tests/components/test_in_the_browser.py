"""Components in a real browser: what scripts add, and that everything can be seen, reached and read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.components.conftest import COMPONENTS, ROOT
from tests.support.browser import Site, axe, html_faults, overflows, visit
from tests.support.page import PageClient

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.browser

SAMPLE_PAGES = sorted(p.stem for p in (ROOT / "templates" / "gallery" / "pages").glob("[!_]*.html"))
ADDRESSES = ["", *(f"/{name}" for name in sorted(COMPONENTS)), *(f"/pages/{name}" for name in SAMPLE_PAGES)]


@pytest.fixture(scope="module")
def shown(developed: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gallery, served on a free port.

    This server leaves a file open if the browser goes away while it is sent: it is handed whole answers.
    """

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return Response.from_app(developed, environ, buffered=True)(environ, start_response)

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", tmp_path_factory.mktemp("none"))
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(browser: Browser, shown: Site) -> Iterator[Page]:
    """A tab; what its pages complain about fails the test."""
    with visit(browser, shown) as page:
        yield page


def at(shown: Site, name: str) -> str:
    return f"{shown.url}/_components/{name}"


# ── All of them ─────────────────────────────────────────────────────────────────────────────


def test_axe_finds_nothing_in_the_gallery_and_nothing_can_be_scrolled_sideways(
    tab: Page, shown: Site
) -> None:
    found = []
    for address in ADDRESSES:
        tab.goto(f"{shown.url}/_components{address}")
        found += axe(tab)
        found += overflows(tab)
    assert found == []


def test_every_page_of_the_gallery_is_valid_html(gallery: PageClient) -> None:
    assert html_faults({address: gallery.get(f"/_components{address}").html for address in ADDRESSES}) == []


@pytest.mark.parametrize("name", SAMPLE_PAGES)
def test_what_can_be_pressed_is_large_enough(name: str, tab: Page, shown: Site) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(at(shown, f"pages/{name}"))
    small = tab.evaluate(
        """() => [...document.querySelectorAll('button, summary, .pt-button, .pt-choice, .pt-input')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
            .map(e => `${e.className} ${e.textContent.trim()} ${e.getBoundingClientRect().height}`)"""
    )
    assert small == []


# ── What scripts add ────────────────────────────────────────────────────────────────────────


def test_characters_are_counted_as_people_count_them(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "field"))
    area = tab.get_by_label("意見")
    area.fill("か\u3099👨‍👩‍👧🇯🇵\nあ")
    expect(tab.locator("#body-count")).to_have_text("あと1,995文字（2,000文字まで）")
    area.fill("あ" * 2003)
    expect(tab.locator("#body-count")).to_have_text("3文字多いです（2,000文字まで）")
    assert len(area.input_value()) == 2003


def test_a_password_is_shown_and_hidden_again(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "field"))
    control = tab.locator("#password")
    tab.get_by_role("button", name="パスワードを表示する").click()
    expect(control).to_have_attribute("type", "text")
    tab.get_by_role("button", name="パスワードを隠す").click()
    expect(control).to_have_attribute("type", "password")


def test_the_list_of_what_to_mend_takes_focus_and_leads_to_the_field(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "pages/opinion-form-errors"))
    expect(tab.locator(".pt-error-summary")).to_be_focused()
    tab.get_by_role("link", name="種類：選んでください。").click()
    expect(tab.locator("#again-kind-0")).to_be_focused()


def test_the_menu_of_a_phone_closes_with_escape(tab: Page, shown: Site) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(at(shown, "pages/viewpoint"))
    toggle = tab.get_by_text("メニュー", exact=True)
    toggle.click()
    expect(tab.locator(".pt-header__sheet")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".pt-header__sheet")).to_be_hidden()
    expect(toggle).to_be_focused()


def test_on_a_phone_the_main_action_stays_in_reach_but_never_twice(tab: Page, shown: Site) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(at(shown, "pages/viewpoint"))
    bar = tab.locator(".pt-join-bar")
    tab.locator("#replies").scroll_into_view_if_needed()
    expect(bar).to_be_visible()
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800.5
    tab.locator("#join").scroll_into_view_if_needed()
    tab.evaluate("document.querySelector('#join').scrollIntoView({block: 'center'})")
    expect(bar).to_be_hidden()


def test_what_can_be_done_stands_right_under_the_four_steps_on_a_phone(tab: Page, shown: Site) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(at(shown, "pages/viewpoint"))
    order = tab.evaluate(
        "['.pt-loop', '#join', '#items'].map(s => document.querySelector(s).getBoundingClientRect().top)"
    )
    assert order == sorted(order)


def test_rows_are_ticked_all_at_once_and_counted(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "bulk_form"))
    tab.get_by_role("button", name="すべて選ぶ").click()
    expect(tab.locator('[data-part="count"]')).to_have_text("3件を選んでいます")
    tab.get_by_label("選ぶ：No.0142").uncheck()
    expect(tab.locator('[data-part="count"]')).to_have_text("2件を選んでいます")


def test_a_key_presses_its_button_but_not_while_something_is_typed(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "pages/desk-queue"))
    tab.locator(".pt-keys .pt-choice").wait_for(state="attached")
    tab.keyboard.press("?")
    expect(tab.locator(".pt-keys")).to_have_attribute("open", "")
    tab.keyboard.press("j")
    tab.wait_for_url("**/_components#143")


def test_single_keys_can_be_switched_off(tab: Page, shown: Site) -> None:
    tab.goto(at(shown, "pages/desk-queue"))
    tab.locator(".pt-keys .pt-choice").wait_for(state="attached")
    tab.keyboard.press("?")
    tab.get_by_label("1文字のキーを使う").uncheck()
    tab.keyboard.press("j")
    tab.reload()
    tab.locator(".pt-keys .pt-choice").wait_for(state="attached")
    tab.keyboard.press("j")
    assert tab.url == at(shown, "pages/desk-queue")


def test_a_draft_is_saved_while_it_is_written_and_says_so(tab: Page, shown: Site) -> None:
    saved: list[str] = []
    tab.route(
        "**/_components/draft",
        lambda route: (saved.append(route.request.post_data or ""), route.fulfill(status=204)),
    )
    tab.goto(at(shown, "post_form"))
    tab.get_by_role("textbox", name="意見").fill("駅前の掲示板")
    expect(tab.locator('[data-part="saved"]')).to_contain_text("下書きを保存しました", timeout=5000)
    assert "駅前の掲示板" in saved[0]
    assert "csrf_token" in saved[0]


def test_an_address_is_copied(browser: Browser, shown: Site) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(at(shown, "share_address"))
    page.get_by_role("button", name="写す").click()
    expect(page.get_by_text("アドレスを写しました。")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("https://participation.example/")
    context.close()


@pytest.mark.parametrize("name", SAMPLE_PAGES)
def test_a_sample_page_is_whole_without_scripts(name: str, browser: Browser, shown: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(at(shown, f"pages/{name}"))
    expect(page.locator("h1")).to_be_visible()
    context.close()
