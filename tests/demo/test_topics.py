"""The topics of the demo."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.reading import commands
from participation.reading.domain.runs import TopicFilter
from participation.reading.queries import computing, maps, runs


def test_opinions_are_sorted_and_sorting_them_again_gives_the_same(demo_ward: Flask) -> None:
    (row,) = runs.list_runs()
    shown = maps.show_topics(row.run, TopicFilter())
    assert len(shown.topics) >= 4
    assert shown.total == row.run.text_count
    again = computing.sort_opinions(row.run.consultation_id, seed=0)
    with transaction():
        kept = commands.record_topics(
            row.run.consultation_id, again, public_id="again", asked_by_id=None, by=system("tests")
        )
        assert kept.result_sha256 == row.run.result_sha256
        assert kept.texts_sha256 == row.run.texts_sha256
        db.session.rollback()
