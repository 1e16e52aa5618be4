"""How a result reads: in plain words beside the formal ones, and in the four ways of publishing opinions."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from participation.consultations.domain import PublicationMode
from participation.foundation.db import transaction
from participation.papers import printed
from participation.papers.files import Form, write
from participation.replies import commands
from participation.replies.domain import Approval, ReplyDraftText, Wording
from participation.replies.queries import rows
from participation.replies.queries.published import get_public_point, list_replies
from participation.replies.queries.report import get_report
from participation.replies.queries.result_paper import result_paper
from tests.support.builders.consultations import a_subject, an_open_consultation, close
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, an_approver, an_editor, published, submitted, the_schemes
from tests.support.page import PageClient

EASY = "｜区民《くみん》の意見をもとに、<b>直します。"
CHILD = "みんなの声で、直《なお》します。"


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def answered(point, *, body="ふつうの文です。", easy="", child="", same_as=None):
    with transaction():
        commands.draft_reply(
            point.public_id,
            ReplyDraftText(body, "A", 0, easy=easy, child=child, same_as=same_as),
            by=an_editor(),
        )
    version = submitted(point, rows.get_version(rows.find_reply(point), 1))
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
        commands.publish_reply(point.public_id, by=an_approver())
    return point


def words_of(consultation, form, folder):
    paper = result_paper(get_report(consultation.code), issuer="目黒区", site="https://example.jp")
    if form is Form.PDF:
        return json.dumps(json.loads("".join(printed._json(paper, Counter()))), ensure_ascii=False)
    write(paper, form, folder / "file")
    return (folder / "file").read_text("utf-8-sig")


def test_a_reader_switches_between_the_words_by_links(page):
    point = answered(a_point(), easy=EASY, child=CHILD)
    path = f"/points/{point.public_id}"
    formal = page.get(path)
    assert "ふつうの文です。" in formal.text
    links = {link.text: link.href for link in formal.links}
    assert links["やさしい日本語"] == f"{path}?wording=easy"
    easy = page.get(links["やさしい日本語"])
    assert "<ruby>区民<rp>（</rp><rt>くみん</rt><rp>）</rp></ruby>の意見" in easy.html
    assert "&lt;b&gt;直します" in easy.html
    assert "ふつうの文です。" not in easy.text
    assert "<rt>なお</rt>" in page.get(links["こども版"]).html


def test_only_the_versions_that_there_are_are_offered(page):
    point = answered(a_point(), child=CHILD)
    text = page.get(f"/points/{point.public_id}").html
    assert "wording=child" in text
    assert "wording=easy" not in text
    plain = a_point()
    published(plain)
    other = page.get(f"/points/{plain.public_id}?wording=easy")
    assert "wording=" not in other.html
    assert "文字の大きい版を作り" in other.text


def test_what_nobody_knows_as_a_wording_is_the_formal_one(page):
    point = answered(a_point(), easy=EASY)
    assert "ふつうの文です。" in page.get(f"/points/{point.public_id}?wording=klingon").text


def test_the_result_can_be_read_in_plain_words_where_there_are_some(page):
    consultation = an_open_consultation()
    answered(a_point(to=consultation, title="一つ目"), easy=EASY)
    answered(a_point(to=consultation, title="二つ目"), body="二つ目のふつうの文。")
    shown = page.get(f"/consultations/{consultation.code}/results?wording=easy")
    assert "<rt>くみん</rt>" in shown.html
    assert "二つ目のふつうの文。" in shown.text
    assert "ふつうの文で示します" in shown.text
    assert "ことばの切り替え" in page.get(f"/consultations/{consultation.code}/results").html


def test_a_reply_that_is_the_same_has_the_plain_words_of_the_other(app):
    consultation = an_open_consultation()
    first = answered(a_point(to=consultation), easy=EASY)
    other = answered(a_point(to=consultation), body="", same_as=first.number)
    reply = get_public_point(other.public_id).reply
    assert reply.text_in(Wording.EASY) == EASY
    assert reply.wordings == (Wording.FORMAL, Wording.EASY)


@pytest.mark.parametrize(
    ("form", "above"),
    [
        (Form.PDF, '["ruby", "{}", "{}"]'),
        (Form.HTML, "<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>"),
        (Form.TXT, "{}（{}）"),
        (Form.CSV, "{}（{}）"),
    ],
)
def test_the_files_hold_the_plain_words_with_readings_above_or_in_brackets(app, tmp_path, form, above):
    consultation = an_open_consultation()
    answered(a_point(to=consultation), easy=EASY, child=CHILD)
    text = words_of(consultation, form, tmp_path)
    assert above.format("区民", "くみん") in text
    assert above.format("直", "なお") in text
    assert "《" not in text


def test_what_looks_like_a_reading_in_the_formal_words_stays_as_it_was_typed(app, tmp_path):
    consultation = an_open_consultation()
    answered(a_point(to=consultation), body="要綱《ようこう》のとおりです。", easy=EASY)
    for form in (Form.PDF, Form.HTML, Form.TXT):
        assert "要綱《ようこう》のとおりです。" in words_of(consultation, form, tmp_path)


def test_the_count_of_the_others_stands_behind_the_one_that_is_told(page, tmp_path):
    consultation = an_open_consultation(publication=PublicationMode.SUMMARY_AND_COUNT)
    opinions = [an_opinion(to=consultation) for _ in range(4)]
    answered(a_point(opinions, title="四件", summary="置いてほしい。"))
    answered(a_point(to=consultation, title="一件", summary="続けてほしい。"))
    four, one = list_replies(consultation.id).items
    assert four.summary_text == "置いてほしい。（ほか3件）"
    assert one.summary_text == "続けてほしい。"
    text = page.get(f"/consultations/{consultation.code}/results").text
    assert "置いてほしい。（ほか3件）" in text
    assert "同じ趣旨" not in text
    assert "（ほか3件）" in words_of(consultation, Form.TXT, tmp_path)


def test_opinions_behind_a_summary_stay_readable_where_the_ward_chose_so(page):
    consultation = an_open_consultation(publication=PublicationMode.SUMMARY_AND_ORIGINAL)
    point = answered(a_point([an_opinion(to=consultation, said="もとの意見の一字一句です。")]))
    shown = page.get(f"/points/{point.public_id}")
    assert "もとの意見の全文を読む（1件）" in shown.text
    assert "もとの意見の一字一句です。" in shown.text
    assert get_report(consultation.code).shows_originals


def test_no_opinions_is_a_result_and_no_opinions_yet_is_not(page, tmp_path):
    consultation = close(an_open_consultation())
    with transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    assert "意見はありませんでした" in page.get(f"/consultations/{consultation.code}/results").text
    assert "意見はありませんでした。" in words_of(consultation, Form.TXT, tmp_path)
    empty = an_open_consultation()
    report = get_report(empty.code, is_preview=True)
    text = "".join(map(repr, result_paper(report, issuer="区", site="").parts()))
    assert "まだ意見は寄せられていません" in text
    assert "意見はありませんでした" not in text


def test_an_interim_result_says_that_opinions_still_come_in(page, tmp_path):
    consultation = an_open_consultation()
    point = a_point(to=consultation)
    with transaction():
        commands.draft_reply(point.public_id, ReplyDraftText("文。", "A", 0), by=an_editor())
    version = submitted(point, rows.get_version(rows.find_reply(point), 1))
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
        commands.publish_results(consultation.code, is_interim=True, by=an_approver())
    text = page.get(f"/consultations/{consultation.code}/results").text
    assert "中間公表です" in text
    assert "募集の途中です" in text
    assert "募集の途中です" in words_of(consultation, Form.TXT, tmp_path)


def test_each_place_of_the_plan_has_its_own_page_of_the_result(page):
    first, second = a_subject(title="情報の視点"), a_subject(title="参加の視点")
    consultation = an_open_consultation(about=[first, second])
    for subject, title in ((first, "区報"), (second, "会議")):
        answered(a_point([an_opinion(to=consultation, about=subject)], title=title, summary=f"{title}の要旨"))
    whole = page.get(f"/consultations/{consultation.code}/results")
    (link,) = [link for link in whole.links if link.text == "情報の視点"]
    place = page.get(link.href)
    assert "情報の視点" in place.h1
    assert "情報の視点" in place.title
    assert "区報の要旨" in place.text
    assert "会議の要旨" not in place.text
    assert "いま読んでいる場所" in place.text
