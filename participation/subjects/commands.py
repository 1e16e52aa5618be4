"""Inner commands on subjects: the owner's command asks permission and writes the record.

They are the one exception to the four beats, because a subject has no life of its own.
"""

from __future__ import annotations

from participation.foundation import clock
from participation.foundation.db import db
from participation.subjects.models import Subject


def add_subject(kind: str, reference: str, title: str, *, section_id: int | None = None) -> Subject:
    """Add a subject that people may read but not yet speak about."""
    subject = Subject(kind=kind, reference=reference, title=title, section_id=section_id)
    db.session.add(subject)
    return subject


def open_subject(subject: Subject) -> None:
    """Let people speak about the subject from now on."""
    if subject.opened_at is None or subject.closed_at is not None:
        subject.opened_at, subject.closed_at = clock.now(), None


def close_subject(subject: Subject) -> None:
    """Let people only read the subject from now on; what was said stays."""
    if subject.opened_at is not None and subject.closed_at is None:
        subject.closed_at = clock.now()


def retitle_subject(subject: Subject, title: str) -> None:
    """Give the subject another title."""
    subject.title = title
