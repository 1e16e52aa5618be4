"""The consultations (案件) of the demo: prepared, opened, closed and published as staff would."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from participation.consultations import commands
from participation.consultations.domain import (
    ConsultationDraft,
    ConsultationKind,
    ModerationMode,
    Period,
    PhaseKind,
    PhaseSpan,
    PublicationMode,
)
from participation.consultations.queries import get_consultation
from participation.demo import reading
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation.db import db
from participation.organisations.queries import find_section
from participation.plans.models import Plan, PlanNode
from participation.subjects.models import Subject

PLAN = "meguro-basic-plan"
WRITER, DECIDER = "s09", "s03"
WHOLE_PLAN = "plan"
#: Last to happen on a day that begins a phase: what was sent on the last day is already in.
AT_MIDNIGHT, IN_THE_MORNING = "00:00", "09:00"


class Places:
    """Finds the subject of a place in the plan by its code."""

    def __init__(self) -> None:
        self._subjects: dict[str, tuple[int, str]] = {}

    def subject_id(self, code: str) -> int:
        """Return the id of the subject of a place."""
        return self._find(code)[0]

    def public_id(self, code: str) -> str:
        """Return the public id of the subject of a place."""
        return self._find(code)[1]

    def ids_below(self, code: str) -> list[int]:
        """Return the subjects of a place and of everything under it; of the whole plan for "plan"."""
        self._find("MP-1")
        return [
            subject_id
            for each, (subject_id, _) in self._subjects.items()
            if code == WHOLE_PLAN or each == code or each.startswith(f"{code}-")
        ]

    def _find(self, code: str) -> tuple[int, str]:
        if not self._subjects:
            rows = db.session.execute(
                select(PlanNode.code, Subject.id, Subject.public_id)
                .join(Plan, Plan.id == PlanNode.plan_id)
                .join(Subject, Subject.id == PlanNode.subject_id)
                .where(Plan.slug == PLAN)
            )
            self._subjects = {each: (subject_id, public_id) for each, subject_id, public_id in rows}
        return self._subjects[code]


def schedule(timeline: Timeline, cast: Cast, places: Places) -> None:
    """Let every consultation run through its phases."""
    for entry in (*reading.consultations(), *reading.standing()):
        announced = timeline.moment(entry.get("announced", entry["opens"]), "08:30")
        timeline.add(announced, _draft, timeline, cast, places, entry)
        if entry["status"] == "not_conducted":
            timeline.add(timeline.moment(entry["decided"], "10:00"), _cancel, cast, entry)
            continue
        if entry["opens"] <= 0:
            opening = AT_MIDNIGHT if "announced" in entry else IN_THE_MORNING
            timeline.add(timeline.moment(entry["opens"], opening), _open, cast, entry)
        if entry.get("closes", 1) <= 0:
            timeline.add(timeline.moment(entry["closes"], "00:01"), _close, cast, entry)


def opening_day(key: str) -> int:
    """Return the day on which a consultation opens; what is always open counts from the day of loading."""
    return next((entry["opens"] for entry in reading.consultations() if entry["key"] == key), 0)


def code_of(key: str) -> str:
    """Return the code that stands in a consultation's address."""
    everything = (*reading.consultations(), *reading.standing())
    return next(str(entry["code"]) for entry in everything if entry["key"] == key)


def _draft(timeline: Timeline, cast: Cast, places: Places, entry: dict[str, Any]) -> None:
    section = find_section(entry["section"])
    draft = ConsultationDraft(
        code=entry["code"],
        title=entry["title"],
        kind=ConsultationKind(entry["kind"]),
        summary=entry["summary"].strip(),
        description=entry["description"].strip(),
        promise=entry["promise"],
        eligibility=entry["eligibility"],
        how_to_submit=entry["how_to_submit"],
        section_id=section.id if section else None,
        needs_identity=entry["needs_identity"],
        counts_postmark=entry["counts_postmark"],
        moderation=ModerationMode(entry["moderation"]),
        publication=PublicationMode(entry["publication"]),
        disposition_scheme=entry["disposition_scheme"],
    )
    by = cast.actor(WRITER)
    consultation = commands.draft_consultation(
        draft, _phases(timeline, entry), places.ids_below(entry["subjects"]), by=by
    )
    for material in entry.get("materials", ()):
        commands.add_material(consultation, **material, by=by)


def _phases(timeline: Timeline, entry: dict[str, Any]) -> list[PhaseSpan]:
    if "closes" not in entry:
        return []
    borders = [timeline.moment(entry[name]) for name in ("announced", "opens", "closes", "published", "ends")]
    kinds = (PhaseKind.ANNOUNCED, PhaseKind.OPEN, PhaseKind.CONSIDERING, PhaseKind.PUBLISHED)
    return [
        PhaseSpan(kind, Period(begins, ends))
        for kind, begins, ends in zip(kinds, borders[:-1], borders[1:], strict=True)
    ]


def _open(cast: Cast, entry: dict[str, Any]) -> None:
    commands.open_consultation(get_consultation(entry["code"]), by=cast.actor(DECIDER))


def _close(cast: Cast, entry: dict[str, Any]) -> None:
    commands.close_consultation(get_consultation(entry["code"]), by=cast.actor(DECIDER))


def _cancel(cast: Cast, entry: dict[str, Any]) -> None:
    commands.not_conduct(
        get_consultation(entry["code"]), entry["not_conducted_reason"], by=cast.actor(DECIDER)
    )
