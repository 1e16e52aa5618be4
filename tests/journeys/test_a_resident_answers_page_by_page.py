"""A survey that branches, answered on a telephone: page by page, left, come back to, looked over, sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from participation.foundation.db import db
from participation.subjects.models import Subject
from participation.surveys.domain import (
    LineSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Option,
    PointsSpec,
    RankingSpec,
    Section,
    SingleSpec,
    TextSpec,
)
from tests.journeys.test_everything_works_by_keyboard import Keys
from tests.journeys.wards import app_on
from tests.support.browser import Site, axe, overflows, visit
from tests.support.builders.surveys import a_survey_of, asked_as, one_of_each_kind, options, when
from tests.support.walk import Walk, walking

PHONE = {"width": 360, "height": 740}
REASON = "字が小さくて、読むのがつらいです。"
PLACES = options("図書館", "公園", "集会所")


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[Flask]:
    """The application on the ward that the site serves."""
    yield from app_on(site)


def address_of(sections: list[Section], title: str) -> str:
    """Open a survey about something that the ward knows, and return its address."""
    about = db.session.scalars(select(Subject.id).order_by(Subject.id)).first()
    return f"/surveys/{a_survey_of(sections, title=title, subject_id=about).public_id}"


@pytest.fixture(scope="module")
def survey(app: Flask) -> str:
    """The address of a survey of four pages, one of which only some meet."""
    other = Option(code="a9", label="その他", takes_text=True)
    alone = Option(code="a8", label="使わない", is_exclusive=True)
    sections = [
        Section(
            "s1",
            "区報について",
            questions=(
                asked_as(
                    "q1",
                    SingleSpec(options=options("毎号読んでいる", "読まない")),
                    "区報を読みますか",
                    required=True,
                ),
                asked_as("q2", LineSpec(limit=50), "よく読むところ", condition=when("q1", "a1")),
                asked_as("q3", MultipleSpec(options=(*PLACES, other, alone)), "どこで受け取りますか"),
            ),
        ),
        Section(
            "s2",
            "読まないわけ",
            condition=when("q1", "a2"),
            questions=(asked_as("q4", TextSpec(limit=200), "なぜですか"),),
        ),
        Section(
            "s3",
            "場所について",
            questions=(
                asked_as(
                    "q5", MatrixSpec(rows=PLACES, columns=options("よい", "ふつう", "わるい")), "いかがですか"
                ),
                asked_as("q6", RankingSpec(options=PLACES), "大事な順に並べてください"),
                asked_as("q7", PointsSpec(options=PLACES, total=10), "10点を分けてください"),
            ),
        ),
        Section(
            "s4",
            "おわりに",
            questions=(asked_as("q8", NumberSpec(least=0, most=120, unit="歳"), "年齢（{q1}方）"),),
        ),
    ]
    with app.app_context():
        return address_of(sections, "区報のアンケート")


@pytest.fixture(scope="module")
def kinds(app: Flask) -> str:
    """The address of a page with a question of every kind."""
    with app.app_context():
        sections = [Section("s1", "すべての種類", questions=tuple(one_of_each_kind()))]
        return f"{address_of(sections, 'すべての種類')}/pages/s1"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_question_is_accessible(browser: Browser, site: Site, kinds: str, width: int) -> None:
    with visit(browser, site, viewport={"width": width, "height": 900}) as tab:
        tab.goto(kinds)
        found = axe(tab) + overflows(tab, (width,))
        tab.get_by_role("button", name="次へ進む", exact=True).click()
        tab.goto(kinds.replace("/pages/s1", "?all=1"))
        found += axe(tab)
    assert not found, "\n".join(found)


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_phone_respondent_leaves_comes_back_by_the_link_looks_over_and_sends(
    browser: Browser, site: Site, survey: str, script: bool
) -> None:
    with walking(browser, site, java_script_enabled=script, viewport=PHONE) as phone:
        phone.open(survey)
        phone.follow("答えはじめる")
        phone.choose("読まない")
        phone.choose("図書館")
        phone.press("次へ進む")
        phone.fill("問4 なぜですか", REASON)
        phone.press("途中で保存する")
        phone.reads("途中まで保存しました", "続きを書くためのリンク")
        link = re.search(r"/surveys/\w+/resume/\w+", phone.tab.locator("main").inner_text())
        assert link
        assert overflows(phone.tab, (320, 360)) == []
    with walking(browser, site, java_script_enabled=script, viewport=PHONE) as elsewhere:
        elsewhere.open(link[0])
        expect(elsewhere.tab.locator("textarea")).to_have_value(REASON)
        elsewhere.reads("4ページ中2ページ目")
        elsewhere.press("次へ進む")
        _answer_places(elsewhere)
        elsewhere.press("次へ進む")
        elsewhere.reads("年齢（読まない方）")
        elsewhere.fill("問8", "200")
        elsewhere.press("次へ進む")
        assert elsewhere.tab.title().startswith("エラー：")
        elsewhere.fill("問8", "42")
        elsewhere.press("次へ進む")
        elsewhere.reads("送る前の見直し", REASON, "図書館：よい", "1位 公園", "図書館 7点")
        elsewhere.follow("問8 年齢")
        elsewhere.fill("問8", "43")
        elsewhere.press("次へ進む")
        elsewhere.press("回答を送る")
        elsewhere.reads("回答を受け付けました", "43歳")


def _answer_places(walk: Walk) -> None:
    """Fill in the table, the order and the points."""
    walk.tab.get_by_role("radio", name="図書館 よい").check()
    if walk.has_script:
        walk.tab.get_by_role("button", name="「公園」の順位を上げる").click()
        walk.tab.get_by_role("button", name="「図書館」の順位を上げる").click()
        expect(walk.tab.locator("#q6-a1")).to_have_value("2")
        walk.tab.get_by_role("button", name="「図書館」の順位を上げる").click()
        expect(walk.tab.locator("#q6-a2")).to_have_value("2")
        walk.tab.get_by_role("button", name="「公園」の順位を上げる").click()
    else:
        walk.tab.locator("#q6-a2").select_option("1")
        walk.tab.locator("#q6-a1").select_option("2")
    walk.tab.locator("#q7-a1").fill("7")
    if walk.has_script:
        expect(walk.tab.get_by_text("あと3点配れます")).to_be_visible()
    walk.tab.locator("#q7-a2").fill("3")


@pytest.mark.browser
def test_questions_come_and_go_words_choose_their_option_and_an_answer_alone_stays_alone(
    browser: Browser, site: Site, survey: str
) -> None:
    with visit(browser, site, viewport=PHONE) as tab:
        tab.goto(f"{survey}/pages/s1")
        expect(tab.locator("#q2-box")).to_be_hidden()
        tab.get_by_label("毎号読んでいる").check()
        expect(tab.locator("#q2-box")).to_be_visible()
        expect(tab.get_by_text("設問が1つ加わりました。")).to_have_count(1)
        tab.locator("#q2").fill("表紙")
        with tab.expect_response(re.compile("/draft$")) as saved:
            tab.locator("#q3-other").fill("駅")
        assert saved.value.ok
        expect(tab.get_by_label("その他", exact=True)).to_be_checked()
        tab.get_by_label("使わない").check()
        expect(tab.get_by_label("その他", exact=True)).not_to_be_checked()
        tab.get_by_label("図書館").check()
        expect(tab.get_by_label("使わない")).not_to_be_checked()
        assert axe(tab) == []
        with tab.expect_response(re.compile("/draft$")):
            tab.get_by_label("読まない").check()
            expect(tab.locator("#q2-box")).to_be_hidden()
        tab.reload()
        expect(tab.get_by_label("図書館")).to_be_checked()


@pytest.mark.browser
def test_a_survey_is_answered_with_the_keyboard_alone(browser: Browser, site: Site, survey: str) -> None:
    with walking(browser, site) as walk:
        keys = Keys(walk)
        walk.open(survey)
        keys.enter("答えはじめる")
        keys.to("毎号読んでいる")
        keys.tab.keyboard.press("Space")
        keys.write("よく読むところ", "表紙")
        keys.to("図書館")
        keys.tab.keyboard.press("Space")
        keys.enter("次へ進む")
        walk.reads("3ページ中2ページ目")
        _tab_to(keys, "q5-a1-0")
        keys.tab.keyboard.press("Space")
        keys.to("「公園」の順位を上げる")
        keys.tab.keyboard.press("Enter")
        keys.enter("次へ進む")
        keys.write("年齢", "42")
        keys.enter("次へ進む")
        walk.reads("1位 公園", "表紙")
        keys.enter("回答を送る")
        walk.reads("回答を受け付けました")


def _tab_to(keys: Keys, name: str) -> None:
    """Press Tab until the focus is on a circle of the table: its row and its column name it."""
    for _ in range(60):
        keys.tab.keyboard.press("Tab")
        if keys.tab.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"Tab never comes to {name}")
