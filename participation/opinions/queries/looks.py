"""The looks at what is kept apart (氏名・住所と原本の写しの閲覧), from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.foundation.paging import Edge, Page, keyset, page
from participation.opinions.models import Submission, SubmissionFile, SubmitterIdentity
from participation.people.models import Person

LOOKS_SHOWN = 50
IDENTITY, FILE = "opinions.look_at_identity", "opinions.look_at_file"
WHAT = {IDENTITY: "氏名・住所", FILE: "原本の写し"}


@dataclass(frozen=True)
class Look:
    """One look: when, who in which role, at whose submission, why. Not what was seen."""

    at: datetime
    what: str
    who: str
    acted_as: str
    receipt_number: str
    public_id: str
    consultation: str
    reason: str
    #: Whether name and address are kept still.
    is_kept: bool


def list_looks(edge: Edge) -> Page[Look]:
    """Return the looks, latest first. One query."""
    of_identity = and_(AuditEntry.target_type == "submissions", Submission.id == AuditEntry.target_id)
    of_file = and_(AuditEntry.target_type == "submission_files", SubmissionFile.id == AuditEntry.target_id)
    statement: Any = (
        select(AuditEntry, Person.nickname, Submission, Consultation.title, SubmitterIdentity.id)
        .outerjoin(SubmissionFile, of_file)
        .outerjoin(Submission, or_(of_identity, Submission.id == SubmissionFile.submission_id))
        .outerjoin(Consultation, Consultation.id == Submission.consultation_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submission_id == Submission.id)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.action.in_((IDENTITY, FILE)))
    )
    ordered, backwards = keyset(statement, [AuditEntry.id], edge, limit=LOOKS_SHOWN, descending=True)
    rows = db.session.execute(ordered).all()
    shown = page(rows, [(row[0].id,) for row in rows], edge, limit=LOOKS_SHOWN, backwards=backwards)
    return Page([_look(*row) for row in shown.items], shown.after, shown.before)


def _look(
    entry: AuditEntry, nickname: str | None, sent: Submission | None, title: str | None, kept: int | None
) -> Look:
    return Look(
        at=entry.at,
        what=WHAT[entry.action],
        who=nickname or "",
        acted_as=entry.acted_as,
        receipt_number=sent.receipt_number if sent else "",
        public_id=sent.public_id if sent else "",
        consultation=title or "",
        reason=str(entry.changes.get("reason") or ""),
        is_kept=kept is not None,
    )
