"""What came overnight: a telephone number is covered by two people, a decision is appealed, somebody gets help."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, post, walking

VIEWPOINT = "人権尊重の施策の推進"
NUMBER = "090-4321-0177"
OPENING = (
    f"点字の本を一緒に読む会をひらきます。場所は決まったら書きます。連絡は {NUMBER} まで電話をください。"
)
COVERED = "連絡は ■■■■■■■■■■■■■ まで電話をください。"
HARSH = "この計画を書いた人は何も分かっていないし、読む人のことを一度も考えたことがないのだと思います。"
CRY = "だれにも言えません。学校に行くのがつらくて、毎晩消えてしまいたいと思います。"
WHY = "書いた人への決めつけになっています。計画のどこが困るのかを書いてください。"
APPEAL = "人ではなく、計画の書き方について言ったつもりです。見直してください。"
ANSWER = "読み直しました。計画の書き方への意見と受け取れるので、表示に戻しました。"


@pytest.mark.browser
def test_a_screener_reads_the_morning_queue(browser: Browser, site: Site) -> None:
    with (
        walking(browser, site) as resident,
        walking(browser, site) as screener,
        walking(browser, site) as second,
    ):
        resident.log_in("kumin")
        screener.log_in("kakunin")
        second.log_in("henshu")
        thread = _post_a_number_after_being_warned(resident)
        _propose_to_cover(screener)
        _confirm(second)
        with walking(browser, site) as neighbour:
            neighbour.log_in("dantai")
            neighbour.open(thread)
            neighbour.reads(COVERED, "■は、区が伏せたところです（理由：")
            neighbour.does_not_read(NUMBER)
            _speak(resident, HARSH)
            _report(neighbour)
        _hide(screener)
        _appeal(resident)
        _answer(screener, second)
        with walking(browser, site) as guest:
            guest.open(thread)
            guest.reads(HARSH)
        resident.open(thread)
        _speak(resident, CRY)
        resident.reads("ひとりで抱えずに")
        _send_help(screener)
        _read_notice(resident, "ご案内します")


def _post_a_number_after_being_warned(resident: Walk) -> str:
    resident.open("/")
    resident.follow(VIEWPOINT)
    resident.follow("この項目で話し合う")
    resident.follow("話し合いを始める")
    resident.fill("題名", "点字の本を読む会")
    resident.fill("投稿する文", OPENING)
    resident.choose("提案")
    resident.press("投稿する")
    resident.reads(f"「{NUMBER}」")
    resident.choose("このまま送る")
    resident.press("投稿する")
    assert "点字の本を読む会" in resident.heading
    return resident.tab.url


def _propose_to_cover(screener: Walk) -> None:
    screener.open("/desk/moderation")
    screener.follow("要注意")
    screener.follow("個人情報")
    screener.follow(NUMBER[:6], within="main")
    screener.follow("黒塗りの案を出す")
    screener.press("結果を確かめる")
    screener.reads(COVERED)
    screener.press("この案を出す")
    screener.reads("あなたは確認できません")


def _confirm(second: Walk) -> None:
    second.open("/desk/moderation")
    second.follow("点字の本を一緒に読む会", within="main")
    second.reads(f"「{NUMBER}」")
    second.press("この案のとおり黒塗りにする")
    second.reads(COVERED)
    second.does_not_read(NUMBER)


def _speak(resident: Walk, words: str) -> None:
    resident.follow("話し合いに書く")
    resident.fill("投稿する文", words)
    resident.choose("心配")
    post(resident)


def _report(neighbour: Walk) -> None:
    neighbour.open(neighbour.tab.url)
    neighbour.tab.get_by_role("link", name="区に知らせる").last.click()
    neighbour.choose("人を傷つけない")
    neighbour.press("知らせる")


def _hide(screener: Walk) -> None:
    screener.open("/desk/moderation")
    screener.follow(HARSH[:20], within="main")
    screener.choose("非表示にする")
    screener.press("決める")
    assert screener.tab.title().startswith("エラー：")
    screener.select("反しているルール", "1")
    screener.fill("書いた人に伝える理由", WHY)
    screener.press("決める")
    screener.reads(WHY)


def _appeal(resident: Walk) -> None:
    _read_notice(resident, "投稿を非表示にしました")
    resident.reads(WHY, HARSH)
    resident.fill("見直してほしい理由", APPEAL)
    resident.press("異議を申し出る")
    resident.reads("別の職員が読んでいます")


def _read_notice(resident: Walk, title: str) -> None:
    resident.open("/my/notices")
    resident.follow(title, within="main")


def _answer(screener: Walk, second: Walk) -> None:
    screener.open("/desk/moderation")
    screener.reads("自分が決めたものには、ほかの職員が回答します。")
    second.open("/desk/moderation")
    second.follow(APPEAL[:12], within="main")
    second.choose("異議を認め")
    second.fill("書いた人への回答", ANSWER)
    second.press("回答する")
    second.reads(ANSWER)


def _send_help(screener: Walk) -> None:
    screener.open("/desk/moderation")
    screener.follow("要注意")
    screener.follow("消えてしまいたい", within="main")
    screener.reads("ひとりで抱えずに")
    screener.press("この案内を送る")
