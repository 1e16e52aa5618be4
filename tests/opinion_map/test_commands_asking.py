"""Asking for a computing: done apart, told step by step, refused in words where there is nothing to compute."""

from __future__ import annotations

import pytest

from participation.foundation.db import transaction
from participation.jobs import long_runs
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import apart
from tests.support.builders.opinion_map import EDITOR, a_map, computed, two_camps


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    monkeypatch.setattr(apart, "compute_votes", computed)


def asked(opinion_map, seed=0):
    with transaction():
        return commands.ask_for_run(opinion_map, seed=seed, by=EDITOR)


def test_what_waits_is_not_asked_for_twice_but_another_seed_is(app):
    opinion_map = a_map()
    assert asked(opinion_map).id == asked(opinion_map).id
    assert asked(opinion_map, seed=1).id != asked(opinion_map).id


def test_a_run_that_was_asked_for_is_computed_and_says_which_it_became(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = asked(opinion_map)
    assert long_runs.work_off() == 1
    done = long_runs.get(run.public_id)
    assert (done.status, done.result, done.total) == ("done", {"number": 1}, 3)
    assert queries.list_under_way(opinion_map) == []
    assert queries.find_latest_run(opinion_map).number == 1


def test_without_votes_the_run_ends_with_the_reason(app):
    opinion_map = a_map()
    run = asked(opinion_map)
    long_runs.work_off()
    failed = long_runs.get(run.public_id)
    assert failed.status == "failed"
    assert "まだ票がありません" in failed.reason
