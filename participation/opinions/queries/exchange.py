"""Opinions from files and into files: what is read, compared and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import exists, func, or_, select, tuple_

from participation.access.actors import Actor
from participation.consultations.models import Consultation, ConsultationSubject
from participation.consultations.queries import Procedure
from participation.contributions.domain import Visibility, cover_words
from participation.contributions.models import Contribution
from participation.foundation import clock, sealing
from participation.foundation.csv_text import Cell
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.text import excerpt, fold
from participation.i18n.dates import date_ja
from participation.opinions.domain import (
    CHANNEL_NAMES,
    Channel,
)
from participation.opinions.domain.importing import (
    WHOLE,
    WHOLE_KIND,
    WHOLE_TITLE,
    Comparison,
    ImportChoices,
    ImportColumn,
    ImportedSubmission,
    ImportProblem,
    ImportStatus,
    Reading,
    Registered,
    compare,
    gather,
    read_rows,
)
from participation.opinions.domain.mailbox import looks_like_mail, read_mails
from participation.opinions.models import (
    Opinion,
    OpinionImport,
    OriginalText,
    Submission,
)
from participation.opinions.queries.own import procedures_by_id
from participation.opinions.queries.register import PORTION, names_of_files, words_covered_in
from participation.people.domain import AGE_BAND_NAMES, LANGUAGES, STANDING_NAMES, Standing
from participation.people.models import Person
from participation.people.queries import account_of
from participation.places.queries import list_districts
from participation.subjects.models import Subject

SAMPLES = 20


IMPORTS_SHOWN = 30


@dataclass(frozen=True)
class ListedImport:
    """One uploaded file as listed."""

    public_id: str
    filename: str
    status: ImportStatus
    total: int
    added: int
    skipped: int
    uploaded_at: datetime
    uploaded_by: str | None


@dataclass(frozen=True)
class ImportPreview:
    """What taking a file in would do: counts, what is wrong, the first submissions, files that came with mails."""

    added: int
    skipped: int
    late: int
    problems: tuple[ImportProblem, ...]
    samples: list[dict[str, str]]
    #: Files that came with mails: how many are kept, and which are not, with the reason.
    file_count: int
    files_left_out: list[str]


def choices_for(procedure: Procedure, options: Mapping[str, str]) -> ImportChoices:
    """Return what the rows of a file are read with: the items asked about, the districts, what was chosen.

    Raises Refused for a choice that does not exist.
    """
    nodes, node = _nodes_of(procedure.consultation)
    if options.get("node"):
        named = nodes.get(fold(options["node"]))
        if named is None:
            raise Refused(f"項目「{options['node']}」は、この案件の対象にありません。", field="node")
        node = named
    period = procedure.open_period
    received_on = options.get("received_on")
    return ImportChoices(
        nodes=nodes,
        districts={fold(name): each.id for each in list_districts() for name in (each.name, each.code)},
        node=node,
        channel=Channel(options.get("channel") or Channel.POST),
        received_on=date.fromisoformat(received_on) if received_on else None,
        opens_at=period.opens_at if period else None,
        closes_at=period.closes_at if period else None,
        counts_postmark=procedure.consultation.counts_postmark,
    )


def _nodes_of(consultation: Consultation) -> tuple[dict[str, int], int]:
    """Return every way of naming an item (public id, reference, code, title) → subject id, and what silence means.

    Who names no item speaks about the one that is asked about, or, of several, about the whole (WHOLE).
    """
    rows = db.session.execute(
        select(Subject.id, Subject.public_id, Subject.reference, Subject.title)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(ConsultationSubject.consultation_id == consultation.id)
        .order_by(ConsultationSubject.id.desc())
    ).all()
    named = {fold(consultation.code): WHOLE, fold(WHOLE_TITLE): WHOLE}
    for by_title in (True, False):  # A code is surer than a title, and the first item than a later one.
        for subject_id, public_id, reference, title in rows:
            names = (title,) if by_title else (reference.rpartition("/")[2], reference, public_id)
            named |= {fold(name): subject_id for name in names}
    return named, rows[0][0] if len(rows) == 1 else WHOLE


def find_whole(consultation: Consultation) -> Subject | None:
    """Return the subject of opinions that name no item (案件の全体), if there are any."""
    return db.session.scalars(
        select(Subject)
        .where(Subject.kind == WHOLE_KIND, Subject.reference == consultation.code)
        .order_by(Subject.id)
        .limit(1)
    ).one_or_none()


def list_registered(consultation_id: int, numbers: Sequence[str]) -> dict[str, Registered]:
    """Return number → what the register holds under it: by the number on the original, or its receipt number."""
    last = (
        select(func.max(Opinion.position))
        .where(Opinion.submission_id == Submission.id)
        .correlate(Submission)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Submission.id,
            Submission.original_number,
            Submission.receipt_number,
            Submission.withdrawn_at,
            OriginalText.sha256,
            last.label("last_position"),
        )
        .join(OriginalText, OriginalText.submission_id == Submission.id)
        .where(
            Submission.consultation_id == consultation_id,
            or_(Submission.original_number.in_(numbers), Submission.receipt_number.in_(numbers)),
        )
        .order_by(Submission.id.desc())
    )
    found: dict[str, Registered] = {}
    asked = set(numbers)
    for row in rows:
        for number in asked & {row.original_number, row.receipt_number}:
            hashes = found[number].hashes if number in found else ()
            found[number] = Registered(
                row.id, (*hashes, row.sha256), row.withdrawn_at is not None, row.last_position or 0
            )
    return found


def read_import(
    name: str, content: bytes, mapping: Mapping[ImportColumn, str], choices: ImportChoices
) -> Reading:
    """Return what a file holds: a table, one mail, or a mailbox; raises Unreadable."""
    if looks_like_mail(name, content):
        form, rows = read_mails(content)
        return gather(form, (), rows, choices)
    form, columns, rows = read_rows(content, mapping)
    return gather(form, columns, rows, choices)


def preview_import(consultation_id: int, reading: Reading) -> ImportPreview:
    """Return what taking a file in would do, without doing it."""
    added, skipped, late = 0, 0, 0
    problems = list(reading.problems)
    samples: list[dict[str, str]] = []
    for portion in reading.batches():
        there = list_registered(consultation_id, [read.number for read in portion])
        for read in portion:
            comparison = compare(read, there.get(read.number))
            added += len(comparison.new)
            skipped += comparison.skipped
            late += bool(comparison.new and read.is_late)
            problems.extend(comparison.problems)
            if len(samples) < SAMPLES and comparison.new:
                samples.append(_sample(read, comparison))
    problems.sort(key=lambda problem: problem.line or 0)
    left_out = [words for read in reading.submissions for words in read.files_left_out]
    kept = sum(len(read.files_to_keep) for read in reading.submissions)
    return ImportPreview(added, skipped, late, tuple(problems), samples, kept, left_out)


def _sample(read: ImportedSubmission, comparison: Comparison) -> dict[str, str]:
    return {
        "number": read.number,
        "channel": CHANNEL_NAMES[read.channel],
        "received": date_ja(read.received_at),
        "who": read.organisation_name or ("氏名あり" if read.submitter else "個人"),
        "opinions": str(len(comparison.new)),
        "words": excerpt(comparison.new[0].body, 60),
        "late": "締切後" if read.is_late else "",
    }


def list_imports(consultation_id: int) -> list[ListedImport]:
    """Return the latest uploaded files of a consultation, newest first."""
    rows = db.session.execute(
        select(
            OpinionImport.public_id,
            OpinionImport.filename,
            OpinionImport.status,
            OpinionImport.total,
            OpinionImport.added,
            OpinionImport.skipped,
            OpinionImport.uploaded_at,
            Person.nickname,
        )
        .outerjoin(Person, Person.id == OpinionImport.uploaded_by_id)
        .where(OpinionImport.consultation_id == consultation_id)
        .order_by(OpinionImport.id.desc())
        .limit(IMPORTS_SHOWN)
    )
    return [ListedImport(*row) for row in rows]


def get_import(public_id: str) -> tuple[OpinionImport, Consultation]:
    """Return an uploaded file with its consultation; raises NotFound."""
    row = db.session.execute(
        select(OpinionImport, Consultation)
        .join(Consultation, Consultation.id == OpinionImport.consultation_id)
        .where(OpinionImport.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def content_of(kept: OpinionImport) -> bytes:
    """Return the file itself while it is kept; raises NotFound afterwards."""
    if kept.sealed is None:
        raise NotFound
    return sealing.unseal_bytes("opinions.import", kept.sealed)


def read_kept(kept: OpinionImport) -> Reading:
    """Return what an uploaded file holds, read as it was when it was looked at; raises Unreadable, NotFound."""
    consultation = db.session.get_one(Consultation, kept.consultation_id)
    procedure = procedures_by_id({consultation.id})[consultation.id]
    mapping = {ImportColumn(name): theirs for name, theirs in kept.options.get("mapping", {}).items()}
    return read_import(kept.filename, content_of(kept), mapping, choices_for(procedure, kept.options))


def uploader_of(kept: OpinionImport) -> Actor:
    """Return who uploaded a file, with the roles they hold now; raises NotFound for somebody who is gone."""
    person = db.session.get(Person, kept.uploaded_by_id) if kept.uploaded_by_id else None
    if person is None:
        raise NotFound
    return account_of(person, clock.now()).as_actor()


def export_originals(consultation_id: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the register for a file, in the columns of an import: what was handed in, in its first words.

    Without names and addresses; what is covered in the opinions (黒塗り) is covered here. What was withdrawn or erased is left out. In portions, so that a long
    register does not fill the memory.
    """
    districts = {each.id: each.name for each in list_districts()}
    edge = (0, 0)
    while True:
        rows = db.session.execute(_exported(consultation_id, edge)).all()
        covered = words_covered_in([row.id for row in rows])
        named = names_of_files([row.submission_id for row in rows])
        for row in rows:
            yield (
                *_export_row(row, districts, cover_words(row.body, covered.get(row.id, ()))),
                "、".join(named.get(row.submission_id, ())),
            )
        if len(rows) < PORTION:
            return
        edge = (rows[-1].submission_id, rows[-1].position)


