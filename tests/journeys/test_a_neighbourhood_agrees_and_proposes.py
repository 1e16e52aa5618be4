"""S5: a 住区住民会議 puts an issue on its agenda, finds agreement with its neighbours, and proposes to the ward."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from participation.foundation import clock
from tests.support.browser import Site
from tests.support.walk import Walk, walking

ISSUE = "資源を出す日に、カラスが袋を破る"
CHECK = "夏まつりを夜8時までにする"
ANSWER = "音を出すのは夜7時半までにし、家に近い拡声器は使いません。"
TALK = "網の端に重りを付けると、引き出されにくくなります。"
REASON = "平日は、学校から帰る時間に合っています。"
PARTS = {
    "区と団体の役割": "4つの団体が準備と片付けを、区が公園の使い方を受け持ちます。",
    "持ち寄る資源": "準備をする人40人と、会場の地図。",
    "区に求めること": "公園を、準備の日も使えるようにしてください。",
}


@pytest.mark.browser
def test_a_neighbourhood_agrees_and_proposes(browser: Browser, site: Site) -> None:
    with walking(browser, site) as secretariat:
        secretariat.log_in("dantai")
        secretariat.follow("地域", within="header")
        secretariat.follow("油面住区", within="main")
        _put_on_the_agenda(secretariat)
        with walking(browser, site) as neighbour:
            _talk_and_answer(neighbour)
        _answer_the_concern_and_close(secretariat)
        _propose(secretariat)
        _publish_news(secretariat)
    with walking(browser, site) as guest:
        guest.open("/spaces/aburamen")
        guest.follow("夏まつりのこと")
        guest.reads("夜7時半までにすることで合意しました。")
        guest.open("/proposals")
        guest.select("並び順", "新しい順")
        guest.press("この条件で見る")
        guest.follow(CHECK)
        guest.reads("強い心配：夜8時でも、赤ちゃんが眠れません。", ANSWER, PARTS["区に求めること"])
        guest.follow("夏まつりの音と、準備をする人")
        guest.reads("区への提案", CHECK)


def _put_on_the_agenda(secretariat: Walk) -> None:
    secretariat.follow("この空間の運営")
    secretariat.follow("会議を知らせる")
    secretariat.fill("会議の名前", "年明けの住区住民会議")
    secretariat.fill("日", (clock.today() + timedelta(days=40)).isoformat())
    secretariat.fill("始まる時刻", "19:00")
    secretariat.press("知らせる")
    secretariat.reads("19時", "この会議の議題は、まだ決まっていません。")
    secretariat.open("/spaces/aburamen/issues")
    secretariat.follow(ISSUE)
    secretariat.follow("課題の段階を進める")
    secretariat.choose("話し合い")
    secretariat.fill("理由", "年明けの会議で話します。")
    secretariat.press("段階を進める")
    secretariat.reads("年明けの会議で話します。")
    secretariat.open("/spaces/aburamen/agenda/new")
    secretariat.fill("議題", "カラスと資源の日")
    secretariat.select("どの課題についてか", ISSUE)
    secretariat.press("議題を載せる")
    secretariat.reads("カラスと資源の日")


def _talk_and_answer(neighbour: Walk) -> None:
    neighbour.log_in("kumin")
    neighbour.open("/spaces/aburamen/issues")
    neighbour.follow(ISSUE)
    neighbour.follow("話し合いを始める")
    neighbour.fill("題名", "網の使い方")
    neighbour.fill("投稿する文", TALK)
    neighbour.press("投稿する")
    neighbour.reads(TALK)
    neighbour.open("/spaces/aburamen")
    neighbour.follow("公園のボール遊びの時間を決める")
    neighbour.choose("条件付き")
    neighbour.fill("理由", REASON)
    neighbour.press("答える")
    neighbour.reads(REASON, "あなたの答えを変える")


def _answer_the_concern_and_close(secretariat: Walk) -> None:
    secretariat.open("/spaces/aburamen/run")
    secretariat.follow(CHECK)
    secretariat.follow("合意確認を終える")
    secretariat.fill("まとめ", "夜7時半までにすることで合意しました。")
    secretariat.press("合意確認を終える")
    secretariat.reads("強い心配が1件、答えを待っています。")
    secretariat.open("/spaces/aburamen/run")
    secretariat.follow(CHECK)
    secretariat.follow("この理由に答える", within="#concern")
    secretariat.fill("事務局の答え", ANSWER)
    secretariat.press("答えを載せる")
    secretariat.reads(ANSWER)
    secretariat.follow("合意確認を終える")
    secretariat.fill("まとめ", "夜7時半までにすることで合意しました。")
    secretariat.press("合意確認を終える")
    secretariat.reads("終わりました")


def _propose(secretariat: Walk) -> None:
    secretariat.press("区への提案書をつくる")
    for label, words in PARTS.items():
        secretariat.fill(label, words)
    secretariat.press("提出する")
    secretariat.reads("受付", PARTS["区に求めること"])


def _publish_news(secretariat: Walk) -> None:
    secretariat.open("/spaces/aburamen/news/new")
    secretariat.fill("題名", "夏まつりのこと")
    secretariat.press("記事を選ぶ")
    secretariat.select("どこからとるか", f"決まったこと：{CHECK}")
    secretariat.press("記事を加える")
    secretariat.press("発行する")
    secretariat.reads("A4で印刷する（PDF）")
