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
from participation.jobs import long_runs, retention, worker
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.domain import meaning
from participation.reading.queries.computing import encodings_file
from tests.support.builders.opinions import an_opinion
from tests.support.builders.reading import ANALYST, a_consultation_with, sayings, topics_of


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


def test_nothing_is_held_open_in_the_database_while_sentences_are_read(app, monkeypatch):
    held = []
    real = meaning.word_vectors

    def word_vectors(sentences):
        held.append(db.session().in_transaction())
        return real(sentences)

    monkeypatch.setattr(meaning, "word_vectors", word_vectors)
    consultation = a_consultation_with(sayings(12))
    run = topics_of(consultation)
    an_opinion(to=consultation, said="公園の木陰をふやしてください。")
    with transaction():
        commands.ask_to_join(run, by=ANALYST)
    long_runs.work_off()
    assert held == [False, False]


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
