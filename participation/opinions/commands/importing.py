"""Taking opinions in from files (意見の取り込み): uploaded, looked at, confirmed; in portions that a stop cannot halve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure
from participation.foundation import clock, events, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict
from participation.foundation.ids import code, new_public_id
from participation.jobs import queue
from participation.opinions.commands.originals import attach_files
from participation.opinions.commands.receiving import _add_opinions, _Arrival, _hold_counter, _paper_key
from participation.opinions.domain import content_key_of, make_receipt_number
from participation.opinions.domain.importing import (
    WHOLE,
    WHOLE_KIND,
    WHOLE_TITLE,
    Comparison,
    ImportedSubmission,
    ImportProblem,
    ImportStatus,
    Reading,
    Registered,
    compare,
)
from participation.opinions.events import OpinionsSubmitted
from participation.opinions.models import OpinionImport, Submission, SubmitterIdentity
from participation.opinions.queries import ImportPreview, find_whole, list_registered, secret_of
from participation.organisations.models import CommunityOrganisation
from participation.organisations.queries import list_confirmed
from participation.subjects import commands as subjects

#: The work of taking a confirmed file in; done by whoever subscribes to it.
TAKE_IN = "opinions.import"
#: Problems of one file that are kept to be read; more are counted.
MOST_PROBLEMS = 1_000


@dataclass(frozen=True)
class ImportCounts:
    """What became of a portion of a file: opinions added, those already there, lines with something wrong."""

    added: int = 0
    skipped: int = 0
    problems: tuple[ImportProblem, ...] = ()


def keep_import(
    procedure: Procedure,
    filename: str,
    content: bytes,
    options: dict[str, Any],
    reading: Reading,
    preview: ImportPreview,
    *,
    by: Actor,
) -> OpinionImport:
    """Keep an uploaded file until somebody confirms it; nothing of it is in the register yet."""
    access.require(by, "opinions.import", procedure)
    kept = OpinionImport(
        consultation_id=procedure.consultation.id,
        filename=filename,
        sealed=sealing.seal_bytes("opinions.import", content),
        options=options,
        status=ImportStatus.WAITING,
        preview={
            "form": reading.form,
            "columns": [[name, column] for name, column in reading.columns],
            "added": preview.added,
            "skipped": preview.skipped,
            "late": preview.late,
            "samples": preview.samples,
            "file_count": preview.file_count,
            "files_left_out": preview.files_left_out[:MOST_PROBLEMS],
        },
        total=preview.added + preview.skipped + len(preview.problems),
        problems=_as_json(preview.problems),
        uploaded_at=clock.now(),
        uploaded_by_id=by.person_id,
    )
    db.session.add(kept)
    audit.record(by, "opinions.import", kept, {"lines": kept.total})
    return kept


def start_import(kept: OpinionImport, procedure: Procedure, *, by: Actor) -> None:
    """Confirm an uploaded file: from now on it is taken in."""
    access.require(by, "opinions.import", procedure)
    _refuse_unless(kept, ImportStatus.WAITING)
    kept.status, kept.added, kept.skipped, kept.problems = ImportStatus.RUNNING, 0, 0, []
    queue.enqueue(TAKE_IN, {"import": kept.public_id})
    audit.record(by, "opinions.import", kept, {"status": kept.status})


def discard_import(kept: OpinionImport, procedure: Procedure, *, by: Actor) -> None:
    """Throw an uploaded file away without taking it in."""
    access.require(by, "opinions.import", procedure)
    _refuse_unless(kept, ImportStatus.WAITING)
    kept.status, kept.sealed, kept.finished_at = ImportStatus.DISCARDED, None, clock.now()
    kept.preview, kept.problems = {}, []
    audit.record(by, "opinions.import", kept, {"status": kept.status})


def note_import(
    kept: OpinionImport, procedure: Procedure, counts: Iterable[ImportCounts], *, submissions: int, by: Actor
) -> None:
    """Note how far a running import is, in the transaction of the portion: it goes on from there after a stop."""
    access.require(by, "opinions.import", procedure)
    kept.submissions_done += submissions
    _count(kept, counts)
    audit.record(by, "opinions.import", kept, {"submissions": kept.submissions_done})


def finish_import(
    kept: OpinionImport, procedure: Procedure, counts: Iterable[ImportCounts], *, by: Actor
) -> None:
    """Note that an import is over; the file itself is let go."""
    access.require(by, "opinions.finish_import", procedure)
    _count(kept, counts)
    kept.status, kept.sealed, kept.finished_at = ImportStatus.DONE, None, clock.now()
    kept.preview = {name: value for name, value in kept.preview.items() if name != "samples"}
    result = {"added": kept.added, "skipped": kept.skipped, "problems": len(kept.problems)}
    audit.record(by, "opinions.finish_import", kept, result)


def _count(kept: OpinionImport, counts: Iterable[ImportCounts]) -> None:
    for each in counts:
        kept.added += each.added
        kept.skipped += each.skipped
        kept.problems = [*kept.problems, *_as_json(each.problems)][:MOST_PROBLEMS]


def forget_imports(before: datetime, *, by: Actor) -> int:
    """Let go of uploaded files that nobody confirmed before this moment; return how many."""
    access.require(by, "opinions.forget_imports")
    gone = db.session.scalars(
        select(OpinionImport).where(
            OpinionImport.status == ImportStatus.WAITING, OpinionImport.uploaded_at < before
        )
    ).all()
    for kept in gone:
        kept.status, kept.sealed, kept.finished_at = ImportStatus.DISCARDED, None, clock.now()
        kept.preview, kept.problems = {}, []
    audit.record(by, "opinions.forget_imports", "opinion_imports", {"rows": len(gone)})
    return len(gone)


def import_submissions(
    procedure: Procedure, portion: Sequence[ImportedSubmission], source: str, *, by: Actor
) -> ImportCounts:
    """Take a portion of a file in: each submission whole or not at all, and only what is missing.

    `procedure` is held; the files that came with mails are already kept. Two who take the same file in at once come one after the other: the second
    finds everything there.
    """
    access.require(by, "opinions.import", procedure)
    consultation = procedure.consultation
    last_number = _hold_counter(consultation.id)
    there = list_registered(consultation.id, [read.number for read in portion])
    compared = [(read, compare(read, there.get(read.number))) for read in portion]
    fresh = [read for read, comparison in compared if comparison.new and read.number not in there]
    made = dict(zip((read.number for read in fresh), _add_submissions(consultation, fresh, by), strict=True))
    whole = _whole(consultation) if _names_no_item(compared) else 0
    arrivals = []
    for read, comparison in compared:
        if comparison.new:
            known = there.get(read.number)
            submission = made.get(read.number) or db.session.get_one(Submission, known.submission_id)  # type: ignore[union-attr]
            arrivals.append(_arrival(submission, comparison, source, known, whole))
    if arrivals:
        _add_opinions(consultation, arrivals, last_number)
    for read in fresh:
        if read.files:  # Put down by the caller before this transaction: the disk is slow.
            attach_files(made[read.number], [checked for checked, _ in read.files_to_keep], by=by)
    for arrival in arrivals:
        audit.record(by, "opinions.import", arrival.submission, {"opinions": len(arrival.texts)})
        events.publish(OpinionsSubmitted(arrival.submission.id))
    return ImportCounts(
        sum(len(comparison.new) for _, comparison in compared),
        sum(comparison.skipped for _, comparison in compared),
        tuple(problem for _, comparison in compared for problem in comparison.problems),
    )


def _names_no_item(compared: Sequence[tuple[ImportedSubmission, Comparison]]) -> bool:
    return any(text.subject_id == WHOLE for _, comparison in compared for text in comparison.new)


def _whole(consultation: Consultation) -> int:
    """Return the subject of opinions that name no item; people do not choose it, they only leave it open."""
    found = find_whole(consultation)
    if found is None:
        found = subjects.add_subject(
            WHOLE_KIND, consultation.code, WHOLE_TITLE, section_id=consultation.section_id
        )
        db.session.flush()  # It gets its id.
    return found.id


def note_export(consultation: Consultation, *, by: Actor) -> None:
    """Record that the texts as they were handed in left as a file."""
    access.require(by, "opinions.export", consultation)
    audit.record(by, "opinions.export", consultation)


def _arrival(
    submission: Submission, comparison: Comparison, source: str, known: Registered | None, whole: int
) -> _Arrival:
    return _Arrival(
        submission,
        [(text.subject_id or whole, text.body, f"{source} {text.line}行目") for text in comparison.new],
        submission.organisation_name,
        known.last_position if known else 0,
        len(known.hashes) if known else 0,
    )


def _add_submissions(
    consultation: Consultation, portion: Sequence[ImportedSubmission], by: Actor
) -> list[Submission]:
    organisations = {each.name: each for each in list_confirmed()}
    numbers = _receipt_numbers(consultation, len(portion))
    now = clock.now()
    rows = [
        _submission(consultation, read, number, organisations.get(read.organisation_name))
        for read, number in zip(portion, numbers, strict=True)
    ]
    for row in rows:
        row.entered_at, row.entered_by_id = now, by.person_id
    db.session.add_all(rows)
    db.session.flush()  # What is handed in with them points to them.
    for row, read in zip(rows, portion, strict=True):
        if read.submitter is not None:
            sealed = sealing.seal("opinions.identity", json.dumps(asdict(read.submitter), ensure_ascii=False))
            db.session.add(SubmitterIdentity(submission_id=row.id, sealed=sealed, created_at=now))
    return rows


def _submission(
    consultation: Consultation,
    read: ImportedSubmission,
    number: str,
    organisation: CommunityOrganisation | None,
) -> Submission:
    return Submission(
        public_id=new_public_id(),
        consultation_id=consultation.id,
        receipt_number=number,
        secret_hash=sealing.keyed_hash("receipts.secret", f"{number}:{secret_of(number)}"),
        channel=read.channel,
        received_at=read.received_at,
        postmarked_on=read.postmarked_on,
        original_number=read.number,
        title=read.title,
        organisation_id=organisation.id if organisation else None,
        organisation_name=read.organisation_name,
        submitter_key=_paper_key(organisation, read.organisation_name, read.submitter, read.people_count),
        people_count=1 if read.organisation_name else read.people_count,
        standings=list(read.standings),
        age_band=read.age_band,
        district_id=read.district_id,
        language=read.language,
        is_late=read.is_late,
        content_key=content_key_of((str(text.subject_id), text.body) for text in read.texts),
    )


def _receipt_numbers(consultation: Consultation, count: int) -> list[str]:
    """Return so many receipt numbers that nobody has."""
    today = clock.today()
    numbers: set[str] = set()
    while len(numbers) < count:
        numbers |= {
            make_receipt_number(consultation.kind, today, code(5)) for _ in range(count - len(numbers))
        }
        numbers -= set(
            db.session.scalars(
                select(Submission.receipt_number).where(Submission.receipt_number.in_(numbers))
            )
        )
    return list(numbers)


def _refuse_unless(kept: OpinionImport, status: ImportStatus) -> None:
    db.session.refresh(kept, with_for_update=True)
    if kept.status is not status:
        raise Conflict("この取り込みは、すでに別の状態になっています。画面を開き直してください。")


def _as_json(problems: Iterable[ImportProblem]) -> list[dict[str, Any]]:
    return [{"line": problem.line, "message": problem.message} for problem in problems][:MOST_PROBLEMS]
