"""Files of answers made in the background (回答の書き出し): asked for, made, fetched by the same person, let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import after_commit, db
from participation.foundation.errors import NotFound, Refused
from participation.jobs import queue
from participation.surveys import queries
from participation.surveys.domain.exports import ExportForm, ExportStatus
from participation.surveys.models import AnswerExport, Survey

#: The work of writing a file.
WRITE = "surveys.write_export"
#: Files of one person at a time.
MOST_AT_ONCE = 3
#: A worker that was not heard of for so long is taken for dead.
SILENCE = timedelta(minutes=2)
TOO_MANY = f"一度に頼めるのは{MOST_AT_ONCE}つまでです。できあがってから、もう一度頼んでください。"


class StillWriting(Exception):
    """Another worker is writing the same file."""


def ask_for_export(survey: Survey, form: ExportForm, *, by: Actor) -> AnswerExport:
    """Ask for a file of all answers, to be fetched when it is ready."""
    access.require(by, "surveys.export", survey)
    if by.person_id is None:
        raise Refused("書き出しを頼むには、職員としてログインしてください。")
    waiting = db.session.scalar(
        select(func.count()).where(
            AnswerExport.asked_by_id == by.person_id,
            AnswerExport.status.in_([ExportStatus.WAITING, ExportStatus.RUNNING]),
        )
    )
    if (waiting or 0) >= MOST_AT_ONCE:
        raise Refused(TOO_MANY, field="kind")
    export = AnswerExport(
        survey_id=survey.id,
        form=form,
        status=ExportStatus.WAITING,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
        heard_at=None,
        finished_at=None,
    )
    db.session.add(export)
    db.session.flush()
    queue.enqueue(WRITE, {"export": export.id})
    audit.record(by, "surveys.export", survey, changes={"what": form, "asked": export.public_id})
    return export


def start_export(survey: Survey, export: AnswerExport, whole: int, *, by: Actor) -> None:
    """Begin to write, unless somebody else does; a file begun before a stop is begun anew."""
    access.require(by, "surveys.write_export", survey)
    db.session.refresh(export, with_for_update=True)
    now = clock.now()
    if (
        export.status is ExportStatus.RUNNING
        and export.heard_at is not None
        and now - export.heard_at < SILENCE
    ):
        raise StillWriting(export.public_id)
    export.status, export.written, export.whole, export.heard_at = ExportStatus.RUNNING, 0, whole, now
    audit.record(by, "surveys.write_export", survey, changes={"begun": export.public_id})


def note_export(survey: Survey, export: AnswerExport, written: int, *, by: Actor) -> None:
    """Note how far a file is."""
    access.require(by, "surveys.write_export", survey)
    export.written, export.heard_at = written, clock.now()
    audit.record(by, "surveys.write_export", survey, changes={"portion": export.public_id})


def finish_export(survey: Survey, export: AnswerExport, size: int, *, by: Actor) -> None:
    """The file is whole and may be fetched."""
    access.require(by, "surveys.write_export", survey)
    export.status, export.size, export.finished_at = ExportStatus.READY, size, clock.now()
    export.written = export.whole
    audit.record(by, "surveys.write_export", survey, changes={"ready": export.public_id, "bytes": size})


def fail_export(survey: Survey, export: AnswerExport, reason: str, *, by: Actor) -> None:
    """There will be no file; say why."""
    access.require(by, "surveys.write_export", survey)
    export.status, export.reason, export.finished_at = ExportStatus.FAILED, reason[:300], clock.now()
    audit.record(by, "surveys.write_export", survey, changes={"failed": export.public_id})


def fetch_export(survey: Survey, export: AnswerExport, *, by: Actor) -> None:
    """Note that whoever asked for a file takes it."""
    access.require(by, "surveys.fetch_export", export)
    if export.status is not ExportStatus.READY:
        raise NotFound("このファイルは、まだないか、期限が過ぎて消しました。もう一度頼んでください。")
    audit.record(by, "surveys.fetch_export", survey, changes={"fetched": export.public_id})


def forget_exports(before: datetime, *, by: Actor) -> int:
    """Remove the files that were made before a moment; that they were asked for stays recorded."""
    access.require(by, "surveys.forget_exports")
    old = db.session.scalars(
        select(AnswerExport).where(AnswerExport.asked_at < before, AnswerExport.status != ExportStatus.GONE)
    ).all()
    for export in old:
        after_commit(partial(queries.export_path(export).unlink, missing_ok=True))
        export.status = ExportStatus.GONE
        audit.record(by, "surveys.forget_exports", export)
    return len(old)
