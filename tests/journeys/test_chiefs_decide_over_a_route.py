"""An administrator lays a route; a reply goes over it: passed, returned with a comment, mended, decided with its number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.walk import Walk, walking

ROUTE = "係長から部長へ"
POINT = "働きやすい職場"
FIRST = "職員が働きやすい職場にするため、相談の窓口を分かりやすくすることを検討します。"
MENDED = "職員が働きやすい職場にするため、相談の窓口を、令和9年3月までに一つの番号にまとめます。"
COMMENT = "「検討します」では、いつ何をするのかが分かりません。期日を書いてください。"
NUMBER = "8目企政第128号"


@pytest.mark.browser
def test_chiefs_decide_over_a_route(browser: Browser, site: Site) -> None:
    with walking(browser, site) as administrator:
        _lay_a_route(administrator)
    with (
        walking(browser, site) as officer,
        walking(browser, site) as chief,
        walking(browser, site) as director,
    ):
        officer.log_in("henshu")
        chief.log_in("tanto")
        director.log_in("kessai")
        point = _write_and_hand_on(officer)
        _pass(chief, point)
        _return_with_a_comment(director, point)
        _mend_and_hand_on(officer, point)
        _pass(chief, point)
        _decide(director, point)
        chief.open(f"/desk/points/{point}")
        chief.reads("決裁が済みました", NUMBER)


def _lay_a_route(administrator: Walk) -> None:
    administrator.log_in("kanri")
    administrator.open("/desk/")
    administrator.follow("整える")
    administrator.follow("決裁の経路")
    administrator.follow("経路を作る")
    administrator.fill("経路の名前", ROUTE)
    first, second = (
        administrator.tab.get_by_role("group", name=f"段 {number}", exact=True) for number in (1, 2)
    )
    first.get_by_label("種類").select_option(label="承認")
    first.get_by_label("役職").select_option(label="係長")
    administrator.press("保存する")
    assert administrator.tab.title().startswith("エラー：")  # Nobody decides at its end.
    second.get_by_label("種類").select_option(label="決裁")
    second.get_by_label("役職").select_option(label="部長")
    administrator.press("保存する")
    administrator.reads(ROUTE)


def _write_and_hand_on(officer: Walk) -> str:
    officer.open("/desk/points")
    officer.follow(POINT)
    point = officer.tab.url.rpartition("/")[2]
    officer.fill("区の考え方", FIRST)
    officer.choose("3")
    officer.press("新しい版として保存する")
    _choose_the_route(officer)
    return point


def _choose_the_route(officer: Walk) -> None:
    officer.follow("経路を選んで回す")
    officer.select("決裁の経路", ROUTE)
    officer.press("決裁に回す")
    officer.reads("決裁を待っています")


def _pass(chief: Walk, point: str) -> None:
    chief.open("/desk/approvals")
    chief.follow(POINT, within="main")
    assert chief.tab.url.endswith(f"/desk/approvals/{point}")
    chief.press(re.compile("版を承認する$"), within="aside")


def _return_with_a_comment(director: Walk, point: str) -> None:
    director.open(f"/desk/approvals/{point}")
    director.unfold("差し戻す")
    director.fill("直してほしいこと", COMMENT)
    director.press("差し戻す")


def _mend_and_hand_on(officer: Walk, point: str) -> None:
    officer.open(f"/desk/points/{point}")
    officer.reads(COMMENT)
    officer.fill("区の考え方", MENDED)
    officer.press("新しい版として保存する")
    _choose_the_route(officer)


def _decide(director: Walk, point: str) -> None:
    director.open("/desk/approvals")
    director.follow(POINT, within="main")
    director.reads(MENDED)
    director.fill("決裁番号", NUMBER)
    director.press(re.compile("版を決裁する$"), within="aside")
