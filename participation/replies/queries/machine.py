"""Which versions of replies were begun from what a machine proposed (機械の下書きから).

Saving such a version is noted in the audit trail, where nothing is changed and nothing goes: so the mark
stays, however often the words are rewritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, select

from participation.audit.models import AuditEntry
from participation.foundation.db import db
from participation.replies.models import Point, ReplyVersion

#: What staff and approvers read.
MARK = "機械の下書きから"


def _saved_at(point_ids: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(
        AuditEntry.target_type == Point.__tablename__,
        AuditEntry.action == "replies.draft_reply",
        point_ids,
    )


def is_saving_of_version(point_id: int) -> ColumnElement[bool]:
    """Return how a version of the reply to a point is joined with the entry that tells of its saving."""
    return and_(
        _saved_at(AuditEntry.target_id == point_id),
        AuditEntry.changes["version"].as_string() == cast(ReplyVersion.number, String),
    )


def drafts_in(changes: dict[str, Any] | None) -> tuple[str, ...]:
    """Return, of such an entry, the public ids of the proposals that were taken up."""
    return tuple((changes or {}).get("machine_drafts", ()))


def points_begun(point_ids: Sequence[int] | Select[Any]) -> set[int]:
    """Return those points of which a version was begun from what a machine proposed. One query."""
    entries = db.session.execute(
        select(AuditEntry.target_id, AuditEntry.changes).where(_saved_at(AuditEntry.target_id.in_(point_ids)))
    )
    return {point_id for point_id, changes in entries if drafts_in(changes)}
