"""Reading contributions; every list of voices goes through visible_to()."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true

from participation.access.actors import Actor
from participation.contributions.domain import RedactionState, Visibility, put_back
from participation.contributions.models import Contribution, ContributionVersion, Redaction
from participation.foundation import sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, NotFound

#: The purpose under which covered words are sealed.
SEALED_FOR = "contributions.redaction"
#: Shown in public as a tombstone (取り下げ・非表示), where leaving a gap would break a conversation.
TOMBSTONES = (Visibility.WITHDRAWN, Visibility.HIDDEN, Visibility.ERASED)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which the actor may read a contribution's words.

    Everybody reads what is published; authors read their own; staff of the whole ward read everything.
    """
    if actor.sees_whole_ward:
        return true()
    published = Contribution.visibility == Visibility.PUBLISHED
    if actor.person_id is None:
        return published
    return or_(published, Contribution.author_id == actor.person_id)


def may_read(actor: Actor, said: Contribution) -> bool:
    """Return whether the actor may read this contribution's words: visible_to() for one row."""
    if actor.sees_whole_ward or said.visibility is Visibility.PUBLISHED:
        return True
    return actor.person_id is not None and said.author_id == actor.person_id


def get_contribution(public_id: str) -> Contribution:
    """Return a contribution by its public id; raises NotFound."""
    said = db.session.scalars(select(Contribution).where(Contribution.public_id == public_id)).one_or_none()
    if said is None:
        raise NotFound
    return said


def list_versions(said: Contribution) -> Sequence[ContributionVersion]:
    """Return the words a contribution had before, oldest first."""
    return db.session.scalars(
        select(ContributionVersion)
        .where(ContributionVersion.contribution_id == said.id)
        .order_by(ContributionVersion.revision)
    ).all()


def list_redactions(said: Contribution, *states: RedactionState) -> Sequence[Redaction]:
    """Return the passages of a contribution whose covering is in one of these states, in reading order."""
    return db.session.scalars(
        select(Redaction)
        .where(Redaction.contribution_id == said.id, Redaction.state.in_(states))
        .order_by(Redaction.start)
    ).all()


def list_open_redactions(said: Contribution) -> Sequence[Redaction]:
    """Return the passages that somebody proposes to cover and nobody has confirmed, in reading order."""
    return list_redactions(said, RedactionState.PROPOSED)


def list_covered(said: Contribution) -> Sequence[Redaction]:
    """Return the passages that are covered, of the present wording and of older ones."""
    return db.session.scalars(
        select(Redaction)
        .where(Redaction.contribution_id == said.id, Redaction.state == RedactionState.CONFIRMED)
        .order_by(Redaction.revision, Redaction.start)
    ).all()


def unsealed(row: Redaction) -> str:
    """Return the words under a covering; whoever shows them records who looked and why."""
    try:
        return sealing.unseal(SEALED_FOR, row.sealed)
    except sealing.Unreadable as error:
        raise Conflict(
            "暗号の鍵が替わったため読めません。管理者に、前の鍵（IDENTITY_KEY_FALLBACKS）の設定を頼んでください。"
        ) from error


def uncovered_body(said: Contribution) -> str:
    """Return the present words as they were said; whoever shows them records who looked and why."""
    present = [row for row in list_covered(said) if row.revision == said.revision]
    latest_first = sorted(present, key=lambda row: row.id, reverse=True)
    return put_back(said.body, [(row.start, unsealed(row)) for row in latest_first])


def covered_words(contribution_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return contribution → the words covered in it, in the order of covering: to cover them in copies too."""
    words: dict[int, list[str]] = {}
    for row in db.session.scalars(
        select(Redaction)
        .where(Redaction.contribution_id.in_(contribution_ids), Redaction.state == RedactionState.CONFIRMED)
        .order_by(Redaction.id)
    ):
        words.setdefault(row.contribution_id, []).append(unsealed(row))
    return words


def count_published(subject_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return (subject, kind) → how many published contributions, in one query."""
    rows = db.session.execute(
        select(Contribution.subject_id, Contribution.kind, func.count())
        .where(Contribution.subject_id.in_(subject_ids), Contribution.visibility == Visibility.PUBLISHED)
        .group_by(Contribution.subject_id, Contribution.kind)
    )
    return {(subject_id, kind.value): count for subject_id, kind, count in rows}
