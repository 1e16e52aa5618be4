"""A voter answers by phone, by keyboard and without script, and finds their place; the pages are accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Site, axe
from tests.support.walk import Walk, walking

QUESTION = "区の情報は、どう届くとよいですか"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def begins(voter: Walk) -> None:
    voter.open("/opinion-maps")
    voter.follow(QUESTION)


def is_placed(voter: Walk) -> None:
    voter.follow("地図を見る")
    voter.reads("の近くにいます。この見立ては、")
    voter.reads("区民全体の割合ではありません")
    voter.does_not_read("%")
    voter.follow("橋渡しの見方")
    voter.reads("右や上の意味は、下の「軸の読み方」にあります")
    voter.follow("似ている人の見方")


@pytest.mark.browser
@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_voter_answers_by_touch_and_stands_on_the_map(
    browser: Browser, site: Site, has_script: bool
) -> None:
    with walking(browser, site, java_script_enabled=has_script, **PHONE) as voter:
        begins(voter)
        for number in range(8):
            voter.tab.get_by_role("button", name=["賛成", "反対"][number % 2]).tap()
        voter.reads("のうち8件に答えました")
        width = voter.tab.get_by_role("button", name="賛成").bounding_box()
        assert width is not None
        assert width["width"] >= 44
        assert width["height"] >= 44
        is_placed(voter)


@pytest.mark.browser
def test_a_voter_answers_by_single_keys_and_reaches_every_group_by_tab(browser: Browser, site: Site) -> None:
    with walking(browser, site, viewport=PHONE["viewport"]) as voter:
        begins(voter)
        for number in range(8):
            voter.reads(f"のうち{number}件に答えました")
            voter.tab.keyboard.press("adp"[number % 3])
        voter.reads("のうち8件に答えました")
        is_placed(voter)
        assert axe(voter.tab) == []
        group = voter.tab.get_by_role("link", name="グループA")
        group.focus()
        expect(group).to_be_focused()
        voter.tab.keyboard.press("Enter")
        expect(voter.tab.locator("#group-1")).to_be_in_viewport()
