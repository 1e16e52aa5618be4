"""Files with an opinion, as somebody at a browser meets them: nothing is lost, everything is told before sending."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.access.actors import Role
from participation.consultations.domain import ModerationMode
from participation.foundation import pdf_files
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.handed_in import a_pdf
from tests.support.page import Page, PageClient
from tests.support.people import a_member_of_staff, log_in
from tests.support.photographs import jpeg_with_gps

WORDS = "この交差点に信号をつけてください。"


@pytest.fixture
def page(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> PageClient:
    """A visitor's browser that checks every page; PDF files are read in this process, which is quicker."""
    monkeypatch.setattr(pdf_files, "look_into", pdf_files.read)
    return PageClient(app, client)


def written(page: PageClient) -> tuple[Page, dict[str, object], object]:
    subject = a_subject("信号")
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.PUBLISH_FIRST)
    form = page.get("opinions.new", code=consultation.code, about=subject.public_id)
    return form, {"body_0": WORDS}, consultation


def a_file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_file_is_chosen_warned_of_sent_read_by_staff_and_then_by_everybody(app, page) -> None:
    form, fields, consultation = written(page)
    form = form.submit(
        "選んだファイルを付ける", **fields, files=a_file(a_pdf("Tel 03-1234-5678", pages=60), "図面.pdf")
    )
    assert "PDF・60ページ" in form.text
    assert "60ページに、電話番号らしいもの" in form.text
    assert "どのページのことかを" in form.text
    assert form.form("内容を確かめる").values["body_0"] == [WORDS], "choosing a file loses no words"
    confirm = form.submit(
        "内容を確かめる", files=a_file(jpeg_with_gps(), "交差点.jpg"), files_may_be_public="y"
    )
    assert "添付を、もう一度たしかめてください" in confirm.text
    assert "交差点.jpg" in confirm.text, "a file chosen with the last button comes along"
    back = confirm.submit("書き直す")
    assert "図面.pdf" in back.text
    receipt = back.submit("内容を確かめる").submit("この内容で送る")
    assert "公開するかどうかを決めます" in receipt.text
    desk = PageClient(app, log_in(app.test_client(), a_member_of_staff(Role.SCREENER)))
    register = desk.get("opinions_desk.index", code=consultation.code)
    assert "添付・写し 2個" in register.text
    assert "添付・写し 2件" in desk.get("desk.opinions").text
    assert "添付・写し 2件" in desk.get("desk.register").text
    assert "添付" not in page.get("opinions.index", code=consultation.code).main.text
    original = register.follow("この交差点に信号をつけてください。").follow("原本・写しと並べて見る")
    assert "60ページに、電話番号らしいもの" in original.text
    form = original.form("「図面.pdf」を公開する")
    public = form.action.replace("/desk/", "/opinions/").removesuffix("/publish")
    assert page.client.get(public).status_code == 404, "before staff have looked, nobody reads it"
    assert "公開している" in original.submit("「図面.pdf」を公開する").text
    listed = page.get("opinions.index", code=consultation.code)
    assert "添付 1件" in listed.text, "only the file that everybody may read is counted"
    opinion = listed.follow("11月22日 14:05")
    link = next(each for each in opinion.links if "図面.pdf" in each.text)
    given = page.client.get(link.href)
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in given.headers["Content-Security-Policy"]
    gone = receipt.follow("「図面.pdf」を取り下げる").submit("この添付を取り下げる")
    assert "取り下げたか" in gone.text
    assert page.client.get(link.href).status_code == 404


def test_what_cannot_be_kept_is_said_at_its_field_and_the_words_stay(page) -> None:
    form, fields, _ = written(page)
    for content, name, why in (
        (b"<html>", "a.html", "受け付けられない形式"),
        (a_pdf(password="x"), "locked.pdf", "パスワード"),
        (b"\xff\xd8\xffbroken", "a.jpg", "画像を読み取れませんでした"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "large.pdf", "大きすぎます"),
        (b"%PDF-" + b"0" * (13 * 1024 * 1024), "larger.pdf", "大きすぎます"),
    ):
        shown = form.submit("内容を確かめる", expect=422, **fields, files=a_file(content, name))
        assert why in shown.text
        assert shown.form("内容を確かめる").values["body_0"] == [WORDS]
    shown = form.submit("選んだファイルを付ける", expect=422, **fields)
    assert "ファイルを選んでから" in shown.text
