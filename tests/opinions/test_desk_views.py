"""Entering paper and reading the register, as staff meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation import clock as app_clock
from participation.foundation.db import db
from participation.opinions.models import Submission
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, an_organisation, log_in


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    """A member of staff who enters and screens, at a browser that checks every page."""
    return PageClient(
        app, log_in(client, a_member_of_staff(Role.OFFICER, Role.SCREENER, nickname="職員 一号"))
    )


def test_staff_enter_paper_after_paper_and_the_channel_and_the_day_stay(desk: PageClient) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    yesterday = (app_clock.today() - timedelta(days=1)).isoformat()
    form = desk.get("opinions_desk.enter", code=consultation.code)
    form = form.submit(
        "もう一つ、別の意見を入力する",
        channel="fax",
        received_on=yesterday,
        about_0=subject.public_id,
        body_0="一つめ",
    )
    following = form.submit(
        "保存して次を入力する",
        about_1=subject.public_id,
        body_1="二つめ",
        original_number="F-3",
        was_read_back=True,
    )
    submission = db.session.scalars(select(Submission)).one()
    assert submission.receipt_number in following.text
    assert len(opinions_of(submission)) == 2
    kept = following.form("保存して次を入力する").values
    assert [node.attrs["name"] for node in following.all("input") if "autofocus" in node.attrs] == [
        "original_number"
    ]
    assert (kept["channel"], kept["received_on"], kept["body_0"]) == (["fax"], [yesterday], [""])
    shown = following.follow(submission.receipt_number)
    assert "F-3" in shown.text
    assert "確かめた" in shown.text
    assert "職員 一号" in shown.text


def test_what_is_wrong_in_the_entry_comes_back_with_everything_typed(desk: PageClient) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    tomorrow = (app_clock.today() + timedelta(days=1)).isoformat()
    form = desk.get("opinions_desk.enter", code=consultation.code)
    again = form.submit(
        "保存して内容を見る",
        expect=422,
        received_on=tomorrow,
        about_0=subject.public_id,
        body_0="手紙の文章",
        name="架空 花子",
    )
    assert "届いた日が、きょうより後" in again.text
    values = again.form("保存して内容を見る").values
    assert (values["body_0"], values["name"]) == (["手紙の文章"], ["架空 花子"])
    assert db.session.scalars(select(Submission)).all() == []


def test_the_register_shows_channels_and_no_names(desk: PageClient) -> None:
    from_association = an_organisation("みどり通り商店会")
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    form = desk.get("opinions_desk.enter", code=consultation.code)
    form.submit(
        "保存して内容を見る",
        about_0=subject.public_id,
        body_0="手紙の文章",
        organisation=from_association.public_id,
        name="架空 花子",
        address="架空町1-2-3",
    )
    a_submission(["ウェブの文章"], to=consultation, by=a_resident())
    register = desk.get("opinions_desk.index", code=consultation.code)
    assert "手紙の文章" in register.text
    assert "みどり通り商店会" in register.text
    assert "架空" not in register.text
    by_post = register.submit("この条件で見る", channel="post")
    assert "手紙の文章" in by_post.text
    assert "ウェブの文章" not in by_post.text


def test_a_look_at_name_and_address_needs_a_reason_and_stays_on_record(desk: PageClient) -> None:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    shown = desk.get("opinions_desk.enter", code=consultation.code).submit(
        "保存して内容を見る",
        about_0=subject.public_id,
        body_0="手紙",
        name="架空 花子",
        address="架空町1-2-3",
    )
    assert "架空" not in shown.text
    refused = shown.submit("氏名・住所を見る", reason="", expect=422)
    assert "架空" not in refused.text
    seen = refused.submit("氏名・住所を見る", reason="重複の確認")
    assert "架空 花子" in seen.text
    again = desk.get("opinions_desk.show", public_id=db.session.scalars(select(Submission.public_id)).one())
    assert "架空" not in again.text
    assert "重複の確認" in again.text
    looks = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "opinions.look_at_identity")
    ).all()
    assert len(looks) == 1


def test_an_auditor_reads_the_submission_but_neither_name_nor_address(app: Flask) -> None:
    submission = a_paper_submission(["手紙"])
    browser = PageClient(app, log_in(app.test_client(), a_member_of_staff(Role.AUDITOR)))
    page = browser.get("opinions_desk.show", public_id=submission.public_id)
    assert "手紙" in page.text
    browser.get("opinions_desk.enter", code=an_open_consultation().code, expect=403)


def test_staff_withdraw_for_somebody_who_telephoned_and_say_so(desk: PageClient) -> None:
    submission = a_paper_submission(["手紙の文章"])
    shown = desk.get("opinions_desk.show", public_id=submission.public_id)
    form = shown.follow("本人の頼みで取り下げる")
    form.submit("取り下げる", reason="", expect=422)
    done = form.submit("取り下げる", reason="11月20日、本人から電話")
    assert "11月20日、本人から電話" in done.text


def test_a_resident_does_not_see_the_desk(app: Flask) -> None:
    browser = PageClient(app, log_in(app.test_client(), a_resident()))
    submission = a_submission()
    browser.get("opinions_desk.show", public_id=submission.public_id, expect=403)


def test_the_register_asks_the_database_as_often_for_fifty_as_for_one(desk: PageClient, queries_of) -> None:
    consultation = an_open_consultation()
    a_paper_submission(["一"], to=consultation)
    one = queries_of(lambda: desk.get("opinions_desk.index", code=consultation.code))
    for number in range(20):
        a_paper_submission([f"手紙{number}"], to=consultation)
    many = queries_of(lambda: desk.get("opinions_desk.index", code=consultation.code))
    assert many == one <= 10
