"""Files that people send with their opinions (添付): chosen while writing, sent, read by staff, public, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.agreements import queries as agreements
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure
from participation.foundation import clock, files
from participation.foundation.db import after_commit, db
from participation.foundation.errors import Refused
from participation.opinions.domain.attachments import MAX_WEB_FILES, Attachment, as_kept
from participation.opinions.models import Submission, SubmissionFile, WaitingFile
from participation.opinions.queries import list_waiting, owner_key_of

MISSING = "添付のうち、見つからないものがありました。ファイルを選び直してください。"
NO_COOKIE = "ファイルを付けるには、この画面を開き直してください。"


def keep_file(procedure: Procedure, attachment: Attachment, *, by: Actor) -> WaitingFile:
    """Note a file that somebody chose for an opinion; its content was put down before. Once chosen, once there."""
    access.require(by, "opinions.submit", procedure)
    owner_key = owner_key_of(by)
    if owner_key is None:
        raise Refused(NO_COOKIE, field="files")
    consultation_id = procedure.consultation.id
    mine = WaitingFile.consultation_id == consultation_id, WaitingFile.owner_key == owner_key
    checked = attachment.checked
    there = db.session.scalars(select(WaitingFile).where(*mine, WaitingFile.sha256 == checked.sha256)).first()
    if there is not None:
        audit.record(by, "opinions.submit", there, {"file": "again"})
        return there
    waiting = db.session.scalar(select(func.count()).select_from(WaitingFile).where(*mine)) or 0
    if waiting >= MAX_WEB_FILES:
        raise Refused(f"添付は{MAX_WEB_FILES}個までです。要らないものを外してください。", field="files")
    file = WaitingFile(
        consultation_id=consultation_id,
        owner_key=owner_key,
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        pages=attachment.pages,
        findings=as_kept(attachment.findings),
        added_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()  # The form carries its public id.
    audit.record(by, "opinions.submit", file, {"file": "chosen"})
    return file


def drop_file(procedure: Procedure, public_id: str, *, by: Actor) -> None:
    """Let go of a file that was chosen and is not to be sent after all."""
    access.require(by, "opinions.submit", procedure)
    gone = db.session.scalars(
        delete(WaitingFile)
        .where(
            WaitingFile.public_id == public_id,
            WaitingFile.consultation_id == procedure.consultation.id,
            WaitingFile.owner_key == (owner_key_of(by) or ""),
        )
        .returning(WaitingFile.sha256)
    ).all()
    _let_go(gone)
    audit.record(by, "opinions.submit", procedure.consultation, {"file": "dropped"})


def publish_file(file: SubmissionFile, submission: Submission, *, by: Actor) -> None:
    """Let everybody read a file beside the public opinions with which it came."""
    access.require(by, "opinions.publish_file", file)
    file.published_at = clock.now()
    audit.record(by, "opinions.publish_file", submission, {"file": file.public_id})


def unpublish_file(file: SubmissionFile, submission: Submission, reason: str, *, by: Actor) -> None:
    """Show a file to nobody outside any more; the reason stays on record."""
    access.require(by, "opinions.unpublish_file", file)
    if not reason.strip():
        raise Refused("公開をやめる理由を書いてください。記録に残ります。", field="reason")
    file.published_at = None
    audit.record(
        by, "opinions.unpublish_file", submission, {"file": file.public_id, "reason": reason.strip()}
    )


def take_back_file(file: SubmissionFile, submission: Submission, *, holds: bool = False, by: Actor) -> None:
    """Let its author take a file back (添付を取り下げる): nobody reads it any more, its name and hash stay."""
    access.require(by, "opinions.take_back_file", file, holds)
    file.removed_at, file.published_at = clock.now(), None
    _let_go([file.sha256])
    audit.record(by, "opinions.take_back_file", submission, {"file": file.public_id})


def forget_waiting_files(before: datetime, *, by: Actor) -> int:
    """Let go of files whose opinions were never sent; return how many. Delegates may still be asked about some."""
    access.require(by, "opinions.forget_files")
    asked = {name for words in agreements.list_words_waiting("opinions.submit") for name in words["files"]}
    gone = db.session.scalars(
        delete(WaitingFile)
        .where(WaitingFile.added_at < before, WaitingFile.public_id.not_in(asked))
        .returning(WaitingFile.sha256)
    ).all()
    _let_go(gone)
    audit.record(by, "opinions.forget_files", "waiting_files", {"rows": len(gone)})
    return len(gone)


def _let_go(hashes: Sequence[str]) -> None:
    """Take files off the disk after the commit, except where somebody else has the same one."""
    db.session.flush()  # What was taken away no longer counts.
    kept = set(
        db.session.scalars(
            select(SubmissionFile.sha256)
            .where(SubmissionFile.sha256.in_(hashes), SubmissionFile.removed_at.is_(None))
            .union(select(WaitingFile.sha256).where(WaitingFile.sha256.in_(hashes)))
        )
    )
    for name in set(hashes) - kept:
        after_commit(lambda name=name: files.remove(name))  # type: ignore[misc]


def _waiting_for(
    consultation: Consultation, public_ids: Sequence[str], owner_key: str | None
) -> list[WaitingFile]:
    """Return the files that a draft names; refuse it where one is gone, or was never its author's."""
    if not public_ids:
        return []
    found = list_waiting(consultation.id, public_ids, owner_key)
    if len(found) != len(set(public_ids)):
        raise Refused(MISSING, field="files")
    return found


def _send(waiting: Sequence[WaitingFile], submission: Submission, *, may_be_public: bool) -> None:
    """Make the files part of what was handed in."""
    db.session.add_all(
        SubmissionFile(
            submission_id=submission.id,
            name=each.name,
            kind=each.kind,
            size=each.size,
            sha256=each.sha256,
            added_at=clock.now(),
            added_by_id=None,
            by_author=True,
            may_be_public=may_be_public,
            pages=each.pages,
            findings=each.findings,
        )
        for each in waiting
    )
    db.session.flush()
    for each in waiting:
        db.session.delete(each)
