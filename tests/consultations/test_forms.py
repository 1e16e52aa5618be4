"""Days become phases: whole days in Tokyo, half-open."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from participation.consultations.domain import ALWAYS, ConsultationKind, PhaseKind
from participation.consultations.forms import ConsultationForm, PhasesForm
from participation.foundation import clock
from participation.foundation.errors import Refused

DAYS = {
    "announced_on": date(2026, 11, 1),
    "opens_on": date(2026, 11, 9),
    "closes_on": date(2026, 12, 8),
    "published_on": date(2027, 2, 1),
}


def form_of(app: Flask, **days: date | None) -> PhasesForm:
    with app.test_request_context():
        return PhasesForm(data={**DAYS, **days})


def test_the_last_day_counts_whole_and_the_days_come_back_as_they_were_typed(app: Flask) -> None:
    phases = form_of(app).phases(ConsultationKind.PUBLIC_COMMENT)
    by_kind = {phase.kind: phase.period for phase in phases}
    assert by_kind[PhaseKind.OPEN].closes_at == clock.start_of(date(2026, 12, 9))
    assert by_kind[PhaseKind.CONSIDERING].opens_at == by_kind[PhaseKind.OPEN].closes_at
    assert PhasesForm.of(tuple(phases)) == DAYS


def test_a_residents_voice_has_no_last_day(app: Flask) -> None:
    phases = form_of(app, announced_on=None).phases(ConsultationKind.RESIDENTS_VOICE)
    assert [(phase.kind, phase.period.closes_at) for phase in phases] == [(PhaseKind.OPEN, ALWAYS)]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"closes_on": None}, "closes_on"),
        ({"closes_on": date(2026, 11, 1)}, "closes_on"),
        ({"announced_on": date(2026, 11, 9)}, "announced_on"),
        ({"published_on": date(2026, 12, 8)}, "published_on"),
    ],
)
def test_days_in_the_wrong_order_are_refused_at_their_field(app: Flask, days, field) -> None:
    with pytest.raises(Refused) as refusal:
        form_of(app, **days).phases(ConsultationKind.CALL_FOR_OPINIONS)
    assert refusal.value.field == field


@pytest.mark.parametrize(("text", "version"), [("3", 3), ("", 0), ("x", 0), ("１２", 0), ("9" * 30, 0)])
def test_the_version_seen_is_a_number_or_none_that_exists(app: Flask, text: str, version: int) -> None:
    with app.test_request_context():
        assert ConsultationForm(data={"version": text}).seen_version == version
