"""Builders of consultations: planned, open, closed, published; and of subjects to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from participation.access.actors import Actor, system
from participation.consultations import commands
from participation.consultations.domain import (
    ConsultationDraft,
    ConsultationKind,
    ModerationMode,
    Period,
    PhaseKind,
    PhaseSpan,
)
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.subjects import commands as subjects
from participation.subjects.domain import register_kind
from participation.subjects.models import Subject

STAFF = system("tests")

_numbers = count(1)


def a_subject(title: str = "情報発信力・収集力の強化", *, is_open: bool = True) -> Subject:
    """A subject that people may speak about; its page is the list of consultations."""
    register_kind("test", lambda reference: f"/consultations#{reference}")
    with transaction():
        subject = subjects.add_subject("test", f"t{next(_numbers)}", title)
        if is_open:
            subjects.open_subject(subject)
        db.session.flush()
    return subject


def phases(opens_in: int = -10, closes_in: int = 30, *, published_in: int | None = 80) -> list[PhaseSpan]:
    """The phases of a call that opens and closes so many days from today (whole days in Tokyo)."""
    today = clock.start_of(clock.today())
    opens, closes = today + timedelta(days=opens_in), today + timedelta(days=closes_in)
    spans = [
        PhaseSpan(PhaseKind.ANNOUNCED, Period(opens - timedelta(days=7), opens)),
        PhaseSpan(PhaseKind.OPEN, Period(opens, closes)),
    ]
    if published_in is not None:
        published = today + timedelta(days=published_in)
        spans.append(PhaseSpan(PhaseKind.CONSIDERING, Period(closes, published)))
        spans.append(PhaseSpan(PhaseKind.PUBLISHED, Period(published, published + timedelta(days=365))))
    return spans


def a_planned_consultation(
    *,
    about: Sequence[Subject] = (),
    spans: Sequence[PhaseSpan] | None = None,
    by: Actor = STAFF,
    **says: object,
) -> Consultation:
    """A consultation as staff prepared it; `says` replaces fields of the draft."""
    asked = list(about) or [a_subject()]
    number = next(_numbers)
    draft: dict[str, object] = {
        "code": f"anken-{number}",
        "title": "基本計画 第2部 素案への意見募集",
        "kind": ConsultationKind.CALL_FOR_OPINIONS,
        "summary": "計画の素案について意見を聴きます。\n一つの項目だけでもかまいません。\n区の考え方を必ず公表します。",
        "promise": "いただいた意見と区の考え方を、すべて公表します。",
        "moderation": ModerationMode.HOLD_ALL,
    }
    with transaction():
        return commands.draft_consultation(
            ConsultationDraft(**(draft | says)),  # type: ignore[arg-type]
            phases() if spans is None else spans,
            [subject.id for subject in asked],
            by=by,
        )


def an_open_consultation(
    *,
    about: Sequence[Subject] = (),
    spans: Sequence[PhaseSpan] | None = None,
    by: Actor = STAFF,
    **says: object,
) -> Consultation:
    """A consultation that receives opinions today (unless the clock is moved)."""
    consultation = a_planned_consultation(about=about, spans=spans, by=by, **says)
    with transaction():
        commands.open_consultation(consultation, by=by)
    return consultation


def close(consultation: Consultation, *, by: Actor = STAFF) -> Consultation:
    """Close it now."""
    with transaction():
        commands.close_consultation(consultation, by=by)
    return consultation
