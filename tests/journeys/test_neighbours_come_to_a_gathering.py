"""A gathering from the announcement to the record: on a telephone, at the door, in the room, at the desk."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from participation.foundation import clock
from tests.support.browser import Site
from tests.support.walk import Walk, address_in, letter_to, walking

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TITLE = "夜の通学路を歩く会"
VOICE = "公園の角の灯りが、低い木にかくれています。"
CALL = "目黒区基本計画 第2部 区政運営方針（案）への意見募集"


@pytest.mark.browser
def test_neighbours_come_to_a_gathering(browser: Browser, site: Site) -> None:
    with walking(browser, site) as staff, walking(browser, site, **PHONE) as phone:
        staff.log_in("henshu")
        _announce(staff, site)
        phone.open("/gatherings")
        phone.follow(TITLE)
        phone.follow("参加を申し込む")
        phone.fill("メールアドレス", "hitori@example.jp")
        phone.choose("手話通訳")
        phone.press("申し込む")
        phone.reads("参加できます", "会場の受付で見せるQRコード")
        code = _code_of(phone)
        with walking(browser, site, **PHONE) as second:
            _wait_and_move_up(second, phone, site)
            code = _code_of(second)
        _keep_the_door(staff, code)
        _speak_in_the_room(staff, phone)
        _let_it_be_over(site)
        _write_the_record(staff)
        with walking(browser, site) as other:
            _approve(other)
        phone.open("/gatherings?when=past")
        phone.follow(TITLE)
        phone.follow("記録を読む")
        phone.reads("灯りの高さを確かめました。")


def _announce(staff: Walk, site: Site) -> None:
    begins = datetime.now(clock.JST) + timedelta(minutes=5)
    ends = min(begins + timedelta(hours=1), begins.replace(hour=23, minute=59, second=0, microsecond=0))
    staff.open("/desk/gatherings/new")
    staff.fill("題名", TITLE)
    staff.fill("日", begins.date().isoformat())
    staff.fill("始まる時刻", f"{begins:%H:%M}")
    staff.fill("終わる時刻", f"{ends:%H:%M}")
    staff.fill("会場", "油面住区センター")
    staff.fill("定員（人）", "1")
    staff.fill("問い合わせ先", "地域振興課")
    staff.select("関係する意見募集", CALL)
    staff.press("保存する")
    staff.press("公開する")
    staff.reads("公開のページ")


def _wait_and_move_up(second: Walk, first: Walk, site: Site) -> None:
    second.open("/gatherings")
    second.follow(TITLE)
    second.follow("キャンセル待ちを申し込む")
    second.fill("メールアドレス", "futari@example.jp")
    second.press("キャンセル待ちを申し込む")
    second.reads("キャンセル待ちです")
    first.unfold("申し込みを取り消す")
    first.press("取り消す")
    first.reads("取り消しました")
    second.open(address_in(letter_to(site, "futari@example.jp", "席があきました")))
    second.reads("席があき、参加できるようになりました")


def _code_of(phone: Walk) -> str:
    found = re.search(r"[0-9a-z]{10}-[0-9a-z]{8}", phone.tab.inner_text("main"))
    assert found is not None
    return found.group()


def _keep_the_door(staff: Walk, code: str) -> None:
    staff.follow("会場の受付")
    staff.fill("申し込みの番号（QRコード）", code)
    staff.press("受け付ける")
    staff.reads("1人を受け付けました")
    staff.fill("申し込みの番号（QRコード）", code)
    staff.press("受け付ける")
    staff.reads("受け付けています")
    staff.fill("人数", "3")
    staff.press("数に入れる")
    staff.reads("4人（定員1人）")


def _speak_in_the_room(staff: Walk, phone: Walk) -> None:
    staff.follow(TITLE)
    address = staff.tab.get_by_label("会場の意見のアドレス").input_value()
    phone.open("/gatherings/" + address.split("/gatherings/")[1])
    phone.select("どの項目についてですか", "コミュニティ形成")
    phone.fill("意見", VOICE)
    phone.press("送る")
    phone.reads("受付番号")


def _let_it_be_over(site: Site) -> None:
    """The clock of a running site cannot be moved: the gathering is put an hour back instead."""
    with sqlite3.connect(site.data / "participation.sqlite3") as database:
        past = (datetime.now(clock.JST) - timedelta(hours=1)).astimezone(UTC)
        written = [f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in (past, past + timedelta(minutes=30))]
        database.execute(
            "UPDATE gatherings SET starts_at = ?, ends_at = ? WHERE title = ?", [*written, TITLE]
        )
    database.close()


def _write_the_record(staff: Walk) -> None:
    staff.open("/desk/gatherings")
    staff.follow(TITLE)
    staff.press("終わりましたにする")
    staff.follow("記録", within="main")
    staff.follow("記録を書く")
    staff.fill("記録", "暗いところを地図に書き、灯りの高さを確かめました。")
    staff.press("保存する")
    staff.reads("会場で聞いた")
    staff.press("ほかの職員の確認に回す")


def _approve(other: Walk) -> None:
    other.log_in("kessai")
    other.open("/desk/gatherings")
    other.follow(TITLE)
    other.follow("記録", within="main")
    other.press("確かめて公開する")
    other.reads("公開しました")
