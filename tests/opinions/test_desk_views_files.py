"""Taking files in at the desk: look first, then confirm; what is wrong is said line by line."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.jobs.worker import drain
from participation.opinions.domain.importing import ImportStatus
from participation.opinions.models import OpinionImport, Submission, SubmissionFile
from participation.people.models import StaffRole
from tests.conftest import Clock
from tests.opinions.importing import a_csv, a_mail, a_mailbox
from tests.support.builders.consultations import a_planned_consultation, a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    """A member of staff who enters what came in."""
    return PageClient(app, log_in(client, a_member_of_staff(Role.OFFICER, nickname="職員 一号")))


def _file(content: bytes, name: str = "意見.csv") -> Any:
    return (io.BytesIO(content), name)


def _kept() -> OpinionImport:
    return db.session.scalars(select(OpinionImport).order_by(OpinionImport.id.desc()).limit(1)).one()


def test_a_file_is_looked_at_first_and_taken_in_after_it_was_confirmed(desk: PageClient) -> None:
    consultation = an_open_consultation(about=[a_subject("道"), a_subject("公園")])
    form = desk.get("opinions_desk.imports", code=consultation.code)
    assert "まだありません" in form.text
    content = a_csv("番号,本文,担当", "A,道を広く,x", "B,,x", "C,<script>橋</script>,x")
    shown = form.submit("内容を確かめる", document=_file(content))
    assert "まだ何も変わっていません" in shown.text
    assert "3行目" in shown.text
    assert "本文が空です。" in shown.text
    assert "道を広く" in shown.text
    assert "使いません" in shown.text
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    running = shown.submit("2件を取り込む")
    assert "取り込んでいます" in running.text
    drain()
    done = running.follow("今の様子を見る")
    assert "取り込みの結果" in done.text
    assert "本文が空です。" in done.text
    register = done.follow("受付簿を見る")
    assert "道を広く" in register.text
    assert "原本 A" in register.text
    assert _kept().sealed is None
    again = desk.get("opinions_desk.imports", code=consultation.code)
    assert "2件を加えた" in again.text


def test_a_file_that_cannot_be_read_comes_back_with_the_reason_and_what_was_chosen(desk: PageClient) -> None:
    consultation = an_open_consultation()
    form = desk.get("opinions_desk.imports", code=consultation.code)
    again = form.submit(
        "内容を確かめる", expect=422, document=_file(b"x,y\n1,2"), channel="fax", number_column="x"
    )
    assert "「本文」の列が見つかりません" in again.text
    values = again.form("内容を確かめる").values
    assert (values["channel"], values["number_column"]) == (["fax"], ["x"])
    shown = again.submit("内容を確かめる", document=_file(b"x,y\n1,2"), body_column="y")
    assert "新しく加える意見" in shown.text


def test_without_a_file_the_form_says_so(desk: PageClient) -> None:
    form = desk.get("opinions_desk.imports", code=an_open_consultation().code)
    assert "ファイルを選んでください" in form.submit("内容を確かめる", expect=422).text


def test_a_file_can_be_thrown_away_and_stays_in_the_list_as_such(desk: PageClient) -> None:
    consultation = an_open_consultation()
    form = desk.get("opinions_desk.imports", code=consultation.code)
    shown = form.submit("内容を確かめる", document=_file(a_csv("番号,本文", "A,道")))
    gone = shown.submit("取り込まずに消す")
    assert "取り込まずに消しました" in gone.text
    assert (_kept().status, _kept().sealed) == (ImportStatus.DISCARDED, None)
    assert "取りやめ" in desk.get("opinions_desk.imports", code=consultation.code).text


def test_a_file_with_nothing_new_offers_nothing_to_confirm(desk: PageClient) -> None:
    consultation = an_open_consultation()
    a_paper_submission(["道"], to=consultation, original_number="A")
    form = desk.get("opinions_desk.imports", code=consultation.code)
    shown = form.submit("内容を確かめる", document=_file(a_csv("番号,本文", "A,道", "A,道")))
    assert "加えるものがありません" in shown.text


def test_attachments_of_mails_are_counted_and_those_that_are_not_kept_are_named(desk: PageClient) -> None:
    form = desk.get("opinions_desk.imports", code=an_open_consultation().code)
    mail = a_mail(attached="案.pdf")
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="束.zip")
    shown = form.submit("内容を確かめる", document=_file(a_mailbox(mail.as_bytes()), "inbox.mbox"))
    assert "1個（いっしょに保管します）" in shown.text
    assert "束.zip" in shown.text
    assert "架空 花子" not in shown.text
    shown.submit("1件を取り込む")
    drain()
    assert db.session.scalars(select(SubmissionFile.name)).all() == ["案.pdf"]


def test_the_lines_that_were_not_taken_can_be_had_as_a_file(desk: PageClient) -> None:
    form = desk.get("opinions_desk.imports", code=an_open_consultation().code)
    form.submit("内容を確かめる", document=_file(a_csv("番号,本文", "A,道", "B,")))
    response = desk.client.get(f"/desk/imports/{_kept().public_id}/problems.csv")
    assert '3,"本文が空です。"' in response.get_data(as_text=True)


def test_what_was_stopped_in_the_middle_goes_on_and_counts_right(
    desk: PageClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr("participation.opinions.domain.importing.BATCH", 2)
    consultation = an_open_consultation()
    form = desk.get("opinions_desk.imports", code=consultation.code)
    lines = [f"{number},意見{number}" for number in range(5)]
    form.submit("内容を確かめる", document=_file(a_csv("番号,本文", *lines, "9,"))).submit("5件を取り込む")
    commands = "participation.opinions.commands"
    from_there = __import__(commands, fromlist=["import_submissions"]).import_submissions
    calls: list[int] = []

    def stop_at_the_second(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise MemoryError
        return from_there(*arguments, **more)

    with monkeypatch.context() as stopped:
        stopped.setattr(f"{commands}.import_submissions", stop_at_the_second)
        drain()
    assert (_kept().status, _kept().added, _kept().submissions_done) == (ImportStatus.RUNNING, 2, 2)
    clock.advance(app_clock.end_of(app_clock.today()) - app_clock.now())
    drain()
    kept = _kept()
    assert (kept.status, kept.added, kept.skipped, len(kept.problems)) == (ImportStatus.DONE, 5, 0, 1)


def test_who_lost_the_right_meanwhile_takes_nothing_in_and_the_page_says_so(app: Flask) -> None:
    person = a_member_of_staff(Role.OFFICER)
    browser = PageClient(app, log_in(app.test_client(), person))
    form = browser.get("opinions_desk.imports", code=an_open_consultation().code)
    form.submit("内容を確かめる", document=_file(a_csv("番号,本文", "A,道"))).submit("1件を取り込む")
    with transaction():
        for role in db.session.scalars(select(StaffRole).where(StaffRole.person_id == person.id)):
            db.session.delete(role)
    drain()
    kept = _kept()
    assert (kept.status, kept.added) == (ImportStatus.DONE, 0)
    assert kept.problems[0]["line"] is None


def test_the_register_leaves_in_the_columns_of_an_import_and_is_on_record(desk: PageClient) -> None:
    consultation = an_open_consultation()
    a_paper_submission(["道"], to=consultation, original_number="A")
    response = desk.client.get(f"/desk/consultations/{consultation.code}/submissions/export.csv")
    text = response.get_data(as_text=True)
    assert text.splitlines()[0].startswith('\ufeff"原本の番号","本文","届いた方法"')
    assert '"A","道","郵送"' in text
    assert "attachment" in response.headers["Content-Disposition"]
    old = desk.client.get(f"/desk/consultations/{consultation.code}/submissions/export.csv?encoding=cp932")
    assert "道" in old.get_data().decode("cp932")
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "opinions.export")) == 2


def test_a_call_that_has_not_begun_offers_no_form_and_says_why(desk: PageClient) -> None:
    page = desk.get("opinions_desk.imports", code=a_planned_consultation().code)
    assert "今は取り込めません" in page.text
    assert "内容を確かめる" not in str([form.button_texts for form in page.forms])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.APPROVER])
def test_who_only_reads_neither_takes_in_nor_gives_out(app: Flask, role: Role) -> None:
    consultation = an_open_consultation()
    browser = PageClient(app, log_in(app.test_client(), a_member_of_staff(role)))
    browser.get("opinions_desk.imports", code=consultation.code, expect=403)
    browser.get("opinions_desk.export", code=consultation.code, expect=403)
    links = [link.text for link in browser.get("opinions_desk.index", code=consultation.code).links]
    assert "ファイルから取り込む" not in links


def test_a_resident_does_not_see_the_files(app: Flask) -> None:
    consultation = an_open_consultation()
    browser = PageClient(app, log_in(app.test_client(), a_resident()))
    browser.get("opinions_desk.imports", code=consultation.code, expect=403)
