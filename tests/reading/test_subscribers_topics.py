"""What was encoded for one run is there for the next, and goes with the words and with time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.jobs import retention, worker
from participation.opinions.models import Opinion
from participation.reading.domain import meaning
from participation.reading.queries.computing import encodings_file
from tests.support.builders.reading import a_consultation_with, sayings, topics_of


def remembered() -> int:
    with closing(sqlite3.connect(encodings_file())) as file:
        return int(file.execute("SELECT count(*) FROM encodings").fetchone()[0])


def test_sorting_again_encodes_nothing_and_after_a_month_it_is_forgotten(app, clock, monkeypatch):
    consultation = a_consultation_with(sayings(24))
    first = topics_of(consultation)
    count = remembered()
    assert count > 10
    assert meaning.encoder_name() in first.method
    monkeypatch.setattr(meaning, "_encoder", lambda: pytest.fail("it was encoded already"))
    assert topics_of(consultation).result_sha256 == first.result_sha256
    clock.advance(timedelta(days=29))
    assert _forgotten() == 0
    clock.advance(timedelta(days=2))
    assert _forgotten() == count
    assert remembered() == 0


def _forgotten() -> int:
    return {rule.name: count for rule, count in retention.forget_old()}["reading.encodings"]


@pytest.mark.parametrize("how", ["erased", "covered"])
def test_what_was_encoded_goes_when_words_are_erased_or_covered(app, how):
    topics_of(a_consultation_with(sayings(12)))
    assert remembered() > 0
    said = db.session.query(Opinion).first().contribution_id
    with transaction():
        if how == "erased":
            events.publish(VisibilityChanged(said, Visibility.PUBLISHED, Visibility.ERASED))
        else:
            events.publish(WordsCovered(said, ()))
    worker.drain()
    assert remembered() == 0
