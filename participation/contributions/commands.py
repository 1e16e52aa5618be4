"""Inner commands on contributions: only other slices' commands call them.

The calling command asks permission and writes the audit record; here only the change and the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from participation.contributions.domain import ContributionKind, Visibility, may_follow
from participation.contributions.events import ContributionRevised, ContributionSaid, VisibilityChanged
from participation.contributions.models import Contribution, ContributionVersion
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict


def say(
    kind: ContributionKind,
    body: str,
    *,
    subject_id: int,
    visibility: Visibility,
    consultation_id: int | None = None,
    author_id: int | None = None,
    organisation_id: int | None = None,
    shown_name: str = "",
    language: str = "ja",
    visibility_reason: str = "",
    said_at: datetime | None = None,
) -> Contribution:
    """Add what somebody said. The row gets its id at once, so that its owner can point to it.

    `said_at` is given only for what reached the ward before it was entered (paper, telephone).
    """
    said = Contribution(
        kind=kind,
        body=body,
        subject_id=subject_id,
        consultation_id=consultation_id,
        author_id=author_id,
        organisation_id=organisation_id,
        shown_name=shown_name,
        language=language,
        said_at=said_at or clock.now(),
        visibility=visibility,
        visibility_reason=visibility_reason,
        revision=0,
    )
    db.session.add(said)
    db.session.flush()
    events.publish(ContributionSaid(said.id))
    return said


def say_many(drafts: Sequence[Mapping[str, Any]]) -> list[Contribution]:
    """Add what several people said, each as in :func:`say`, in a few statements; ids are there at once."""
    rows = [
        Contribution(**({"shown_name": "", "visibility_reason": "", "revision": 0} | dict(draft)))
        for draft in drafts
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        events.publish(ContributionSaid(row.id))
    return rows


def revise(said: Contribution, body: str) -> None:
    """Change the words; the old ones are kept with the moment they were replaced."""
    if body == said.body:
        return
    db.session.add(
        ContributionVersion(
            contribution_id=said.id, revision=said.revision, body=said.body, replaced_at=clock.now()
        )
    )
    said.body = body
    said.revision += 1
    events.publish(ContributionRevised(said.id))


def change_visibility(said: Contribution, after: Visibility, *, reason: str = "") -> None:
    """Show, hold, hide, restore or withdraw; raises Conflict if the state no longer allows it."""
    before = said.visibility
    if before is after:
        said.visibility_reason = reason
        return
    if not may_follow(before, after):
        raise Conflict("この発言はすでに別の状態になっています。画面を開き直してください。")
    said.visibility, said.visibility_reason = after, reason
    events.publish(VisibilityChanged(said.id, before, after))


def erase(said: Contribution) -> None:
    """Remove the words for good, here and in older versions; the row stays, so that counts do."""
    change_visibility(said, Visibility.ERASED)
    said.body = ""
    said.shown_name = ""
    db.session.execute(delete(ContributionVersion).where(ContributionVersion.contribution_id == said.id))
