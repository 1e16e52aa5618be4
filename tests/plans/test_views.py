"""Pages of plans, as a resident meets them."""

from __future__ import annotations

import pytest
from flask import Flask, render_template

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.plans import commands, queries
from tests.plans.trees import FIRST, SECOND, a_tree
from tests.support.page import PageClient, read

BY = system("tests")
MEGURO = "/plans/meguro-basic-plan"
SCRIPT = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture
def page(app: Flask) -> PageClient:
    return PageClient(app)


def take_in(*texts: str) -> None:
    for text in texts:
        with transaction():
            report = commands.import_plan(a_tree(text), home_ward="meguro", by=BY)
            commands.publish_version(report.version, by=BY)


def test_the_library_shows_the_wards_plans_before_those_of_others(page):
    shown = page.get("/plans")
    assert shown.h1 == "計画を読む"
    assert (
        shown.text.index("目黒区基本計画")
        < shown.text.index("ほかの区の計画")
        < shown.text.index("練馬区基本構想")
    )
    assert "施策立案の視点 13" in shown.text


def test_without_any_plan_the_library_says_what_will_be_there(app: Flask):
    with app.test_request_context("/plans"):
        html = render_template("plans/index.html", own=[], reference=[])
    assert "公開している計画はまだありません" in read(html)[0].text


def test_the_tree_shows_and_links_every_item_of_the_plan(page):
    shown = page.get(MEGURO)
    codes = {link.href.rpartition("/")[2] for link in shown.links}
    assert "MP-2-2-2" in codes
    assert "MP-2-2-2#MP-2-2-2-4" in codes
    assert len([code for code in codes if code.startswith("MP-") and "#" in code]) == 49
    assert len(shown.html) < 60_000


def test_a_search_shows_where_the_words_stand_and_its_words_stay_in_the_field(page):
    shown = page.get(MEGURO).submit("さがす", q="双方向")
    assert "「双方向」が書いてある項目 1件" in shown.text
    assert shown.by_id("search-q").attrs["value"] == "双方向"


def test_a_search_without_hits_says_what_to_do(page):
    assert "別のことば" in page.get(f"{MEGURO}?q=zzz").text


@pytest.mark.parametrize("words", [SCRIPT, "%00", "あ" * 3000, "_%\\", "\u202e"])
def test_any_search_is_answered_and_never_run(page, words):
    shown = page.client.get(MEGURO, query_string={"q": words})
    assert shown.status_code == 200
    assert b"<script>alert" not in shown.data


def test_another_wards_plan_says_that_it_is_only_to_be_read(page):
    assert "受け付けていません" in page.get("/plans/nerima-vision").text


def test_a_whole_plan_and_one_place_can_be_printed(page):
    whole = page.get(f"{MEGURO}/print")
    assert "公園、道路、橋りょう等インフラ施設" in whole.text
    one = page.get(f"{MEGURO}/MP-2-2-2/print")
    assert one.h1 == "施策立案の視点２ 情報発信力・収集力の強化"
    assert "区民とつながる広報・広聴に向けて" in one.text


def test_the_versions_lead_to_a_readable_difference(page):
    take_in(FIRST, SECOND)
    shown = page.get("/plans/test-plan/versions").follow("前の版との違いを見る")
    assert shown.h1 == "ためしの計画 第1版から第2版への違い"
    assert [node.text for node in shown.main.all("ins")][:1] == ["追加ここから と花 追加ここまで"]
    assert "追加 1件" in shown.text


def test_a_place_shows_what_each_version_changed_in_it(page):
    take_in(FIRST, SECOND)
    shown = page.get("/plans/test-plan/T-1-1-1/versions")
    assert "さらに" in shown.main.all("ins")[0].text
    assert "この版で計画から外れました" in page.get("/plans/test-plan/T-1-1-2/versions").text


@pytest.mark.parametrize(
    "path",
    [
        "/plans/nothing",
        f"{MEGURO}/versions/1...2",
        f"{MEGURO}/versions/2...1",
        f"{MEGURO}/versions/x...y",
        f"{MEGURO}/versions/{'9' * 40}...1",
        f"{MEGURO}/versions/１...２",
        f"{MEGURO}/nothing/print",
        f"{MEGURO}/nothing/versions",
        "/plans/%00/print",
        "/plans/..%2f..%2fetc/print",
    ],
)
def test_what_is_not_there_is_not_found_and_never_an_error(page, path):
    assert page.client.get(path).status_code == 404


def test_a_plan_that_is_not_published_is_not_there(page):
    with transaction():
        commands.import_plan(a_tree(), home_ward="meguro", by=BY)
    for path in ("", "/print", "/versions", "/T-1/print", "/T-1/versions"):
        assert page.client.get(f"/plans/test-plan{path}").status_code == 404


def test_words_of_a_plan_are_shown_as_words_on_every_page(page, app):
    take_in(f"コード,親コード,階層,題名,本文\nX-1,,方針,{SCRIPT},\nX-1-1,X-1,項目,,{SCRIPT}\n")
    take_in(f"コード,親コード,階層,題名,本文\nX-1,,方針,{SCRIPT}2,\nX-1-1,X-1,項目,,{SCRIPT}2\n")
    for path in ("", "?q=alert", "/print", "/versions", "/versions/1...2", "/X-1/print", "/X-1/versions"):
        shown = page.get(f"/plans/test-plan{path}", leftovers_ok=True)
        assert "<script>alert" not in shown.html


def test_guests_pages_are_kept_and_new_as_soon_as_the_plan_changes(page):
    take_in(FIRST)
    assert "みどりと花" not in page.get("/plans/test-plan").text
    take_in(SECOND)
    assert "みどりと花を守る" in page.get("/plans/test-plan").text


@pytest.mark.parametrize("code", ["MP-2", "MP-2-2", "MP-2-2-2"])
def test_the_page_of_a_place_shows_its_words_its_surroundings_and_its_likes(app: Flask, code):
    """front serves this template under /plans/<plan>/<code>."""
    found = queries.get_node_page("meguro-basic-plan", code)
    related = queries.list_related([found.node.id, *(passage.node.id for passage in found.passages)])
    with app.test_request_context(f"{MEGURO}/{code}"):
        html = render_template("plans/node.html", page=found, related=related)
    root, problems = read(html)
    assert problems == []
    assert len(root.all("h1")) == 1
    assert [
        node.attrs["id"] for node in root.all("div") if node.attrs.get("id", "").startswith(f"{code}-")
    ] == [passage.node.code for passage in found.passages]
    assert "前：" in root.text or "次：" in root.text
    if code == "MP-2-2-2":
        assert "関連する記述" in root.text
        assert root.text.index("区の情報を、だれにでもわかりやすく") < root.text.index("計画に書いてあること")


def test_a_retired_place_says_so_on_its_page(app: Flask):
    take_in(FIRST, SECOND)
    found = queries.get_node_page("test-plan", "T-1-1-2")
    with app.test_request_context("/plans/test-plan/T-1-1-2"):
        html = render_template("plans/node.html", page=found, related=[])
    assert "今の版にない項目です" in read(html)[0].text