def _exported(consultation_id: int, edge: tuple[int, int]) -> Any:
    stands = exists().where(
        Opinion.original_id == OriginalText.id,
        Contribution.id == Opinion.contribution_id,
        Contribution.visibility.not_in([Visibility.WITHDRAWN, Visibility.ERASED]),
    )
    return (
        select(
            OriginalText.id,
            OriginalText.submission_id,
            OriginalText.position,
            OriginalText.body,
            Submission,
            Subject.reference,
        )
        .join(Submission, Submission.id == OriginalText.submission_id)
        .join(Subject, Subject.id == OriginalText.subject_id)
        .where(
            Submission.consultation_id == consultation_id,
            tuple_(OriginalText.submission_id, OriginalText.position) > edge,
            stands,
        )
        .order_by(OriginalText.submission_id, OriginalText.position)
        .limit(PORTION)
    )


def _export_row(row: Any, districts: dict[int, str], body: str) -> tuple[Cell, ...]:
    sent: Submission = row.Submission
    values: dict[ImportColumn, Cell] = {
        ImportColumn.NUMBER: sent.original_number or sent.receipt_number,
        ImportColumn.BODY: body,
        ImportColumn.CHANNEL: CHANNEL_NAMES[sent.channel],
        ImportColumn.RECEIVED_ON: _written(sent.received_at),
        ImportColumn.POSTMARKED_ON: sent.postmarked_on.isoformat() if sent.postmarked_on else "",
        ImportColumn.NODE: row.reference.rpartition("/")[2],
        ImportColumn.ORGANISATION: sent.organisation_name,
        ImportColumn.PEOPLE_COUNT: sent.people_count,
        ImportColumn.STANDINGS: "、".join(STANDING_NAMES[Standing(each)] for each in sent.standings),
        ImportColumn.AGE_BAND: AGE_BAND_NAMES[sent.age_band] if sent.age_band else "",
        ImportColumn.DISTRICT: districts.get(sent.district_id or 0, ""),
        ImportColumn.LANGUAGE: LANGUAGES.get(sent.language, sent.language),
        ImportColumn.TITLE: sent.title,
    }
    return tuple(values.get(column, "") for column in ImportColumn)


def _written(moment: datetime) -> str:
    local = moment.astimezone(clock.JST)
    return local.strftime("%Y-%m-%d" if local.time() == time() else "%Y-%m-%d %H:%M:%S")
