"""Files that people send with their opinions: those of a form that is being written, those that are public."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from participation.access.actors import Actor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.opinions.models import Opinion, SubmissionFile, WaitingFile
from participation.opinions.queries.own import guest_hash_of


def owner_key_of(actor: Actor) -> str | None:
    """Return the key under which files wait for somebody's opinion: their account's, or their visit's."""
    if actor.person_id is not None:
        return account_key(actor.person_id)
    guest_hash = guest_hash_of(actor)
    return f"guest:{guest_hash}" if guest_hash else None


def account_key(person_id: int) -> str:
    """Return the key under which files wait for the opinion of somebody who has an account."""
    return f"person:{person_id}"


def list_waiting(consultation_id: int, public_ids: Sequence[str], owner_key: str | None) -> list[WaitingFile]:
    """Return those of the named files that wait for their owner's opinion, in the order of choosing."""
    if not public_ids or owner_key is None:
        return []
    return list(
        db.session.scalars(
            select(WaitingFile)
            .where(
                WaitingFile.consultation_id == consultation_id,
                WaitingFile.owner_key == owner_key,
                WaitingFile.public_id.in_(public_ids),
            )
            .order_by(WaitingFile.id)
        )
    )


def list_sent(submission_id: int) -> list[SubmissionFile]:
    """Return what its author sent with a submission, as they see it themselves."""
    return list(
        db.session.scalars(
            select(SubmissionFile)
            .where(SubmissionFile.submission_id == submission_id, SubmissionFile.by_author)
            .order_by(SubmissionFile.id)
        )
    )


def list_public_files(opinion_id: int) -> list[SubmissionFile]:
    """Return the public files of the submission in which a public opinion was handed in."""
    return list(
        db.session.scalars(
            select(SubmissionFile)
            .join(Opinion, Opinion.submission_id == SubmissionFile.submission_id)
            .where(
                Opinion.id == opinion_id,
                SubmissionFile.published_at.is_not(None),
                SubmissionFile.removed_at.is_(None),
            )
            .order_by(SubmissionFile.id)
        )
    )


def get_public_file(public_id: str) -> SubmissionFile:
    """Return a file that everybody may read now: staff let it, and an opinion with it is public; else NotFound."""
    stands = exists().where(
        Opinion.submission_id == SubmissionFile.submission_id,
        Contribution.id == Opinion.contribution_id,
        Contribution.visibility == Visibility.PUBLISHED,
    )
    found = db.session.scalars(
        select(SubmissionFile).where(
            SubmissionFile.public_id == public_id,
            SubmissionFile.published_at.is_not(None),
            SubmissionFile.removed_at.is_(None),
            stands,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
