"""A chairman of 74 speaks by telephone and brings slips of paper; a clerk enters them with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, walking

SAID = "回覧板は続けてほしい。画面だけになると、となりの八十の人には何も届かなくなる。"
FIRST_SLIP = "掲示板の字を大きくしてください。"
TYPED_ONCE = "夜の集まりは、帰り道が暗くてこわいので、昼にもひらいてください。"
TYPED_AGAIN = "夜の集まりは、帰り道が暗くてこわいので、昼間にもひらいてください。"


@pytest.mark.browser
def test_a_chairman_speaks_by_telephone_and_on_paper(browser: Browser, site: Site) -> None:
    with walking(browser, site) as clerk:
        clerk.log_in("kakunin")
        clerk.open("/desk/")
        clerk.follow("ひらく")
        clerk.follow("区民の声")
        clerk.follow("受付簿", within="main")
        clerk.follow("紙・電話の意見を入力する")
        number = _enter_what_was_said(clerk)
        _enter_slips(clerk)
        _enter_twice(clerk)
        _find_it_when_he_calls_again(clerk, number)


def _enter_what_was_said(clerk: Walk) -> str:
    clerk.tab.get_by_label("届いた方法").focus()
    clerk.press_key("Control+Enter")
    assert clerk.tab.title().startswith("エラー：")
    clerk.select("届いた方法", "電話")
    clerk.select("どの項目について", "地域")
    clerk.fill("本文", SAID)
    clerk.fill("登録のない団体の名前", "かえで坂町会")
    clerk.choose("書き取った内容を読み返して")
    clerk.press_key("Control+Enter")
    saved = clerk.tab.get_by_role("status").filter(has_text="受付番号").inner_text()
    found = re.search(r"\w\d\d-\w{4}-\w{2}", saved)
    assert found, saved
    return found[0]


def _enter_slips(clerk: Walk) -> None:
    """The next one begins with what stays the same; the cursor stands where something differs."""
    assert clerk.tab.get_by_label("届いた方法").input_value() == "phone"
    assert clerk.tab.get_by_label("原本の番号").evaluate("each => each === document.activeElement")
    clerk.select("届いた方法", "窓口")
    clerk.fill("原本の番号", "11-01")
    clerk.select("どの項目について", "地域")
    clerk.fill("本文", FIRST_SLIP)
    clerk.press_key("Control+Enter")
    clerk.reads("保存しました")


def _enter_twice(clerk: Walk) -> None:
    clerk.fill("原本の番号", "11-02")
    clerk.select("どの項目について", "地域")
    clerk.fill("本文", TYPED_ONCE)
    clerk.choose("本文を2回入力して")
    clerk.press_key("Control+Enter")
    clerk.reads("本文をもう一度、原本を見て入力してください")
    clerk.fill("本文", TYPED_AGAIN)
    clerk.press_key("Control+Enter")
    clerk.reads("1回目と2回目が違います")
    clerk.press("保存して内容を見る")
    clerk.reads(TYPED_AGAIN)
    clerk.does_not_read(TYPED_ONCE)


def _find_it_when_he_calls_again(clerk: Walk, number: str) -> None:
    clerk.open("/desk/")
    clerk.follow("受付簿")
    clerk.unfold("条件でしぼる")
    clerk.fill("本文のことば・受付番号", number)
    clerk.press("この条件で見る")
    clerk.follow("意見", within="main")
    clerk.reads(SAID, "電話", "かえで坂町会")
