"""Files sent with answers, as staff see them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.file_kinds import check_file
from participation.surveys import commands, queries
from participation.surveys.domain import FILE_ROOM, Respondent, Section
from participation.surveys.models import AnswerFile
from tests.foundation.test_file_kinds import PNG
from tests.support.builders.surveys import a_survey, a_survey_of, a_visitor, answer, one_of_each_kind
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def sent(app):
    """A survey to which somebody sent a picture."""
    survey = a_survey_of([Section("s1", questions=(one_of_each_kind()[14],))])
    who = a_visitor()
    files.keep(PNG, FILE_ROOM)
    with transaction():
        respondent = Respondent(queries.respondent_key(survey, who))
        file = commands.attach_file(
            survey, "q15", check_file("道の写真.png", PNG), respondent=respondent, by=who
        )
        public_id = file.public_id
    answer(survey, by=who, q15=public_id)
    return survey, public_id


def test_staff_find_the_file_and_every_look_is_on_record(app, client, sent):
    survey, public_id = sent
    log_in(client, a_member_of_staff(Role.ANALYST))
    page = PageClient(app, client).get(f"/desk/surveys/{survey.public_id}").follow("送られたファイル")
    assert "道の写真.png" in page.text
    got = client.get(f"/desk/surveys/{survey.public_id}/files/{public_id}")
    assert got.data == PNG
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "private, no-store"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.look_at_file")).one()
    assert entry.changes == {"file": public_id}


def test_nobody_else_gets_it_nor_under_another_survey(app, client, sent):
    survey, public_id = sent
    address = f"/desk/surveys/{survey.public_id}/files/{public_id}"
    assert client.get(address).status_code == 303
    auditor = app.test_client()
    log_in(auditor, a_member_of_staff(Role.AUDITOR))
    assert auditor.get(address).status_code == 403
    log_in(client, a_member_of_staff(Role.EDITOR))
    assert client.get(f"/desk/surveys/{a_survey().public_id}/files/{public_id}").status_code == 404


def test_a_lost_file_is_said_to_be_lost_and_an_empty_list_says_so(app, client, sent):
    survey, public_id = sent
    log_in(client, a_member_of_staff(Role.EDITOR))
    files.remove(db.session.scalars(select(AnswerFile)).one().sha256, FILE_ROOM)
    assert client.get(f"/desk/surveys/{survey.public_id}/files/{public_id}").status_code == 404
    empty = PageClient(app, client).get(f"/desk/surveys/{a_survey().public_id}/files")
    assert "送られたファイルはまだありません" in empty.text
