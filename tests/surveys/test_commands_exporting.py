"""Files of answers made in the background: by a job, for whoever asked, gone after a day."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.audit.models import AuditEntry
from participation.foundation.clock import now
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.jobs import worker
from participation.surveys import commands, queries, subscribers
from participation.surveys.domain.exports import ExportForm, ExportStatus
from participation.surveys.models import AnswerExport
from participation.surveys.queries import exporting
from tests.support.builders.answered import a_surveyed_ward
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, actor_of, log_in


@pytest.fixture
def survey(app):
    return a_surveyed_ward(30)


def asked(survey, form=ExportForm.XLSX, by=None):
    who = by or actor_of(a_member_of_staff(Role.ANALYST))
    with transaction():
        return commands.ask_for_export(survey, form, by=who), who


def found(export):
    db.session.rollback()
    return db.session.get_one(AnswerExport, export.id)


@pytest.mark.parametrize("form", list(ExportForm))
def test_every_form_is_made_whole_with_all_answers(survey, form):
    export, _ = asked(survey, form)
    assert worker.drain() == 1
    done = found(export)
    assert (done.status, done.written, done.whole) == (ExportStatus.READY, 30, 30)
    path = queries.export_path(done)
    assert path.stat().st_size == done.size > 500
    assert path.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"
    if form is ExportForm.XLSX:
        assert openpyxl.load_workbook(path)["回答"].max_row == 31


def test_how_far_a_file_is_can_be_seen_while_it_is_made(survey, monkeypatch):
    monkeypatch.setattr(exporting, "TOLD_EVERY", 10)
    seen = []
    note = commands.note_export
    monkeypatch.setattr(
        subscribers.commands, "note_export", lambda *a, **k: (seen.append(a[2]), note(*a, **k))
    )
    export, _ = asked(survey, ExportForm.CSV)
    worker.drain()
    assert seen == [10, 20, 30]
    assert found(export).status is ExportStatus.READY


def test_two_workers_do_not_write_one_file_and_a_dead_one_is_replaced(survey, clock):
    export, _ = asked(survey)
    by = system("surveys")
    with transaction():
        commands.start_export(survey, db.session.get_one(AnswerExport, export.id), 30, by=by)
    assert worker.drain() == 0, "another one is writing: tried again later"
    assert found(export).status is ExportStatus.RUNNING
    clock.advance(timedelta(minutes=10))
    worker.drain()
    assert found(export).status is ExportStatus.READY


def test_only_who_asked_fetches_the_file_and_it_is_recorded(app, client, survey):
    person = a_member_of_staff(Role.ANALYST)
    desk = PageClient(app, client)
    log_in(client, person)
    at = f"/desk/surveys/{survey.public_id}/exports"
    assert "ファイルの形を選んでください" in desk.get(at).submit("ファイルを頼む", expect=422).text
    waiting = desk.get(at).submit("ファイルを頼む", kind="sav")
    assert "順番を待っています" in waiting.text
    worker.drain()
    ready = desk.get(at)
    assert "できました" in ready.text
    export = db.session.scalars(select(AnswerExport)).one()
    address = f"{at}/{export.public_id}"
    sent = client.get(address)
    assert sent.status_code == 200
    assert sent.get_data()[:4] == b"$FL2"
    assert sent.headers["Cache-Control"] == "private, no-store"
    db.session.rollback()
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("surveys.%"))).all()
    assert actions.count("surveys.fetch_export") == 1
    log_in(client, a_member_of_staff(Role.ANALYST))
    assert client.get(address).status_code == 404
    assert "できました" not in desk.get(at).text
    other = actor_of(a_member_of_staff(Role.ADMINISTRATOR))
    with pytest.raises(Denied), transaction():
        commands.fetch_export(survey, db.session.scalars(select(AnswerExport)).one(), by=other)


def test_files_go_after_a_day_and_few_are_made_at_once(survey, clock):
    export, who = asked(survey)
    for _ in range(2):
        asked(survey, by=who)
    with pytest.raises(Refused, match="3つまで"):
        asked(survey, by=who)
    worker.drain()
    path = queries.export_path(found(export))
    assert path.exists()
    clock.advance(timedelta(days=1, minutes=1))
    with transaction():
        assert commands.forget_exports(now() - timedelta(days=1), by=system("surveys")) == 3
    assert not path.exists()
    assert found(export).status is ExportStatus.GONE
    with pytest.raises(NotFound), transaction():
        commands.fetch_export(survey, db.session.get_one(AnswerExport, export.id), by=who)
