"""The record of a gathering (記録): written by one, looked at by another, then public."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.gatherings import queries
from participation.gatherings.domain import MOST_FILES, GatheringState, RecordState
from participation.gatherings.events import GatheringRecordPublished
from participation.gatherings.models import (
    Gathering,
    GatheringRecord,
    GatheringRecordFile,
    GatheringRecordOpinion,
)
from participation.opinions.models import Opinion

WRITTEN_MEANWHILE = "ほかの人が先に記録を書き直しました。書いた内容は下に残っています。記録の画面を別に開き、くらべてから送ってください。"


def write_record(
    gathering: Gathering,
    body: str,
    attendance: int | None,
    numbers: Collection[int],
    seen_version: int,
    *,
    by: Actor,
) -> GatheringRecord:
    """Write the record, or write it anew; `numbers` are those of opinions of the gathering's consultation."""
    access.require(by, "gatherings.write_record", gathering, None)
    db.session.refresh(gathering, with_for_update=True)
    record = queries.find_record(gathering)
    access.require(by, "gatherings.write_record", gathering, record)
    if (record.version if record else 0) != seen_version:
        raise Conflict(WRITTEN_MEANWHILE)
    if not body.strip():
        raise Refused("記録の本文を書いてください。", field="body")
    opinions = _opinions_of(gathering, numbers)
    if record is None:
        record = GatheringRecord(gathering_id=gathering.id, state=RecordState.DRAFTED)
        db.session.add(record)
    record.body, record.attendance = body, attendance
    record.written_at, record.written_by_id = clock.now(), by.person_id
    db.session.flush()
    db.session.execute(delete(GatheringRecordOpinion).where(GatheringRecordOpinion.record_id == record.id))
    db.session.add_all(
        GatheringRecordOpinion(record_id=record.id, opinion_id=opinion_id) for opinion_id in opinions
    )
    audit.record(by, "gatherings.write_record", record, {"opinions": len(opinions)})
    return record


def add_record_file(record: GatheringRecord, gathering: Gathering, file: CheckedFile, *, by: Actor) -> None:
    """Add a document (already kept) to a record that is being written."""
    access.require(by, "gatherings.write_record", gathering, record)
    count = db.session.scalar(
        select(func.count())
        .where(GatheringRecordFile.record_id == record.id)
        .select_from(GatheringRecordFile)
    )
    if (count or 0) >= MOST_FILES:
        raise Refused(f"資料は{MOST_FILES}個までです。", field="document")
    db.session.add(
        GatheringRecordFile(
            record_id=record.id,
            name=file.name,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            added_at=clock.now(),
        )
    )
    audit.record(by, "gatherings.write_record", record, {"file": file.sha256})


def remove_record_file(
    record: GatheringRecord, gathering: Gathering, file: GatheringRecordFile, *, by: Actor
) -> None:
    """Take a document away from a record that is being written."""
    access.require(by, "gatherings.write_record", gathering, record)
    db.session.delete(file)
    audit.record(by, "gatherings.write_record", record, {"removed": file.sha256})


def submit_record(record: GatheringRecord, gathering: Gathering, *, by: Actor) -> None:
    """Hand the record to somebody else to be looked at."""
    access.require(by, "gatherings.write_record", gathering, record)
    _hold(record)
    access.require(by, "gatherings.write_record", gathering, record)
    record.state, record.submitted_at, record.returned_reason = RecordState.SUBMITTED, clock.now(), ""
    audit.record(by, "gatherings.write_record", record, {"submitted": True})


def return_record(record: GatheringRecord, reason: str, *, by: Actor) -> None:
    """Give the record back to who wrote it, with the reason."""
    access.require(by, "gatherings.approve_record", record)
    _hold(record)
    access.require(by, "gatherings.approve_record", record)
    if not reason.strip():
        raise Refused("どこを直してほしいかを書いてください。", field="reason")
    record.state, record.returned_reason = RecordState.DRAFTED, reason.strip()
    audit.record(by, "gatherings.approve_record", record, {"returned": True})


def approve_record(record: GatheringRecord, gathering: Gathering, *, by: Actor) -> None:
    """Publish a record that somebody else wrote."""
    access.require(by, "gatherings.approve_record", record)
    _hold(record)
    access.require(by, "gatherings.approve_record", record)
    now = clock.now()
    record.state, record.published_at, record.approved_by_id = RecordState.PUBLISHED, now, by.person_id
    gathering.state, gathering.changed_at = GatheringState.RECORDED, now
    audit.record(by, "gatherings.approve_record", record)
    events.publish(GatheringRecordPublished(gathering.id))


def _hold(record: GatheringRecord) -> None:
    db.session.refresh(record, with_for_update=True)


def _opinions_of(gathering: Gathering, numbers: Collection[int]) -> list[int]:
    if not numbers:
        return []
    if gathering.consultation_id is None:
        raise Refused("この集まりは意見募集と結びついていないため、意見の番号は書けません。", field="numbers")
    found = dict(
        db.session.execute(
            select(Opinion.number, Opinion.id).where(
                Opinion.consultation_id == gathering.consultation_id, Opinion.number.in_(set(numbers))
            )
        ).all()
    )
    missing = sorted(set(numbers) - set(found))
    if missing:
        raise Refused(f"番号{missing[0]}の意見は、この案件にありません。", field="numbers")
    return [found[number] for number in sorted(found)]
