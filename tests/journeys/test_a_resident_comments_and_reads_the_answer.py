"""A resident signs up and comments; the staff answer; the resident reads what became of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, address_in, letter_to, walking

EMAIL = "ginnan@example.jp"
CALL = "目黒区基本計画 第2部 区政運営方針（案）への意見募集"
VIEWPOINT = "平和の尊さの継承と国際交流"
FIRST = "平和の催しの記録を、図書館でも、目の不自由な人が聞ける形で残してください。録音と文字の両方があると助かります。"
SECOND = "外国から来た子どもと地元の子どもが一緒に料理をする会を、住区センターで年に二回ひらいてください。"
POINT = "平和の催しの記録を、聞ける形でも残す"
SUMMARY = "平和の催しの記録を、録音と文字の両方で残してほしい。"
REPLY = "ご意見のとおり、催しの記録は録音と文字の両方で残し、区立図書館で聞けるようにします。"
ADDED = "催しの記録は、録音と文字の両方で残す。"


@pytest.mark.browser
def test_a_resident_comments_and_reads_the_answer(browser: Browser, site: Site) -> None:
    with walking(browser, site) as resident:
        _sign_up(resident, site)
        heard, decided = _open_viewpoint(resident)
        number = _submit_two_opinions(resident)
        assert _counts(resident) == (heard + 2, decided)
        with walking(browser, site) as staff:
            _screen(staff)
        with walking(browser, site) as staff:
            point = _gather_and_draft(staff, number)
        with walking(browser, site) as staff:
            _approve_and_publish(staff)
        _read_the_answer(resident, site, point)
        assert _counts(resident) == (heard + 2, decided + 1)


def _sign_up(resident: Walk, site: Site) -> None:
    resident.open("/")
    resident.follow("ログイン")
    resident.follow("登録")
    resident.fill("メールアドレス", EMAIL)
    resident.fill("表示する名前", "銀杏の葉")
    resident.fill("パスワード", "あさひが のぼる さかみちを あるく")
    resident.press("確認のメールを受け取る")
    assert resident.heading == "メールを送りました"
    resident.open(address_in(letter_to(site, EMAIL, "登録")))
    resident.press("登録を終える")
    assert resident.heading == "登録が終わりました"


def _open_viewpoint(resident: Walk) -> tuple[int, int]:
    resident.follow("トップページへ")
    resident.follow(VIEWPOINT)
    assert VIEWPOINT in resident.heading
    return _numbers(resident)


def _numbers(resident: Walk) -> tuple[int, int]:
    """Return how much was heard and how much was decided, as the four steps say."""
    steps = resident.tab.get_by_role("region", name="意見が計画に届くまで")
    texts = [re.search(r"\d+", item.inner_text()) for item in steps.get_by_role("listitem").all()]
    heard, _considered, decided, _changed = (int(found[0]) if found else 0 for found in texts)
    return heard, decided


def _counts(resident: Walk) -> tuple[int, int]:
    resident.open("/")
    resident.follow(VIEWPOINT)
    return _numbers(resident)


def _submit_two_opinions(resident: Walk) -> str:
    resident.follow("この項目に意見を出す")
    resident.fill("意見", FIRST)
    resident.press("もう一つ、別の意見を書く")
    first, second = (resident.tab.get_by_role("group", name=f"意見{number}") for number in (1, 2))
    second.get_by_role("textbox").fill(SECOND)
    second.get_by_role("combobox").select_option(first.get_by_role("combobox").input_value())
    resident.choose("区内に住んでいる")
    resident.press("内容を確かめる")
    resident.reads("まだ送られていません", FIRST, SECOND)
    resident.press("この内容で送る")
    assert resident.heading == "意見を2件受け付けました"
    found = re.search(r"P26-\w{4}-\w{2}", resident.tab.locator("main").inner_text())
    assert found
    return found[0]


def _find(staff: Walk, words: str) -> None:
    """Open the queue of opinions and narrow it to those with these words."""
    staff.open("/desk/")
    staff.follow("整理")
    staff.follow("条件を変える")
    staff.fill("本文のことば", words)
    staff.press("この条件で見る")
    staff.reads(words)


def _screen(staff: Walk) -> None:
    staff.log_in("kakunin")
    for words in ("録音と文字の両方", "一緒に料理をする会"):
        _find(staff, words)
        staff.press("確認済みにする s")
        staff.reads("取り消す")


def _gather_and_draft(staff: Walk, number: str) -> str:
    staff.log_in("tanto")
    _find(staff, "録音と文字の両方")
    staff.reads(number)
    staff.unfold("新しい論点をつくる")
    staff.fill("新しい論点の題名", POINT)
    staff.fill("新しい論点の要旨", SUMMARY)
    staff.press("新しい論点にまとめる")
    staff.follow(POINT)
    point = staff.tab.url.rpartition("/")[2]
    staff.fill("区の考え方", REPLY)
    staff.choose("1")
    staff.press("新しい版として保存する")
    staff.unfold("修正を加える")
    staff.select("計画の中の場所", "区民が戦争の悲惨さ")
    staff.choose("追加")
    staff.fill("新しい文", ADDED)
    staff.press("修正を加える")
    staff.reads(ADDED)
    staff.press("決裁に回す")
    staff.reads("決裁を待っています")
    return point


def _approve_and_publish(staff: Walk) -> None:
    staff.log_in("kessai")
    staff.open("/desk/approvals")
    staff.follow(POINT)
    staff.reads("第2版", REPLY, ADDED)
    staff.press("第2版を決裁する")
    staff.follow(POINT)
    staff.follow("公表へ進む")
    staff.press("これだけ先に公表する")
    staff.follow("公表したページを見る")
    staff.reads(REPLY)


def _read_the_answer(resident: Walk, site: Site, point: str) -> None:
    resident.open("/")
    resident.follow("お知らせ（1）")
    resident.follow("あなたの意見", within="main")
    resident.reads(REPLY, ADDED)
    assert resident.tab.url.endswith(f"/points/{point}")
    assert f"/points/{point}" in letter_to(site, EMAIL, "区の考え方")
    resident.open("/my/opinions")
    resident.reads("反映")
    resident.follow("区の考え方を読む")
    resident.follow("すべての区の考え方")
    resident.reads(SUMMARY, REPLY)
