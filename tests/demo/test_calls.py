"""The consultations of the demo on the day of loading."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.consultations.queries import get_procedure
from participation.demo import reading
from participation.foundation.db import db


def test_the_six_consultations_and_the_standing_counter_stand_where_they_should(demo_ward: Flask) -> None:
    expected = {entry["code"]: entry["status"] for entry in (*reading.consultations(), *reading.standing())}
    found = {entry.code: entry.status.value for entry in db.session.scalars(select(Consultation))}
    assert found == expected
    assert set(found.values()) == {status.value for status in ConsultationStatus}


def test_a_newcomer_can_speak_in_what_is_open_today(demo_ward: Flask) -> None:
    for entry in reading.consultations():
        procedure = get_procedure(entry["code"])
        assert procedure.accepts_opinions == (entry["status"] == "open"), entry["code"]
