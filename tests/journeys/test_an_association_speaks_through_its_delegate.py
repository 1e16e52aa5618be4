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
AMENDED = "町会館の部屋と、当番の会員が毎回5人。"
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
        with walking(browser, site) as neighbour:
            _amend(neighbour)
        _answer_and_hand_over(resident)
    with walking(browser, site) as guest:
        guest.open("/")
        guest.follow("団体の提案")
        guest.follow(TITLE)
        guest.reads(NAME, PARTS["目的"], AMENDED, PARTS["区に求めること"])
        guest.follow(NAME)
        guest.reads("団体の名前での発言", OPINION[:20], TITLE)


def _amend(neighbour: Walk) -> None:
    neighbour.log_in("dantai")
    neighbour.open("/proposals")
    neighbour.select("並び順", "新しい順")
    neighbour.press("この条件で見る")
    neighbour.follow(TITLE)
    neighbour.follow("「持ち寄る資源」に修正案を出す")
    neighbour.fill("こう直してはどうか", AMENDED)
    neighbour.fill("理由", "人が足りない日があります。")
    neighbour.press("修正案を出す")
    neighbour.reads("返事を待っています")


def _answer_and_hand_over(delegate: Walk) -> None:
    delegate.open("/my")
    delegate.follow(NAME)
    delegate.reads("返事を待つ修正案")
    delegate.follow(TITLE)
    delegate.follow("「持ち寄る資源」への修正案")
    delegate.fill("返事の理由", "助かります。")
    delegate.press("取り入れる")
    delegate.reads("取り入れました", "助かります。")
    delegate.open("/my")
    delegate.follow(NAME)
    delegate.follow("役員の交代（引き継ぎ）")
    delegate.fill("引き継ぐ人のメールアドレス", "next@example.jp")
    delegate.fill("引き継ぐ人の任期の終わり", (clock.today() + timedelta(days=365)).isoformat())
    delegate.press("引き継ぐ")
    delegate.reads("引き継ぎを記録しました")
    delegate.open("/proposals/new")
    delegate.reads("どの団体の担当者にもなっていません")


def _register_and_appoint(staff: Walk) -> None:
    staff.log_in("kanri")
    staff.open("/desk/")
    staff.follow("整える")
    staff.follow("団体")
    staff.follow("団体を登録する")
    staff.fill("団体の名前", NAME)
    staff.fill("どんな団体か", "坂の上と下の250世帯の町会です。")
    staff.press("登録する")
    staff.follow("規約と代表者を確かめる")
    staff.press("確認済みにする")
    staff.reads("書類を見てから、しるしを付けてください")
    staff.choose("規約など、団体の書類を見た")
    staff.choose("代表者と連絡先を確かめた")
    staff.press("確認済みにする")
    staff.reads("確認済み")
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
