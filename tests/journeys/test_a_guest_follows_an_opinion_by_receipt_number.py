"""A guest submits an opinion and follows it from another browser, by number and secret."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, walking

VIEWPOINT = "コミュニティ形成の推進"
OPINION = "回覧板を読めない人のために、町会の知らせを読み上げる電話番号をつくってください。"


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_guest_follows_an_opinion_by_receipt_number(browser: Browser, site: Site, script: bool) -> None:
    with walking(browser, site, java_script_enabled=script) as guest:
        number, secret = _submit(guest)
    with walking(browser, site, java_script_enabled=script) as elsewhere:
        elsewhere.open(f"/receipts/{number}")
        elsewhere.does_not_read(OPINION)
        _ask(elsewhere, number, "ちがう合言葉")
        elsewhere.does_not_read(OPINION)
        _ask(elsewhere, number, secret)
        elsewhere.reads(OPINION, "いまの段階：受付")


def _submit(guest: Walk) -> tuple[str, str]:
    guest.open("/")
    guest.follow(VIEWPOINT)
    guest.follow("この項目に意見を出す")
    guest.press("内容を確かめる")
    assert guest.tab.title().startswith("エラー：")
    guest.fill("意見", OPINION)
    guest.press("内容を確かめる")
    guest.reads("匿名（名前は出ません）")
    guest.press("この内容で送る")
    guest.reads(OPINION)
    receipt = guest.tab.locator("main").inner_text()
    number = re.search(r"P26-\w{4}-\w{2}", receipt)
    secret = re.search(r"合言葉：\s*(\S+)", receipt)
    assert number
    assert secret
    return number[0], secret[1]


def _ask(guest: Walk, number: str, secret: str) -> None:
    guest.open("/")
    guest.follow("受付番号で意見")
    guest.fill("受付番号", number)
    guest.fill("合言葉", secret)
    guest.press("意見の今を見る")
