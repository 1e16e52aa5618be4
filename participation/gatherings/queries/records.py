"""Records of gatherings: what was said and decided, the opinions they point to, their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.gatherings.domain import RecordState, origin_of
from participation.gatherings.models import (
    Gathering,
    GatheringRecord,
    GatheringRecordFile,
    GatheringRecordOpinion,
)
from participation.opinions.models import Opinion, Submission

MOST_OPINIONS = 100


@dataclass(frozen=True)
class RecordedOpinion:
    """An opinion that belongs to a record: its number, and its words where they are public."""

    public_id: str
    number: int
    body: str
    is_public: bool
    #: Whether the one who wrote the record named it; else it was said there.
    is_named: bool


@dataclass(frozen=True)
class ShownRecord:
    """A record as a page shows it."""

    record: GatheringRecord
    opinions: tuple[RecordedOpinion, ...]
    files: Sequence[GatheringRecordFile]


def find_record(gathering: Gathering) -> GatheringRecord | None:
    """Return the record of a gathering, in whatever state, or None."""
    return db.session.scalars(
        select(GatheringRecord).where(GatheringRecord.gathering_id == gathering.id)
    ).one_or_none()


def show_record(gathering: Gathering) -> ShownRecord | None:
    """Return the record of a gathering with what belongs to it, for staff. Three queries."""
    record = find_record(gathering)
    if record is None:
        return None
    return ShownRecord(record, tuple(list_record_opinions(record, gathering)), list_record_files(record))


def get_public_record(gathering: Gathering) -> ShownRecord:
    """Return the published record of a gathering; raises NotFound."""
    shown = show_record(gathering)
    if shown is None or shown.record.state is not RecordState.PUBLISHED:
        raise NotFound
    return shown


def list_record_opinions(record: GatheringRecord, gathering: Gathering) -> list[RecordedOpinion]:
    """Return the opinions that a record names, and those said there, by their numbers. One query."""
    rows = db.session.execute(
        select(Opinion, Contribution, GatheringRecordOpinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .outerjoin(
            GatheringRecordOpinion,
            (GatheringRecordOpinion.opinion_id == Opinion.id)
            & (GatheringRecordOpinion.record_id == record.id),
        )
        .where(
            or_(
                GatheringRecordOpinion.id.is_not(None),
                Submission.origin == origin_of(gathering.public_id),
            ),
            Contribution.visibility.not_in([Visibility.WITHDRAWN, Visibility.ERASED]),
        )
        .order_by(Opinion.number)
        .limit(MOST_OPINIONS)
    ).all()
    return [
        RecordedOpinion(
            opinion.public_id,
            opinion.number,
            said.body if said.visibility is Visibility.PUBLISHED else "",
            said.visibility is Visibility.PUBLISHED,
            named is not None,
        )
        for opinion, said, named in rows
    ]


def list_record_files(record: GatheringRecord) -> Sequence[GatheringRecordFile]:
    """Return the documents of a record, in the order in which they were added."""
    return db.session.scalars(
        select(GatheringRecordFile)
        .where(GatheringRecordFile.record_id == record.id)
        .order_by(GatheringRecordFile.id)
    ).all()


def get_record_file(gathering: Gathering, public_id: str, *, drafts: bool = False) -> GatheringRecordFile:
    """Return a document of a gathering's record; raises NotFound, for others than staff until it is published."""
    row = db.session.execute(
        select(GatheringRecordFile, GatheringRecord)
        .join(GatheringRecord, GatheringRecord.id == GatheringRecordFile.record_id)
        .where(GatheringRecord.gathering_id == gathering.id, GatheringRecordFile.public_id == public_id)
    ).one_or_none()
    if row is None or not (drafts or row[1].state is RecordState.PUBLISHED):
        raise NotFound
    file: GatheringRecordFile = row[0]
    return file
