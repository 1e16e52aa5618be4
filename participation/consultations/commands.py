"""Changing consultations: drafting, scheduling, opening, extending, closing, publishing.

Whoever changes a consultation holds its row (FOR UPDATE); whoever hands something in holds it too
(FOR SHARE). So what was received and what was closed have one order, and nothing slips in between.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.domain import (
    ALWAYS,
    ConsultationDraft,
    ConsultationKind,
    ConsultationStatus,
    Period,
    PhaseKind,
    PhaseSpan,
    extended,
    is_too_short,
    why_not_in_order,
)
from participation.consultations.events import (
    ConsultationClosed,
    ConsultationExtended,
    ConsultationNotConducted,
    ConsultationOpened,
    ConsultationResultPublished,
)
from participation.consultations.models import Consultation, ConsultationSubject, Material, Phase
from participation.consultations.queries import list_phases
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.i18n.dates import deadline_ja
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FINISHED = (ConsultationStatus.RESULT_PUBLISHED, ConsultationStatus.NOT_CONDUCTED)
SHORT_NEEDS_REASON = "パブリックコメントの募集は30日以上です。短くするときは、公表する理由を書いてください。"


def draft_consultation(
    draft: ConsultationDraft,
    phases: Sequence[PhaseSpan] = (),
    subject_ids: Collection[int] = (),
    *,
    by: Actor,
) -> Consultation:
    """Prepare a consultation (案件). It is public from the moment it has phases, as planned."""
    access.require(by, "consultations.draft", draft.section_id)
    _refuse_bad_code(draft.code)
    if db.session.scalar(select(Consultation.id).where(Consultation.code == draft.code)) is not None:
        raise Refused("このコードは、ほかの案件で使われています。", field="code")
    consultation = Consultation(
        **asdict(draft), status=ConsultationStatus.PLANNED, created_at=clock.now(), not_conducted_reason=""
    )
    db.session.add(consultation)
    db.session.flush()  # Its phases and subjects point to it.
    _write_phases(consultation, phases)
    _write_subjects(consultation, subject_ids)
    audit.record(by, "consultations.draft", consultation, {"code": draft.code, "kind": draft.kind})
    return consultation


def change_consultation(
    consultation: Consultation, draft: ConsultationDraft, version: int, *, by: Actor
) -> None:
    """Change what a consultation says; `version` is the one that was on the screen."""
    access.require(by, "consultations.change", consultation)
    _hold(consultation)
    if consultation.version != version:
        raise Conflict("ほかの職員が、この案件を先に変更しました。今の内容と見比べてください。")
    if draft.section_id != consultation.section_id:
        access.require(by, "consultations.draft", draft.section_id)
    _refuse_bad_code(draft.code)
    if draft.code != consultation.code and consultation.status is not ConsultationStatus.PLANNED:
        raise Refused("募集を始めたあとは、アドレスになっているコードを変えられません。", field="code")
    before = {name: getattr(consultation, name) for name in asdict(draft)}
    for name, value in asdict(draft).items():
        setattr(consultation, name, value)
    if consultation.status in (ConsultationStatus.PLANNED, ConsultationStatus.OPEN):
        _refuse_short_period(consultation, list_phases(consultation.id))
    changed = sorted(name for name, value in before.items() if value != getattr(consultation, name))
    audit.record(by, "consultations.change", consultation, {"changed": changed})


def schedule_phases(consultation: Consultation, phases: Sequence[PhaseSpan], *, by: Actor) -> None:
    """Set all phases (手続の流れ) of a consultation; while it is open its deadline only moves by extending."""
    access.require(by, "consultations.change", consultation)
    _hold(consultation)
    _refuse_finished(consultation)
    if consultation.status is not ConsultationStatus.PLANNED and (
        _open_phase(phases) != _open_phase(list_phases(consultation.id))
    ):
        raise Refused(
            "募集を始めたあとは、募集の期間をここでは変えられません。締切は「延ばす」で変えてください。"
        )
    _write_phases(consultation, phases)
    audit.record(by, "consultations.change", consultation, {"phases": [p.kind for p in phases]})


def extend_phase(consultation: Consultation, kind: PhaseKind, closes_at: datetime, *, by: Actor) -> None:
    """Let a phase end later; later phases begin later where they must. It never ends earlier."""
    access.require(by, "consultations.extend", consultation)
    _hold(consultation)
    _refuse_finished(consultation)
    phases = list_phases(consultation.id)
    present = next((phase for phase in phases if phase.kind is kind), None)
    if present is None:
        raise Refused("この期間は、まだ決まっていません。先に期間を決めてください。")
    if closes_at <= present.period.closes_at:
        raise Refused(
            f"今の締切（{deadline_ja(present.period.closes_at)}）より後の日にしてください。",
            field="closes_on",
        )
    _write_phases(consultation, extended(phases, kind, closes_at))
    audit.record(
        by, "consultations.extend", consultation, {"phase": kind, "closes_at": closes_at.isoformat()}
    )
    events.publish(ConsultationExtended(consultation.id, closes_at))


def open_consultation(consultation: Consultation, *, by: Actor) -> None:
    """Begin to ask (募集を始める): its subjects may be spoken about from now on."""
    access.require(by, "consultations.open", consultation)
    _hold(consultation)
    _refuse_finished(consultation)
    if consultation.status is ConsultationStatus.OPEN:
        raise Conflict("この案件の募集は、すでに始まっています。")
    phases = list_phases(consultation.id)
    if consultation.kind is ConsultationKind.RESIDENTS_VOICE and _open_phase(phases) is None:
        phases = [*phases, PhaseSpan(PhaseKind.OPEN, Period(clock.now(), ALWAYS))]
        _write_phases(consultation, phases)
    period = _open_phase(phases)
    if period is None:
        raise Refused("募集の期間が決まっていません。先に期間を決めてください。")
    if clock.now() >= period.closes_at:
        raise Refused("募集の期間がすでに終わっています。先に締切を延ばしてください。")
    _refuse_short_period(consultation, phases)
    asked = db.session.scalars(
        select(Subject)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(ConsultationSubject.consultation_id == consultation.id)
    ).all()
    if not asked:
        raise Refused("意見を聴く対象（計画の項目）が選ばれていません。")
    for subject in asked:
        subjects.open_subject(subject)
    consultation.status = ConsultationStatus.OPEN
    audit.record(by, "consultations.open", consultation)
    events.publish(ConsultationOpened(consultation.id))


def close_consultation(consultation: Consultation, *, by: Actor) -> None:
    """Stop receiving (募集を終える): at once, even before the announced deadline."""
    access.require(by, "consultations.close", consultation)
    _hold(consultation)
    if consultation.status is not ConsultationStatus.OPEN:
        raise Conflict("この案件は、今は募集中ではありません。")
    now = clock.now()
    # Stopping is never refused, not even when a public comment becomes shorter than 30 days by it.
    for phase in db.session.scalars(
        select(Phase).where(
            Phase.consultation_id == consultation.id,
            Phase.kind == PhaseKind.OPEN,
            Phase.opens_at < now,
            Phase.closes_at > now,
        )
    ):
        phase.closes_at = now
    consultation.status = ConsultationStatus.CLOSED_PREPARING
    audit.record(by, "consultations.close", consultation)
    events.publish(ConsultationClosed(consultation.id))


def publish_result(consultation: Consultation, *, by: Actor) -> None:
    """Say that the result is published (結果を公表): called with the publication of the replies."""
    access.require(by, "consultations.publish_result", consultation)
    _hold(consultation)
    if consultation.status is ConsultationStatus.RESULT_PUBLISHED:
        return
    if consultation.status is not ConsultationStatus.CLOSED_PREPARING:
        raise Conflict("結果を公表できるのは、募集を終えた案件だけです。")
    consultation.status = ConsultationStatus.RESULT_PUBLISHED
    consultation.result_published_on = clock.today()
    audit.record(by, "consultations.publish_result", consultation)
    events.publish(ConsultationResultPublished(consultation.id))


def not_conduct(consultation: Consultation, reason: str, *, by: Actor) -> None:
    """Decide not to ask (実施しない); the reason is published (行政手続法43条4項 has the same duty)."""
    access.require(by, "consultations.not_conduct", consultation)
    _hold(consultation)
    if consultation.status is not ConsultationStatus.PLANNED:
        raise Conflict("「実施しない」にできるのは、募集を始める前の案件だけです。")
    if not reason.strip():
        raise Refused("実施しない理由を書いてください。案件のページで公表します。", field="reason")
    consultation.status = ConsultationStatus.NOT_CONDUCTED
    consultation.not_conducted_reason = reason
    audit.record(by, "consultations.not_conduct", consultation)
    events.publish(ConsultationNotConducted(consultation.id))


def add_subjects(consultation: Consultation, subject_ids: Collection[int], *, by: Actor) -> None:
    """Ask about more subjects (意見を聴く対象); those of an open consultation may be spoken about at once."""
    access.require(by, "consultations.change", consultation)
    _hold(consultation)
    _refuse_finished(consultation)
    _write_subjects(consultation, subject_ids)
    if consultation.status is ConsultationStatus.OPEN:
        for subject in db.session.scalars(select(Subject).where(Subject.id.in_(subject_ids))):
            subjects.open_subject(subject)
    audit.record(by, "consultations.change", consultation, {"subjects_added": sorted(subject_ids)})


def remove_subject(consultation: Consultation, subject_id: int, *, by: Actor) -> None:
    """No longer ask about a subject; what was said about it stays."""
    access.require(by, "consultations.change", consultation)
    _hold(consultation)
    _refuse_finished(consultation)
    db.session.execute(
        delete(ConsultationSubject).where(
            ConsultationSubject.consultation_id == consultation.id,
            ConsultationSubject.subject_id == subject_id,
        )
    )
    audit.record(by, "consultations.change", consultation, {"subject_removed": subject_id})


def add_material(
    consultation: Consultation,
    title: str,
    *,
    source: str = "",
    address: str = "",
    body: str = "",
    by: Actor,
) -> Material:
    """Add a document that explains the matter (関連資料): an address, a text, or both."""
    access.require(by, "consultations.change", consultation)
    if address and not re.fullmatch(r"(?:https?://|/(?!/))[^\s\"'<>\\]{1,490}", address):
        raise Refused("アドレスは https:// か、このサイトの中なら / で始めてください。", field="address")
    if not (address or body.strip()):
        raise Refused("アドレスか本文のどちらかを入れてください。", field="address")
    material = Material(
        consultation_id=consultation.id, title=title, source=source, address=address, body=body
    )
    db.session.add(material)
    audit.record(by, "consultations.change", consultation, {"material_added": title})
    return material


def remove_material(consultation: Consultation, material_id: int, *, by: Actor) -> None:
    """Take a document away."""
    access.require(by, "consultations.change", consultation)
    material = db.session.get(Material, material_id)
    if material is None or material.consultation_id != consultation.id:
        raise NotFound
    db.session.delete(material)
    audit.record(by, "consultations.change", consultation, {"material_removed": material.title})


def _hold(consultation: Consultation) -> None:
    """Hold the row until the end of the transaction, and read it as it is now."""
    db.session.refresh(consultation, with_for_update=True)


def _refuse_finished(consultation: Consultation) -> None:
    if consultation.status in _FINISHED:
        raise Conflict("この案件はもう終わっているため、変えられません。")


def _refuse_bad_code(code: str) -> None:
    if not _CODE.fullmatch(code) or len(code) > 60:
        raise Refused(
            "コードは半角の英小文字・数字・ハイフンで書いてください（例 kihon-keikaku-2026）。", field="code"
        )


def _refuse_short_period(consultation: Consultation, phases: Sequence[PhaseSpan]) -> None:
    if is_too_short(consultation.kind, phases) and not consultation.short_period_reason.strip():
        raise Refused(SHORT_NEEDS_REASON, field="short_period_reason")


def _open_phase(phases: Sequence[PhaseSpan]) -> Period | None:
    return next((phase.period for phase in phases if phase.kind is PhaseKind.OPEN), None)


def _write_phases(consultation: Consultation, phases: Sequence[PhaseSpan]) -> None:
    wrong = why_not_in_order(phases)
    if wrong:
        raise Refused(wrong)
    _refuse_short_period(consultation, phases)
    present = {
        row.kind: row
        for row in db.session.scalars(select(Phase).where(Phase.consultation_id == consultation.id))
    }
    for phase in phases:
        row = present.pop(phase.kind, None)
        if row is None:
            row = Phase(consultation_id=consultation.id, kind=phase.kind)
            db.session.add(row)
        row.opens_at, row.closes_at = phase.period.opens_at, phase.period.closes_at
    for row in present.values():
        db.session.delete(row)
    db.session.flush()  # The next reading of the phases sees them.


def _write_subjects(consultation: Consultation, subject_ids: Collection[int]) -> None:
    present = set(
        db.session.scalars(
            select(ConsultationSubject.subject_id).where(
                ConsultationSubject.consultation_id == consultation.id
            )
        )
    )
    for subject_id in sorted(set(subject_ids) - present):
        db.session.add(ConsultationSubject(consultation_id=consultation.id, subject_id=subject_id))
    db.session.flush()  # So that they are found when the consultation is opened in the same transaction.
