"""An analyst has opinions sorted, looks at topics in three ways, merges, names and signs off, and checks the machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import walking


@pytest.mark.browser
def test_an_analyst_starts_reads_merges_names_and_signs_off_topics_and_labels_a_sample(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as analyst:
        analyst.log_in("bunseki")
        analyst.open("/desk/reading")
        analyst.select("案件", "こどもの声")
        analyst.press("話題に分ける")
        analyst.reads("こどもの声")
        analyst.open("/desk/reading")
        analyst.tab.get_by_role("table").get_by_role("link").first.click()
        analyst.reads("省かずに並べています", "安定度")
        analyst.follow("面積図")
        analyst.reads("四角の広さが意見の件数")
        analyst.follow("散布図")
        analyst.reads("近くにあるほど似ています", "図と同じ内容の表")
        page = analyst.tab.url
        analyst.tab.get_by_role("link", name="2. ").first.focus()
        analyst.press_key("Enter")
        analyst.reads("抜き書き", "目立つ言葉")
        analyst.select("まとめる先", "・")
        analyst.press("まとめる")
        analyst.fill("話題の名前", "確かめた話題")
        analyst.press("保存する")
        analyst.reads("確かめた話題", "目立つ言葉から自動で付いた名前")
        analyst.open(page)
        analyst.reads("確かめた話題")
        analyst.follow("人の分け方と比べる")
        analyst.choose("30件")
        analyst.press("始める")
        analyst.reads("30件のうち1件目")
        analyst.choose("確かめた話題")
        analyst.press("決めて次へ")
        analyst.reads("30件のうち2件目", "1件（1人）")
        analyst.open(page)
        analyst.reads("職員が付けた名前")
        analyst.press("この話題分けを確定する")
        analyst.reads("確定した人")
        analyst.press("確定を取り消す")
