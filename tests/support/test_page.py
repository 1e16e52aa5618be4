"""The client that reads pages notices each fault that it promises to notice."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask import Flask, redirect, request

from tests.support.page import PageClient, PageFault, read

GOOD = """<!doctype html>
<html lang="ja"><head><title>計画を読む - 目黒区</title></head>
<body><main><h1>計画を<ruby>読<rp>(</rp><rt>よ</rt><rp>)</rp></ruby>む</h1>{}</main></body></html>"""


def _app(body: str = "", page: str = GOOD) -> Flask:
    app = Flask("small")
    app.secret_key = "for tests"

    @app.get("/")
    def index() -> str:
        return page.replace("{}", body)

    @app.route("/send", methods=["GET", "POST"])
    def send():
        if request.method == "POST":
            return redirect("/sent?" + urlencode(sorted(request.form.items(multi=True))), 303)
        return page.replace("{}", body)

    @app.get("/sent")
    def sent() -> str:
        words = " ".join(f"{k}:{v}" for k, v in request.args.items(multi=True))
        return page.replace("{}", f'<p id="words">{words}</p><a href="/">はじめへ</a>')

    return app


def _open(body: str = "", page: str = GOOD):
    return PageClient(_app(body, page)).get("/")


def test_a_good_page_is_read_without_its_furigana() -> None:
    page = _open("<p>一行目<br>二行目</p><p>次</p>")
    assert page.h1 == "計画を読む"
    assert page.title == "計画を読む - 目黒区"
    assert page.text == "計画を読む 一行目 二行目 次"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<h1>二つめ</h1>", "2 h1"),
        ('<p id="a"></p><p id="a"></p>', "the id 「a」 occurs 2 times"),
        ('<input name="q">', "has no label"),
        ('<label for="q">さがす</label>', "is for 「q」"),
        ('<label for="q"></label><input id="q" name="q">', "has no label"),
        ('<img src="/static/x.png">', "has no alt"),
        ('<form method="post" action="/send"><button>送る</button></form>', "has no CSRF token"),
        ('<form method="put" action="/send"><button>送る</button></form>', "get and post only"),
        ('<form method="post" action="/"><input type="hidden" name="csrf_token" value="x"></form>', "405"),
        ('<a href="/nowhere">どこか</a>', "「/nowhere」: the site has no such page (404)"),
        ('<a href="#there">そこ</a>', "no element has this id"),
        ('<a href="">ここ</a>', "it is empty"),
        ('<a href="javascript:alert(1)">押す</a>', "no page has such an address"),
        ('<a href="/"></a>', "says nothing"),
        ('<link rel="stylesheet" href="/static/none.css">', "there is no such file"),
        ("<script>1</script>", "<script> without src"),
        ("<style>p{}</style>", "a <style>"),
        ('<p style="color:red">赤</p>', "style=…"),
        ('<button type="button" onclick="x()">押す</button>', "onclick=…"),
        ("<p>{{ name }}</p>", "left 「{{」 over"),
        ("<p>None</p>", "shows a Python value"),
        ('<p aria-describedby="gone">文</p>', "names 「gone」"),
        ("<div><p>閉じない</div>", "</div> where <p> is open"),
        ("<main></main>", "2 main elements"),
        ('<p class="a" class="b">文</p>', "has an attribute twice"),
    ],
)
def test_a_fault_of_a_page_is_named(body: str, says: str) -> None:
    with pytest.raises(PageFault, match=re.escape(says)):
        _open(body)


def test_a_title_that_does_not_begin_with_the_heading_is_a_fault() -> None:
    with pytest.raises(PageFault, match="does not begin with the heading"):
        _open(page=GOOD.replace("計画を読む -", "目黒区 -"))


def test_a_title_may_say_first_that_something_must_be_mended() -> None:
    assert _open(page=GOOD.replace("<title>", "<title>エラー：")).title.startswith("エラー：")


def test_a_page_without_language_is_a_fault() -> None:
    with pytest.raises(PageFault, match="html lang"):
        _open(page=GOOD.replace(' lang="ja"', ""))


def test_another_status_than_expected_is_a_fault_that_shows_the_answer() -> None:
    with pytest.raises(PageFault, match="/gone answered 404, not 200"):
        PageClient(_app()).get("/gone")


def test_text_that_a_person_typed_may_look_like_a_template_when_the_test_says_so() -> None:
    client = PageClient(_app("<p>{{ 7*7 }}</p>"))
    assert "{{ 7*7 }}" in client.get("/", leftovers_ok=True).text


FORM = """<form method="post" action="/send">
<input type="hidden" name="csrf_token" value="token">
<label>題<input name="title" value="初め"></label>
<label>本文<textarea name="body">
一
二</textarea></label>
<label>はい<input type="radio" name="stance" value="yes"></label>
<label>いいえ<input type="radio" name="stance" value="no" checked></label>
<label>甲<input type="checkbox" name="who" value="a" checked></label>
<label>乙<input type="checkbox" name="who" value="b"></label>
<label>区<select name="ward"><option value="m">目黒</option><option value="n">練馬</option></select></label>
<button name="act" value="save">下書き</button><button name="act" value="send">出す</button></form>"""


def test_a_form_is_sent_as_a_browser_would_send_it() -> None:
    page = PageClient(_app(FORM)).get("/send").submit("出す", title="新しい")
    assert page.path == "/sent"
    assert page.by_id("words").text == (
        "act:send body:一 二 csrf_token:token stance:no title:新しい ward:m who:a"
    )


def test_check_boxes_and_radios_take_what_they_offer_and_nothing_else() -> None:
    form = PageClient(_app(FORM)).get("/send")
    assert "who:b" in form.submit("下書き", who=["b"], stance="yes", ward="n").text
    with pytest.raises(AssertionError, match="cannot be chosen"):
        form.submit("出す", stance="perhaps")
    with pytest.raises(AssertionError, match="has no field"):
        form.submit("出す", colour="red")


def test_a_link_is_followed_by_its_text() -> None:
    page = PageClient(_app(FORM)).get("/send").submit("出す").follow("はじめへ", expect=200)
    assert page.path == "/"


def test_a_link_that_is_not_there_or_leads_to_two_places_is_not_followed() -> None:
    page = _open('<a href="/sent">先へ進む</a><a href="/send">先へ戻る</a>')
    with pytest.raises(AssertionError, match="has no link"):
        page.follow("帰る")
    with pytest.raises(AssertionError, match="several places"):
        page.follow("先へ")


def test_every_page_that_links_lead_to_is_visited_once() -> None:
    assert sorted(PageClient(_app('<a href="/sent?a=1">先へ</a>')).crawl()) == ["/", "/sent?a=1"]


def test_a_crawl_tells_every_fault_with_the_page_that_leads_there() -> None:
    app = _app('<a href="/broken">一</a><a href="/worse">二</a>')
    app.add_url_rule("/broken", "broken", lambda: "<p>")
    app.add_url_rule("/worse", "worse", lambda: ("", 500))
    with pytest.raises(
        PageFault, match=r"2 of 3 addresses(.|\n)*/broken(.|\n)*linked on /(.|\n)*/worse answered 500"
    ):
        PageClient(app).crawl()


def test_addresses_that_differ_only_in_where_they_lead_on_to_are_one_page_and_must_lead_on_to_a_page() -> (
    None
):
    two = '<a href="/sent?next=%2Fsend&a=1">一</a><a href="/sent?a=1&next=%2F%3Fb%3D2%23c">二</a>'
    assert sorted(PageClient(_app(two)).crawl()) == ["/", "/sent?a=1"]
    with pytest.raises(PageFault, match="leads on to 「/nowhere」"):
        PageClient(_app('<a href="/sent?next=%2Fnowhere">先へ</a>')).crawl()


def test_a_crawl_does_not_read_a_page_again_that_another_address_leads_to() -> None:
    app = _app('<a href="/old?1">一</a><a href="/old?2">二</a>')
    app.add_url_rule("/old", "old", lambda: redirect("/sent"))
    assert sorted(PageClient(app).crawl()) == ["/", "/old?1"]


def test_a_document_to_be_kept_must_answer_but_is_no_page_of_the_site() -> None:
    kept = {"Content-Disposition": "attachment; filename=a.html"}
    app = _app('<a href="/a.html">文書</a>')
    app.add_url_rule("/a.html", "document", lambda: ("<style></style>", 200, kept))
    assert sorted(PageClient(app).crawl()) == ["/"]
    app = _app('<a href="/a.html">文書</a>')
    app.add_url_rule("/a.html", "document", lambda: ("<style></style>", 500, kept))
    with pytest.raises(PageFault, match=r"/a\.html answered 500"):
        PageClient(app).crawl()


def test_the_scripts_of_a_page_are_those_it_names_those_its_parts_ask_for_and_what_they_import(
    tmp_path,
) -> None:
    folder = tmp_path / "static"
    parts = folder / "js" / "components"
    parts.mkdir(parents=True)
    (folder / "js" / "start.js").write_text("import(`./components/${name}.js`)")
    (parts / "menu.js").write_text('import { x } from "../shared.js";\nexport {y} from "./more.js";')
    (parts / "more.js").write_text('import("./menu.js"); // to be read no more than once')
    (parts / "unused.js").write_text("")
    (folder / "js" / "shared.js").write_text("")
    app = _app('<p data-module="menu">献立</p><script src="/static/js/start.js?v=1"></script>')
    app.static_folder = str(folder)
    scripts = PageClient(app).get("/").scripts
    assert {script.name for script in scripts} == {"start.js", "menu.js", "more.js", "shared.js"}


def test_text_is_found_in_the_order_of_the_page() -> None:
    root, problems = read("<ul><li>一</li><li>二<b>三</b>四</li></ul>")
    assert (root.text, problems) == ("一 二三四", [])
