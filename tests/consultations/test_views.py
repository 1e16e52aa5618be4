"""The list of consultations and the page of one, as residents meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.consultations import commands
from participation.consultations.domain import ConsultationKind
from participation.foundation import clock as app_clock
from participation.foundation.db import transaction
from tests.conftest import Clock
from tests.support.builders.consultations import (
    STAFF,
    a_planned_consultation,
    a_subject,
    an_open_consultation,
    close,
    phases,
)
from tests.support.builders.opinions import a_submission
from tests.support.page import PageClient


@pytest.fixture
def page(app: Flask, client: FlaskClient) -> PageClient:
    """A browser that checks every page."""
    return PageClient(app, client)


def test_without_consultations_the_list_says_so_and_what_to_do(page: PageClient) -> None:
    assert "募集の予定はまだありません" in page.get("/consultations").text


def test_the_list_is_grouped_by_status_and_hides_what_is_still_being_written(page: PageClient) -> None:
    an_open_consultation(title="いまの案件")
    a_planned_consultation(title="これからの案件", spans=phases(10, 50))
    close(an_open_consultation(title="終わった案件"))
    stopped = a_planned_consultation(title="やめた案件")
    with transaction():
        commands.not_conduct(stopped, "見直すため。", by=STAFF)
    hidden = a_planned_consultation(title="書きかけの案件", spans=[])
    here = page.get("/consultations")
    headings = [node.text for node in here.main.all("h2")]
    assert headings == [
        "いま意見を出せる",
        "これから募集する",
        "結果を準備している",
        "実施しないことにした",
        "出した意見のいま",
    ]
    assert "書きかけの案件" not in here.text
    page.get(f"/consultations/{hidden.code}", expect=404)
    assert "見直すため。" in page.get(f"/consultations/{stopped.code}").text


def test_the_page_says_what_is_asked_until_when_how_and_how_many_took_part(page: PageClient) -> None:
    subject = a_subject("情報発信力の強化")
    consultation = an_open_consultation(
        about=[subject],
        kind=ConsultationKind.PUBLIC_COMMENT,
        how_to_submit="FAX 03-0000-0000",
        eligibility="区内に住む方",
        counts_postmark=True,
    )
    with transaction():
        commands.add_material(
            consultation, "世論調査", source="区の世論調査", body="参加した人は3割でした。", by=STAFF
        )
    a_submission(["い", "ろ"], to=consultation)
    here = page.get(f"/consultations/{consultation.code}")
    for words in (
        "あと29日",
        "情報発信力の強化",
        "FAX 03-0000-0000",
        "消印まで有効",
        "区内に住む方",
        "1人",
        "1通",
        "2件",
        "参加した人は3割でした。",
        "意見の数は賛否の票ではありません",
        "いまここ",
    ):
        assert words in here.text, words
    assert here.follow("意見を出す").h1.endswith("意見を出す")


def test_a_kept_page_changes_with_the_deadline_and_with_every_new_opinion(
    page: PageClient, clock: Clock
) -> None:
    consultation = an_open_consultation(spans=phases(-30, 1))
    address = f"/consultations/{consultation.code}"
    assert "きょうまで" in page.get(address).text
    a_submission(to=consultation)
    assert "1通" in page.get(address).text
    clock.set(app_clock.end_of(app_clock.today()))
    late = page.get(address)
    assert "募集期間の外です" in late.text
    assert "意見を出す" not in [link.text for link in late.links]


def test_a_kept_page_counts_the_days_anew_after_midnight(page: PageClient, clock: Clock) -> None:
    consultation = an_open_consultation()
    assert "あと29日" in page.get(f"/consultations/{consultation.code}").text
    clock.advance(timedelta(hours=10))
    assert "あと28日" in page.get(f"/consultations/{consultation.code}").text


@pytest.mark.parametrize("code", ["nai", "%00", "../x", "a" * 300, "１２"])
def test_an_address_that_leads_nowhere_is_a_404(page: PageClient, code: str) -> None:
    page.get(f"/consultations/{code}", expect=404)
