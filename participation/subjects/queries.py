"""Reading subjects."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

#: A list to choose from that is longer is searched, not scrolled.
MOST_CHOICES = 1000


def get_subject(public_id: str) -> Subject:
    """Return the subject with this public id; raises NotFound."""
    subject = db.session.scalars(select(Subject).where(Subject.public_id == public_id)).one_or_none()
    if subject is None:
        raise NotFound
    return subject


def is_open(subject: Subject) -> bool:
    """Return whether people may speak about the subject now."""
    return subject.opened_at is not None and subject.closed_at is None


def address_of(subject: Subject) -> str:
    """Return the path of the page on which the subject is shown."""
    return path_of(subject.kind, subject.reference)


def list_open_choices(*, besides: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Return (id, title) of what may be spoken about now, except kinds, for those who choose."""
    rows = db.session.execute(
        select(Subject.id, Subject.title)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None), Subject.kind.not_in(besides))
        .order_by(Subject.id)
        .limit(MOST_CHOICES)
    )
    return [(subject_id, title) for subject_id, title in rows]


def list_titles(subject_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return (id, title) of these subjects, in the order of their ids."""
    if not subject_ids:
        return []
    rows = db.session.execute(
        select(Subject.id, Subject.title).where(Subject.id.in_(subject_ids)).order_by(Subject.id)
    )
    return [(subject_id, title) for subject_id, title in rows]
