"""Every look at what is kept apart (閲覧の記録), from the audit trail: the rules say which acts are looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, select, union_all

from participation.access.rules import all_looks
from participation.audit.models import AuditEntry
from participation.challenges.models import Idea
from participation.consultations.models import Consultation
from participation.contributions.models import Contribution
from participation.desk.domain import LookFilter
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.paging import Edge, Page, keyset, page
from participation.gatherings.models import Gathering, GatheringDraw, Registration
from participation.notices.models import LetterBatch
from participation.opinions.models import Submission, SubmissionFile
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.subjects.models import Subject
from participation.surveys.models import PaperForm, Survey

LOOKS_SHOWN = 50


@dataclass(frozen=True)
class Look:
    """One look: when, who in which role, at what of whom, why. Not what was seen."""

    at: datetime
    what: str
    who: str
    acted_as: str
    #: What it was of, and where that stands; empty: it is gone.
    label: str
    path: str
    reason: str


def list_looks(wanted: LookFilter, edge: Edge) -> Page[Look]:
    """Return the looks that are asked for, latest first: two queries, however many kinds there are."""
    looks = all_looks()
    chosen = [wanted.action] if wanted.action in looks else list(looks)
    statement: Any = (
        select(AuditEntry, Person.nickname)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.action.in_(chosen))
    )
    if wanted.person:
        statement = statement.where(Person.public_id == wanted.person)
    if wanted.since:
        statement = statement.where(AuditEntry.at >= clock.start_of(wanted.since))
    if wanted.until:
        statement = statement.where(AuditEntry.at < clock.end_of(wanted.until))
    ordered, backwards = keyset(statement, [AuditEntry.id], edge, limit=LOOKS_SHOWN, descending=True)
    rows = db.session.execute(ordered).all()
    shown = page(rows, [(row[0].id,) for row in rows], edge, limit=LOOKS_SHOWN, backwards=backwards)
    described = _described([entry for entry, _ in shown.items])
    items = [
        Look(
            entry.at,
            looks[entry.action],
            nickname or "",
            entry.acted_as,
            *described.get((entry.target_type, entry.target_id or 0), ("", "")),
            reason=str(entry.changes.get("reason") or ""),
        )
        for entry, nickname in shown.items
    ]
    return Page(items, shown.after, shown.before)


def list_lookers() -> list[tuple[str, str]]:
    """Return (public id, name) of those who looked at anything."""
    rows = db.session.execute(
        select(Person.public_id, Person.nickname)
        .where(Person.id.in_(select(AuditEntry.person_id).where(AuditEntry.action.in_(list(all_looks())))))
        .order_by(Person.nickname)
    )
    return [(public_id, nickname) for public_id, nickname in rows]


def _described(entries: Sequence[AuditEntry]) -> dict[tuple[str, int], tuple[str, str]]:
    """Return (table, id) → what it is in words, and where it stands; in one query."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        if entry.target_id is not None:
            ids.setdefault(entry.target_type, set()).add(entry.target_id)
    parts = [_WAYS[table](table, some) for table, some in ids.items() if table in _WAYS]
    if not parts:
        return {}
    rows = db.session.execute(union_all(*parts)).all()
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _of(table: str, row_id: Any, label: Any, before: str, key: Any, after: str = "") -> Any:
    found: Any = select(literal(table).label("kind"))
    return found.add_columns(row_id.label("id"), cast(label, String), literal(before) + key + after)


_sent: Any = literal("受付番号 ") + Submission.receipt_number + "（" + Consultation.title + "）"


def _submissions(table: str, ids: set[int]) -> Any:
    return (
        _of(table, Submission.id, _sent, "/desk/submissions/", Submission.public_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.id.in_(ids))
    )


def _files(table: str, ids: set[int]) -> Any:
    return (
        _of(table, SubmissionFile.id, _sent, "/desk/submissions/", Submission.public_id)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(SubmissionFile.id.in_(ids))
    )


def _registrations(table: str, ids: set[int]) -> Any:
    label = literal("申し込み ") + cast(Registration.number, String) + "（" + Gathering.title + "）"
    return (
        _of(table, Registration.id, label, "/desk/gatherings/registrations/", Registration.public_id)
        .join(Gathering, Gathering.id == Registration.gathering_id)
        .where(Registration.id.in_(ids))
    )


def _draws(table: str, ids: set[int]) -> Any:
    return (
        _of(table, GatheringDraw.id, Gathering.title, "/desk/gatherings/", Gathering.public_id)
        .join(Gathering, Gathering.id == GatheringDraw.gathering_id)
        .where(GatheringDraw.id.in_(ids))
    )


def _gatherings(table: str, ids: set[int]) -> Any:
    return _of(table, Gathering.id, Gathering.title, "/desk/gatherings/", Gathering.public_id).where(
        Gathering.id.in_(ids)
    )


def _surveys(table: str, ids: set[int]) -> Any:
    return _of(table, Survey.id, Survey.title, "/desk/surveys/", Survey.public_id).where(Survey.id.in_(ids))


def _paper_forms(table: str, ids: set[int]) -> Any:
    label = literal("整理番号 ") + PaperForm.number + "（" + Survey.title + "）"
    return (
        _of(table, PaperForm.id, label, "/desk/surveys/", Survey.public_id, "/paper")
        .join(Survey, Survey.id == PaperForm.survey_id)
        .where(PaperForm.id.in_(ids))
    )


def _contributions(table: str, ids: set[int]) -> Any:
    return (
        _of(table, Contribution.id, Subject.title, "/desk/moderation/", Contribution.public_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Contribution.id.in_(ids))
    )


def _ideas(table: str, ids: set[int]) -> Any:
    return (
        _of(table, Idea.id, Subject.title, "/desk/challenges/ideas/", Idea.public_id)
        .join(Subject, Subject.id == Idea.subject_id)
        .where(Idea.id.in_(ids))
    )


def _organisations(table: str, ids: set[int]) -> Any:
    found = CommunityOrganisation
    return _of(table, found.id, found.name, "/desk/organisations/", found.public_id).where(found.id.in_(ids))


def _consultations(table: str, ids: set[int]) -> Any:
    found = Consultation
    return _of(table, found.id, found.title, "/desk/consultations/", found.code).where(found.id.in_(ids))


def _letters(table: str, ids: set[int]) -> Any:
    label = literal("文書 第") + cast(LetterBatch.number, String) + "回（" + Consultation.title + "）"
    return (
        _of(table, LetterBatch.id, label, "/desk/deliveries/letters/", LetterBatch.public_id)
        .join(Consultation, Consultation.id == LetterBatch.consultation_id)
        .where(LetterBatch.id.in_(ids))
    )


#: Table that an entry of the trail names → how its rows are told.
_WAYS = {
    Submission.__tablename__: _submissions,
    SubmissionFile.__tablename__: _files,
    Registration.__tablename__: _registrations,
    GatheringDraw.__tablename__: _draws,
    Gathering.__tablename__: _gatherings,
    Survey.__tablename__: _surveys,
    PaperForm.__tablename__: _paper_forms,
    Contribution.__tablename__: _contributions,
    Idea.__tablename__: _ideas,
    CommunityOrganisation.__tablename__: _organisations,
    Consultation.__tablename__: _consultations,
    LetterBatch.__tablename__: _letters,
}
