"""The staff register an association; its delegate speaks and proposes in its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from participation.foundation import clock
from tests.support.browser import Site
from tests.support.walk import Walk, walking

NAME = "つばき坂町会"
VIEWPOINT = "公民連携の推進"
OPINION = "町会館を、平日の昼に、区の相談会の場所として使ってください。鍵は町会が開けます。"
TITLE = "町会館で、区の相談会をひらく"
PARTS = {
    "目的": "区役所まで行くのが大変な人が、歩いて行ける場所で相談できるようにします。",
    "区と団体の役割": "町会は場所と受付を、区は相談を受ける職員を受け持ちます。",
    "持ち寄る資源": "町会館の部屋と、当番の会員が毎回3人。",
    "区に求めること": "月に一度、福祉の相談を受ける職員に来ていただきたいです。",
}


@pytest.mark.browser
def test_an_association_speaks_through_its_delegate(browser: Browser, site: Site) -> None:
    with walking(browser, site) as resident:
        resident.log_in("kumin")
        resident.open("/proposals/new")
        resident.reads("どの団体の担当者にもなっていません")
        with walking(browser, site) as staff:
            _register_and_appoint(staff)
        _submit_an_opinion(resident)
        _propose(resident)
    with walking(browser, site) as guest:
        guest.open("/")
        guest.follow("団体の提案")
        guest.follow(TITLE)
        guest.reads(NAME, *PARTS.values())


def _register_and_appoint(staff: Walk) -> None:
    staff.log_in("kanri")
    staff.open("/desk/")
    staff.follow("整える")
    staff.follow("団体")
    staff.follow("団体を登録する")
    staff.fill("団体の名前", NAME)
    staff.fill("どんな団体か", "坂の上と下の250世帯の町会です。")
    staff.press("登録する")
    staff.follow(NAME)
    staff.press("規約と代表者を確かめた（確認済みにする）")
    today = clock.today()
    staff.fill("担当者のメールアドレス", "kumin@example.jp")
    staff.fill("任期の始まり", today.isoformat())
    staff.fill("任期の終わり", (today + timedelta(days=365)).isoformat())
    staff.press("担当者にする")
    staff.reads("坂の途中")


def _submit_an_opinion(delegate: Walk) -> None:
    delegate.open("/")
    delegate.follow(VIEWPOINT)
    delegate.follow("この項目に意見を出す")
    delegate.fill("意見", OPINION)
    delegate.choose(NAME)
    delegate.press("内容を確かめる")
    delegate.reads(NAME)
    delegate.press("この内容で送る")
    delegate.reads(OPINION, NAME)


def _propose(delegate: Walk) -> None:
    delegate.open("/")
    delegate.follow(VIEWPOINT)
    delegate.follow("団体として提案する")
    delegate.select("提案する団体", NAME)
    delegate.fill("題名", TITLE)
    delegate.press("書きはじめる")
    for name, words in PARTS.items():
        delegate.fill(name, words)
    delegate.press("提出する")
    delegate.reads(TITLE, NAME)
