"""Drafting, scheduling, opening, extending, closing: result, record, event, refusal."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.consultations import commands, queries
from participation.consultations.domain import (
    ALWAYS,
    ConsultationDraft,
    ConsultationKind,
    ConsultationStatus,
    PhaseKind,
)
from participation.consultations.events import ConsultationOpened
from participation.foundation import clock as app_clock
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Refused
from participation.subjects.models import Subject
from tests.conftest import Clock
from tests.support.builders.consultations import (
    STAFF,
    a_planned_consultation,
    a_subject,
    an_open_consultation,
    close,
    phases,
)

pytestmark = pytest.mark.usefixtures("app")


def draft_of(consultation, **changes) -> ConsultationDraft:
    says = {field.name: getattr(consultation, field.name) for field in fields(ConsultationDraft)}
    return ConsultationDraft(**(says | changes))


def test_opening_lets_people_speak_about_its_subjects_and_is_recorded_and_announced() -> None:
    subject = a_subject(is_open=False)
    heard = []
    events.subscribe(ConsultationOpened, heard.append)
    consultation = an_open_consultation(about=[subject])
    events._subscribers[ConsultationOpened].remove(heard.append)
    assert consultation.status is ConsultationStatus.OPEN
    assert db.session.get_one(Subject, subject.id, populate_existing=True).opened_at is not None
    assert heard == [ConsultationOpened(consultation.id)]
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.target_type == "consultations").order_by(AuditEntry.id)
    ).all()
    assert actions == ["consultations.draft", "consultations.open"]


def test_a_short_public_comment_needs_a_published_reason() -> None:
    with pytest.raises(Refused, match="30日以上") as refusal:
        a_planned_consultation(kind=ConsultationKind.PUBLIC_COMMENT, spans=phases(0, 29))
    assert refusal.value.field == "short_period_reason"
    short = a_planned_consultation(
        kind=ConsultationKind.PUBLIC_COMMENT,
        spans=phases(0, 29),
        short_period_reason="法の施行日が近いため。",
    )
    assert short.short_period_reason


def test_the_reason_cannot_be_taken_away_while_the_period_is_short() -> None:
    short = a_planned_consultation(
        kind=ConsultationKind.PUBLIC_COMMENT, spans=phases(0, 29), short_period_reason="急ぐため。"
    )
    with pytest.raises(Refused, match="30日以上"), transaction():
        commands.change_consultation(short, draft_of(short, short_period_reason=""), short.version, by=STAFF)


@pytest.mark.parametrize(
    ("about", "spans", "reason"), [((), phases, "対象"), (None, list, "期間が決まっていません")]
)
def test_a_call_needs_a_period_and_something_to_ask_about(about, spans, reason) -> None:
    if about is None:
        consultation = a_planned_consultation(spans=spans())
    else:
        consultation = a_planned_consultation(spans=spans())
        with transaction():
            for subject in queries.list_subjects(consultation.id):
                commands.remove_subject(consultation, subject.id, by=STAFF)
    with pytest.raises(Refused, match=reason), transaction():
        commands.open_consultation(consultation, by=STAFF)


def test_a_residents_voice_opens_without_an_end() -> None:
    voice = an_open_consultation(kind=ConsultationKind.RESIDENTS_VOICE, spans=[])
    assert queries.get_procedure(voice.code).open_period.closes_at == ALWAYS
    assert queries.get_procedure(voice.code).days_left is None


def test_closing_early_ends_the_period_at_that_moment(clock: Clock) -> None:
    consultation = close(an_open_consultation())
    assert consultation.status is ConsultationStatus.CLOSED_PREPARING
    assert queries.get_procedure(consultation.code).open_period.closes_at == clock.moment
    with pytest.raises(Conflict):
        close(consultation)


def test_after_extending_a_closed_call_may_open_again() -> None:
    consultation = close(an_open_consultation())
    with pytest.raises(Refused, match="終わっています"), transaction():
        commands.open_consultation(consultation, by=STAFF)
    later = app_clock.now() + timedelta(days=20)
    with transaction():
        commands.extend_phase(consultation, PhaseKind.OPEN, later, by=STAFF)
        commands.open_consultation(consultation, by=STAFF)
    assert queries.get_procedure(consultation.code).accepts_opinions


def test_a_deadline_never_moves_forward_and_not_behind_the_back_of_an_open_call() -> None:
    consultation = an_open_consultation()
    with pytest.raises(Refused, match="より後の日") as refusal, transaction():
        commands.extend_phase(consultation, PhaseKind.OPEN, app_clock.now(), by=STAFF)
    assert refusal.value.field == "closes_on"
    with pytest.raises(Refused, match="延ばす"), transaction():
        commands.schedule_phases(consultation, phases(-10, 60), by=STAFF)


def test_who_saves_second_is_told_and_loses_nothing_of_the_first() -> None:
    consultation = a_planned_consultation()
    seen = consultation.version
    with transaction():
        commands.change_consultation(consultation, draft_of(consultation, title="先の人の題"), seen, by=STAFF)
    with pytest.raises(Conflict), transaction():
        commands.change_consultation(consultation, draft_of(consultation, title="後の人の題"), seen, by=STAFF)
    assert queries.get_consultation(consultation.code).title == "先の人の題"


def test_not_conducting_needs_a_reason_and_a_call_that_has_not_begun() -> None:
    consultation = a_planned_consultation()
    with pytest.raises(Refused), transaction():
        commands.not_conduct(consultation, " ", by=STAFF)
    with transaction():
        commands.not_conduct(consultation, "計画を作らないことにしたため。", by=STAFF)
    assert consultation.status is ConsultationStatus.NOT_CONDUCTED
    begun = an_open_consultation()
    with pytest.raises(Conflict), transaction():
        commands.not_conduct(begun, "やめたい", by=STAFF)


def test_the_result_is_published_only_after_closing_and_once() -> None:
    consultation = an_open_consultation()
    with pytest.raises(Conflict), transaction():
        commands.publish_result(consultation, by=STAFF)
    close(consultation)
    for _ in range(2):
        with transaction():
            commands.publish_result(consultation, by=STAFF)
    assert consultation.result_published_on == app_clock.today()
    other = a_subject()
    with pytest.raises(Conflict), transaction():
        commands.add_subjects(consultation, [other.id], by=STAFF)


@pytest.mark.parametrize("code", ["", "大文字", "A-b", "a--b", "-a", "a b", "x" * 61])
def test_a_code_that_cannot_stand_in_an_address_is_refused(code: str) -> None:
    with pytest.raises(Refused) as refusal:
        a_planned_consultation(code=code)
    assert refusal.value.field == "code"


def test_two_consultations_cannot_have_one_code_and_an_open_one_keeps_its_own() -> None:
    consultation = an_open_consultation(code="onaji")
    with pytest.raises(Refused, match="使われています"):
        a_planned_consultation(code="onaji")
    with pytest.raises(Refused, match="変えられません"), transaction():
        commands.change_consultation(
            consultation, draft_of(consultation, code="betsu"), consultation.version, by=STAFF
        )


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", ""]
)
def test_a_material_links_only_to_the_web_or_this_site(address: str) -> None:
    consultation = a_planned_consultation()
    with pytest.raises(Refused), transaction():
        commands.add_material(consultation, "資料", address=address, by=STAFF)
