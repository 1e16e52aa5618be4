"""Two residents talk about an item of the plan: begin, mend, answer, react, report; with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, post, walking

VIEWPOINT = "人権尊重の施策の推進"
TITLE = "いじめの授業のこと"
FIRST = "学校の授業で、いじめについて話す時間をもっと増やしてほしいです。"
MENDED = "学校の授業で、いじめについて話す時間を、学期に一度はつくってほしいです。"
ANSWER = "うちの学校では学期ごとにあります。ほかの学校でもできると思います。"


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_people_talk_about_an_item(browser: Browser, site: Site, script: bool) -> None:
    # The same words twice would be refused: each walk has its own.
    title, answer = (TITLE, ANSWER) if script else (f"{TITLE}（続き）", f"{ANSWER}ぜひ。")
    with (
        walking(browser, site, java_script_enabled=script) as first,
        walking(browser, site, java_script_enabled=script) as second,
    ):
        first.log_in("kumin")
        second.log_in("dantai")
        _begin(first, title, f"{FIRST}{'' if script else 'ぜひ。'}")
        _mend(first)
        _answer_and_react(second, title, answer)
        _report(second)
        first.open(first.tab.url)
        first.reads(MENDED, answer, "わかる 1")
        first.does_not_read(FIRST)
        first.follow("お知らせ（", within="header")
        first.reads("返信しました")


def _begin(resident: Walk, title: str, words: str) -> None:
    resident.open("/")
    resident.follow(VIEWPOINT)
    resident.follow("この項目で話し合う")
    resident.follow("話し合いを始める")
    resident.press("投稿する")
    assert resident.tab.title().startswith("エラー：")
    resident.fill("題名", title)
    resident.fill("投稿する文", words)
    resident.choose("提案")
    post(resident)
    assert title in resident.heading
    resident.reads(words)


def _mend(resident: Walk) -> None:
    thread = resident.tab.url
    resident.follow("書き直す", within="main")
    resident.fill("投稿する文", MENDED)
    resident.press("書き直す")
    resident.open(thread)
    resident.reads(MENDED)


def _answer_and_react(resident: Walk, title: str, answer: str) -> None:
    resident.open("/")
    resident.follow(VIEWPOINT)
    resident.follow(title, within="main")
    resident.press(re.compile("^わかる"))
    resident.reads("わかる 1")
    resident.follow("話し合いに書く")
    resident.fill("投稿する文", answer)
    resident.choose("理由")
    post(resident)
    resident.reads(answer)


def _report(resident: Walk) -> None:
    resident.follow("区に知らせる", within="main")
    resident.choose("話題に沿って書く")
    resident.press("知らせる")
    resident.reads("知らせ")
