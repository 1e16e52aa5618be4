"""An editor begins a map and looks at what a resident offered; an analyst names groups and publishes; anybody reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import walking

QUESTION = "区の情報は、どう届くとよいですか"
OFFERED = "区報に地域の人の声を載せるページがほしい。"


@pytest.mark.browser
def test_an_editor_makes_a_map_an_analyst_publishes_one_and_anybody_reads_it(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as editor:
        editor.log_in("henshu")
        editor.open("/desk/opinion-maps")
        editor.follow("新しい意見の地図")
        editor.fill("問い", "公園のトイレをどう直しますか")
        editor.press("保存する")
        editor.press("公開する")
        editor.reads("意見文を3つ以上用意してから公開してください。")
        editor.follow("意見文", within="nav[aria-label='この意見の地図のページ']")
        editor.fill(
            "意見文", "夜も明るくしてほしい\nだれでも使える広さにしてほしい\n数を減らしてきれいにしてほしい"
        )
        editor.press("足す")
        editor.follow("概要")
        editor.press("公開する")
        editor.reads("受付中")
        editor.open("/desk/opinion-maps")
        editor.follow(QUESTION)
        editor.follow("意見文", within="nav[aria-label='この意見の地図のページ']")
        editor.reads(OFFERED)
        editor.tab.locator("main table").get_by_role("link").first.click()
        editor.press("この意見文を公開する")
    with walking(browser, site) as analyst:
        analyst.log_in("bunseki")
        analyst.open("/desk/opinion-maps")
        analyst.follow(QUESTION)
        analyst.follow("計算と公開")
        analyst.follow("計算1")
        analyst.fill("グループAの名前", "紙でも受け取りたい")
        analyst.press("名前を保存する")
        analyst.fill("この版についての区のことば", "来年度の広報に生かします。")
        analyst.press("この計算を公開する")
        analyst.reads("第1版として公開しています")
    with walking(browser, site, viewport={"width": 360, "height": 740}) as reader:
        reader.open("/opinion-maps")
        reader.follow(QUESTION)
        reader.follow("地図を見る")
        reader.follow("第1版")
        reader.reads("来年度の広報に生かします。", "紙でも受け取りたい")
        reader.follow("橋渡しの見方")
        reader.reads("立場をこえて賛成を集める意見文", "右にいる人ほど")
        reader.follow("表", within="nav[aria-label='地図の見方']")
        reader.reads("橋渡しの度合い")
        reader.does_not_read("%")
