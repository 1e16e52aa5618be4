"""S7: somebody who works here speaks for their organisation, sends a plan along, and offers an idea to the ward."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.handed_in import a_pdf
from tests.support.photographs import jpeg_with_gps
from tests.support.walk import Walk, walking

CALL = "目黒区基本計画 第2部 区政運営方針（案）への意見募集"
WORDS = "区民会議の会場を、商店街の空いた店でも開けるようにしてください。図面のとおり、段差はありません。"
CHALLENGE = "夏の昼間、子どもと高齢者が涼める場所が足りない"
PLAN = {"name": "会場の図面.pdf", "mimeType": "application/pdf"}
PHOTO = {"name": "店の入口.jpg", "mimeType": "image/jpeg", "buffer": jpeg_with_gps()}


@pytest.mark.browser
def test_a_business_sends_a_plan_with_its_opinion(browser: Browser, site: Site) -> None:
    with walking(browser, site) as delegate, walking(browser, site) as staff:
        delegate.log_in("dantai")
        number = _send_an_opinion(delegate)
        _look_and_let_it_be_read(staff, number)
        delegate.open(f"/receipts/{number}")
        delegate.follow("「会場の図面.pdf」を取り下げる")
        delegate.press("この添付を取り下げる")
        delegate.reads("取り下げたか、保存の期限が過ぎました")
        _offer_an_idea(delegate)


def _send_an_opinion(delegate: Walk) -> str:
    delegate.open("/consultations")
    delegate.follow(CALL)
    delegate.follow("意見を出す")
    delegate.tab.get_by_label("どの項目についてですか").select_option(index=1)
    delegate.fill("意見", WORDS)
    delegate.choose("さくら坂住区住民会議として")
    delegate.choose("区内で事業や活動をしている")
    files = delegate.tab.get_by_label("ファイルを選ぶ")
    files.set_input_files([{"name": "店.txt", "mimeType": "text/plain", "buffer": b"12F"}])
    delegate.press("選んだファイルを付ける")
    delegate.reads("「店.txt」は受け付けられない形式です")
    plan = a_pdf("Tel 03-1234-5678", pages=200, author="Suzuki")
    delegate.tab.get_by_label("ファイルを選ぶ").set_input_files([{**PLAN, "buffer": plan}, PHOTO])
    delegate.press("選んだファイルを付ける")
    delegate.reads("PDF・200ページ", "作成した人の名前が", "200ページに、電話番号らしいもの")
    delegate.choose("区が確かめたあと、添付をだれでも読めるようにしてよい")
    delegate.press("内容を確かめる")
    delegate.reads("添付を、もう一度たしかめてください", "店の入口.jpg", WORDS)
    delegate.press("この内容で送る")
    delegate.reads("意見を1件受け付けました", "区が中を確かめて、公開するかどうかを決めます")
    return delegate.tab.url.rpartition("/")[2]


def _look_and_let_it_be_read(staff: Walk, number: str) -> None:
    staff.log_in("kakunin")
    staff.open("/desk/consultations/plan2-plan/submissions")
    staff.reads("添付・写し 2個")
    staff.follow(WORDS[:20])
    staff.reads(number)
    staff.follow("原本・写しと並べて見る")
    staff.reads("本人は公開してよいとしている", "200ページに、電話番号らしいもの")
    staff.press("「店の入口.jpg」を公開する")
    staff.reads("公開している")


def _offer_an_idea(delegate: Walk) -> None:
    delegate.open("/challenges")
    delegate.follow(CHALLENGE)
    delegate.follow("アイデアを出す")
    delegate.fill("題名", "空いた店で涼む")
    delegate.fill("アイデア", "商店街の空いた店を、夏の昼間だけ、だれでも休める場所にします。")
    delegate.press("アイデアを出す")
    delegate.reads("空いた店で涼む", CHALLENGE)
