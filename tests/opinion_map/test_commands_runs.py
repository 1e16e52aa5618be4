"""Runs: kept with what is needed to do them again; groups keep their names; versions are frozen."""

from __future__ import annotations

import json
import zlib
from copy import deepcopy

import pytest
from sqlalchemy import func, select

from participation.access.actors import visitor
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Refused
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.maps import ResultsShown
from participation.opinion_map.models import MapRun
from tests.support.builders.opinion_map import EDITOR, a_map, a_run, answer, computed, statement_of, two_camps


def test_a_run_says_how_it_was_made_and_computing_its_votes_again_gives_the_same(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map, seed=4)
    assert (run.number, run.voters, run.votes, run.seed, run.group_count) == (1, 24, 288, 4, 2)
    assert run.parameters["least_votes"] == 7
    assert run.seconds > 0
    again = computed(queries.votes_file_of(run), seed=run.seed)
    assert queries.result_hash(again) == run.result_sha256


def test_a_run_kept_before_more_was_told_of_the_method_can_still_be_done_again(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    found = computed(queries.votes_file_of(run), seed=0)
    before = {key: value for key, value in run.parameters.items() if key not in ("noise", "spread")}
    assert len(before) < len(run.parameters)
    with transaction():
        run.parameters = before
    told = queries.told_as_before(found, run)
    assert told["method"].keys() == before.keys() | {"groups", "votes"}
    assert queries.result_hash(told) != queries.result_hash(found)


def test_what_is_kept_is_what_was_computed_and_a_run_kept_as_one_piece_is_read_as_well(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    found = computed(queries.votes_file_of(run), seed=0)
    assert queries.result_hash(queries.result_of(run)) == run.result_sha256
    drawn = queries.picture_of(opinion_map, run)
    later = a_map(question="前の形で残した計算")
    two_camps(later)
    older = a_run(later)
    whole = computed(queries.votes_file_of(older), seed=0)
    with transaction():
        older.result = zlib.compress(json.dumps(whole).encode())
    assert queries.result_of(older)["groups"] == whole["groups"]
    shown = queries.picture_of(later, older)
    assert (shown["placed"], len(shown["dots"]), len(shown["groups"])) == (24, 24, 2)
    assert shown["model"]["bridges"] == drawn["model"]["bridges"]
    assert found["method"]["votes"] == 288


def test_the_same_votes_computed_twice_are_one_run(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    assert a_run(opinion_map).id == a_run(opinion_map).id
    assert db.session.scalar(select(func.count()).select_from(MapRun)) == 1


def test_a_group_that_keeps_its_people_keeps_its_name_in_the_next_run(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    with transaction():
        commands.name_group(run, 2, "静かに過ごしたい", "座る場所を求める人たち", by=EDITOR)
    answer(opinion_map, 1, "agree", visitor("newcomer"))
    later = a_run(opinion_map)
    assert later.number == 2
    assert [(each.name, each.note) for each in queries.list_groups(later)] == [
        ("", ""),
        ("静かに過ごしたい", "座る場所を求める人たち"),
    ]
    with pytest.raises(Refused), transaction():
        commands.name_group(later, 3, "いない人たち", by=EDITOR)


def test_a_version_stays_as_it_was_whatever_is_renamed_or_voted_later(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    with transaction():
        first = commands.publish_run(opinion_map, run, "設計に使います。", by=EDITOR)
    before = deepcopy(first.picture)
    with transaction():
        commands.name_group(run, 1, "あとから付けた名前", by=EDITOR)
        commands.remove_statement(statement_of(opinion_map, 1), "取り下げの試し", by=EDITOR)
    db.session.expire_all()
    assert queries.get_publication(opinion_map, 1).picture == before
    with pytest.raises(Conflict), transaction():
        commands.publish_run(opinion_map, run, "", by=EDITOR)
    with transaction():
        second = commands.publish_run(opinion_map, a_run_of(opinion_map), "", by=EDITOR)
    assert second.number == 2


def a_run_of(opinion_map):
    """A run recorded inside of the transaction that is open."""
    content = b"participant,statement,vote\n" + b"".join(
        f"p{n},{s},{1 if (n + s) % 2 else -1}\n".encode() for n in range(12) for s in range(2, 10)
    )
    return commands.record_run(opinion_map, content, computed(content), changes=0, by=EDITOR)


def test_what_is_too_little_or_hidden_until_the_closing_is_not_published(app):
    few = a_map()
    for number in range(1, 8):
        answer(few, number, "agree", visitor("alone"))
    with pytest.raises(Refused, match="10人"), transaction():
        commands.publish_run(few, a_run_in(few), "", by=EDITOR)
    hidden = a_map(results_shown=ResultsShown.AFTER_CLOSING, question="締切まで見せない問い")
    two_camps(hidden)
    run = a_run(hidden)
    with pytest.raises(Refused, match="締め切るまで"), transaction():
        commands.publish_run(hidden, run, "", by=EDITOR)


def a_run_in(opinion_map):
    """A run of the present votes, recorded inside of the transaction that is open."""
    content = b"participant,statement,vote\n" + b"".join(f"a,{s},1\n".encode() for s in range(1, 8))
    return commands.record_run(opinion_map, content, computed(content), changes=0, by=EDITOR)
