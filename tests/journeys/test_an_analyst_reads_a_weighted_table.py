"""An analyst reads a weighted table, prepares tables for everybody, and takes the answers out; a chief publishes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import walking

TITLE = "区の情報は届いていますか"


@pytest.mark.browser
def test_an_analyst_reads_a_weighted_table_a_chief_publishes_it_and_everybody_reads_it(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as editor:
        editor.log_in("henshu")
        editor.open("/desk/surveys")
        editor.follow(TITLE)
        editor.follow("締切を変える・いま締め切る")
        editor.fill("締め切る理由", "予定の人数に達したためです。")
        editor.press("いま締め切る")
    with walking(browser, site) as analyst:
        analyst.log_in("bunseki")
        analyst.open("/desk/surveys")
        analyst.follow(TITLE)
        analyst.follow("結果（")
        desk = analyst.tab.url.partition("?")[0]
        analyst.follow("クロス集計")
        analyst.select("知りたいこと（行）", "問1 区からのお知らせは、あなたに届いていますか。")
        analyst.select("分けて見る設問（列）", "問9 あなたの年代を教えてください。")
        analyst.press("表を出す")
        analyst.reads("重みつき：", "有効な人数", "ラオ＝スコット")
        analyst.open(desk)
        analyst.follow("集計の公表")
        analyst.follow("かけ合わせの表を用意する")
        for box in (
            "問1 区からのお知らせは、あなたに届いていますか。",
            "問7 区は、区民の声を聴いていると思いますか。",
        ):
            analyst.choose(box)
        analyst.tab.get_by_label("問10 お住まいの地区を教えてください。").nth(1).check()
        analyst.fill("確かめたこと", "出してよい設問だけです。")
        analyst.press("確かめて用意する")
        analyst.reads("確認を待っています", "別の決裁者か管理者")
        prepared = analyst.tab.url
    with walking(browser, site) as chief:
        chief.log_in("kessai")
        chief.open(prepared)
        chief.press("公表する")
        chief.reads("公開しています")
    with walking(browser, site) as anybody:
        anybody.open(desk.replace("/desk", ""))
        anybody.follow("2つの設問をかけ合わせて見る")
        anybody.reads("出していないところ", "自分から答えた人の集計")
    with walking(browser, site) as analyst:
        analyst.log_in("bunseki")
        analyst.open(desk)
        analyst.follow("回答を取り出す")
        with analyst.tab.expect_download() as coming:
            analyst.tab.get_by_role("link", name="CSV（コード）").first.click()
        assert coming.value.suggested_filename.endswith(".csv")
        analyst.choose("SPSS（.sav）：設問と選択肢の名前つき")
        analyst.press("ファイルを頼む")
        analyst.reads("頼んだファイル")
