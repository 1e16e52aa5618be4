"""Somebody writes the ward's reply with what stands ready beside it, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Site
from tests.support.walk import Walk, walking

FIRST = "前向きに検討します。"
BETTER = "道路公園課が、令和9年3月までに、直す順番の表をホームページに載せます。"
EASY = "｜公園《こうえん》と道を直す順番を、2027年3月までにお知らせします。"


@pytest.mark.browser
@pytest.mark.parametrize(("has_script", "point"), [(True, "No.40"), (False, "No.39")])
def test_a_reply_is_written_with_help_and_nothing_typed_is_lost(
    browser: Browser, site: Site, has_script: bool, point: str
) -> None:
    with walking(browser, site, java_script_enabled=has_script) as writer:
        writer.log_in("henshu")
        writer.open("/desk/points?status=not_started")
        writer.follow(point, within="main")
        _is_told_what_is_vague(writer)
        _takes_a_boilerplate_in(writer)
        _copies_what_was_said_before(writer)
        _saves_it_with_a_plain_version(writer)


def _body(writer: Walk) -> str:
    return writer.tab.get_by_label("区の考え方", exact=True).first.input_value()


def _is_told_what_is_vague(writer: Walk) -> None:
    writer.fill("区の考え方", FIRST)
    writer.press("ことばを確かめる")
    writer.reads("約束のあいまいさ", "ぼかしたことば")
    assert _body(writer) == FIRST
    writer.fill("区の考え方", BETTER)


def _takes_a_boilerplate_in(writer: Walk) -> None:
    writer.unfold("定型文を入れる")
    writer.select("定型文", "教育委員会と相談するとき")
    if writer.has_script:
        writer.tab.get_by_role("button", name="入れる", exact=True).click()
        expect(writer.tab.locator("#body")).to_have_value(re.compile("教育委員会"))
    else:
        writer.press("入れる")
        writer.reads("区の考え方の終わりに入れました")
    assert _body(writer).startswith(BETTER)
    assert "{期限}までに試し方を決めます。" in _body(writer)


def _copies_what_was_said_before(writer: Walk) -> None:
    before = _body(writer)
    writer.unfold("前の区の考え方を探す")
    writer.fill("ことば", "掲示板")
    writer.press("探す")
    writer.reads("見つかった前の区の考え方")
    assert _body(writer) == before
    writer.tab.locator("#precedents summary").first.click()
    assert writer.tab.locator("#precedents").get_by_role("link", name="公表したページを見る").count()


def _saves_it_with_a_plain_version(writer: Walk) -> None:
    writer.tab.locator("#easy").evaluate("each => { each.closest('details').open = true; }")
    writer.tab.locator("#easy").fill(EASY)
    writer.tab.locator("input[name=disposition][value='3']").check()
    writer.press("新しい版として保存する")
    writer.reads("下書き", "もとにした文")
    writer.press("決裁に回す")
    writer.reads("まだ書き入れていないところが1か所あります")
    writer.fill("区の考え方", BETTER)
    writer.press("新しい版として保存する")
    assert _body(writer) == BETTER
    assert writer.tab.locator("#easy").input_value() == EASY
