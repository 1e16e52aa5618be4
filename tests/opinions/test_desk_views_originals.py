"""Original, scan and opinions on one page; entering twice; scans that never run and are never seen unrecorded."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.consultations.queries import get_procedure
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.opinions import commands
from participation.opinions.models import Submission, SubmissionFile
from tests.foundation.test_file_kinds import PDF, PNG
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.page import Page, PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    """A member of staff who enters and screens."""
    return PageClient(
        app, log_in(client, a_member_of_staff(Role.OFFICER, Role.SCREENER, nickname="職員 一号"))
    )


def _file(content: bytes = PDF, name: str = "手紙.pdf") -> Any:
    return (io.BytesIO(content), name)


def _looks() -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == "opinions.look_at_file")) or 0


def _entry(desk: PageClient, **fields: Any) -> tuple[Page, dict[str, Any]]:
    subject = a_subject()
    consultation = an_open_consultation(about=[subject])
    form = desk.get("opinions_desk.enter", code=consultation.code)
    return form, {"about_0": subject.public_id} | fields


def test_paper_is_entered_with_its_scan_and_both_are_shown_side_by_side(desk: PageClient) -> None:
    form, fields = _entry(desk, body_0="道を広く", files=_file(PNG, "手紙.png"), title="道の件")
    shown = form.submit("保存して内容を見る", **fields)
    page = shown.follow("原本・写しと並べて見る")
    assert page.text.count("道を広く") == 2
    assert "道の件" in page.text
    assert "職員 一号" in page.text
    (picture,) = [node for node in page.all("img") if "/desk/files/" in node.attrs["src"]]
    assert _looks() == 0
    response = desk.client.get(picture.attrs["src"])
    assert response.get_data() == PNG
    assert _looks() == 1


def test_a_scan_is_given_as_a_file_that_nothing_runs(desk: PageClient) -> None:
    form, fields = _entry(desk, body_0="道を広く", files=_file(name='手紙"; filename=x.html.pdf'))
    form.submit("保存して内容を見る", **fields)
    file = db.session.scalars(select(SubmissionFile)).one()
    response = desk.client.get(f"/desk/files/{file.public_id}")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_file_that_is_no_scan_is_refused_and_what_was_typed_stays(desk: PageClient) -> None:
    form, fields = _entry(desk, body_0="道を広く", files=_file(b"<html>", "手紙.pdf"))
    again = form.submit("保存して内容を見る", expect=422, **fields)
    assert "受け付けられない形式" in again.text
    assert again.form("保存して内容を見る").values["body_0"] == ["道を広く"]
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_scans_can_be_added_later_and_taken_away_with_a_reason(desk: PageClient) -> None:
    submission = a_paper_submission()
    page = desk.get("opinions_desk.original", public_id=submission.public_id)
    assert "写しはまだありません" in page.text
    assert "写しのファイルを選んでください" in page.submit("付ける", expect=422).text
    assert "受け付けられない形式" in page.submit("付ける", expect=422, files=_file(b"x", "a.exe")).text
    added = page.submit("付ける", files=_file())
    assert "手紙.pdf" in added.text
    removal = added.follow("この写しを外す")
    assert "外す理由を書いてください" in removal.submit("外す", expect=422).text
    gone = removal.submit("外す", reason="別の人の手紙だった")
    assert "外した写し" in gone.text
    assert "手紙.pdf" not in gone.text
    file = db.session.scalars(select(SubmissionFile)).one()
    assert desk.client.get(f"/desk/files/{file.public_id}").status_code == 403
    assert "別の人の手紙だった" in desk.get("opinions_desk.show", public_id=submission.public_id).text


def test_the_page_shows_how_an_opinion_differs_from_what_was_handed_in(desk: PageClient) -> None:
    resident, consultation = a_resident(), an_open_consultation()
    submission = a_submission(["道を広く"], to=consultation, by=resident)
    with transaction():
        opinion = db.session.merge(opinions_of(submission)[0])
        procedure = get_procedure(consultation.code)
        commands.revise_opinion(opinion, "道を明るく", procedure, holds=True, by=actor_of(resident))
    page = desk.get("opinions_desk.original", public_id=submission.public_id)
    assert "道を広く" in page.text
    assert "届いたままの文章との違い" in page.text
    assert page.all("ins")


def test_typing_twice_shows_where_the_two_differ_and_keeps_what_was_put_right(desk: PageClient) -> None:
    form, fields = _entry(desk, body_0="道を広くしてください", enters_twice=True)
    second = form.submit("保存して次を入力する", **fields)
    assert "もう一度、原本を見て" in second.text
    values = second.form("保存して次を入力する").values
    assert (values["body_0"], values["about_0"]) == ([""], [fields["about_0"]])
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    different = second.submit("保存して次を入力する", expect=422, body_0="道を狭くしてください")
    assert "1回目と2回目が違います" in different.text
    assert different.all("ins")
    assert different.all("del")
    following = different.submit("保存して次を入力する", body_0="道を広くしてください")
    assert "保存しました" in following.text
    assert following.form("保存して次を入力する").values["enters_twice"]
    submission = db.session.scalars(select(Submission)).one()
    assert "道を広くしてください" in desk.get("opinions_desk.show", public_id=submission.public_id).text


def test_typing_twice_the_same_is_kept_at_once(desk: PageClient) -> None:
    form, fields = _entry(desk, body_0="道を広く", enters_twice=True)
    second = form.submit("保存して内容を見る", **fields)
    second.submit("保存して内容を見る", body_0="道を広く ")
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


@pytest.mark.parametrize("put_aside", ["nonsense", '{"a": 1}', "[1, null]"])
def test_a_first_text_that_was_tampered_with_breaks_nothing(desk: PageClient, put_aside: str) -> None:
    form, fields = _entry(desk, body_0="道を広く", enters_twice=True)
    again = form.submit(
        "保存して内容を見る",
        expect=200 if put_aside != "[1, null]" else 422,
        first_bodies=put_aside,
        **fields,
    )
    assert "意見" in again.text


def test_an_approver_and_an_auditor_read_the_words_but_see_no_scan(app: Flask, desk: PageClient) -> None:
    submission = a_paper_submission(["道を広く"])
    desk.get("opinions_desk.original", public_id=submission.public_id).submit("付ける", files=_file())
    file = db.session.scalars(select(SubmissionFile)).one()
    for role in (Role.APPROVER, Role.AUDITOR):
        browser = PageClient(app, log_in(app.test_client(), a_member_of_staff(role)))
        page = browser.get("opinions_desk.original", public_id=submission.public_id)
        assert "道を広く" in page.text
        assert "手紙.pdf" not in page.text
        browser.get(f"/desk/files/{file.public_id}", expect=403)
    assert _looks() == 0


def test_an_analyst_and_a_resident_see_neither(app: Flask) -> None:
    submission = a_paper_submission()
    for person in (a_member_of_staff(Role.ANALYST), a_resident()):
        browser = PageClient(app, log_in(app.test_client(), person))
        browser.get("opinions_desk.original", public_id=submission.public_id, expect=403)


def test_a_lost_scan_is_said_to_be_lost(desk: PageClient) -> None:
    submission = a_paper_submission()
    desk.get("opinions_desk.original", public_id=submission.public_id).submit("付ける", files=_file())
    file = db.session.scalars(select(SubmissionFile)).one()
    files.remove(file.sha256)
    assert desk.client.get(f"/desk/files/{file.public_id}").status_code == 404
