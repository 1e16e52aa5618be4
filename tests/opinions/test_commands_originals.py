"""What was handed in stays as it was: texts by their hash, scans apart, looks on record, an end to both."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from participation.access.actors import Role, system
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.models import Contribution
from participation.foundation import clock, files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.foundation.file_kinds import check_file
from participation.opinions import commands, queries
from participation.opinions.domain.scans import MAX_FILES
from participation.opinions.models import OriginalText, Submission, SubmissionFile
from tests.foundation.test_file_kinds import PDF, PNG
from tests.opinions.importing import a_mail
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.people import a_member_of_staff, actor_of

STAFF = system("tests")


def _attach(submission: Submission, *contents: bytes) -> list[SubmissionFile]:
    for content in contents:
        files.keep(content)
    with transaction():
        checked = [check_file("手紙.pdf", content) for content in contents]
        return commands.attach_files(submission, checked, by=STAFF)


def _is_on_disk(app: Flask, file: SubmissionFile) -> bool:
    return (Path(app.config["DATA_DIR"]) / "files" / file.sha256[:2] / file.sha256).exists()


def test_a_scan_is_kept_with_its_hash_and_the_same_one_counts_once(app: Flask) -> None:
    submission = a_paper_submission()
    (file,) = _attach(submission, PDF)
    assert _attach(submission, PDF) == []
    assert (file.sha256, file.size, files.read(file.sha256)) == (files.hash_of(PDF), len(PDF), PDF)


def test_there_are_only_so_many_scans_of_one_submission(app: Flask) -> None:
    submission = a_paper_submission()
    with pytest.raises(Refused, match=str(MAX_FILES)):
        _attach(submission, *(PDF + bytes([number]) for number in range(MAX_FILES + 1)))


def test_a_scan_attached_by_mistake_goes_with_a_reason_and_its_hash_stays(app: Flask) -> None:
    submission = a_paper_submission()
    (file,) = _attach(submission, PDF)
    with pytest.raises(Refused), transaction():
        commands.remove_file(db.session.merge(file), submission, " ", by=STAFF)
    with transaction():
        commands.remove_file(*queries.get_file(file.public_id), "別の人の手紙", by=STAFF)
    gone = queries.get_file(file.public_id)[0]
    assert (gone.removed_at is not None, gone.sha256) == (True, files.hash_of(PDF))
    assert not _is_on_disk(app, gone)
    with pytest.raises(Denied), transaction():
        commands.look_at_file(*queries.get_file(file.public_id), by=STAFF)


def test_a_file_that_another_submission_has_too_stays_on_the_disk(app: Flask) -> None:
    (first,), (second,) = _attach(a_paper_submission(), PDF), _attach(a_paper_submission(), PDF)
    with transaction():
        commands.remove_file(*queries.get_file(first.public_id), "誤り", by=STAFF)
    assert _is_on_disk(app, second)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.APPROVER])
def test_who_does_not_enter_or_screen_neither_attaches_nor_looks(app: Flask, role: Role) -> None:
    submission, by = a_paper_submission(), actor_of(a_member_of_staff(role))
    (file,) = _attach(submission, PDF)
    for act in (
        lambda: commands.attach_files(submission, [], by=by),
        lambda: commands.look_at_file(file, submission, by=by),
        lambda: commands.remove_file(file, submission, "誤り", by=by),
    ):
        with pytest.raises(Denied), transaction():
            act()


def test_scans_go_when_the_time_of_names_and_addresses_is_over(app: Flask) -> None:
    submission = a_paper_submission()
    (file,) = _attach(submission, PDF)
    with transaction():
        assert commands.forget_files(clock.now() - timedelta(days=1), by=STAFF) == 0
        commands.withdraw_opinion(opinions_of(submission)[0], "本人から電話", by=STAFF)
    with transaction():
        assert commands.forget_files(clock.now() + timedelta(days=1), by=STAFF) == 1
    assert not _is_on_disk(app, file)


def test_an_erased_opinion_takes_its_original_along_and_the_hash_stays(app: Flask) -> None:
    submission = a_submission(["道を広く", "橋を新しく"])
    first = opinions_of(submission)[0]
    with transaction():
        contributions.erase(db.session.get_one(Contribution, first.contribution_id))
    bodies = db.session.execute(
        select(OriginalText.body, OriginalText.sha256).order_by(OriginalText.id)
    ).all()
    assert [body for body, _ in bodies] == ["", "橋を新しく"]
    assert bodies[0][1] != bodies[1][1]


def test_a_changed_original_and_a_lost_scan_are_found(app: Flask) -> None:
    submission = a_paper_submission(["道を広く"])
    (file,) = _attach(submission, PDF)
    assert list(queries.find_damaged()) == []
    files.remove(file.sha256)
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE original_texts SET body = '道を狭く'"))
    db.session.rollback()
    assert len(list(queries.find_damaged())) == 2
    found = app.test_cli_runner().invoke(args=["opinions", "check-originals"])
    assert found.exit_code != 0
    assert "受け付けたときと違います" in found.stderr


def test_files_that_came_with_a_mail_are_kept_and_others_are_named(app: Flask, tmp_path: Path) -> None:
    consultation = an_open_consultation()
    mail = a_mail(attached="案.pdf")
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="束.zip")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="写真.png")
    path = tmp_path / "a.eml"
    path.write_bytes(mail.as_bytes())
    result = app.test_cli_runner().invoke(
        args=["opinions", "import", str(path), "--consultation", consultation.code]
    )
    db.session.rollback()
    assert result.exit_code == 0
    assert "束.zip" in result.stderr
    kept = db.session.scalars(select(SubmissionFile).order_by(SubmissionFile.id)).all()
    assert [file.name for file in kept] == ["案.pdf", "写真.png"]
    assert files.read(kept[1].sha256) == PNG
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "opinions.attach_file")) == 1
