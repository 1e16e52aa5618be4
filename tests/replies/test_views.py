"""The public pages of replies, as residents meet them."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest

from participation.access.actors import Role
from participation.consultations.domain import PublicationMode
from participation.foundation.db import transaction
from participation.replies import commands
from tests.support.builders.consultations import a_subject, an_open_consultation, close
from tests.support.builders.opinions import a_submission, an_opinion, opinions_of
from tests.support.builders.replies import (
    a_point,
    an_approver,
    approved,
    published,
    the_schemes,
)
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


@pytest.fixture
def staff(app, client, page):
    def enter(*roles):
        log_in(client, a_member_of_staff(*roles))
        return page

    return enter


def rows_of(client, code, query=""):
    body = client.get(f"/consultations/{code}/results.csv{query}").get_data()
    encoding = "cp932" if "cp932" in query else "utf-8-sig"
    return list(csv.reader(io.StringIO(body.decode(encoding))))


def test_the_result_says_when_nothing_is_published_yet(page):
    consultation = an_open_consultation()
    assert "まだ公表していません" in page.get(f"/consultations/{consultation.code}/results").text


def test_the_result_of_a_consultation_without_opinions_says_so(page):
    consultation = close(an_open_consultation())
    with transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    assert "意見はありませんでした" in page.get(f"/consultations/{consultation.code}/results").text


def test_counts_are_equal_on_the_page_in_the_file_and_at_the_desk(page, client, staff):
    consultation = an_open_consultation()
    two = opinions_of(a_submission(["区報の字が小さい。", "駅にも置いて。"], to=consultation))
    point = a_point([*two, an_opinion(to=consultation)])
    published(point)
    words = "3件（2人）"
    assert words in page.get(f"/consultations/{consultation.code}/results").text
    assert words in page.get(f"/points/{point.public_id}").text
    row = rows_of(client, consultation.code)[1]
    assert row[3:6] == ["3", "2", "0"]
    assert words in staff(Role.AUDITOR).get("/desk/points").text


def test_a_formula_in_a_reply_is_harmless_in_the_file_and_reads_back(client):
    consultation = an_open_consultation()
    point = a_point([an_opinion(to=consultation)], title='=HYPERLINK("http://x")', summary="　＠SUM(A1)")
    published(point)
    raw = client.get(f"/consultations/{consultation.code}/results.csv").get_data().decode("utf-8-sig")
    assert "\"'=HYPERLINK" in raw
    row = rows_of(client, consultation.code)[1]
    assert (row[1][0], row[2][0]) == ("'", "'")


def test_the_file_for_old_spreadsheets_names_what_it_lacks_first(client, page):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)], summary="𠮷野さんの趣旨〜🙂。"))
    lost = page.get(f"/consultations/{consultation.code}/results/cp932").text
    assert "𠮷" in lost
    assert "🙂" in lost
    row = rows_of(client, consultation.code, "?encoding=cp932")[1]
    assert row[2] == "〓野さんの趣旨～〓。"


FORMS = ("html", "pdf", "docx", "xlsx", "csv", "txt")
STARTS = {
    "html": b"<!DOCTYPE html>",
    "pdf": b"%PDF-",
    "docx": b"PK",
    "xlsx": b"PK",
    "csv": b"\xef\xbb\xbf",
    "txt": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_result_is_offered_and_given_in_every_form_with_a_japanese_name(client, page, form):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)]))
    address = f"/consultations/{consultation.code}/results.{form}"
    assert f'href="{address}"' in page.get(f"/consultations/{consultation.code}/results").html
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.get_data().startswith(STARTS[form])
    name = answer.headers["Content-Disposition"]
    assert f'filename="{consultation.code}.{form}"' in name
    assert quote(f"{consultation.code}-意見の概要と区の考え方.{form}") in name
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_where_nothing_is_published_a_file_leads_to_the_page_that_says_so(client):
    consultation = an_open_consultation()
    for form in FORMS:
        answer = client.get(f"/consultations/{consultation.code}/results.{form}")
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"/consultations/{consultation.code}/results",
        )


def test_a_file_says_at_once_what_was_published_since(client):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)], title="一つ目の論点"))
    address = f"/consultations/{consultation.code}/results.txt"
    assert "二つ目の論点" not in client.get(address).get_data().decode()
    published(a_point([an_opinion(to=consultation)], title="二つ目の論点"))
    assert "二つ目の論点" in client.get(address).get_data().decode()


def test_a_file_of_one_place_holds_only_that_place(client, page):
    first, second = a_subject("平和の視点"), a_subject("情報の視点")
    consultation = an_open_consultation(about=[first, second])
    published(a_point([an_opinion(to=consultation, about=first)], title="平和の論点"))
    published(a_point([an_opinion(to=consultation, about=second)], title="情報の論点"))
    address = f"/consultations/{consultation.code}/results.txt?about={second.public_id}"
    assert address in page.get(f"/consultations/{consultation.code}/results?about={second.public_id}").html
    text = client.get(address).get_data().decode()
    assert "情報の論点" in text
    assert "平和の論点" not in text
    unknown = client.get(f"/consultations/{consultation.code}/results.txt?about=nai")
    assert unknown.status_code == 303


def test_the_public_page_of_a_point_is_only_there_once_it_is_published(page, client):
    point = a_point()
    approved(point)
    assert client.get(f"/points/{point.public_id}").status_code == 404
    with transaction():
        commands.publish_reply(point.public_id, by=an_approver())
    assert "区の考え方" in page.get(f"/points/{point.public_id}").text
    with transaction():
        commands.withdraw_reply(point.public_id, "数字の誤りのため。", by=an_approver())
    text = page.get(f"/points/{point.public_id}").text
    assert "取り下げました" in text
    assert "数字の誤りのため。" in text


def test_opinions_are_shown_word_for_word_only_where_the_consultation_says_so(page):
    for mode, shown in ((PublicationMode.VERBATIM, True), (PublicationMode.SUMMARY, False)):
        consultation = an_open_consultation(publication=mode)
        point = a_point([an_opinion(to=consultation, said="一字一句そのままの意見です。")])
        published(point)
        assert ("一字一句そのまま" in page.get(f"/points/{point.public_id}").text) is shown
