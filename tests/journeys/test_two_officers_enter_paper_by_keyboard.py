"""Two officers type a form on paper without a mouse; where they differ it is settled; the results count it as paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Site
from tests.support.walk import Walk, walking

SURVEY = "区の情報は届いていますか"
NUMBER = "0101"
#: What stands on the sheet, question by question; the second officer reads 4 for 1 in the first question.
FIRST = ("4", "1,8", "2", "3", "1,2", "2", "5")
SECOND = ("1", *FIRST[1:])


@pytest.mark.browser
def test_two_officers_enter_a_form_by_keyboard_and_the_difference_is_settled(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as one, walking(browser, site) as two:
        one.log_in("henshu")
        two.log_in("tanto")
        paper = _paper_of(one)
        before = _counted(one, paper)
        one.open(f"{paper}/enter")
        _type(one, NUMBER, "", "", "", *FIRST)
        one.press_key("Control+Enter")
        one.reads(f"整理番号 {NUMBER}：2回目の入力待ち")
        expect(one.tab.get_by_label("整理番号")).to_have_value("0102")

        two.open(f"{paper}?status=waiting")
        two.follow(NUMBER)
        two.open(f"{two.tab.url}/second")
        _type(two, *SECOND)
        two.press_key("Control+Enter")
        two.reads(f"入力の違い {NUMBER}")
        rows = two.tab.get_by_role("table", name="1回目と2回目の違い").get_by_role("row")
        expect(rows).to_have_count(2)  # The head, and the one question that differs.
        two.tab.keyboard.type("1")
        two.press_key("Enter")
        assert _counted(two, paper) == before + 1
        two.open(f"{paper.removesuffix('/paper')}/results")
        two.reads("紙")


def _paper_of(walk: Walk) -> str:
    walk.open("/desk/surveys")
    walk.follow(SURVEY)
    walk.follow("紙の調査票")
    return walk.tab.url


def _counted(walk: Walk, paper: str) -> int:
    walk.open(paper)
    words = walk.tab.get_by_role("link", name=re.compile("^集計済み")).inner_text()
    return int(re.sub(r"[^0-9]", "", words))


def _type(walk: Walk, *words: str) -> None:
    """Type field after field; Enter goes to the next. The first has the focus already."""
    for each in words:
        if each:
            walk.tab.keyboard.press("Control+a")
            walk.tab.keyboard.type(each)
        walk.tab.keyboard.press("Enter")
