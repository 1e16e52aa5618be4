"""Writing and reading the audit trail; there is no changing or deleting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from participation.access.actors import Actor, Role
from participation.audit import chain
from participation.audit.models import AuditEntry
from participation.foundation import clock
from participation.foundation.db import Base, db


def record(
    by: Actor, action: str, target: Base | tuple[type[Base], int] | str, changes: dict[str, Any] | None = None
) -> None:
    """Append one entry in the running transaction; it is written, and chained to the one before, at its end.

    `target` is the row acted on, or its class and id, or a name where there is no single row. `changes` holds states and
    numbers, never a person's words or data: those stay where they can be erased.
    """
    if isinstance(target, Base):
        db.session.flush()  # A new row gets its id, so that the entry can name it.
        target_type, target_id = target.__tablename__, getattr(target, "id", None)
    elif isinstance(target, str):
        target_type, target_id = target, None
    else:
        target_type, target_id = target[0].__tablename__, target[1]
    roles = ",".join(sorted(role for role in by.roles))
    chain.append(
        {
            "at": clock.now(),
            "person_id": by.person_id,
            "acted_as": f"system:{by.name}" if Role.SYSTEM in by.roles else roles,
            "action": action,
            "target_type": target_type,
            "target_id": target_id,
            "changes": changes or {},
        }
    )


def entries_about(target: Base, *, limit: int = 100) -> Sequence[AuditEntry]:
    """Return the latest entries about a row, newest first."""
    return db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.target_type == target.__tablename__,
            AuditEntry.target_id == getattr(target, "id", None),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()
