"""Making the next version of a plan of published amendments, as staff meet it; and what residents read of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.opinions.models import Opinion, Submission
from participation.plans import commands as plans
from participation.plans import queries as plan_queries
from participation.plans.models import PlanVersion
from participation.replies import commands
from participation.replies.domain import AmendmentDraft, Operation
from participation.subjects.models import Subject
from tests.plans.trees import FIRST, a_tree
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, an_editor, published
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in

SLUG = "test-plan"
BY = system("tests")


@pytest.fixture
def plan(app):
    with transaction():
        report = plans.import_plan(a_tree(FIRST), home_ward="meguro", by=BY)
        plans.publish_version(report.version, by=BY)
    return plan_queries.get_plan(SLUG)


@pytest.fixture
def desk(app, client):
    return PageClient(app, log_in(client, a_member_of_staff(Role.EDITOR)))


def place(code="T-1-1-1"):
    return db.session.get_one(Subject, plan_queries.get_node(SLUG, code).subject_id)


def amended(before, after, *, title="公園", code="T-1-1-1"):
    consultation = an_open_consultation(about=[place(code)])
    point = a_point([an_opinion(to=consultation, about=place(code), said=f"{title}の話")], title=title)
    with transaction():
        commands.record_amendment(
            point.public_id,
            AmendmentDraft(place(code).public_id, Operation.REPLACE, before, after),
            by=an_editor(),
        )
    published(point)
    return point


def test_without_amendments_the_pages_say_what_to_do(plan, desk):
    assert "意見を受けた修正は、まだありません" in desk.get("/desk/amendments").text
    assert "計画に入るのを待つ修正はありません" in desk.get(f"/desk/amendments/{SLUG}").text


def test_every_changed_sentence_is_looked_at_before_the_version_is_made(plan, desk):
    amended("増やします", "2倍にします")
    amended("植えます", "植え続けます", title="木", code="T-1-1-2")
    page = desk.get("/desk/amendments").follow("ためしの計画")
    for words in ("公園の数を2倍にします。", "木を植え続けます。", "変わる文（2か所）", "第2版を作ります"):
        assert words in page.text
    made = page.submit("第2版を作る", label="案")
    assert "植え続けます" in made.text
    assert db.session.scalars(select(PlanVersion.number).order_by(PlanVersion.number.desc())).first() == 2
    assert "計画に入るのを待つ修正はありません" in desk.get(f"/desk/amendments/{SLUG}").text


def test_an_amendment_can_be_left_out(plan, desk):
    amended("増やします", "2倍にします")
    amended("植えます", "植え続けます", title="木", code="T-1-1-2")
    page = desk.get(f"/desk/amendments/{SLUG}")
    keys = page.form("この修正で確かめる").values["amendment"]
    assert len(keys) == 2
    fewer = desk.get(f"/desk/amendments/{SLUG}?amendment={keys[0]}")
    assert "変わる文（1か所）" in fewer.text
    fewer.submit("第2版を作る")
    assert "変わる文（1か所）" in desk.get(f"/desk/amendments/{SLUG}").text


def test_overlapping_amendments_are_told_and_left_out(plan, desk):
    amended("数を増やします", "数を2倍にします")
    second = amended("増やします。", "減らします。", title="広場")
    page = desk.get(f"/desk/amendments/{SLUG}")
    assert "入れられない修正があります" in page.text
    assert "同じ文を別々に直しています" in page.text
    working = desk.get(f"/desk/points/{second.public_id}")
    assert "修正が重なっています" in working.text


def test_what_changed_meanwhile_is_shown_anew(plan, desk):
    amended("増やします", "2倍にします")
    page = desk.get(f"/desk/amendments/{SLUG}")
    with transaction():
        text = FIRST.replace("公園の数を増やします。", "みどりの公園の数を増やします。")
        plans.import_plan(a_tree(text), home_ward="meguro", by=BY)
    shown = page.submit("第2版を作る", expect=409)
    assert "もう一度確かめてください" in shown.text
    assert "みどりの公園の数を2倍にします。" in shown.text
    assert "公開前の版の上に作ります" in shown.text


def test_who_only_reads_makes_no_version(plan, app, client):
    amended("増やします", "2倍にします")
    reader = PageClient(app, log_in(client, a_member_of_staff(Role.AUDITOR)))
    page = reader.get(f"/desk/amendments/{SLUG}")
    assert "公園の数を2倍にします。" in page.text
    assert not [node for node in page.all("button") if "版を作る" in str(node.children)]


def test_residents_read_the_reasons_beside_the_words_and_authors_on_their_receipt(plan, desk, app, clock):
    point = amended("増やします", "2倍にします")
    clock.advance(timedelta(minutes=5))
    desk.get(f"/desk/amendments/{SLUG}").submit("第2版を作る")
    with transaction():
        plans.publish_version(
            db.session.scalars(select(PlanVersion).where(PlanVersion.number == 2)).one(), by=BY
        )
    reader = PageClient(app, app.test_client())
    compared = reader.get(f"/plans/{SLUG}/versions/1...2")
    assert "意見を受けて変わった文です" in compared.text
    assert "もとになった意見（1件）" in compared.text
    assert "公園の数を2倍にします。" in reader.get(f"/plans/{SLUG}/T-1-1-1/versions").text
    assert "意見を受けて変わった文" in reader.get(f"/plans/{SLUG}/T-1-1").text
    number = db.session.scalars(
        select(Submission.receipt_number).join(Opinion, Opinion.submission_id == Submission.id)
    ).one()
    with reader.client.session_transaction() as session:
        session["receipts"] = [number]
    receipt = reader.get(f"/receipts/{number}")
    for words in (
        "この意見で変わった文",
        "あなたの意見をもとにした修正が、計画に入りました",
        "この項目の文章が変わりました",
    ):
        assert words in receipt.text
    with transaction():
        commands.withdraw_reply(point.public_id, "誤りのため。", by=BY)
    receipt = reader.get(f"/receipts/{number}")
    assert "区の考え方を取り下げました" in receipt.text
    assert "取り下げられました" in receipt.text


def test_the_comparison_is_a_page_and_files(plan, app, client):
    point = amended("増やします", "2倍にします")
    page = PageClient(app, client)
    code = page.get(f"/points/{point.public_id}").follow("計画の修正")
    assert "まだ計画の版に入っていません" in code.text
    csv = client.get(f"{code.url}.csv").get_data(as_text=True)
    assert "2倍にします" in csv
    assert csv.splitlines()[0].endswith('"計画に入った版","公表日","ページ"')
    text = client.get(f"{code.url}.txt").get_data(as_text=True)
    assert "［削除：増やします］" in text
    for form, sign in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(f"{code.url}.{form}").data.startswith(sign)
