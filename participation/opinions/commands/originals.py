"""Keeping what was handed in: scans and files beside the texts, looked at on record, let go when their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.domain import Covering, RedactionReason, Visibility, cover
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.opinions.commands.attachments import let_go
from participation.opinions.commands.receiving import _served
from participation.opinions.domain.scans import MAX_FILES, CheckedFile
from participation.opinions.models import (
    Opinion,
    OriginalPassage,
    OriginalText,
    Submission,
    SubmissionFile,
)


def attach_files(
    submission: Submission, checked: Sequence[CheckedFile], *, by: Actor
) -> list[SubmissionFile]:
    """Add scans to a submission (写しを付ける); their content was put down before. The same file counts once."""
    access.require(by, "opinions.attach_file", submission)
    there = set(
        db.session.scalars(
            select(SubmissionFile.sha256).where(
                SubmissionFile.submission_id == submission.id, SubmissionFile.removed_at.is_(None)
            )
        )
    )
    fresh = {each.sha256: each for each in checked if each.sha256 not in there}
    if len(there) + len(fresh) > MAX_FILES:
        raise Refused(f"1つの提出に付けられるのは{MAX_FILES}個までです。", field="files")
    rows = [
        SubmissionFile(
            submission_id=submission.id,
            name=each.name,
            kind=each.kind,
            size=each.size,
            sha256=each.sha256,
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
        for each in fresh.values()
    ]
    db.session.add_all(rows)
    if rows:
        audit.record(by, "opinions.attach_file", submission, {"files": len(rows)})
    return rows


def remove_file(file: SubmissionFile, submission: Submission, reason: str, *, by: Actor) -> None:
    """Take away a file that was attached by mistake; its name, hash and the reason stay on record."""
    access.require(by, "opinions.attach_file", submission)
    if not reason.strip():
        raise Refused("外す理由を書いてください。記録に残ります。", field="reason")
    if file.removed_at is None:
        file.removed_at, file.published_at = clock.now(), None
        let_go([file.sha256])
    audit.record(by, "opinions.attach_file", submission, {"removed": file.public_id, "reason": reason})


def look_at_file(file: SubmissionFile, submission: Submission, *, by: Actor) -> SubmissionFile:
    """Record that somebody looks at a scan; only then it is shown."""
    access.require(by, "opinions.look_at_file", file)
    audit.record(by, "opinions.look_at_file", submission, {"file": file.public_id})
    return file


def forget_files(before: datetime, *, by: Actor) -> int:
    """Let go of scans together with the names and addresses that stand on them; return how many."""
    access.require(by, "opinions.forget_files")
    gone = db.session.scalars(
        select(SubmissionFile).where(
            SubmissionFile.removed_at.is_(None), SubmissionFile.submission_id.in_(_served(before))
        )
    ).all()
    for file in gone:
        file.removed_at, file.published_at = clock.now(), None
    let_go([file.sha256 for file in gone])
    audit.record(by, "opinions.forget_files", "submission_files", {"rows": len(gone)})
    return len(gone)


def erase_originals(contribution_id: int, *, by: Actor) -> None:
    """Erase the text from which an erased opinion was made; its hash stays.

    While other opinions stand on it, only the stretches of the erased one go: ■ stands there.
    """
    access.require(by, "opinions.erase_originals")
    opinion = db.session.scalars(
        select(Opinion).where(Opinion.contribution_id == contribution_id)
    ).one_or_none()
    if opinion is None:
        return  # It was said in another way than as an opinion.
    original = db.session.get_one(OriginalText, opinion.original_id)
    standing = db.session.scalar(
        select(func.count())
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            Opinion.original_id == original.id,
            Opinion.merged_into_id.is_(None),
            Contribution.id != contribution_id,
            Contribution.visibility != Visibility.ERASED,
        )
    )
    stretches = db.session.execute(
        select(OriginalPassage.start, OriginalPassage.end).where(OriginalPassage.opinion_id == opinion.id)
    ).all()
    body = cover(
        original.body,
        [Covering(start, end, RedactionReason.THIRD_PARTY) for start, end in stretches],
    )
    values: dict[str, Any] = {"body": body, "partly_erased_at": clock.now()} if standing else {"body": ""}
    db.session.execute(update(OriginalText).where(OriginalText.id == original.id).values(values))
    _erase_files_without_words(original.submission_id)
    if original.corrects_id is not None:  # What its author wrote before may hold the same words.
        former = OriginalText.id == original.corrects_id
        db.session.execute(update(OriginalText).where(former).values(body=""))
    audit.record(by, "opinions.erase_originals", original)


def _erase_files_without_words(submission_id: int) -> None:
    """Let go of what its author sent with a submission once none of its opinions has words any more."""
    gone = (Visibility.ERASED, Visibility.WITHDRAWN)
    standing = db.session.scalar(
        select(func.count())
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.submission_id == submission_id, Contribution.visibility.not_in(gone))
    )
    if standing:
        return
    sent = db.session.scalars(
        select(SubmissionFile).where(
            SubmissionFile.submission_id == submission_id,
            SubmissionFile.by_author,
            SubmissionFile.removed_at.is_(None),
        )
    ).all()
    for file in sent:
        file.removed_at, file.published_at = clock.now(), None
    let_go([file.sha256 for file in sent])
