"""Receipts of what was entered are printed together, each once."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.opinions.queries import get_receipt, receipts
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, actor_of, log_in


@pytest.fixture
def consultation(app):
    return an_open_consultation()


@pytest.fixture
def enterer(app):
    return a_member_of_staff(Role.OFFICER)


@pytest.fixture
def desk(app, client, enterer):
    return PageClient(app, log_in(client, enterer))


def entered(consultation, enterer, said="紙の意見", **says):
    return a_paper_submission([said], to=consultation, by=actor_of(enterer), **says)


def test_receipts_are_printed_together_with_secret_and_code_and_each_once(desk, consultation, enterer):
    papers = [entered(consultation, enterer, f"紙の意見{number}") for number in range(2)]
    web = a_submission(["画面の意見"], to=consultation)
    page = desk.get("opinions_desk.index", code=consultation.code).follow("控えを印刷する")
    sheets = page.submit("控えを2通、印刷用に開く")
    for each in papers:
        assert each.receipt_number in sheets.text
        assert get_receipt(each.receipt_number).secret in sheets.text
    assert web.receipt_number not in sheets.text
    assert len([node for node in sheets.all("img") if node.attrs["src"].startswith("data:image/svg")]) == 2
    page = sheets.follow("控えの印刷に戻る")
    assert "すべて印刷しました" in page.text
    again = page.follow("（2通）")
    assert papers[0].receipt_number in again.text


def test_more_than_fit_are_printed_in_several_goes(desk, consultation, enterer, monkeypatch):
    monkeypatch.setattr(receipts, "SHEETS_AT_ONCE", 2)
    for number in range(3):
        entered(consultation, enterer, f"紙の意見{number}")
    address = f"/desk/consultations/{consultation.code}/receipts"
    desk.get(address).submit("控えを2通、印刷用に開く")
    assert "控えを1通、印刷用に開く" in desk.get(address).text


def test_nothing_to_print_is_said(desk, consultation):
    page = desk.get(f"/desk/consultations/{consultation.code}/receipts")
    assert "すべて印刷しました" in page.text
    desk.get(f"/desk/consultations/{consultation.code}/receipts/sheets?at=2026", expect=404)
    desk.get(f"/desk/consultations/{consultation.code}/receipts/sheets?at=x", expect=404)
