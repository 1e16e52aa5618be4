"""S6: a NPO looks for partners, others join in, a company's idea becomes a proposal, and the ward says why it decides."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import walking

CALL = "空き店舗の居場所に、椅子を出し合う"
IDEA = "店の一角を、昼の2時間だけ涼み所にする"
WHY = "必要なことが書かれていることを確かめました。"


@pytest.mark.browser
def test_associations_join_forces_and_an_idea_becomes_a_proposal(browser: Browser, site: Site) -> None:
    with walking(browser, site) as delegate:
        delegate.log_in("dantai")
        delegate.open("/challenges")
        delegate.follow("協力ボード", within="main")
        delegate.follow("夏休みの居場所を、いっしょに開く団体")
        delegate.follow("団体として応募する")
        delegate.fill("相手の団体への説明", "第2土曜日に、見守りの人を3人出せます。")
        delegate.fill("連絡先", "会議の事務局")
        delegate.press("応募する")
        delegate.reads("返事を待っています", "応募 3団体")
        delegate.open("/cooperation/new")
        delegate.fill("題名", CALL)
        delegate.fill("くわしい内容", "折りたたみの椅子を、夏のあいだ貸せる団体を探しています。")
        delegate.choose("道具・設備")
        delegate.press("募集を載せる")
        delegate.reads("まだ応募はありません")
        delegate.open("/ideas")
        delegate.follow(IDEA)
        delegate.reads("ほかの団体が提案をつくってもよい")
        delegate.follow("このアイデアから提案をつくる")
        delegate.press("下書きをつくる")
        for part in ("区と団体の役割", "区に求めること"):
            delegate.fill(part, "店と会議が分け合い、区は案内をします。")
        delegate.press("提出する")
        delegate.reads("もとになったアイデア", IDEA)
    with walking(browser, site) as guest:
        guest.open("/cooperation")
        guest.follow(CALL)
        guest.open("/projects/machi-no-ibasho")
        guest.reads("区政課題", "協力の募集")
        guest.open("/ideas")
        guest.follow(IDEA)
        guest.reads("このアイデアからの提案", "さくら坂住区住民会議")
    with walking(browser, site) as staff:
        staff.log_in("tanto")
        staff.open("/desk/proposals")
        staff.follow(IDEA)
        staff.select("次の段階", "要件確認")
        staff.fill("理由", WHY)
        staff.press("段階を進める")
        staff.open("/desk/challenges")
        staff.follow("夏の昼間、子どもと高齢者が涼める場所が足りない")
        staff.follow("候補のアイデアを確かめる")
    with walking(browser, site) as delegate:
        delegate.log_in("dantai")
        delegate.open("/my/notices")
        delegate.reads("提案が次の段階へ進みました")
